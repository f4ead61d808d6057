import * as z from 'zod';
import { accountLabelSchema, cardInstant } from './purchase.ts';

/** Something done to a payment card at its bank. */

/** What can be done to a payment card. */
export const CARD_ACTIONS = [
  'freeze',
  'unfreeze',
  'report-lost',
  'report-stolen',
  'replace',
  'limit',
  'online-on',
  'online-off',
  'abroad-on',
  'abroad-off',
] as const;
/** What can be done to a payment card. */
export type CardAction = (typeof CARD_ACTIONS)[number];

/** Why a bank refuses: the closed list that can be put into plain words. */
export const CONTROL_REFUSALS = [
  'already-so',
  'card-closed',
  'not-allowed',
  'limit-out-of-range',
  'call-bank',
  'other',
] as const;
/** Why a bank refuses to do something to a card. */
export type ControlRefusal = (typeof CONTROL_REFUSALS)[number];

/**
 * One act at the bank and how far it has come. Nothing is said to be done before the bank confirmed it; `unknown`
 * is said when it has not answered.
 */
export const cardControlCardSchema = z.object({
  card: z.literal('cardControl'),
  bank: z.string(),
  account: accountLabelSchema,
  cardLast4: z.string(),
  action: z.enum(CARD_ACTIONS),
  state: z.enum(['requested', 'sent', 'confirmed', 'refused', 'unknown']),
  /** The bank told by itself how the card stands, and nobody had asked for it here; `confirmed`, at its moment. */
  byBank: z.literal(true).optional(),
  /** When it was asked for. */
  at: cardInstant,
  sentAt: cardInstant.optional(),
  /** When the bank confirmed or refused. */
  settledAt: cardInstant.optional(),
  /** Of `refused`. */
  reason: z.enum(CONTROL_REFUSALS).optional(),
  /** Of `limit`: what may be spent; absent: the limit is taken away. */
  limit: z.object({ amount: z.string(), currency: z.string(), per: z.enum(['purchase', 'day', 'month']) }).optional(),
  /** Of a card that is replaced: the new one, as far as the bank has said. */
  newCard: z.object({ last4: z.string().optional(), arrivesBy: z.iso.date().optional() }).optional(),
  /** Of `unknown`: when staff were told. */
  staffToldAt: cardInstant.optional(),
  /** The bank's own number from the directory. */
  telephone: z.string().optional(),
});
/** One act on a payment card and how far it has come. */
export type CardControlCard = z.infer<typeof cardControlCardSchema>;
