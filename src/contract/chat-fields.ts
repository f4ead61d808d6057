import type { Purpose } from './purposes.ts';

/** What staff may be shown of a customer besides the words of the case, each ticked by itself by the customer. */
export const CHAT_FIELDS = ['accounts', 'balances', 'purchases', 'card', 'disputes'] as const;
/** One of them. */
export type ChatField = (typeof CHAT_FIELDS)[number];

/**
 * Which purpose has to be in force for each field, besides `customer-chat`: staff see nothing of what the customer
 * does not share at all. The names of accounts need none of their own.
 */
export const purposeOfChatField = {
  accounts: 'customer-chat',
  balances: 'balances',
  purchases: 'transactions',
  card: 'account-management',
  disputes: 'account-management',
} as const satisfies Record<ChatField, Purpose>;

/** Which of these fields may be ticked beside these purposes: none without `customer-chat`; in the list's order. */
export function chatFieldsWithin(fields: readonly ChatField[], purposes: readonly Purpose[]): ChatField[] {
  if (!purposes.includes('customer-chat')) return [];
  return CHAT_FIELDS.filter((field) => fields.includes(field) && purposes.includes(purposeOfChatField[field]));
}
