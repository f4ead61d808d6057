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

export type Purpose = (typeof PURPOSES)[number];

export const purposeSchema = z.enum(PURPOSES);
