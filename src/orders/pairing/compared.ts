import type { LinkId, RecordId } from '#base';
import { parseMoney } from '#base';
import type { OpenedRecord } from '#vault';
import type { KeptReceipt } from '../keeping/receipts.ts';
import { placeOfCode } from '../matching/places.ts';
import type { PurchaseSide, ReceiptSide, Sum, When } from '../matching/matched.ts';

/** A record by the link that it lies under: what a pair names. */
export interface RecordOf {
  readonly linkId: LinkId;
  readonly recordId: RecordId;
}

/** One name for a record, as the matching knows it. */
export const nameOfRecord = ({ linkId, recordId }: RecordOf): string => `${linkId}|${recordId}`;

/** What of a purchase is compared; undefined for a record of another kind. */
export function purchaseSide(linkId: LinkId, { recordId, content }: OpenedRecord): PurchaseSide | undefined {
  if (content.kind !== 'transaction') return undefined;
  const { transaction, account } = content;
  const { merchant, description, before, currency, direction, status } = transaction;
  const place = placeOfCode(merchant?.category);
  const last4 = transaction.cardLast4 ?? (account.kind === 'card' ? account.last4 : undefined);
  return {
    id: nameOfRecord({ linkId, recordId }),
    sum: sumOf(transaction.amount, currency),
    ...(before !== undefined && { beforeMinor: sumOf(before, currency).minor }),
    way: direction,
    status,
    names: [...(merchant ? [merchant.name] : []), description],
    when: whenOf(transaction.occurredAt, transaction.localDate),
    ...(last4 !== undefined && { last4 }),
    ...(place && { place }),
  };
}

/** Whether an order was called off, or failed, and nothing was given back of it: no purchase paid it. */
export const isUnpaid = ({ receipt: { cancelledAt, refunded } }: KeptReceipt): boolean =>
  cancelledAt !== undefined && refunded === undefined;

/** What of a receipt is compared; undefined where it is none, does not say when it was ordered, or was never paid. */
export function receiptSide(linkId: LinkId, { recordId, content }: OpenedRecord): ReceiptSide | undefined {
  if (content.kind !== 'receipt' || content.receipt.orderedAt === undefined || isUnpaid(content)) return undefined;
  const { shop, total, currency, orderedAt, tip, refunded } = content.receipt;
  const { cardLast4 } = content.order;
  const minorOf = (amount: string | undefined) => (amount === undefined ? 0 : sumOf(amount, currency).minor);
  return {
    id: nameOfRecord({ linkId, recordId }),
    shop,
    sum: sumOf(total, currency),
    kind: 'order',
    when: whenOf(orderedAt),
    ...(refunded !== undefined && { refundedMinor: minorOf(refunded) }),
    ...(tip !== undefined && { tipMinor: minorOf(tip) }),
    ...(cardLast4 !== undefined && { last4: cardLast4 }),
  };
}

function sumOf(amount: string, currency: string): Sum {
  return { minor: Math.abs(Number(parseMoney(amount, currency).minor)), currency };
}

const dayMs = 86_400_000;

function whenOf(instant: string, localDate?: string): When {
  const atMs = Date.parse(instant);
  const day = localDate === undefined ? atMs : Date.parse(`${localDate}T00:00:00Z`);
  return { atMs, day: Math.floor(day / dayMs) };
}
