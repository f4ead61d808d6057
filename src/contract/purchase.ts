import * as z from 'zod';
import { directionSchema, merchantSchema } from './events.ts';

/** What several cards have in common: which account they speak of, and a purchase as it is shown. */

/** An instant on a card, with its offset (RFC 3339). */
export const cardInstant = z.iso.datetime({ offset: true });

/** Which account a card speaks of, in the few signs a person knows it by. */
export const accountLabelSchema = z.object({
  kind: z.enum(['checking', 'savings', 'card', 'other']),
  last4: z.string(),
  nickname: z.string().optional(),
});
/** Which account a card speaks of: its kind, last four digits, and a nickname. */
export type AccountLabel = z.infer<typeof accountLabelSchema>;

/** A purchase as cards show it. */
export const purchaseSchema = z.object({
  id: z.string(),
  status: z.enum(['authorized', 'posted', 'reversed']),
  amount: z.string(),
  currency: z.string(),
  direction: directionSchema,
  occurredAt: cardInstant,
  localDate: z.iso.date(),
  description: z.string(),
  merchant: merchantSchema.optional(),
  cardLast4: z.string().optional(),
  online: z.boolean().optional(),
  /** When it was posted, if that is later than `occurredAt`, when the card was used. */
  postedAt: cardInstant.optional(),
  /** What was authorized or stood before, when the amount has changed since: a tip, or a part given back. */
  before: z.string().optional(),
  /** The amount is what is left after a part was given back. */
  partlyReversed: z.boolean().optional(),
});
/** A transaction as cards show it: what the bank told, with the instant at which it happened. */
export type Purchase = z.infer<typeof purchaseSchema>;

/** The card purchase that an order or a parcel belongs to, as its bank told it. */
export const matchedPurchaseSchema = z.object({
  bank: z.string(),
  account: accountLabelSchema,
  transaction: purchaseSchema,
});
/** The card purchase that an order or a parcel belongs to. */
export type MatchedPurchase = z.infer<typeof matchedPurchaseSchema>;
