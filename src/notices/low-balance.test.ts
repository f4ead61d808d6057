import { deepEqual, equal } from 'node:assert/strict';
import { test } from 'node:test';
import { newId, type AccountRef, type ConversationId, type CustomerId, type LinkId, type RecordId } from '#base';
import type { AccountLabel, Balance, Hearing } from '#contract';
import type { LowSide } from '#linking';
import { crossingsIn, lowBalanceNotices } from './low-balance.ts';
import type { StoredEvent } from './plan.ts';

const thread = { customerId: newId<CustomerId>(), conversationId: newId<ConversationId>() };
const linkId = newId<LinkId>();
const accountRef = newId<AccountRef>();
const limit = { low: { amount: '100.00', currency: 'USD' } };
const begun = '2026-11-20T10:00:00.000Z';

interface Told {
  readonly available?: string;
  readonly current?: string;
  readonly asOf?: string;
  readonly currency?: string;
  readonly kind?: AccountLabel['kind'];
  readonly side?: LowSide['side'];
  readonly hearing?: Hearing;
  readonly outcome?: 'kept';
}

function told({ side = 'above', hearing = limit, kind = 'checking', outcome, ...balance }: Told): StoredEvent {
  const held: Balance = { current: '500.00', currency: 'USD', asOf: '2026-11-20T11:00:00Z', ...balance };
  const low = { side, asOf: begun, sealed: Buffer.of(1) };
  return {
    type: 'balance.changed',
    thread,
    linkId,
    wishes: { accountRef, accountIndex: Buffer.alloc(32), hearing, ...(hearing.low && { low }) },
    stored: {
      recordId: newId<RecordId>(),
      revision: 1,
      outcome: outcome ?? 'replaced',
      amountChanged: false,
      content: { kind: 'balance', bank: 'citi', account: { kind, last4: '4417' }, balance: held },
    },
  };
}

const sides = (...events: readonly Told[]): string[] => crossingsIn(events.map(told)).map((one) => one.side);

test('less than the limit is below it and the limit itself is not; what can be drawn counts before what stands there', () => {
  deepEqual(sides({ current: '99.99' }), ['under']);
  deepEqual(sides({ current: '100.00' }), []);
  deepEqual(sides({ current: '500.00', available: '20.00' }), ['under']);
  deepEqual(sides({ current: '-5.00' }), ['under']);
});

test('who is below already is not told again, and is above again at the limit', () => {
  deepEqual(sides({ current: '20.00', side: 'under' }), []);
  deepEqual(sides({ current: '100.00', side: 'under' }), ['above']);
});

test('the newest balance of a batch decides, in whatever order they come', () => {
  const low = { current: '20.00', asOf: '2026-11-20T11:00:00Z' };
  const high = { current: '200.00', asOf: '2026-11-20T12:00:00Z' };
  deepEqual(sides(low, high), []);
  deepEqual(sides(high, low), []);
  deepEqual(sides({ ...high, asOf: '2026-11-20T10:30:00Z' }, low), ['under']);
});

test('a card, another currency, an older balance, one that was kept out and an account without a limit say nothing', () => {
  deepEqual(sides({ current: '-600.00', kind: 'card' }), []);
  deepEqual(sides({ current: '20.00', currency: 'MXN' }), []);
  deepEqual(sides({ current: '20.00', asOf: '2026-11-20T09:59:59Z' }), []);
  deepEqual(sides({ current: '20.00', outcome: 'kept' }), []);
  deepEqual(sides({ current: '20.00', hearing: {} }), []);
});

test('falling below is said with the limit, and can wait; coming up again is not said', () => {
  const [change] = lowBalanceNotices(crossingsIn([told({ current: '20.00' })]), 0);
  const said = change?.entry === 'message' && change.body.from === 'link' ? change.body.said : undefined;
  equal(said?.canWait, true);
  deepEqual(said?.content.kind === 'card' && said.content.card.card === 'balance' && said.content.card.low, limit.low);
  deepEqual(lowBalanceNotices(crossingsIn([told({ current: '200.00', side: 'under' })]), 0), []);
});
