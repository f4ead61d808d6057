import { isDeepStrictEqual } from 'node:util';
import { limits } from '#base';
import type { ParcelCard, ReceiptCard } from '#contract';
import type { RecordContent } from '#vault';
import { decimalOf, minorOf, sumOf } from '../sources/amounts.ts';
import { withoutAbsent, type ReadReceipt } from '../sources/understood.ts';

/** A receipt as it is kept. */
export type KeptReceipt = Extract<RecordContent, { kind: 'receipt' }>;

/** The shop that tells, as it is set up. */
export interface ToldBy {
  /** Among those who give data: `shop-…`. */
  readonly id: string;
  readonly name: string;
}

/**
 * Puts what a shop tells of an order together with what stands: a later telling takes the place of an earlier one
 * whatever the order of their arrival, refunds are counted once each and are never taken back by an older telling.
 * Undefined when there is nothing to show yet: no total in any currency, or a refund of an order that nobody told of.
 */
export function mergeReceipt(
  before: KeptReceipt | undefined,
  told: ReadReceipt,
  shop: ToldBy,
): KeptReceipt | undefined {
  const refunds = refundsOf(before, told);
  if (told.told === 'refund') return before && withRefunds(before, refunds, told);
  const card = cardOf(told, shop);
  if (!card) return before;
  if (before && isOlder(told, before)) return withRefunds(before, refunds, told);
  const order = withoutAbsent<KeptReceipt['order']>({
    id: told.orderId ?? before?.order.id,
    updatedAt: told.updatedAt ?? before?.order.updatedAt,
    refunds,
    parcels: before?.order.parcels ?? [],
    cardLast4: told.cardLast4 ?? before?.order.cardLast4,
  });
  const receipt = { ...card, ...(before?.receipt.parcels && { parcels: before.receipt.parcels }) };
  return withRefunds({ kind: 'receipt', bank: shop.id, receipt, order }, refunds, told);
}

function isOlder(told: ReadReceipt, { order }: KeptReceipt): boolean {
  return told.updatedAt !== undefined && order.updatedAt !== undefined && told.updatedAt < order.updatedAt;
}

function cardOf(told: ReadReceipt, shop: ToldBy): ReceiptCard | undefined {
  const { total, currency, state, updatedAt } = told;
  if (total === undefined || currency === undefined) return undefined;
  const isOff = state === 'cancelled' || state === 'failed';
  return withoutAbsent<ReceiptCard>({
    card: 'receipt',
    shop: shop.name,
    number: told.number,
    orderedAt: told.orderedAt,
    cancelledAt: isOff ? (updatedAt ?? told.orderedAt) : undefined,
    lines: told.lines
      .slice(0, limits.receiptLinesMax)
      .map(({ title, quantity, total: line }) => withoutAbsent({ title, quantity, total: line })),
    subtotal: told.subtotal,
    discount: told.discount,
    shipping: told.shipping,
    tax: told.tax,
    taxIncluded: told.taxIncluded,
    tip: told.tip,
    total,
    currency,
    refunded: told.refunded,
    addsUp: told.addsUp,
  });
}

/** Each refund once, by its id; one without an id by its amount and time. */
function refundsOf(before: KeptReceipt | undefined, told: ReadReceipt): KeptReceipt['order']['refunds'] {
  const known = new Map<string, KeptReceipt['order']['refunds'][number]>();
  for (const one of [...(before?.order.refunds ?? []), ...(told.refunds ?? [])])
    known.set(one.id ?? `${one.amount}|${one.at ?? ''}`, one);
  return [...known.values()];
}

/** What was given back is the most that anybody said: the sum of the refunds, or the shop's own figure. */
function withRefunds(kept: KeptReceipt, refunds: KeptReceipt['order']['refunds'], told: ReadReceipt): KeptReceipt {
  const { currency } = kept.receipt;
  // A refund that names no currency is in that of its order.
  const sameCurrency = told.currency === undefined || told.currency === currency;
  const counted = sameCurrency ? refunds : kept.order.refunds;
  const said = [
    sumOf(counted.map((one) => minorOf(one.amount, currency))),
    kept.receipt.refunded === undefined ? undefined : minorOf(kept.receipt.refunded, currency),
    told.refunded === undefined || !sameCurrency ? undefined : minorOf(told.refunded, currency),
  ].filter((one) => one !== undefined);
  const most = said.reduce<bigint>((max, one) => (one > max ? one : max), 0n);
  const refunded = most > 0n ? decimalOf(most, currency) : undefined;
  return {
    ...kept,
    receipt: { ...kept.receipt, ...(refunded !== undefined && { refunded }) },
    order: { ...kept.order, refunds: counted },
  };
}

/** The receipt with one of its parcels as it stands now, by the parcel's subject. */
export function withParcel(kept: KeptReceipt, subject: string, parcel: ParcelCard): KeptReceipt {
  const known = kept.order.parcels.indexOf(subject);
  const parcels = known === -1 ? [...kept.order.parcels, subject] : kept.order.parcels;
  const briefs = [...(kept.receipt.parcels ?? [])];
  const { carrier, trackingLast4, state, expected } = parcel;
  briefs[known === -1 ? parcels.length - 1 : known] = withoutAbsent({ carrier, trackingLast4, state, expected });
  return { ...kept, receipt: { ...kept.receipt, parcels: briefs }, order: { ...kept.order, parcels } };
}

/** Whether there is nothing new in it. */
export const isSame = (one: RecordContent | undefined, other: RecordContent): boolean => isDeepStrictEqual(one, other);
