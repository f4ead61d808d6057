import { deepEqual, equal } from 'node:assert/strict';
import { test } from 'node:test';
import { newId, type AccountRef, type ConversationId, type CustomerId, type LinkId, type RecordId } from '#base';
import type { HearingWatch, Purchase } from '#contract';
import { isSeen, withSeen, type Watched } from '#linking';
import type { StoredEvent } from './plan.ts';
import { watchingIn } from './watching.ts';

const thread = { customerId: newId<CustomerId>(), conversationId: newId<ConversationId>() };
const linkId = newId<LinkId>();
const accountRef = newId<AccountRef>();
const empty: Watched = {
  merchants: Buffer.alloc(2048).toString('base64'),
  country: '  ',
  at: '1970-01-01T00:00:00.000Z',
};
const everything: HearingWatch = {
  abroad: true,
  online: true,
  newMerchant: true,
  twoCountries: true,
  over: { amount: '100.00', currency: 'USD' },
};

/** A purchase as an event tells it, to a customer with these rules. */
function told(
  purchase: Partial<Purchase>,
  watch: HearingWatch | undefined,
  memory = empty,
  outcome: 'created' | 'replaced' = 'created',
): StoredEvent {
  const transaction: Purchase = {
    id: 't',
    status: 'authorized',
    amount: '20.00',
    currency: 'USD',
    direction: 'debit',
    occurredAt: '2026-11-20T14:00:00Z',
    localDate: '2026-11-20',
    description: 'DINER',
    merchant: { name: 'Diner', address: { country: 'US' } },
    ...purchase,
  };
  return {
    type: 'transaction.authorized',
    thread,
    linkId,
    wishes: {
      accountRef,
      accountIndex: Buffer.alloc(32),
      hearing: watch ? { watch } : {},
      watched: { ...memory, sealed: Buffer.of(1) },
    },
    stored: {
      recordId: newId<RecordId>(),
      revision: 1,
      outcome,
      amountChanged: false,
      content: { kind: 'transaction', bank: 'citi', account: { kind: 'card', last4: '2291' }, transaction },
    },
  };
}

const rules = (...events: readonly StoredEvent[]): string[] => watchingIn(events).asked.map(({ rule }) => rule);
const at = (country: string, minutes: number, more: Partial<Purchase> = {}): Partial<Purchase> => ({
  occurredAt: new Date(Date.UTC(2026, 10, 20, 14, minutes)).toISOString(),
  merchant: { name: 'Diner', address: { country } },
  ...more,
});

test('who watches nothing is asked nothing, and nothing is remembered', () => {
  deepEqual(
    watchingIn([told({ amount: '9000.00', merchant: { name: 'Bar', address: { country: 'MX' } } }, undefined)]),
    {
      asked: [],
      changes: [],
    },
  );
});

test('one purchase is asked about once, by its weightiest rule', () => {
  deepEqual(rules(told({ amount: '500.00', online: true, ...at('MX', 0) }, everything)), ['abroad']);
  deepEqual(rules(told({ amount: '500.00', online: true }, everything)), ['new-merchant']);
  deepEqual(rules(told({ amount: '500.00', online: true }, everything, withSeen(empty, 'Diner'))), ['over-amount']);
  deepEqual(rules(told({ online: true }, everything, withSeen(empty, 'Diner'))), ['online']);
  deepEqual(rules(told({}, everything, withSeen(empty, 'Diner'))), []);
});

test('money in, a reversal, and what was told before are not asked about', () => {
  deepEqual(rules(told({ direction: 'credit' }, everything)), []);
  deepEqual(rules(told({}, everything, empty, 'replaced')), []);
  deepEqual(rules({ ...told({ status: 'reversed' }, everything), type: 'transaction.reversed' }), []);
});

test('two purchases of one batch are judged one after the other', () => {
  const watch: HearingWatch = { twoCountries: true, newMerchant: true };
  const memory = withSeen(empty, 'Diner');
  deepEqual(rules(told(at('US', 0), watch, memory), told(at('CA', 59), watch, memory)), ['two-countries']);
  deepEqual(rules(told(at('US', 0), watch, memory), told(at('CA', 61), watch, memory)), []);
  const bar = { merchant: { name: 'Bar' } };
  deepEqual(rules(told(bar, watch, memory), told(bar, watch, memory)), ['new-merchant']);
  equal(watchingIn([told(bar, watch, memory), told(bar, watch, memory)]).changes.length, 1);
});

test('what is known changes nothing that is remembered, and a late event does not move the card back', () => {
  const watch: HearingWatch = { newMerchant: true };
  const { merchant: _none, ...nowhere } = at('US', 0);
  const known = { ...withSeen(empty, 'Diner'), country: 'US', at: '2026-11-20T14:30:00.000Z' };
  deepEqual(watchingIn([told(nowhere, watch, known)]).changes, []);
  deepEqual(watchingIn([told(at('CA', 0), watch, known)]).changes, []);
});

test('of two thousand merchants every one is remembered, and few new ones are taken for known', (context) => {
  let memory = empty;
  for (let n = 0; n < 2000; n += 1) memory = withSeen(memory, `Merchant ${n}`);
  equal(memory.merchants.length, empty.merchants.length);
  for (let n = 0; n < 2000; n += 1) equal(isSeen(memory, `MERCHANT-${n}`), true);
  const mistaken = Array.from({ length: 2000 }, (_, n) => isSeen(memory, `Other ${n}`)).filter(Boolean).length;
  context.diagnostic(`${mistaken} of 2000 new merchants were taken for known`);
  equal(mistaken < 100, true);
});
