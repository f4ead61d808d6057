import assert from 'node:assert/strict';
import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import { sql } from '#db';
import { BankSigner } from './bank-signer.ts';
import { operatorOf } from './operator.ts';
import { testHub, type TestHub } from './hub.ts';
import { cardsOf, Visitor } from './visitor.ts';
import { until } from './until.ts';

// What a bank may send, and what it may not: every batch here is signed with the bank's own key.

let hub: TestHub;
let visitor: Visitor;
let bank: BankSigner;
let card = '';

before(async () => {
  hub = await testHub();
  visitor = await Visitor.arrive(hub);
  await visitor.link('citi', 'customer-1');
  bank = await BankSigner.of(hub, 'citi');
  card = await bank.accountId('customer-1', 'card');
});
after(() => hub.close());

function purchase(
  change: { id?: string; txn?: string; type?: string; status?: string; amount?: string; accountId?: string } = {},
): Record<string, unknown> {
  return {
    id: change.id ?? randomUUID(),
    type: change.type ?? 'transaction.authorized',
    occurredAt: '2026-11-20T14:14:00-05:00',
    accountId: change.accountId ?? card,
    transaction: {
      id: change.txn ?? randomUUID(),
      status: change.status ?? 'authorized',
      amount: change.amount ?? '12.34',
      currency: 'USD',
      direction: 'debit',
      localDate: '2026-11-20',
      description: 'PLANTED-MERCHANT-7731',
      merchant: { name: 'Planted-Merchant-7731', category: '5541' },
    },
  };
}

const purchases = async () => cardsOf(await visitor.conversation(), 'transaction');
/** What is stored of events at all. */
async function stored(): Promise<string> {
  const [row] = await hub.db.database.query<{ all: string }>(sql`
    select concat_ws('/', (select count(*) from event_keys), (select count(*) from records), (select sum(last_seq) from conversations)) as all`);
  return row?.all ?? '';
}

/** Refused with this status and code, and nothing is stored. */
async function refused(
  send: () => ReturnType<BankSigner['send']>,
  status: number,
  code: string,
): Promise<Awaited<ReturnType<BankSigner['send']>>['body']> {
  const before = await stored();
  const answer = await send();
  assert.deepEqual([answer.status, answer.body.code], [status, code]);
  assert.equal(await stored(), before);
  return answer.body;
}

test('a batch is answered after COMMIT with the count of each outcome, and shown at once', async () => {
  const answer = await bank.send([purchase(), purchase()]);
  assert.deepEqual([answer.status, answer.body], [202, { accepted: 2, duplicates: 0, dropped: 0 }]);
  assert.equal((await purchases()).length, 2);
});

test('the same event again is a duplicate, also twice in one batch, and is shown once', async () => {
  const event = purchase();
  const before = (await purchases()).length;
  assert.deepEqual((await bank.send([event, event])).body, { accepted: 1, duplicates: 1, dropped: 0 });
  assert.deepEqual((await bank.send([event])).body, { accepted: 0, duplicates: 1, dropped: 0 });
  assert.equal((await purchases()).length, before + 1);
});

test('a hundred replays at once are one message', async () => {
  const event = purchase();
  const before = (await purchases()).length;
  const answers = await Promise.all(Array.from({ length: 100 }, () => bank.send([event])));
  assert.equal(answers.filter((answer) => answer.status === 202).length, 100);
  assert.equal(
    answers.reduce((sum, answer) => sum + answer.body.accepted, 0),
    1,
  );
  assert.equal((await purchases()).length, before + 1);
});

test('the same id with other content refuses the whole batch, naming the index', async () => {
  const event = purchase();
  await bank.send([event]);
  const other = purchase({ id: String(event['id']), amount: '99.99' });
  const problem = await refused(() => bank.send([purchase(), purchase(), other]), 409, 'event_contradicts');
  assert.equal(problem.index, 2);
  const within = purchase({ id: 'twice' });
  const contradicting = purchase({ id: 'twice', amount: '1.00' });
  assert.equal((await refused(() => bank.send([within, contradicting]), 409, 'event_contradicts')).index, 1);
});

test('a purchase that is posted changes its message in place', async () => {
  const txn = randomUUID();
  await bank.send([purchase({ txn, amount: '20.00' })]);
  const before = await visitor.conversation();
  const { body } = await bank.send([purchase({ txn, type: 'transaction.posted', status: 'posted', amount: '23.50' })]);
  assert.equal(body.accepted, 1);
  const after = await visitor.conversation();
  assert.equal(after.length, before.length);
  const shown = cardsOf(after, 'transaction').find((one) => one.transaction.id === txn);
  assert.deepEqual([shown?.transaction.status, shown?.transaction.amount], ['posted', '23.50']);
  assert.equal((await visitor.entries()).at(-1)?.entry, 'edit');
});

test('authorized and posted in one batch end as one posted message', async () => {
  const txn = randomUUID();
  const before = (await purchases()).length;
  const { body } = await bank.send([
    purchase({ txn }),
    purchase({ txn, type: 'transaction.posted', status: 'posted' }),
  ]);
  assert.equal(body.accepted, 2);
  const shown = (await purchases()).slice(before);
  assert.deepEqual(
    shown.map((one) => one.transaction.status),
    ['posted'],
  );
});

test('an account that nobody linked is dropped and counted, never stored, and raises an alarm', async () => {
  const before = await stored();
  const { status, body } = await bank.send([purchase({ accountId: 'nobody' })]);
  assert.deepEqual([status, body], [202, { accepted: 0, duplicates: 0, dropped: 1 }]);
  assert.equal(await stored(), before);
  assert.match(hub.logged(), /events_dropped/);
  const overview = await (await fetch(hub.staffUrl, { headers: await operatorOf(hub) })).text();
  assert.match(overview, /Of accounts nobody linked/);
});

test('what was not consented to is dropped', async () => {
  const fraud = {
    ...purchase({ type: 'fraud.suspected' }),
    caseId: 'c1',
    reasons: ['place'],
    answerBy: '2026-11-20T15:00:00Z',
    otherwise: 'decline',
  };
  assert.deepEqual((await bank.send([fraud])).body, { accepted: 0, duplicates: 0, dropped: 1 });
});

test('bad signatures, stale timestamps and unknown banks are refused and nothing is stored', async () => {
  const event = [purchase()];
  const foreign = generateKeyPairSync('ed25519').privateKey;
  await refused(() => bank.send(event, { key: foreign }), 401, 'webhook_signature_invalid');
  await refused(() => bank.send(event, { signedBody: Buffer.from('{}') }), 401, 'webhook_signature_invalid');
  await refused(
    () => bank.send(event, { timestamp: String(Math.floor(Date.now() / 1000) - 301) }),
    401,
    'webhook_timestamp_stale',
  );
  await refused(
    () => bank.send(event, { timestamp: String(Math.floor(Date.now() / 1000) + 302) }),
    401,
    'webhook_timestamp_stale',
  );
  await refused(() => bank.send(event, { bank: 'no-such-bank' }), 404, 'bank_unknown');
  await refused(() => bank.send(event, { bank: 'wells-fargo' }), 401, 'webhook_signature_invalid');
  const bare = await fetch(`${hub.url}/v1/banks/citi/events`, { method: 'POST', body: '{}' });
  assert.equal(bare.status, 401);
});

test('a batch over 1,000 events or 1 MiB is refused with 413', async () => {
  await refused(() => bank.send(Array.from({ length: 1001 }, () => purchase())), 413, 'batch_too_large');
  await refused(() => bank.sendRaw(Buffer.alloc(1024 * 1024 + 1, 0x20)), 413, 'body_too_large');
});

test('one malformed event refuses the batch, naming index and field', async () => {
  const wrong = purchase();
  (wrong['transaction'] as Record<string, unknown>)['amount'] = '1.005';
  const problem = await refused(() => bank.send([purchase(), wrong, purchase()]), 422, 'event_malformed');
  assert.deepEqual([problem.index, problem.field], [1, 'events.1.transaction.amount']);
});

test('a bank that rotates its key goes on being understood', async () => {
  const control = (path: string, body?: unknown) =>
    fetch(`${hub.sandboxUrl}/control/banks/citi/${path}`, {
      method: 'POST',
      ...(body !== undefined && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    });
  assert.ok((await control('rotate-keys')).ok);
  const bought = { id: randomUUID(), amount: '3.21', merchant: { name: 'After Rotation' } };
  assert.ok((await control('purchases', { customer: 'customer-1', purchases: [bought] })).ok);
  await until('the purchase', async () =>
    (await purchases()).some((one) => one.transaction.merchant?.name === 'After Rotation'),
  );
});

test('nothing of a purchase or an account stands in the log or, unsealed, in the database', async () => {
  const planted = ['Planted-Merchant-7731', 'PLANTED-MERCHANT-7731', card];
  for (const secret of planted) assert.equal(hub.logged().includes(secret), false, 'in the log');
  const tables = await hub.db.database.query<{ name: string }>(sql`
    select tablename as name from pg_tables where schemaname = 'public'`);
  for (const { name } of tables) {
    const rows = await hub.db.database.query<{ row: string }>({
      text: `select t::text as row from ${name} t`,
      values: [],
    });
    for (const secret of planted) {
      const hex = Buffer.from(secret).toString('hex');
      assert.equal(
        rows.some(({ row }) => row.includes(secret) || row.includes(hex)),
        false,
        `in ${name}`,
      );
    }
  }
});

test('the end of a consent that nobody has here is dropped and counted', async () => {
  const end = { id: randomUUID(), type: 'consent.revoked', occurredAt: new Date().toISOString(), grantId: 'nobodys' };
  assert.deepEqual((await bank.send([end])).body, { accepted: 0, duplicates: 0, dropped: 1 });
});

test('a consent that the bank ends is ended here, with a way back', async () => {
  const other = await Visitor.arrive(hub);
  await other.link('wells-fargo', 'customer-2');
  const grants = (await (
    await fetch(`${hub.sandboxUrl}/control/banks/wells-fargo/consents?customer=customer-2`)
  ).json()) as { consents: { id: string; status: string }[] };
  const grant = grants.consents.find((one) => one.status === 'ACTIVE');
  assert.ok(grant);
  const signer = await BankSigner.of(hub, 'wells-fargo');
  const ended = { id: randomUUID(), type: 'consent.revoked', occurredAt: new Date().toISOString(), grantId: grant.id };
  assert.deepEqual((await signer.send([ended])).body, { accepted: 1, duplicates: 0, dropped: 0 });
  assert.deepEqual((await signer.send([ended])).body, { accepted: 0, duplicates: 1, dropped: 0 });
  assert.equal((await signer.send([{ ...ended, grantId: 'another' }])).status, 409);
  assert.deepEqual((await other.me()).links, []);
  const last = (await other.conversation()).at(-1);
  assert.equal(last?.waysOn?.[0]?.way, 'link-bank');
  assert.equal(cardsOf(last ? [last] : [], 'consent')[0]?.ended?.by, 'bank');
});
