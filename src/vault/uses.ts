import { TellerlineError } from '#base';
import type { Purpose } from '#contract';
import type { RecordContent } from './records.ts';

interface May {
  /** Which records may be opened, and under which names of fields. */
  readonly records: Readonly<Partial<Record<RecordContent['kind'], readonly string[]>>>;
  /** What may be asked of the bank or shown besides. */
  readonly fields: readonly string[];
}

/** Messages that were written under a purpose, whichever it is, may be shown again under it. */
const message = ['message'];

/**
 * What each purpose may read: closed, and for every actor, the customer included. What a purpose does not
 * name is refused, whoever asks; a purpose that is not offered yet reads nothing.
 */
const USES: Readonly<Record<Purpose | 'none', May>> = {
  balances: { records: { balance: ['balance'] }, fields: ['balance', ...message] },
  transactions: {
    records: { transaction: ['transaction', 'transaction.merchant'] },
    fields: ['transaction', 'transaction.merchant', ...message],
  },
  receipts: { records: { receipt: ['receipt'] }, fields: ['receipt', ...message] },
  shipping: { records: { parcel: ['parcel'] }, fields: ['parcel', ...message] },
  'fraud-alerts': { records: { alert: ['hold'] }, fields: ['hold', 'last-purchase', 'card', ...message] },
  'customer-chat': {
    records: { transaction: ['purchases'] },
    fields: ['case', 'accounts', 'balances', 'purchases', 'card', 'disputes', ...message],
  },
  'account-management': { records: {}, fields: ['card', 'dispute', 'statement', ...message] },
  none: { records: {}, fields: message },
};

/**
 * Passes when the purpose may use these fields at all, and, of records, when it may open that kind.
 *
 * @throws TellerlineError `use_outside_purpose` 403
 */
export function requirePurposeMay(purpose: string, fields: readonly string[], kind?: RecordContent['kind']): void {
  const may = USES[purpose as keyof typeof USES] as May | undefined;
  const named = kind === undefined ? may?.fields : may?.records[kind];
  if (fields.length > 0 && fields.every((field) => named?.includes(field))) return;
  throw new TellerlineError('use_outside_purpose', 403, 'This purpose does not cover that use.', { purpose });
}

/**
 * As much of a record as the use covers: of merchants alone no amount and no day; what an account held after
 * a purchase only where balances are shared as well, and an order's parcels only where parcels are.
 */
export function coveredPart(
  content: RecordContent,
  fields: readonly string[],
  purposes: ReadonlySet<Purpose> | undefined,
): RecordContent {
  if (content.kind === 'receipt') return purposes?.has('shipping') ? content : withoutParcels(content);
  if (content.kind !== 'transaction') return content;
  const { balance, ...rest } = content;
  // Staff see a purchase, and what the account held after it only where they may look at balances, which is a look of its own.
  if (fields.includes('purchases')) return rest;
  if (fields.includes('transaction') || fields.includes('message'))
    return purposes?.has('balances') && balance ? { ...rest, balance } : rest;
  const { id, status, currency, direction, merchant } = content.transaction;
  const nothing = { amount: '0.00', occurredAt: '1970-01-01T00:00:00Z', localDate: '1970-01-01', description: '' };
  return { ...rest, transaction: { id, status, currency, direction, ...nothing, ...(merchant && { merchant }) } };
}

/** Where a parcel is belongs to another purpose than what was bought. */
function withoutParcels(content: Extract<RecordContent, { kind: 'receipt' }>): RecordContent {
  const { parcels: _parcels, ...receipt } = content.receipt;
  return { ...content, receipt };
}
