import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { systemClock, type Clock } from '#base';
import { looseningActs, type LooseningAct, type Me, type Passkeys, type SessionFace } from '#contract';
import { requireFreshProof } from '#customers';
import { openDatabase, sql } from '#db';
import { createLog } from '#base';
import { testHub, type TestHub } from './hub.ts';
import { SoftwarePasskey, type Options } from './software-passkey.ts';
import { Visitor } from './visitor.ts';
import { until } from './until.ts';

let aheadMs = 0;
const clock: Clock = { nowMs: () => systemClock.nowMs() + aheadMs, monotonicMs: () => systemClock.monotonicMs() };
let hub: TestHub;
before(async () => {
  hub = await testHub({ clock });
});
after(() => hub.close());

const minutesMs = 60_000;
const citi = 'citi';
let people = 0;
/** A customer of the sandbox's bank whom no other test uses. */
const somebody = (): string => `customer-${++people}`;

async function add(visitor: Visitor, passkey = new SoftwarePasskey(hub.url)): Promise<SoftwarePasskey> {
  const options = await visitor.call<Options>('POST', '/api/passkeys/options');
  assert.equal(options.status, 200, JSON.stringify(options.body));
  const added = await visitor.call<Passkeys>('POST', '/api/passkeys', passkey.create(options.body));
  assert.equal(added.status, 200, JSON.stringify(added.body));
  return passkey;
}

async function prove(visitor: Visitor, passkey: SoftwarePasskey, act: LooseningAct): Promise<number> {
  const options = await visitor.call<Options>('POST', '/api/proofs/options', act);
  assert.equal(options.status, 200, JSON.stringify(options.body));
  return (await visitor.call('POST', '/api/proofs', { ...act, answer: passkey.get(options.body) })).status;
}

/** Goes to the bank's login that only says who it is; answers the hub's page at the end. */
async function atLogin(
  visitor: Visitor,
  continueTo: string,
  customer: string,
): Promise<{ status: number; page: string }> {
  const login = await visitor.open(continueTo);
  const action = /action="([^"]+login)"/.exec(login.page)?.[1]?.replaceAll('&amp;', '&');
  assert.ok(action, login.page.slice(0, 400));
  const form = new URLSearchParams({ username: customer, password: 'sandbox' });
  const end = await visitor.open(new URL(action, login.at), form, true);
  assert.equal(end.at.origin, hub.url, end.page.slice(0, 500));
  return visitor.open(end.at);
}

async function linked(customer = somebody()): Promise<Visitor> {
  const visitor = await Visitor.arrive(hub);
  await visitor.link(citi, customer, ['balances']);
  return visitor;
}

async function customerOf(visitor: Visitor): Promise<{ customerId: string }> {
  const current = (await sessionsOf(visitor)).find((one) => one.current);
  const [row] = await hub.db.database.query<{ customerId: string }>(
    sql`select customer_id as "customerId" from sessions where session_id = ${current?.id}`,
  );
  assert.ok(row);
  return row;
}

const exists = async (customerId: string): Promise<boolean> =>
  (await hub.db.database.query(sql`select from customers where customer_id = ${customerId}`)).length > 0;

const passkeysOf = async (visitor: Visitor): Promise<Passkeys> =>
  (await visitor.call<Passkeys>('GET', '/api/passkeys')).body;
const sessionsOf = async (visitor: Visitor): Promise<SessionFace[]> =>
  (await visitor.call<{ sessions: SessionFace[] }>('GET', '/api/sessions')).body.sessions;

describe('a passkey', () => {
  test('is offered once, after the first link, and not again once it was declined or added', async () => {
    const visitor = await linked();
    const offers = async () =>
      (await visitor.conversation()).filter((one) => one.waysOn?.some(({ way }) => way === 'add-passkey'));
    assert.equal((await offers()).length, 1);
    assert.equal((await visitor.press('no-passkey')).status, 200);
    assert.equal((await offers()).length, 0);
    await visitor.link('us-bank', somebody(), ['balances']);
    assert.equal((await offers()).length, 0);
    await add(visitor);
    const other = await linked();
    await add(other);
    const said = await other.conversation();
    assert.ok(said.every(({ waysOn }) => !waysOn?.some(({ way }) => way === 'add-passkey')));
    assert.match(said.at(-1)?.content.text ?? '', /A passkey was added/);
  });

  test('the first is added soon after the bank’s login alone; later the login is needed anew', async () => {
    const nobody = await Visitor.arrive(hub);
    assert.equal((await nobody.call('POST', '/api/passkeys/options')).body.code, 'proof_needed');
    const customer = somebody();
    const visitor = await linked(customer);
    assert.equal((await passkeysOf(visitor)).adding, 'free');
    aheadMs += 16 * minutesMs;
    assert.equal((await passkeysOf(visitor)).adding, 'proof');
    assert.equal((await visitor.call('POST', '/api/passkeys/options')).body.code, 'proof_needed');
    const act = { act: 'add-passkey', subject: '' } as const;
    const login = await visitor.call<{ continueTo: string }>('POST', '/api/proofs/bank', { ...act, bank: citi });
    await atLogin(visitor, login.body.continueTo, customer);
    await add(visitor);
    assert.equal((await passkeysOf(visitor)).passkeys.length, 1);
  });

  test('another one, and the removal of any, take a proof for this very act', async () => {
    const visitor = await linked();
    const first = await add(visitor);
    assert.equal((await visitor.call('POST', '/api/passkeys/options')).body.code, 'proof_needed');
    assert.equal(await prove(visitor, first, { act: 'add-passkey', subject: '' }), 204);
    const second = await add(visitor);
    const { passkeys } = await passkeysOf(visitor);
    assert.equal(passkeys.length, 2);
    const [one, two] = passkeys.map(({ id }) => id);
    assert.ok(one && two);
    assert.equal((await visitor.call('DELETE', `/api/passkeys/${one}`)).body.code, 'proof_needed');
    assert.equal(await prove(visitor, second, { act: 'remove-passkey', subject: two }), 204);
    assert.equal((await visitor.call('DELETE', `/api/passkeys/${one}`)).body.code, 'proof_needed');
    assert.equal((await visitor.call('DELETE', `/api/passkeys/${two}`)).status, 204);
    assert.equal((await visitor.call('DELETE', `/api/passkeys/${two}`)).body.code, 'proof_needed');
    const left = (await passkeysOf(visitor)).passkeys;
    assert.deepEqual(
      left.map(({ id }) => id),
      [one],
    );
  });

  test('signs in on a new browser without a name, which then holds the same conversation', async () => {
    const visitor = await linked();
    const passkey = await add(visitor);
    const newcomer = await Visitor.arrive(hub);
    const before = await customerOf(newcomer);
    const options = await newcomer.call<Options & { allowCredentials?: unknown[] }>(
      'POST',
      '/api/passkey-session/options',
    );
    assert.deepEqual(options.body.allowCredentials ?? [], [], 'no name is asked for');
    const me = await newcomer.call<Me>('POST', '/api/passkey-session', passkey.get(options.body));
    assert.equal(me.status, 200, JSON.stringify(me.body));
    assert.equal(me.body.links.length, 1);
    assert.deepEqual(await newcomer.conversation(), await visitor.conversation());
    assert.equal((await sessionsOf(newcomer)).length, 2);
    // What that browser had before, a greeting, is gone.
    await until('the empty chat to be gone', async () => !(await exists(before.customerId)));
  });

  test('never takes a chat’s place in which a bank was linked', async () => {
    const passkey = await add(await linked());
    const other = await linked();
    const options = await other.call<Options>('POST', '/api/passkey-session/options');
    const refused = await other.call('POST', '/api/passkey-session', passkey.get(options.body));
    assert.equal(refused.body.code, 'chat_in_use');
    assert.equal((await other.me()).links.length, 1);
  });
});

describe('a passkey’s answer is refused', () => {
  let owner: Visitor;
  let passkey: SoftwarePasskey;
  before(async () => {
    owner = await linked();
    passkey = await add(owner);
  });

  const signIn = async (
    lie: Parameters<SoftwarePasskey['get']>[1],
    wait = 0,
    by: SoftwarePasskey = passkey,
  ): Promise<string | undefined> => {
    const newcomer = await Visitor.arrive(hub);
    const options = await newcomer.call<Options>('POST', '/api/passkey-session/options');
    aheadMs += wait;
    const answer = await newcomer.call('POST', '/api/passkey-session', by.get(options.body, lie));
    return answer.status === 200 ? undefined : answer.body.code;
  };

  test('from another origin, for another host, without a verified user, for another owner', async () => {
    assert.equal(await signIn({ origin: 'https://evil.example' }), 'passkey_refused');
    assert.equal(await signIn({ host: 'evil.example' }), 'passkey_refused');
    assert.equal(await signIn({ unverified: true }), 'passkey_refused');
    assert.equal(await signIn({ owner: Buffer.alloc(16, 7).toString('base64url') }), 'passkey_refused');
    assert.equal(await signIn({}), undefined);
  });

  test('when its counter goes back or stands still', async () => {
    assert.equal(await signIn({ counter: 100 }), undefined);
    assert.equal(await signIn({ counter: 100 }), 'passkey_refused');
    assert.equal(await signIn({ counter: 99 }), 'passkey_refused');
    assert.equal(await signIn({ counter: 101 }), undefined);
    passkey.counter = 101;
  });

  test('for a challenge that was used, never given, given to another browser, or is too old', async () => {
    const newcomer = await Visitor.arrive(hub);
    const { body: options } = await newcomer.call<Options>('POST', '/api/passkey-session/options');
    const wrong = await newcomer.call(
      'POST',
      '/api/passkey-session',
      passkey.get(options, { origin: 'https://evil.example' }),
    );
    assert.equal(wrong.body.code, 'passkey_refused');
    const again = await newcomer.call('POST', '/api/passkey-session', passkey.get(options));
    assert.equal(again.body.code, 'passkey_challenge_over', 'a refused answer uses its challenge up');
    assert.equal(await signIn({ challenge: Buffer.alloc(32, 1).toString('base64url') }), 'passkey_challenge_over');
    const { body: foreign } = await newcomer.call<Options>('POST', '/api/passkey-session/options');
    assert.equal(await signIn({ challenge: foreign.challenge }), 'passkey_challenge_over');
    assert.equal(await signIn({}, 5 * minutesMs + 1), 'passkey_challenge_over');
  });

  test('for another purpose or act than its challenge was given for', async () => {
    const act = { act: 'renew-consent', subject: 'a' } as const;
    const proof = await owner.call<Options>('POST', '/api/proofs/options', act);
    const other = { act: 'widen-consent', subject: 'a' } as const;
    const widened = await owner.call('POST', '/api/proofs', { ...other, answer: passkey.get(proof.body) });
    assert.equal(widened.body.code, 'passkey_challenge_over');
    const elsewhere = await owner.call('POST', '/api/proofs', {
      ...act,
      subject: 'b',
      answer: passkey.get(proof.body),
    });
    assert.equal(elsewhere.body.code, 'passkey_challenge_over');
    const signedIn = await owner.call<Options>('POST', '/api/passkey-session/options');
    const used = await owner.call('POST', '/api/proofs', { ...act, answer: passkey.get(signedIn.body) });
    assert.equal(used.body.code, 'passkey_challenge_over');
  });

  test('of another customer’s passkey, and of one that nobody knows', async () => {
    const stranger = await add(await linked());
    const act = { act: 'renew-consent', subject: 'a' } as const;
    for (const by of [stranger, new SoftwarePasskey(hub.url)]) {
      const proof = await owner.call<Options>('POST', '/api/proofs/options', act);
      const refused = await owner.call('POST', '/api/proofs', { ...act, answer: by.get(proof.body) });
      assert.equal(refused.body.code, 'passkey_refused');
    }
  });

  test('for a new passkey too: another origin, another host, no verified user', async () => {
    for (const lie of [{ origin: 'https://evil.example' }, { host: 'evil.example' }, { unverified: true }]) {
      const visitor = await linked();
      const options = await visitor.call<Options>('POST', '/api/passkeys/options');
      const refused = await visitor.call(
        'POST',
        '/api/passkeys',
        new SoftwarePasskey(hub.url).create(options.body, lie),
      );
      assert.equal(refused.body.code, 'passkey_refused');
    }
  });

  test('and calls from another site are', async () => {
    const foreign = { origin: 'https://evil.example' };
    for (const [method, path] of [
      ['POST', '/api/passkeys/options'],
      ['POST', '/api/passkey-session/options'],
      ['DELETE', '/api/sessions'],
    ] as const)
      assert.equal((await owner.call(method, path, undefined, foreign)).body.code, 'origin_foreign', path);
  });
});

describe('the bank’s login', () => {
  test('signs in on a new browser when it is the same person as a link’s', async () => {
    const customer = somebody();
    const visitor = await linked(customer);
    const newcomer = await Visitor.arrive(hub);
    const begun = await newcomer.call<{ continueTo: string }>('POST', '/api/bank-session', { bank: citi });
    assert.equal((await atLogin(newcomer, begun.body.continueTo, customer)).status, 200);
    assert.deepEqual(await newcomer.conversation(), await visitor.conversation());
    assert.equal((await newcomer.me()).links.length, 1);
  });

  test('of anybody else signs nobody in, whichever accounts they share', async () => {
    await linked();
    const newcomer = await Visitor.arrive(hub);
    const begun = await newcomer.call<{ continueTo: string }>('POST', '/api/bank-session', { bank: citi });
    assert.equal((await atLogin(newcomer, begun.body.continueTo, somebody())).status, 403);
    assert.equal((await newcomer.me()).links.length, 0);
  });

  test('signs nobody in once the link was stopped', async () => {
    const customer = somebody();
    const visitor = await linked(customer);
    await visitor.ask('stop');
    await visitor.press('stop-link');
    const newcomer = await Visitor.arrive(hub);
    const begun = await newcomer.call<{ continueTo: string }>('POST', '/api/bank-session', { bank: citi });
    assert.equal((await atLogin(newcomer, begun.body.continueTo, customer)).status, 403);
  });

  test('of a thief who linked an account of their own in a stolen session vouches for nothing', async () => {
    const visitor = await linked();
    aheadMs += 16 * minutesMs;
    const thief = somebody();
    // The session is the victim's; the login at the other bank is the thief's.
    await visitor.link('us-bank', thief, ['balances']);
    assert.equal((await passkeysOf(visitor)).adding, 'proof');
    assert.deepEqual((await passkeysOf(visitor)).banks, [citi]);
    const act = { act: 'add-passkey', subject: '' };
    const foreign = await visitor.call('POST', '/api/proofs/bank', { ...act, bank: 'us-bank' });
    assert.equal(foreign.body.code, 'bank_login_unknown');
    // Linking the victim's own bank again with the thief's login there is no way in either.
    await visitor.link(citi, thief, ['balances']);
    assert.equal((await passkeysOf(visitor)).adding, 'proof');
    const login = await visitor.call<{ continueTo: string }>('POST', '/api/proofs/bank', { ...act, bank: citi });
    assert.equal((await atLogin(visitor, login.body.continueTo, thief)).status, 403);
    assert.equal((await visitor.call('POST', '/api/passkeys/options')).body.code, 'proof_needed');
  });
});

test('no loosening act is passed without a passkey or the bank’s login for it, and each proof passes once', async (t) => {
  const owner = await linked();
  const passkey = await add(owner);
  const newcomer = await Visitor.arrive(hub);
  const { body: options } = await newcomer.call<Options>('POST', '/api/passkey-session/options');
  await newcomer.call('POST', '/api/passkey-session', passkey.get(options));
  const index = async (visitor: Visitor): Promise<Buffer> => {
    const current = (await sessionsOf(visitor)).find((one) => one.current);
    const [row] = await hub.db.database.query<{ index: Buffer }>(
      sql`select session_index as index from sessions where session_id = ${current?.id}`,
    );
    assert.ok(row);
    return row.index;
  };
  const mine = { sessionIndex: await index(owner) };
  const others = { sessionIndex: await index(newcomer) };
  const passes = (session: { sessionIndex: Buffer }, act: LooseningAct): Promise<boolean> =>
    hub.db.database
      .transaction((tx) => requireFreshProof(tx, session, act, clock.nowMs()))
      .then(
        () => true,
        () => false,
      );
  let attacks = 0;
  let passed = 0;
  const attack = async (session: { sessionIndex: Buffer }, act: LooseningAct): Promise<void> => {
    attacks += 1;
    if (await passes(session, act)) passed += 1;
  };
  for (const act of looseningActs) {
    const subject = 'the one';
    await attack(mine, { act, subject });
    assert.equal(await prove(owner, passkey, { act, subject }), 204);
    for (const other of looseningActs) if (other !== act) await attack(mine, { act: other, subject });
    await attack(mine, { act, subject: 'another' });
    await attack(mine, { act, subject: '' });
    await attack(others, { act, subject });
    assert.equal(await passes(mine, { act, subject }), true);
    await attack(mine, { act, subject });
    assert.equal(await prove(owner, passkey, { act, subject }), 204);
    aheadMs += 5 * minutesMs + 1;
    await attack(mine, { act, subject });
  }
  t.diagnostic(`${attacks} attempts without a proof for the act, ${passed} passed`);
  assert.equal(passed, 0);
});

describe('sessions', () => {
  const android = { 'user-agent': 'Mozilla/5.0 (Android 14; Mobile; rv:131.0) Gecko/131.0 Firefox/131.0' };

  test('are listed in coarse words, the asking one marked, with nothing else of the browser', async () => {
    const visitor = new Visitor(hub);
    await visitor.call('POST', '/api/session', { locale: 'en', timeZone: 'America/New_York' }, android);
    const [session, ...more] = await sessionsOf(visitor);
    assert.equal(more.length, 0);
    assert.ok(session);
    assert.deepEqual([session.browser, session.system, session.current], ['Firefox', 'Android', true]);
    for (const at of [session.startedAt, session.lastSeenAt]) assert.equal(Date.parse(at) % (60 * minutesMs), 0);
    const [row] = await hub.db.database.query<{ text: string }>(
      sql`select s::text as text from sessions s where session_id = ${session.id}`,
    );
    assert.doesNotMatch(row?.text ?? '', /Gecko|131\.0|Mozilla/);
  });

  test('end by their own id, and another customer’s never do', async () => {
    const owner = await linked();
    const passkey = await add(owner);
    const other = await Visitor.arrive(hub);
    const { body: options } = await other.call<Options>('POST', '/api/passkey-session/options');
    await other.call('POST', '/api/passkey-session', passkey.get(options));
    const stranger = await Visitor.arrive(hub);
    const named = (await sessionsOf(owner)).find((one) => !one.current);
    assert.ok(named);
    assert.equal((await stranger.call('DELETE', `/api/sessions/${named.id}`)).status, 204);
    assert.equal((await other.call('GET', '/api/me')).status, 200);
    assert.equal((await owner.call('DELETE', `/api/sessions/${named.id}`)).status, 204);
    assert.equal((await other.call('GET', '/api/me')).body.code, 'no_session');
    assert.equal((await owner.call<{ ended: number }>('DELETE', '/api/sessions')).body.ended, 0);
    assert.equal((await owner.call('GET', '/api/me')).status, 200);
  });

  test('that end close their windows, whichever process ended them', async () => {
    const visitor = await Visitor.arrive(hub);
    const socket = new WebSocket(hub.url.replace('http', 'ws') + '/ws', {
      headers: { cookie: `tellerline_session=${visitor.cookie('tellerline_session')}`, origin: hub.url },
    });
    const frames: string[] = [];
    socket.on('message', (data: Buffer) => frames.push(data.toString()));
    await new Promise((resolve) => socket.on('open', resolve));
    socket.send(JSON.stringify({ frame: 'resume', after: 0 }));
    // Another process is whoever deletes the row without a word to this one.
    const elsewhere = openDatabase(hub.db.url, { log: createLog('silent'), connectionsMax: 1 });
    const [session] = await sessionsOf(visitor);
    const closed = new Promise<number>((resolve) => socket.on('close', resolve));
    await sleep(50);
    await elsewhere.execute(sql`delete from sessions where session_id = ${session?.id}`);
    await elsewhere.close();
    assert.equal(await closed, 1008);
    assert.ok(frames.some((frame) => frame.includes('"ended"')));
  });
});
