import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { ReadParcel, ReadReceipt, ReadStep } from '../sources/understood.ts';
import { isWorthSaying, mergeParcel, type KeptParcel } from './parcels.ts';
import { mergeReceipt, type KeptReceipt } from './receipts.ts';

const shop = { id: 'shop-northwind', name: 'Northwind Books' };
const of = { bank: shop.id, shop: shop.name };

const order: ReadReceipt = {
  told: 'order',
  orderId: '1',
  number: '#1',
  state: 'paid',
  lines: [{ title: 'Atlas', quantity: 1, total: '40.00' }],
  currency: 'USD',
  total: '40.00',
  addsUp: true,
  parcels: [],
  updatedAt: '2026-11-20T10:00:00.000Z',
};
const refund = (id: string, amount: string): ReadReceipt => ({
  told: 'refund',
  orderId: '1',
  state: 'part-refunded',
  lines: [],
  refunds: [{ id, amount }],
  refunded: amount,
  addsUp: true,
  parcels: [],
});
const all = (told: readonly ReadReceipt[]): KeptReceipt | undefined =>
  told.reduce<KeptReceipt | undefined>((kept, one) => mergeReceipt(kept, one, shop), undefined);

test('refunds add up once each, in whatever order and however often they are told', () => {
  const told = [refund('a', '5.00'), refund('b', '7.50'), refund('a', '5.00')];
  fc.assert(
    fc.property(fc.shuffledSubarray(told, { minLength: 3 }), (refunds) => {
      assert.equal(all([order, ...refunds, order])?.receipt.refunded, '12.50');
    }),
  );
});

test('an older telling changes nothing, and a refund alone makes no receipt', () => {
  const newer = { ...order, total: '45.00', updatedAt: '2026-11-20T11:00:00.000Z' };
  assert.equal(all([newer, order])?.receipt.total, '45.00');
  assert.equal(all([order, newer])?.receipt.total, '45.00');
  assert.equal(all([refund('a', '5.00')]), undefined);
});

const scans: readonly ReadStep[] = [
  { state: 'announced', at: '2026-11-20T08:00:00.000Z' },
  { state: 'accepted', at: '2026-11-20T12:00:00.000Z', place: { name: 'Reno, NV' } },
  { state: 'in-transit', at: '2026-11-21T03:00:00.000Z', place: { name: 'Denver, CO' } },
  { state: 'exception', trouble: 'weather', at: '2026-11-21T09:00:00.000Z', place: { name: 'Denver, CO' } },
  { state: 'in-transit', at: '2026-11-22T03:00:00.000Z', place: { name: 'Columbus, OH' } },
  { state: 'out-for-delivery', at: '2026-11-22T08:00:00.000Z', place: { name: 'Westerville, OH' } },
  { state: 'delivered', at: '2026-11-22T14:00:00.000Z', place: { name: 'Westerville, OH' } },
];
const scanned = (step: ReadStep): ReadParcel => ({
  trackingNumber: '1Z5R89390357567127',
  state: step.state,
  ...(step.trouble && { trouble: step.trouble }),
  steps: [step],
  ...(step.at && { updatedAt: step.at }),
});
const moved = (steps: readonly ReadStep[]): KeptParcel | undefined =>
  steps.reduce<KeptParcel | undefined>((kept, step) => mergeParcel(kept, scanned(step), of), undefined);

test('scans in any order, doubled too, make the same parcel, and none moves it back', () => {
  const right = moved(scans);
  assert.deepEqual(right?.parcel.steps, scans);
  assert.equal(right.parcel.carrier, 'UPS');
  fc.assert(
    fc.property(fc.shuffledSubarray([...scans, ...scans.slice(2, 5)], { minLength: 10 }), (steps) => {
      assert.deepEqual(moved(steps)?.parcel, right.parcel);
    }),
    { numRuns: 300 },
  );
});

test('what was the matter is over when the parcel moves again; a label printed anew changes nothing', () => {
  assert.equal(moved(scans.slice(0, 4))?.parcel.trouble, 'weather');
  const on = moved(scans.slice(0, 5));
  assert.deepEqual([on?.parcel.state, on?.parcel.trouble], ['in-transit', undefined]);
  const anew = on && mergeParcel(on, scanned({ state: 'announced', at: '2026-11-23T00:00:00.000Z' }), of);
  assert.equal(anew?.parcel.state, 'in-transit');
});

test('only the door step, arrival and trouble are worth a word', () => {
  const worth: string[] = [];
  let kept: KeptParcel | undefined;
  for (const step of scans) {
    const now = mergeParcel(kept, scanned(step), of);
    if (isWorthSaying(kept, now)) worth.push(now.parcel.state);
    kept = now;
  }
  assert.deepEqual(worth, ['exception', 'out-for-delivery', 'delivered']);
});
