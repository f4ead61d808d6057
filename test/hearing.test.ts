import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import type { Clock } from '#base';
import type { HearingAnswer, LedgerPage, Message, Privacy } from '#contract';
import { sql } from '#db';
import { BankSigner } from './bank-signer.ts';
import { testHub, type TestHub } from './hub.ts';
import { cardsOf, Visitor } from './visitor.ts';
import { until } from './until.ts';

// What the customer chose to be told in the chat holds for the events that a bank sends afterwards.

let hub: TestHub;
let visitor: Visitor;
let bank: BankSigner;
let card = '';
let checking = '';

/** Begins today and can be set on: a digest's hour comes when the test says so. */
let aheadMs = 0;
const clock: Clock = { nowMs: () => Date.now() + aheadMs, monotonicMs: () => performance.now() };

before(async () => {
  hub = await testHub({ clock });
  visitor = await Visitor.arrive(hub);
  await visitor.link('citi', 'customer-1');
  bank = await BankSigner.of(hub, 'citi');
  card = await bank.accountId('customer-1', 'card');
  checking = await bank.accountId('customer-1', 'checking');
});
after(() => hub.close());

const purchase = (amount: string, txn: string = randomUUID(), status = 'authorized'): Record<string, unknown> => ({
  id: randomUUID(),
  type: `transaction.${status}`,
  occurredAt: '2026-11-20T14:14:00-05:00',
  accountId: card,
  transaction: {
    id: txn,
    status,
    amount,
    currency: 'USD',
    direction: 'debit',
    localDate: '2026-11-20',
    description: 'CORNER SHOP',
    merchant: { name: 'Corner Shop' },
  },
});

async function shown(): Promise<string[]> {
  return cardsOf(await visitor.conversation(), 'transaction')
    .filter((one) => one.transaction.description === 'CORNER SHOP')
    .map((one) => one.transaction.amount);
}

async function records(): Promise<number> {
  const [row] = await hub.db.database.query<{ n: number }>(sql`select count(*)::integer as n from records`);
  return row?.n ?? 0;
}

async function said(text: string): Promise<string> {
  return (await visitor.ask(text)).map(({ content }) => content.text).join(' ');
}

test('what is not to be told is stored without a message, and told when its amount passes the limit', async () => {
  assert.match(await said('Only tell me about purchases over $50'), /only about purchases over \$50/);
  const before = await records();
  const tip = randomUUID();
  const { body } = await bank.send([purchase('49.00', tip), purchase('50.00'), purchase('50.01')]);
  assert.deepEqual(body, { accepted: 3, duplicates: 0, dropped: 0 });
  assert.deepEqual(await shown(), ['50.01']);
  assert.equal(await records(), before + 3);
  await bank.send([purchase('58.00', tip, 'posted')]);
  assert.deepEqual((await shown()).toSorted(), ['50.01', '58.00']);
});

test('a purchase that was told goes on changing its message when the choice is narrower by then', async () => {
  await said('tell me everything');
  const txn = randomUUID();
  await bank.send([purchase('7.00', txn)]);
  assert.ok((await shown()).includes('7.00'));
  await said('no me avises de nada');
  await bank.send([purchase('8.25', txn, 'posted'), purchase('900.00')]);
  const now = await shown();
  assert.ok(now.includes('8.25') && !now.includes('7.00') && !now.includes('900.00'));
});

test('the choice is said when asked for, and stands sealed in the database', async () => {
  await said('only tell me about purchases over $4321');
  assert.match(await said('what do you tell me about?'), /purchases over \$4,321/);
  const rows = await hub.db.database.query<{ sealed: Buffer | null }>(
    sql`select sealed_hearing as sealed from accounts`,
  );
  const sealed = rows.flatMap((row) => row.sealed ?? []);
  assert.ok(sealed.length > 0 && sealed.every((one) => !one.includes('4321')));
});

const balance = (available: string, asOf: string, id: string = randomUUID()): Record<string, unknown> => ({
  id,
  type: 'balance.changed',
  occurredAt: asOf,
  accountId: checking,
  balance: { current: available, available, currency: 'USD', asOf },
});

const lowTold = async (): Promise<(string | undefined)[]> =>
  cardsOf(await visitor.conversation(), 'balance').flatMap((one) =>
    one.low ? one.accounts[0]?.balance.available : [],
  );

test('an account that falls below its limit is told of once, and again only after it was above it', async () => {
  assert.match(await said('tell me when my checking account falls below $100'), /when less than \$100\.00 is left/);
  await bank.send([balance('150.00', '2026-11-20T10:00:00Z')]);
  assert.deepEqual(await lowTold(), []);
  await bank.send([balance('99.99', '2026-11-20T10:01:00Z')]);
  await bank.send([balance('80.00', '2026-11-20T10:02:00Z')]);
  assert.deepEqual(await lowTold(), ['99.99']);
  await bank.send([balance('100.00', '2026-11-20T10:03:00Z')]);
  // Older than what was decided by: the bank sends it late.
  await bank.send([balance('10.00', '2026-11-20T09:00:00Z')]);
  assert.deepEqual(await lowTold(), ['99.99']);
  // Made up for within the batch.
  await bank.send([balance('50.00', '2026-11-20T10:04:00Z'), balance('400.00', '2026-11-20T10:05:00Z')]);
  assert.deepEqual(await lowTold(), ['99.99']);
  const down = { ...purchase('380.00'), accountId: checking };
  await bank.send([{ ...down, balance: { current: '20.00', currency: 'USD', asOf: '2026-11-20T10:06:00Z' } }]);
  const cards = cardsOf(await visitor.conversation(), 'balance').filter((one) => one.low);
  assert.deepEqual(
    cards.map((one) => one.accounts[0]?.balance.current),
    ['99.99', '20.00'],
  );
});

test('of batches that bring the same news at once one tells it', async () => {
  await bank.send([balance('500.00', '2026-11-20T11:00:00Z')]);
  const before = (await lowTold()).length;
  const sent = await Promise.all(
    Array.from({ length: 8 }, (_, n) => bank.send([balance('5.00', `2026-11-20T11:01:0${n}Z`)])),
  );
  assert.ok(sent.every(({ status }) => status === 202));
  assert.equal((await lowTold()).length, before + 1);
});

test('the side of a limit that an account was on stands sealed, as long on the one as on the other', async () => {
  const length = async (): Promise<number | undefined> => {
    const rows = await hub.db.database.query<{ sealed: Buffer }>(
      sql`select sealed_low as sealed from accounts where sealed_low is not null`,
    );
    assert.equal(rows.length, 1);
    return rows[0]?.sealed.length;
  };
  const under = await length();
  await bank.send([balance('900.00', '2026-11-20T12:00:00Z')]);
  assert.equal(await length(), under);
  assert.match(await said('don’t tell me about low balances'), /about/);
  const left = await hub.db.database.query(sql`select from accounts where sealed_low is not null`);
  assert.equal(left.length, 0);
});

test('a salary is told among money that comes in', async () => {
  await said('only tell me about my salary');
  const paid = (description: string) => {
    const { transaction, ...event } = purchase('2100.00');
    return { ...event, transaction: { ...(transaction as object), direction: 'credit', description } };
  };
  await bank.send([paid('CORNER SHOP'), paid('PAYROLL CORNER SHOP')]);
  const told = cardsOf(await visitor.conversation(), 'transaction').map((one) => one.transaction.description);
  assert.ok(told.includes('PAYROLL CORNER SHOP'));
  assert.ok(!(await shown()).includes('2100.00'));
  await said('tell me everything');
});

async function reasons(): Promise<string[]> {
  const { body } = await visitor.call<LedgerPage>('GET', '/api/ledger?limit=500');
  return [...body.waiting, ...body.entries.map((entry) => entry.record)].map((record) => {
    const { purpose = '', reason = '', records = '' } = record;
    return [purpose, reason, records].map(String).join(' ');
  });
}

test('a use of what is kept without being told is entered as that', async () => {
  await said('only tell me about purchases over $5000');
  await bank.send([purchase('1.00'), purchase('2.00'), purchase('6000.00'), balance('900.00', '2026-11-20T12:30:00Z')]);
  const entered = await reasons();
  for (const one of ['transactions event-kept 2', 'transactions event-shown 1', 'balances event-kept 1'])
    assert.ok(entered.includes(one), one);
  await said('tell me everything');
});

const newest = async (): Promise<Message | undefined> => (await visitor.conversation()).at(-1);

test('in quiet hours what comes by itself stands in the thread and is not announced; an answer is', async () => {
  const { hour } = Temporal.Instant.fromEpochMilliseconds(clock.nowMs()).toZonedDateTimeISO('UTC');
  await visitor.call('PUT', '/api/settings', { timeZone: 'UTC' });
  const time = (hours: number): string => `${String((hours + 24) % 24).padStart(2, '0')}:00`;
  const quiet = { from: time(hour - 1), to: time(hour + 2) };
  const { status, body } = await visitor.call<HearingAnswer>('PUT', '/api/hearing', { quiet });
  assert.deepEqual([status, body.quiet], [200, quiet]);
  await bank.send([purchase('3.33')]);
  assert.equal((await newest())?.quiet, true);
  assert.ok((await shown()).includes('3.33'));
  const [answer] = await visitor.ask('what are my quiet hours?');
  assert.ok(answer && answer.quiet === undefined);
  await said('no quiet hours');
  await bank.send([purchase('3.34')]);
  assert.equal((await newest())?.quiet, undefined);
});

test('the digest comes once a day at its hour, adds up each account, and is entered as a use', async () => {
  await said('only tell me about purchases over $5000');
  const zoned = Temporal.Instant.fromEpochMilliseconds(clock.nowMs()).toZonedDateTimeISO('UTC');
  const hour = (zoned.hour + 2) % 24;
  const { body } = await visitor.call<HearingAnswer>('PUT', '/api/hearing', { digestHour: hour });
  assert.equal(body.digestHour, hour);
  const savings = await bank.accountId('customer-1', 'savings');
  const moved = (amount: string, over: Record<string, unknown> = {}): Record<string, unknown> => {
    const { transaction, ...event } = purchase(amount);
    const localDate = zoned.toPlainDate().toString();
    const occurredAt = new Date(clock.nowMs()).toISOString();
    return {
      ...event,
      accountId: savings,
      occurredAt,
      transaction: { ...(transaction as object), localDate, ...over },
    };
  };
  const longAgo = { ...moved('70.00'), occurredAt: new Date(clock.nowMs() - 40 * 3_600_000).toISOString() };
  await bank.send([moved('12.30'), moved('7.71'), moved('5.00', { direction: 'credit' }), longAgo]);
  await bank.send([{ ...moved('9.99', { status: 'reversed' }), type: 'transaction.reversed' }]);
  const digests = async (): Promise<string[]> =>
    (await visitor.conversation()).flatMap(({ content }) => (content.text.startsWith('Since ') ? content.text : []));
  assert.deepEqual(await digests(), []);
  aheadMs = 3 * 3_600_000;
  const [text = ''] = await until('the digest', async () => {
    const found = await digests();
    return found.length > 0 && found;
  });
  assert.match(text, /^Since .+:\n/);
  // At the end of a month the bank adds its interest to what came in.
  assert.match(text, /Citi, [\w ]+ \d{4}: 2 charges, \$20\.01; \d credits?, \$/);
  assert.equal((await reasons()).filter((one) => one.startsWith('transactions digest')).length, 1);
  const [next] = await hub.db.database.query<{ at: Date }>(
    sql`select digest_at as at from customers where digest_at is not null`,
  );
  assert.ok(next && next.at.getTime() > clock.nowMs());
  assert.match(await said('no daily summary'), /no daily summary/);
  aheadMs = 0;
});

test('nobody changes what another customer hears', async () => {
  const { body: mine } = await visitor.call<HearingAnswer>('GET', '/api/hearing');
  const other = await Visitor.arrive(hub);
  const accounts = mine.accounts.map(({ id }) => id);
  const { body } = await other.call<HearingAnswer>('PUT', '/api/hearing', { accounts, change: { only: {} } });
  assert.deepEqual(body.accounts, []);
  assert.deepEqual((await visitor.call<HearingAnswer>('GET', '/api/hearing')).body, mine);
});

test('what was chosen outlives a smaller consent, whose key is another one', async () => {
  await said('only tell me about purchases over $77');
  await said('tell me when my checking account falls below $100');
  const { body: before } = await visitor.call<HearingAnswer>('GET', '/api/hearing');
  assert.equal(before.accounts.filter((one) => one.low).length, 1);
  const { body: shared } = await visitor.call<Privacy>('GET', '/api/privacy');
  const [link] = shared.links;
  const given = link?.accounts.find((account) => account.kind === 'savings');
  assert.ok(link && given);
  const { status } = await visitor.call('POST', `/api/links/${link.id}/narrow`, { accounts: [given.id] });
  assert.equal(status, 200);
  const { body: after } = await visitor.call<HearingAnswer>('GET', '/api/hearing');
  assert.deepEqual(
    after.accounts,
    before.accounts.filter(({ id }) => id !== given.id),
  );
  const told = (await lowTold()).length;
  const asOf = new Date(clock.nowMs()).toISOString();
  await bank.send([balance('1.00', asOf)]);
  assert.equal((await lowTold()).length, told + 1);
});
