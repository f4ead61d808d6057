import assert from 'node:assert/strict';
import { createHash, randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import type { Disclosure } from '#contract';
import { sql } from '#db';
import { BankSigner, purchaseOn } from './bank-signer.ts';
import { callControl } from './control-api.ts';
import { testHub, type TestHub } from './hub.ts';
import { cardsOf, Visitor } from './visitor.ts';
import { until } from './until.ts';

// Linking under attack and in bad weather: nothing is linked that its customer did not link in that browser.

let hub: TestHub;
before(async () => {
  hub = await testHub({ clock: { nowMs: () => Date.now() + offsetMs, monotonicMs: () => performance.now() } });
});
after(() => hub.close());
let offsetMs = 0;

const control = (method: string, path: string, body?: unknown): Promise<unknown> =>
  callControl(hub, method, `banks/${path}`, body);
const activeConsents = async (bank: string, customer: string): Promise<number> => {
  const { consents } = (await control('GET', `${bank}/consents?customer=${customer}`)) as {
    consents: { status: string }[];
  };
  return consents.filter((one) => one.status === 'ACTIVE').length;
};

/** What is stored of links at all, attempts apart. */
async function linked(): Promise<string> {
  const [row] = await hub.db.database.query<{ all: string }>(sql`
    select concat_ws('/', (select count(*) from links), (select count(*) from consents), (select count(*) from link_keys),
      (select count(*) from accounts), (select count(*) from lookbacks)) as all`);
  return row?.all ?? '';
}

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" };
const unescape = (_: string, name: string): string => entities[name] ?? '';

test('a link address opens in the browser that began it and in no other', async () => {
  const victim = await Visitor.arrive(hub);
  const attacker = await Visitor.arrive(hub);
  const begun = await attacker.call<{ address: string }>('POST', '/api/links', { bank: 'citi' });
  assert.equal((await attacker.open(begun.body.address)).status, 200);
  const opened = await victim.open(begun.body.address);
  assert.equal(opened.status, 403);
  assert.match(opened.page, /belongs to another browser/);
  const attempt = begun.body.address.replace('/link/', '');
  assert.equal((await victim.call('GET', `/api/linking/${attempt}`)).body.code, 'link_address_foreign');
  assert.equal((await victim.open('/link/no-such-attempt')).status, 404);
  assert.equal((await new Visitor(hub).open(begun.body.address)).status, 401);
});

test('the bank’s return counts in the browser that signed, once: forwarded, replayed and mixed up it links nothing', async () => {
  const attacker = await Visitor.arrive(hub);
  const victim = await Visitor.arrive(hub);
  const { continueTo } = await attacker.sign('citi');
  const before = await linked();
  // The victim is lured to the bank's page of the attacker's login, and comes back in the victim's browser.
  const returned = await victim.atTheBank(continueTo, 'customer-2');
  const inVictim = await victim.open(returned);
  assert.equal(inVictim.status, 403);
  assert.equal(await linked(), before);
  // In the right browser it counts once.
  assert.equal((await attacker.open(returned)).status, 200);
  const after = await linked();
  const replayed = await attacker.open(returned);
  assert.equal(replayed.status, 410);
  assert.match(replayed.page, /no longer good/);
  assert.equal(await linked(), after);
});

test('a return with another state, issuer or a code of somebody else’s links nothing', async () => {
  const visitor = await Visitor.arrive(hub);
  for (const change of [
    (url: URL) => url.searchParams.set('state', 'made-up'),
    (url: URL) => url.searchParams.delete('iss'),
    (url: URL) => url.searchParams.set('iss', 'https://evil.example'),
    (url: URL) => url.searchParams.set('code', 'made-up'),
  ]) {
    const before = await linked();
    const { continueTo } = await visitor.sign('wells-fargo');
    const returned = await visitor.atTheBank(continueTo, 'customer-2');
    change(returned);
    const end = await visitor.open(returned);
    assert.ok(end.status >= 400, String(end.status));
    assert.equal(await linked(), before);
  }
});

test('a link address is good for twenty minutes', async () => {
  const visitor = await Visitor.arrive(hub);
  const begun = await visitor.call<{ address: string }>('POST', '/api/links', { bank: 'citi' });
  const { continueTo } = await visitor.sign('citi');
  const returned = await visitor.atTheBank(continueTo, 'customer-3');
  offsetMs = 21 * 60_000;
  try {
    assert.equal((await visitor.open(begun.body.address)).status, 410);
    assert.equal((await visitor.open(returned)).status, 410);
  } finally {
    offsetMs = 0;
  }
});

test('declining at any step returns to the chat with nothing stored, here and at the bank', async () => {
  const visitor = await Visitor.arrive(hub);
  const before = await linked();
  const active = await activeConsents('us-bank', 'customer-3');
  const begun = await visitor.call<{ address: string }>('POST', '/api/links', { bank: 'us-bank' });
  const attempt = begun.body.address.replace('/link/', '');
  assert.equal((await visitor.call('POST', `/api/linking/${attempt}/decline`)).status, 204);
  assert.equal((await visitor.open(begun.body.address)).status, 410);
  const { continueTo } = await visitor.sign('us-bank');
  const returned = await visitor.atTheBank(continueTo, 'customer-3', 'cancel');
  const end = await visitor.open(returned);
  assert.deepEqual([end.status, end.at.pathname], [200, '/']);
  assert.equal(await linked(), before);
  assert.equal(await activeConsents('us-bank', 'customer-3'), active);
});

test('what is signed is the text that was shown, and only purposes that are offered', async () => {
  const visitor = await Visitor.arrive(hub);
  const begun = await visitor.call<{ address: string }>('POST', '/api/links', { bank: 'citi' });
  const attempt = begun.body.address.replace('/link/', '');
  const { body: disclosure } = await visitor.call<Disclosure>('GET', `/api/linking/${attempt}`);
  const sign = (change: Record<string, unknown>) =>
    visitor.call('POST', `/api/linking/${attempt}/sign`, {
      hash: disclosure.hash,
      purposes: ['balances'],
      durationDays: 365,
      signature: 'A. Customer',
      ...change,
    });
  assert.equal((await sign({ hash: 'another text' })).body.code, 'disclosure_changed');
  assert.equal((await sign({ purposes: ['receipts'] })).body.code, 'purpose_unavailable');
  assert.equal((await sign({ purposes: ['advertising'] })).status, 422);
  assert.equal((await sign({ purposes: [] })).status, 422);
  assert.equal((await sign({ durationDays: 366 })).status, 422);
  assert.equal((await sign({ durationDays: 77 })).body.code, 'duration_invalid');
  assert.equal((await sign({ signature: '   ' })).status, 422);
});

test('the customer keeps a copy of what was signed, word for word; nobody else can open it', async () => {
  const visitor = await Visitor.arrive(hub);
  await visitor.link('jpmorgan-chase', 'customer-3', ['balances']);
  const [card] = cardsOf(await visitor.conversation(), 'consent');
  assert.ok(card?.copy);
  const copy = await visitor.open(card.copy);
  assert.equal(copy.status, 200);
  assert.match(copy.page, /A\. Customer/);
  assert.match(copy.page, /no such purpose/i);
  // What was hashed stands on the page, whole: anybody can compute the hash again.
  const text = (/<pre>([^<]*)<\/pre>/.exec(copy.page)?.[1] ?? '').replaceAll(/&(amp|lt|gt|quot|#39);/g, unescape);
  const [hash] = /\b[0-9a-f]{64}\b/.exec(copy.page) ?? [];
  assert.equal(createHash('sha256').update(text).digest('hex'), hash);
  const [account] = (await visitor.me()).links[0]?.accounts ?? [];
  assert.ok(account && copy.page.includes(account.last4));
  assert.equal((await (await Visitor.arrive(hub)).open(card.copy)).status, 404);
});

test('a purpose that was not ticked is not answered, and its events are not kept', async () => {
  const visitor = await Visitor.arrive(hub);
  await visitor.link('wells-fargo', 'customer-3', ['balances']);
  const bank = await BankSigner.of(hub, 'wells-fargo');
  const sent = await bank.send([purchaseOn(await bank.accountId('customer-3', 'card'))]);
  assert.deepEqual(sent.body, { accepted: 0, duplicates: 0, dropped: 1 });
  const [answered] = await visitor.ask('where was my card used last week');
  assert.equal(answered?.content.kind, 'text');
  assert.deepEqual(cardsOf(await visitor.conversation(), 'transaction'), []);
});

test('what an account held after a purchase is neither kept nor shown where balances are not shared', async () => {
  const visitor = await Visitor.arrive(hub);
  await visitor.link('wells-fargo', 'customer-5', ['transactions']);
  const bank = await BankSigner.of(hub, 'wells-fargo');
  const event = purchaseOn(await bank.accountId('customer-5', 'checking'));
  const balance = { available: '4321.09', current: '4321.09', currency: 'USD', asOf: event.occurredAt };
  const sent = await bank.send([{ ...event, balance }]);
  assert.equal(sent.body.accepted, 1, JSON.stringify(sent.body));
  const cards = cardsOf(await visitor.conversation(), 'transaction');
  assert.equal(cards.at(-1)?.transaction.id, event.transaction.id);
  assert.ok(!JSON.stringify(cards).includes('4321.09'));
});

test('linking again with fewer purposes and accounts deletes what nothing else needs', async () => {
  const visitor = await Visitor.arrive(hub);
  await visitor.link('jpmorgan-chase', 'customer-2');
  const customer = (
    await hub.db.database.query<{ id: string }>(sql`
    select customer_id as id from customers order by created_at desc limit 1`)
  )[0]?.id;
  const count = async () => {
    const [row] = await hub.db.database.query<{ records: bigint; links: bigint }>(sql`
      select (select count(*) from records r join links l using (link_id) where l.customer_id = ${customer}) as records,
        (select count(*) from links where customer_id = ${customer}) as links`);
    return row;
  };
  assert.ok(Number((await count())?.records) > 100);
  await control('POST', 'jpmorgan-chase/purchases', {
    customer: 'customer-2',
    purchases: [{ amount: '5.00', merchant: { name: 'Corner Shop' } }],
  });
  await until('the purchase', async () => cardsOf(await visitor.conversation(), 'transaction').length === 1);
  await visitor.link('jpmorgan-chase', 'customer-2', ['balances'], (label) => !/savings/i.test(label));
  assert.deepEqual(await count(), { records: 0n, links: 1n });
  assert.deepEqual(cardsOf(await visitor.conversation(), 'transaction'), []);
  const [link] = (await visitor.me()).links;
  assert.deepEqual([link?.purposes, link?.accounts.length], [['balances'], 2]);
  // What was agreed before stays on record, and the bank holds no grant that nobody uses.
  const copies = cardsOf(await visitor.conversation(), 'consent').map((card) => card.copy ?? '');
  assert.equal(copies.length, 2);
  for (const copy of copies) assert.equal((await visitor.open(copy)).status, 200);
  await until('the earlier grant to end', async () => (await activeConsents('jpmorgan-chase', 'customer-2')) === 1);
  await visitor.ask('stop');
  await visitor.press('stop-link');
  await until('the last grant to end', async () => (await activeConsents('jpmorgan-chase', 'customer-2')) === 0);
});

test('two logins begun at once end in one link, and the bank keeps one grant', async () => {
  const visitor = await Visitor.arrive(hub);
  const [one, two] = [await visitor.sign('wells-fargo'), await visitor.sign('wells-fargo')];
  const returns = [
    await visitor.atTheBank(one.continueTo, 'customer-11'),
    await visitor.atTheBank(two.continueTo, 'customer-11'),
  ];
  const ends = await Promise.all(returns.map((returned) => visitor.open(returned)));
  assert.deepEqual(
    ends.map((end) => end.status),
    [200, 200],
  );
  assert.equal((await visitor.me()).links.length, 1);
  await until('one grant to be left', async () => (await activeConsents('wells-fargo', 'customer-11')) === 1);
  await until('its history', async () => (await visitor.me()).links[0]?.historyRead);
  assert.equal((await visitor.me()).links[0]?.state, 'linked');
});

test('a bank that is down, sends HTML or has lost the login gets one plain sentence and a way on', async () => {
  const visitor = await Visitor.arrive(hub);
  await visitor.link('citi', 'customer-4');
  for (const kind of ['down', 'html', 'rate-limit', 'slow']) {
    await control('POST', 'citi/fault', { customer: 'customer-4', kind, seconds: 60 });
    const answers = await visitor.ask('balance');
    assert.equal(answers.length, 1, kind);
    assert.equal(answers[0]?.content.kind, 'text', `${kind}: nothing is shown that is not known`);
    await control('POST', 'citi/fault', { customer: 'customer-4', kind: 'none' });
  }
  await control('POST', 'citi/fault', { customer: 'customer-4', kind: 'broken-login' });
  await visitor.ask('balance');
  assert.equal((await visitor.me()).links[0]?.state, 'reconnect');
  const waysOn = (await visitor.conversation()).flatMap((message) => message.waysOn ?? []);
  assert.ok(waysOn.some((way) => way.way === 'reconnect' && way.bank === 'citi'));
  // What was read before is still here, and the way back works.
  const [recent] = cardsOf(await visitor.ask('recent purchases'), 'chart');
  assert.ok(recent && recent.count > 0);
  await visitor.link('citi', 'customer-4');
  assert.equal((await visitor.me()).links[0]?.state, 'linked');
  assert.equal(cardsOf(await visitor.ask('balance'), 'balance').length, 1);
});

test('a consent ended on the bank’s own page is ended here', async () => {
  const visitor = await Visitor.arrive(hub);
  await visitor.link('citi', 'customer-5');
  const { consents } = (await control('GET', 'citi/consents?customer=customer-5')) as {
    consents: { id: string; status: string }[];
  };
  const active = consents.find((one) => one.status === 'ACTIVE');
  await control('POST', `citi/consents/${active?.id}/revoke`);
  const ended = await until('the end', async () =>
    cardsOf(await visitor.conversation(), 'consent').find((card) => card.state === 'revoked'),
  );
  assert.equal(ended.ended?.by, 'bank');
});

test('a consent ends by itself on its last day', async () => {
  const visitor = await Visitor.arrive(hub);
  await visitor.link('citi', 'customer-6', ['balances', 'transactions'], () => true, 90);
  const dayMs = 86_400_000;
  try {
    offsetMs = 89 * dayMs;
    assert.equal((await visitor.me()).links.length, 1);
    offsetMs = 90 * dayMs + 1000;
    assert.deepEqual((await visitor.me()).links, []);
    const [answered] = await visitor.ask('recent purchases');
    assert.notEqual(answered?.content.kind, 'card');
    // The chore destroys the key, tells the bank and says so; a start runs it at once.
    await hub.restart();
    const ended = await until('the end', async () =>
      cardsOf(await visitor.conversation(), 'consent').find((card) => card.ended?.by === 'expiry'),
    );
    assert.ok((ended.ended?.recordsErased ?? 0) > 100);
    await until('the bank to know', async () => (await activeConsents('citi', 'customer-6')) === 0);
  } finally {
    offsetMs = 0;
  }
});

test('two answers to one button: the second does nothing; a foreign or forged button does nothing', async () => {
  const visitor = await Visitor.arrive(hub);
  const other = await Visitor.arrive(hub);
  await visitor.link('citi', 'customer-7');
  await visitor.ask('stop');
  const token =
    (await visitor.conversation())
      .flatMap((message) => message.actions ?? [])
      .find((action) => action.act === 'stop-link')?.token ?? '';
  assert.equal((await other.call('POST', '/api/acts', { token })).body.code, 'act_invalid');
  assert.equal((await visitor.call('POST', '/api/acts', { token: `${token}x` })).body.code, 'act_invalid');
  assert.equal((await visitor.me()).links.length, 1);
  const both = await Promise.all([
    visitor.call('POST', '/api/acts', { token }),
    visitor.call('POST', '/api/acts', { token }),
  ]);
  assert.deepEqual(
    both.map((one) => one.status).toSorted((a, b) => a - b),
    [200, 409],
  );
  await until('the bank to know', async () => (await activeConsents('citi', 'customer-7')) === 0);
});

test('"keep it" puts the buttons away and changes nothing', async () => {
  const visitor = await Visitor.arrive(hub);
  await visitor.link('citi', 'customer-8');
  await visitor.ask('stop');
  assert.equal((await visitor.press('keep-link')).status, 200);
  // The offer of a passkey is another question, and stands.
  const buttons = (await visitor.conversation()).flatMap((message) => message.actions ?? []);
  assert.deepEqual([...new Set(buttons.map(({ act }) => act))], ['no-passkey']);
  assert.equal((await visitor.me()).links.length, 1);
});

test('"delete my account" removes every link, identity and key, and says so with a receipt', async () => {
  const visitor = await Visitor.arrive(hub);
  await visitor.link('citi', 'customer-9');
  await visitor.link('wells-fargo', 'customer-9');
  const [{ id } = { id: '' }] = await hub.db.database.query<{ id: string }>(sql`
    select customer_id as id from customers order by created_at desc limit 1`);
  await visitor.ask('delete my account');
  const { status, body } = await visitor.press('delete-account');
  assert.equal(status, 200);
  const { receipt } = body as {
    receipt: { scope: string; banks: { bank: string; records: number }[]; identities: number; keysDestroyed: number };
  };
  assert.equal(receipt.scope, 'account');
  assert.deepEqual(receipt.banks.map((one) => one.bank).toSorted(), ['citi', 'wells-fargo']);
  assert.ok(receipt.banks.every((one) => one.records > 100));
  assert.deepEqual([receipt.identities, receipt.keysDestroyed], [1, 4]);
  assert.equal((await visitor.call('GET', '/api/me')).status, 401);
  for (const table of [
    'customers',
    'channel_identities',
    'sessions',
    'consents',
    'customer_keys',
    'ledger',
    'conversations',
    'links',
    'link_attempts',
    'turns',
  ]) {
    const left = await hub.db.database.query({ text: `select from ${table} where customer_id = $1`, values: [id] });
    assert.equal(left.length, 0, table);
  }
  const keys = await hub.db.database.query(
    sql`select from link_keys where customer_id = ${id} and wrapped_key is not null`,
  );
  assert.equal(keys.length, 0);
  await until(
    'the banks to know',
    async () =>
      (await activeConsents('citi', 'customer-9')) + (await activeConsents('wells-fargo', 'customer-9')) === 0,
  );
});

test('a restart in the middle of reading goes on where it was, and answers what stood open', async () => {
  const visitor = await Visitor.arrive(hub);
  const { continueTo } = await visitor.sign('citi');
  const returned = await visitor.atTheBank(continueTo, 'customer-10');
  await visitor.open(returned);
  await control('POST', 'citi/fault', { customer: 'customer-10', kind: 'down' });
  assert.equal((await visitor.me()).links[0]?.historyRead, false, 'it is in the middle of reading');
  const asked = visitor.call('POST', '/api/messages', { clientId: randomUUID(), text: 'help' });
  assert.equal((await asked).status, 202);
  await hub.restart();
  await control('POST', 'citi/fault', { customer: 'customer-10', kind: 'none' });
  await until('the history', async () => (await visitor.me()).links[0]?.historyRead);
  const [row] = await hub.db.database.query<{ records: bigint; told: bigint }>(sql`
    select (select count(*) from records r where r.link_id = l.link_id and kind = 'transaction') as records,
      (select sum(transactions) from lookbacks b where b.link_id = l.link_id) as told
    from links l order by created_at desc limit 1`);
  assert.equal(row?.records, row?.told);
  await until('the answer', async () =>
    (await visitor.conversation()).some((message) => (message.quickReplies?.length ?? 0) > 0),
  );
});

test('an address that is no consent’s is refused in plain words', async () => {
  const visitor = await Visitor.arrive(hub);
  for (const path of ['/consents/not-a-uuid', `/consents/${randomUUID()}`]) {
    const { status, page } = await visitor.open(path);
    assert.equal(status, 404);
    assert.match(page, /no such consent in this chat/);
  }
});

test('a call from another site’s page is refused', async () => {
  const visitor = await Visitor.arrive(hub);
  const { status, body } = await visitor.call(
    'POST',
    '/api/messages',
    { clientId: randomUUID(), text: 'stop' },
    { origin: 'https://evil.example' },
  );
  assert.deepEqual([status, body.code], [403, 'origin_foreign']);
});
