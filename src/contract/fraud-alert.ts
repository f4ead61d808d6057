import * as z from 'zod';
import { accountLabelSchema, cardInstant, purchaseSchema } from './purchase.ts';

/** A held purchase, and what became of it. */

/** Why a bank held a purchase: the closed list that can be put into plain words. */
export const FRAUD_REASONS = [
  'far-apart',
  'abroad',
  'unusual-place',
  'unusual-amount',
  'unusual-merchant',
  'unusual-time',
  'online',
  'many-in-a-row',
  'small-test',
  'wrong-details',
  'new-device',
  'merchant-reported',
  'card-exposed',
  'other',
] as const;
/** Why a bank held a purchase. */
export type FraudReason = (typeof FRAUD_REASONS)[number];

/** Other names that banks have for the same. */
const alsoCalled: Readonly<Record<string, FraudReason>> = {
  'impossible-travel': 'far-apart',
  'geo-velocity': 'far-apart',
  distance: 'far-apart',
  foreign: 'abroad',
  'foreign-country': 'abroad',
  'new-place': 'unusual-place',
  'unusual-location': 'unusual-place',
  'high-amount': 'unusual-amount',
  amount: 'unusual-amount',
  'new-merchant': 'unusual-merchant',
  merchant: 'unusual-merchant',
  night: 'unusual-time',
  'card-not-present': 'online',
  'not-present': 'online',
  velocity: 'many-in-a-row',
  'card-testing': 'small-test',
  'wrong-pin': 'wrong-details',
  'wrong-cvv': 'wrong-details',
  'merchant-risk': 'merchant-reported',
  'compromised-card': 'card-exposed',
};

/** The reason behind a bank's code, however it is written (`UNUSUAL_PLACE`, `new merchant`); `other` of one that is not known. */
export function fraudReasonOf(code: string): FraudReason {
  const name = code
    .trim()
    .toLowerCase()
    .replaceAll(/[\s_.]+/g, '-');
  const known = FRAUD_REASONS.find((reason) => reason === name);
  return known ?? (Object.hasOwn(alsoCalled, name) ? alsoCalled[name] : undefined) ?? 'other';
}

/** Rules by which a customer watches over their own cards. */
export const WATCH_RULES = ['abroad', 'online', 'over-amount', 'new-merchant', 'two-countries'] as const;
/** A rule by which a customer watches over their own cards. */
export type WatchRule = (typeof WATCH_RULES)[number];

/**
 * "Was this you?" A bank held a purchase and asks; the card goes on to say what became of it. With `watch` nothing
 * is held: the customer's own rule asks, more softly.
 */
export const fraudAlertCardSchema = z.object({
  card: z.literal('fraudAlert'),
  bank: z.string(),
  account: accountLabelSchema,
  transaction: purchaseSchema,
  /** The weightiest first. */
  reasons: z.array(z.enum(FRAUD_REASONS)),
  /** Until when the bank waits for the answer; a watch waits for none. */
  answerBy: cardInstant.optional(),
  /** What the bank does without an answer. */
  otherwise: z.enum(['release', 'decline']).optional(),
  /**
   * `open`: asked. `asked-again`: answered by words, which a button has to confirm. `sending`: on its way to the
   * bank. `released`, `frozen`, `declined`: as the bank confirmed. `unknown`: the bank has not answered. `expired`:
   * nobody answered in time, and `otherwise` happened.
   */
  state: z.enum(['open', 'asked-again', 'sending', 'released', 'frozen', 'declined', 'unknown', 'expired']),
  answer: z.enum(['mine', 'not-mine']).optional(),
  answeredAt: cardInstant.optional(),
  /** When the bank confirmed, or the time to answer ended. */
  settledAt: cardInstant.optional(),
  /** The customer's last own purchase before it: how far away, in kilometres, and how long before, in minutes. */
  lastOwn: z
    .object({ purchase: purchaseSchema, km: z.number().nonnegative(), minutes: z.number().nonnegative() })
    .optional(),
  /** Of a released one: from when, and until when, it can be tried again at the shop. */
  retryFrom: cardInstant.optional(),
  retryUntil: cardInstant.optional(),
  caseNumber: z.string().optional(),
  /** The bank's own number from the directory. */
  telephone: z.string().optional(),
  /** Some part of this does not work now: the telephone is the sure way. */
  degraded: z.boolean().optional(),
  /** The customer does not let cards be managed from here: "no" freezes nothing, the bank's telephone does. */
  cannotFreeze: z.boolean().optional(),
  watch: z.enum(WATCH_RULES).optional(),
});
/** A held purchase, and what became of it. */
export type FraudAlertCard = z.infer<typeof fraudAlertCardSchema>;
