import assert from 'node:assert/strict';
import { randomBytes, randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import { limits, systemClock, type Clock, type CustomerId } from '#base';
import type { Disclosure } from '#contract';
import { sql } from '#db';
import {
  ask,
  hubInHand,
  person,
  sign,
  standing,
  takeUp,
  walkToCode,
  type ChatPerson,
  type HubInHand,
} from './chat-side.ts';
import { Visitor } from './visitor.ts';
import { until } from './until.ts';
import { times } from './whole.ts';

// A bank linked from a chat at another messenger, and everything that somebody who is not its customer can do to
// it (RFC 10027: cross-device consent phishing).

let offsetMs = 0;
const clock: Clock = { ...systemClock, nowMs: () => Date.now() + offsetMs };
const minuteMs = 60_000;

let all: HubInHand;
before(async () => {
  all = await hubInHand(clock);
});
after(() => all.close());

async function linksOf({ customerId }: { readonly customerId: CustomerId }): Promise<string[]> {
  const rows = await all.hub.db.database.query<{ bank: string }>(sql`
    select bank_id as bank from links where customer_id = ${customerId} and state = 'linked'`);
  return rows.map((row) => row.bank);
}

async function activeConsents(bank: string, customer: string): Promise<number> {
  const address = new URL(`/control/banks/${bank}/consents?customer=${customer}`, all.hub.sandboxUrl);
  const { consents } = (await (await fetch(address)).json()) as { consents: { status: string }[] };
  return consents.filter((one) => one.status === 'ACTIVE').length;
}

const confirm = (who: ChatPerson, text: string, key: string = randomUUID()) =>
  all.parts.linking.confirm(who.identityId, { text, key });
const browser = (): Visitor => new Visitor(all.hub);

test('from a chat: the address, the disclosure that names the chat, the bank, the code said back, linked', async () => {
  const ana = await person(all);
  const one = browser();
  const attempt = await takeUp(one, await ask(all, ana));
  const { body: disclosure } = await one.call<Disclosure>('GET', `/api/linking/${attempt}`);
  assert.match(disclosure.title, /Facebook Messenger, Example Help/);
  assert.deepEqual(
    disclosure.levels?.choices.map(({ purpose, examples }) => [purpose, examples.map(({ detail }) => detail)]),
    [
      ['balances', ['pointer', 'full']],
      ['transactions', ['pointer', 'masked', 'full']],
      ['fraud-alerts', ['pointer', 'masked', 'full']],
      ['customer-chat', ['pointer', 'full']],
      ['account-management', ['pointer', 'full']],
    ],
  );
  const continueTo = await sign(one, attempt, ['balances', 'transactions'], { transactions: 'masked' });
  const returned = await one.atTheBank(continueTo, 'customer-1');
  const { consents } = (await (
    await fetch(new URL('/control/banks/citi/consents?customer=customer-1', all.hub.sandboxUrl))
  ).json()) as { consents: { chat?: string; status: string }[] };
  assert.equal(consents[0]?.chat, 'Facebook Messenger, Example Help');
  await one.open(returned);
  const stands = await standing(one, attempt);
  assert.ok(stands.state === 'confirming' && /^\d{6}$/.test(stands.code));
  assert.deepEqual(await linksOf(ana), [], 'nothing is linked before the code is said');
  assert.equal((await one.call('POST', `/api/linking/${attempt}/enter`, {})).status, 403);

  const said = await confirm(ana, `${stands.code.slice(0, 3)} ${stands.code.slice(3)}`);
  assert.match(
    said?.said ?? '',
    /Citi is linked to this chat\. Shown here with the shop and a rounded amount alone: purchases\. Of balances you only read/,
  );
  assert.deepEqual(await linksOf(ana), ['citi']);
  const [destination] = await all.hub.db.database.query<{ details: unknown }>(sql`
    select details from destinations where identity_id = ${ana.identityId}`);
  assert.deepEqual(destination?.details, { balances: 'pointer', transactions: 'masked' });
  assert.equal(await confirm(ana, stands.code), undefined, 'the same code again is a number like any other');

  const after = await standing(one, attempt);
  assert.deepEqual([after.state, after.state === 'linked' && after.mayEnter], ['linked', true]);
  assert.equal((await one.call('GET', '/api/me')).status, 401, 'until it enters it sees nothing');
  assert.equal((await one.call('POST', `/api/linking/${attempt}/enter`, {})).status, 200);
  assert.deepEqual(
    (await one.me()).links.map((link) => link.bank),
    ['citi'],
  );
  assert.equal((await one.call('POST', '/api/passkeys/options', {})).status, 200, 'a passkey may be added here');
  assert.notEqual((await one.call('POST', `/api/linking/${attempt}/enter`, {})).status, 200);
});

test('a preview of the address uses nothing up; the first browser that presses gets it, and no second one', async () => {
  const ana = await person(all);
  const token = await ask(all, ana);
  for (const method of ['GET', 'HEAD']) {
    const preview = await fetch(`${all.hub.url}/m`, { method, headers: { 'user-agent': 'facebookexternalhit/1.1' } });
    assert.deepEqual([preview.status, preview.headers.get('cache-control')], [200, 'no-store']);
    assert.equal(preview.headers.get('referrer-policy'), 'no-referrer');
  }
  const claims = await Promise.all(
    Array.from({ length: 20 }, () => browser().call('POST', '/api/linking/claim', { token })),
  );
  assert.equal(claims.filter(({ status }) => status === 200).length, 1);
  assert.equal(claims.filter(({ status, body }) => status === 410 && body.code === 'link_address_over').length, 19);
  assert.equal((await browser().call('POST', '/api/linking/claim', { token: 'x'.repeat(43) })).status, 404);
});

test('an address is good for twenty minutes', async () => {
  const token = await ask(all, await person(all));
  offsetMs = 21 * minuteMs;
  try {
    assert.equal((await browser().call('POST', '/api/linking/claim', { token })).status, 410);
  } finally {
    offsetMs = 0;
  }
});

test('the session of a linking opens nothing else, under whichever cookie it is sent', async () => {
  const one = browser();
  await takeUp(one, await ask(all, await person(all)));
  const secret = one.cookie('tellerline_linking') ?? '';
  assert.ok(secret);
  for (const path of [
    '/api/me',
    '/api/entries',
    '/api/passkeys',
    '/api/sessions',
    '/api/privacy',
    '/api/ledger',
    '/api/hearing',
  ]) {
    assert.equal((await one.call('GET', path)).body.code, 'no_session', path);
    const swapped = await fetch(new URL(path, all.hub.url), { headers: { cookie: `tellerline_session=${secret}` } });
    assert.deepEqual([swapped.status, ((await swapped.json()) as { code: string }).code], [403, 'session_scope'], path);
  }
});

test('another browser can go on with no step of a linking that it has not taken up', async () => {
  const ana = await person(all);
  const one = browser();
  const attempt = await takeUp(one, await ask(all, ana));
  const thief = await Visitor.arrive(all.hub);
  await takeUp(thief, await ask(all, await person(all)));
  const refused = async (step: string, method: string, path: string, body?: unknown): Promise<void> => {
    const { status, body: said } = await thief.call(method, path, body);
    assert.deepEqual([status, said.code], [403, 'link_address_foreign'], step);
  };
  const disclosure = await one.call<Disclosure>('GET', `/api/linking/${attempt}`);
  const signing = { hash: disclosure.body.hash, purposes: ['balances'], durationDays: 90, signature: 'Somebody' };
  await refused('read', 'GET', `/api/linking/${attempt}`);
  await refused('sign', 'POST', `/api/linking/${attempt}/sign`, signing);
  await refused('decline', 'POST', `/api/linking/${attempt}/decline`, {});
  await refused('look', 'GET', `/api/linking/${attempt}/standing`);
  await refused('enter', 'POST', `/api/linking/${attempt}/enter`, {});
  const returned = await one.atTheBank(await sign(one, attempt), 'customer-2');
  assert.equal((await thief.open(returned)).status, 403, 'the return from the bank');
  assert.deepEqual(await linksOf(ana), []);
});

test('a linking that is passed on ends at the victim: the code said in their own chat links nothing, and alarms', async () => {
  const [thief, victim] = [await person(all), await person(all)];
  const before = await activeConsents('citi', 'customer-3');
  const { attempt, code } = await walkToCode(browser(), await ask(all, thief), 'customer-3');
  void attempt;
  assert.match((await confirm(victim, code))?.said ?? '', /belongs to another chat/);
  assert.match(all.logged(), /"alarm":"link_code_foreign"/);
  assert.equal(await confirm(thief, code), undefined, 'then it is good nowhere');
  assert.deepEqual([await linksOf(thief), await linksOf(victim)], [[], []]);
  await until('the bank to have its grant back', async () => (await activeConsents('citi', 'customer-3')) === before);
});

test('whoever guesses has five tries, however many come at once; then the grant is given back', async () => {
  const thief = await person(all);
  const victim = browser();
  const { attempt, code } = await walkToCode(victim, await ask(all, thief), 'customer-4');
  const guesses = Array.from({ length: 40 }, (_, at) => String((Number(code) + 1 + at) % 1_000_000).padStart(6, '0'));
  await Promise.all(guesses.map((guess) => confirm(thief, guess)));
  assert.equal(await confirm(thief, code), undefined);
  assert.deepEqual(await linksOf(thief), []);
  const stands = await standing(victim, attempt);
  assert.deepEqual([stands.state, stands.state === 'ended' && stands.why], ['ended', 'wrong-code']);
  await until('the bank to have its grant back', async () => (await activeConsents('citi', 'customer-4')) === 0);
});

test('a code that is said too late links nothing, and so does one that nobody says', async () => {
  const ana = await person(all);
  const one = browser();
  const { code } = await walkToCode(one, await ask(all, ana), 'customer-5');
  const silent = browser();
  const unsaid = await walkToCode(silent, await ask(all, await person(all), 'wells-fargo'), 'customer-5');
  offsetMs = 11 * minuteMs;
  try {
    assert.match((await confirm(ana, code))?.said ?? '', /no longer good/);
    assert.deepEqual(await linksOf(ana), []);
    const stands = await standing(silent, unsaid.attempt);
    assert.deepEqual([stands.state, stands.state === 'ended' && stands.why], ['ended', 'late']);
    // The hub's own chore finds it; a start runs it at once.
    await all.hub.restart();
    await until('both grants to be given back', async () => {
      const left = (await activeConsents('citi', 'customer-5')) + (await activeConsents('wells-fargo', 'customer-5'));
      return left === 0;
    });
  } finally {
    offsetMs = 0;
  }
});

test('a number that has a new owner between the address and the code gets nothing', async () => {
  const before = await person(all, 'whatsapp');
  const one = browser();
  const { code } = await walkToCode(one, await ask(all, before), 'customer-6');
  await all.hub.db.database.execute(sql`
    update channel_addresses set state = 'retired' where identity_id = ${before.identityId}`);
  const now = await person(all, 'whatsapp');
  assert.match((await confirm(now, code))?.said ?? '', /belongs to another chat/);
  assert.equal(await confirm(before, code), undefined);
  assert.deepEqual([await linksOf(before), await linksOf(now)], [[], []]);

  const token = await ask(all, now);
  await all.hub.db.database.execute(sql`
    update channel_addresses set state = 'retired' where identity_id = ${now.identityId}`);
  assert.equal((await browser().call('POST', '/api/linking/claim', { token })).status, 410);
});

test('deleting the account gives back what waits for its code', async () => {
  const ana = await person(all);
  await walkToCode(browser(), await ask(all, ana), 'customer-7');
  assert.equal(await activeConsents('citi', 'customer-7'), 1);
  await all.hub.db.database.transaction((tx) => all.parts.linking.deleteCustomer(tx, ana.customerId));
  await until(
    'the bank to have its grant back',
    async () => (await activeConsents('citi', 'customer-7')) === 0,
    40_000,
  );
});

test('a second bank, linked by whoever holds the chat alone, does not open the chat in their browser', async () => {
  const ana = await person(all);
  const own = browser();
  const first = await walkToCode(own, await ask(all, ana), 'customer-8');
  await confirm(ana, first.code);
  // Somebody has Ana's telephone, and links an account of their own.
  const stranger = browser();
  const second = await walkToCode(stranger, await ask(all, ana, 'wells-fargo'), 'customer-9');
  assert.match((await confirm(ana, second.code))?.said ?? '', /is linked/);
  const stands = await standing(stranger, second.attempt);
  assert.deepEqual([stands.state, stands.state === 'linked' && stands.mayEnter], ['linked', false]);
  assert.equal((await stranger.call('POST', `/api/linking/${second.attempt}/enter`, {})).status, 403);
});

test('a second bank, linked by whoever holds the chat alone, does not raise what the messenger is shown of the first', async () => {
  const ana = await person(all);
  const levels = async () => {
    const thread = await all.parts.delivery.conversationOf(all.hub.db.database, ana.customerId);
    assert.ok(thread);
    const of = { customerId: ana.customerId, conversationId: thread.conversationId };
    const [destination] = await all.parts.delivery.destinations(all.hub.db.database, of);
    return destination?.details.transactions;
  };
  const link = async (bank: string, customer: string, level: 'full' | 'masked' | 'pointer') => {
    const one = browser();
    const attempt = await takeUp(one, await ask(all, ana, bank));
    const continueTo = await sign(one, attempt, ['transactions'], { transactions: level });
    await one.open(await one.atTheBank(continueTo, customer));
    const stands = await standing(one, attempt);
    assert.ok(stands.state === 'confirming');
    assert.match((await confirm(ana, stands.code))?.said ?? '', /is linked/);
  };
  await link('citi', 'customer-12', 'masked');
  assert.equal(await levels(), 'masked');
  // Somebody has Ana's telephone, and an account of their own.
  await link('wells-fargo', 'customer-13', 'full');
  assert.equal(await levels(), 'masked');
  await link('us-bank', 'customer-14', 'pointer');
  assert.equal(await levels(), 'pointer', 'less is always free');
});

test('a browser with a chat of its own keeps it', async () => {
  const own = await Visitor.arrive(all.hub);
  await own.link('us-bank', 'customer-10');
  const ana = await person(all);
  const { attempt, code } = await walkToCode(own, await ask(all, ana), 'customer-11');
  await confirm(ana, code);
  assert.equal((await own.call('POST', `/api/linking/${attempt}/enter`, {})).body.code, 'chat_in_use');
  assert.deepEqual(
    (await own.me()).links.map((link) => link.bank),
    ['us-bank'],
  );
});

test('the same words told again are answered as before, and change nothing more', async () => {
  const [ana, other] = [await person(all), await person(all)];
  const first = await walkToCode(browser(), await ask(all, ana), 'customer-15');
  const wrong = String((Number(first.code) + 1) % 1_000_000).padStart(6, '0');
  const answers = [];
  for (let told = 0; told < 7; told += 1) answers.push((await confirm(ana, wrong, 'wrong'))?.said);
  assert.deepEqual(new Set(answers).size, 1, 'one try, however often it is told');
  assert.match(answers[0] ?? '', /4 more tries/);
  const said = await confirm(ana, first.code, 'right');
  assert.match(said?.said ?? '', /is linked/);
  assert.equal((await confirm(ana, first.code, 'right'))?.said, said?.said);
  assert.equal((await linksOf(ana)).length, 1);

  const second = await walkToCode(browser(), await ask(all, ana, 'wells-fargo'), 'customer-15');
  for (let told = 0; told < 2; told += 1)
    assert.match((await confirm(other, second.code, 'foreign'))?.said ?? '', /belongs to another chat/);
  assert.deepEqual(await linksOf(ana), ['citi']);
  await until(
    'the bank to have its grant back',
    async () => (await activeConsents('wells-fargo', 'customer-15')) === 0,
  );
});

test('nobody ends the linkings of others by guessing: a sixth code within the hour is not believed', async () => {
  const [ana, guesser, victim] = [await person(all), await person(all), await person(all)];
  const { code } = await walkToCode(browser(), await ask(all, ana), 'customer-16');
  const wrong = (n: number): string => String((Number(code) + n) % 1_000_000).padStart(6, '0');
  const alarms = (): number => all.logged().split('"alarm":"link_codes_guessed"').length;
  const before = alarms();
  for (let n = 1; n <= 5; n += 1) assert.equal(await confirm(guesser, wrong(n)), undefined);
  assert.equal(alarms(), before);
  assert.equal(await confirm(guesser, code), undefined, 'said like anything else');
  assert.equal(alarms(), before + 1);
  for (let n = 1; n <= 10; n += 1)
    await all.parts.linking.confirmInBrowser(victim.customerId, { text: wrong(n), key: `${n}` }, 'en');
  const inBrowser = await all.parts.linking.confirmInBrowser(victim.customerId, { text: code, key: 'it' }, 'en');
  assert.equal(inBrowser, undefined);
  assert.match((await confirm(ana, code))?.said ?? '', /is linked/, 'and the one who was asked is not hindered');
  // An hour passes for whoever guessed.
  await all.hub.db.database.execute(sql`update channel_identities set stray_codes_since = now() - interval '61 minutes'
    where identity_id = ${guesser.identityId}`);
  await all.hub.db.database.execute(sql`update customers set stray_codes_since = now() - interval '61 minutes'
    where customer_id = ${guesser.customerId}`);
  const later = await walkToCode(browser(), await ask(all, ana, 'wells-fargo'), 'customer-16');
  assert.match((await confirm(guesser, later.code))?.said ?? '', /belongs to another chat/);
  await until(
    'the bank to have its grant back',
    async () => (await activeConsents('wells-fargo', 'customer-16')) === 0,
  );
});

/**
 * Everything but the browser: asked for in a chat, taken up, signed, and back where its code is awaited. A shop needs
 * no login and is never called, so that a thousand such walks are as whole as one.
 */
async function walkWithoutBrowser(who: ChatPerson) {
  const { linking } = all.parts;
  await all.hub.db.database.execute(sql`
    update link_attempts set created_at = created_at - interval '2 hours'
    where customer_id = ${who.customerId} and created_at > now() - interval '1 hour'`);
  const kind = { browser: 'Firefox', system: 'Android' };
  const { attemptId, session } = await linking.claim(await ask(all, who, 'shop-northwind-books'), kind);
  const { hash } = await linking.disclose(session, attemptId);
  const signing = { hash, purposes: ['receipts'], durationDays: 365, signature: 'A. Customer' } as const;
  await linking.finish(session, await linking.sign(session, attemptId, signing));
  const stands = await linking.standing(session, attemptId);
  assert.ok(stands.state === 'confirming');
  return { attemptId, session, code: stands.code };
}

test('walks that somebody else has a hand in link nothing wrongly', async (t) => {
  const { linking } = all.parts;
  const thief = await person(all);
  const strangers: ChatPerson[] = [];
  let said = 0;
  /** Somebody in whose chat a code that is not theirs can be said: nobody is believed more than a few times an hour. */
  const stranger = async (): Promise<ChatPerson> => {
    if (said % limits.strayCodesPerHourMax === 0) strangers.push(await person(all));
    said += 1;
    return strangers.at(-1) as ChatPerson;
  };
  const state = async (attemptId: string) => {
    const [row] = await all.hub.db.database.query<{ state: string }>(sql`
      select state from link_attempts where attempt_id = ${attemptId}`);
    return row?.state;
  };
  const walks = times(1000, 100);
  for (let walk = 0; walk < walks; walk += 1) {
    const { attemptId, session, code } = await walkWithoutBrowser(thief);
    const way = walk % 5;
    if (way === 0) await confirm(await stranger(), code);
    if (way === 1)
      for (let guess = 1; guess <= 6; guess += 1)
        await confirm(thief, String((Number(code) + guess) % 1_000_000).padStart(6, '0'));
    if (way === 2) {
      const { customerId } = await stranger();
      await linking.confirmInBrowser(customerId, { text: code, key: randomUUID() }, 'en');
    }
    if (way === 3) await Promise.all([confirm(await stranger(), code), confirm(await stranger(), code)]);
    if (way === 4) {
      const other = { ...session, sessionIndex: randomBytes(32) };
      await assert.rejects(linking.standing(other, attemptId), { code: 'link_address_foreign' });
      await assert.rejects(linking.check(other, attemptId), { code: 'link_address_foreign' });
      assert.equal(await state(attemptId), 'confirming', 'whoever only looks changes nothing');
      await confirm(await stranger(), code);
    }
    // And replayed where it was asked for.
    await confirm(thief, code);
    assert.equal(await state(attemptId), 'failed', `walk ${walk}, by way ${way}`);
  }
  let linked = 0;
  for (const one of [thief, ...strangers]) linked += (await linksOf(one)).length;
  t.diagnostic(`${walks} walks: ${linked} linked wrongly`);
  assert.equal(linked, 0);

  const { code } = await walkWithoutBrowser(thief);
  assert.match((await confirm(thief, code))?.said ?? '', /is linked|is connected/);
  assert.deepEqual(await linksOf(thief), ['shop-northwind-books'], 'the same walk, undisturbed, links');
});

test('a shop from a chat: the signature alone is not enough, its code has to be said there as well', async () => {
  const ana = await person(all);
  const shop = 'shop-northwind-books';
  const one = browser();
  const attempt = await takeUp(one, await ask(all, ana, shop));
  const { body: disclosure } = await one.call<Disclosure>('GET', `/api/linking/${attempt}`);
  assert.match(disclosure.title, /^Connect Northwind Books to Facebook Messenger, Example Help$/);
  assert.deepEqual(
    disclosure.levels?.choices.map(({ purpose, examples }) => [purpose, examples.map(({ detail }) => detail)]),
    [
      ['receipts', ['pointer', 'masked', 'full']],
      ['shipping', ['pointer', 'masked', 'full']],
    ],
  );
  const end = await one.open(await sign(one, attempt, ['receipts'], { receipts: 'masked' }));
  assert.equal(end.at.pathname, `/m/${attempt}`);
  assert.deepEqual(await linksOf(ana), [], 'nothing is connected yet');
  const stands = await standing(one, attempt);
  assert.equal(stands.state, 'confirming');
  const answered = await confirm(ana, stands.state === 'confirming' ? stands.code : '');
  assert.ok(answered?.linkId);
  assert.deepEqual(await linksOf(ana), [shop]);
  const code = await all.parts.linking.shopCode(answered.linkId);
  assert.match(code ?? '', /^[2-9A-Z]{4}-[2-9A-Z]{4}$/);
});
