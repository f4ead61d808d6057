import * as z from 'zod';

/**
 * Why a record may be used: the closed list. There is no purpose for advertising, cross-selling, sale,
 * scoring or training, so such a use cannot be written down.
 */
export const PURPOSES = [
  'balances',
  'transactions',
  'fraud-alerts',
  'receipts',
  'shipping',
  'customer-chat',
  'account-management',
] as const;

/** One of the closed list. */
export type Purpose = (typeof PURPOSES)[number];

/** A purpose as it comes over the wire; anything off the list is refused. */
export const purposeSchema = z.enum(PURPOSES);
