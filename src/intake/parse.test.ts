import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BatchRefusal, parseBatch } from './parse.ts';

/** When the batch arrives. */
const now = Date.parse('2026-11-20T20:00:00Z');

const purchase = {
  id: 'evt_1',
  type: 'transaction.authorized',
  occurredAt: '2026-11-20T14:14:00-05:00',
  accountId: 'acc_1',
  transaction: {
    id: 'txn_1',
    status: 'authorized',
    amount: '65.70',
    currency: 'USD',
    direction: 'debit',
    localDate: '2026-11-20',
    description: 'STROMAN & HUDSON',
    merchant: {
      name: 'Stroman & Hudson',
      category: '5541',
      address: { city: 'Westerville', region: 'OH', country: 'US' },
      location: { lat: 40.126, lon: -82.929 },
    },
    cardLast4: '2291',
  },
  balance: { current: '-412.08', available: '1587.92', currency: 'USD', asOf: '2026-11-20T14:14:01-05:00' },
};

const batch = (...events: unknown[]): Buffer => Buffer.from(JSON.stringify({ events }));
/** The purchase with one field, dotted, set to another value or taken out. */
function changed(path: string, value?: unknown): Record<string, unknown> {
  const copy = structuredClone(purchase) as Record<string, unknown>;
  const steps = path.split('.');
  const last = steps.pop() ?? '';
  let place = copy;
  for (const step of steps) place = place[step] as Record<string, unknown>;
  if (value === undefined) delete place[last];
  else place[last] = value;
  return copy;
}

function refusal(body: Buffer): BatchRefusal {
  try {
    parseBatch(body, now);
  } catch (error) {
    if (error instanceof BatchRefusal) return error;
    throw error;
  }
  return assert.fail('the batch was not refused');
}

test('the purchase of the contract is read; unknown fields are ignored', () => {
  const [read] = parseBatch(batch({ ...purchase, novelty: { any: 'thing' } }), now);
  assert.equal(read?.event.type, 'transaction.authorized');
  assert.equal('novelty' in (read?.event ?? {}), false);
});

test('the content hash follows what was sent, not how it was written', () => {
  const hashOf = (event: unknown): string => parseBatch(batch(event), now)[0]?.contentHash.toString('hex') ?? '';
  const reordered = Object.fromEntries(Object.entries(purchase).toReversed());
  assert.equal(hashOf(purchase), hashOf(reordered));
  assert.notEqual(hashOf(purchase), hashOf(changed('transaction.amount', '65.71')));
});

test('a malformed event refuses the batch, naming index and field', () => {
  const cases: [string, unknown][] = [
    ['id', ''],
    ['type', 'transaction.invented'],
    ['occurredAt', '2026-11-20'],
    ['occurredAt', '2026-02-30T10:00:00Z'],
    ['occurredAt', '1999-12-31T23:59:59Z'],
    ['occurredAt', '2026-11-23T00:00:00Z'],
    ['accountId', undefined],
    ['transaction.status', 'posted'],
    ['transaction.id', undefined],
    ['transaction.id', 'a\u0000b'],
    ['transaction.amount', '65.701'],
    ['transaction.amount', 65.7],
    ['transaction.amount', '-65.70'],
    ['transaction.amount', '1e3'],
    ['transaction.currency', 'XXQ'],
    ['transaction.currency', 'usd'],
    ['transaction.direction', 'out'],
    ['transaction.localDate', '2026-02-30'],
    ['transaction.localDate', '20.11.2026'],
    ['transaction.merchant.category', '55'],
    ['transaction.merchant.location.lat', 90.01],
    ['transaction.merchant.location.lon', -180.5],
    ['transaction.cardLast4', '229'],
    ['balance.asOf', 'yesterday'],
    ['balance.current', '1.005'],
  ];
  for (const [path, value] of cases) {
    const refused = refusal(batch(purchase, changed(path, value)));
    assert.deepEqual([refused.status, refused.code, refused.index], [422, 'event_malformed', 1], path);
    assert.equal(refused.field, `events.1.${path}`);
    assert.equal(
      typeof value === 'string' && value.length > 6 && refused.message.includes(value),
      false,
      'what was sent is not repeated',
    );
  }
});

test('an amount has no more decimals than its currency', () => {
  const yen = { ...changed('transaction.currency', 'JPY'), balance: undefined };
  assert.equal(
    refusal(batch({ ...yen, transaction: { ...purchase.transaction, currency: 'JPY', amount: '500.5' } })).field,
    'events.0.transaction.amount',
  );
  assert.equal(
    parseBatch(batch({ ...yen, transaction: { ...purchase.transaction, currency: 'JPY', amount: '500' } }), now).length,
    1,
  );
  assert.equal(
    parseBatch(batch({ ...yen, transaction: { ...purchase.transaction, currency: 'KWD', amount: '1.125' } }), now)
      .length,
    1,
  );
});

test('what is no batch is refused', () => {
  for (const body of ['', '{', 'null', '[]', '{"events":[]}', '{"events":{}}', '{"event":[1]}']) {
    assert.equal(refusal(Buffer.from(body)).status, 422, body);
  }
  assert.equal(refusal(Buffer.from([0x7b, 0xff, 0x7d])).code, 'batch_malformed');
  assert.equal(refusal(batch(...Array.from({ length: 1001 }, () => 1))).status, 413);
});

test('a deeply nested body is refused without harm', () => {
  const depth = 100_000;
  const nested = `{"events":[${'['.repeat(depth)}${']'.repeat(depth)}]}`;
  assert.equal(refusal(Buffer.from(nested)).status, 422);
});
