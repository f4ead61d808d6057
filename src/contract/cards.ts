import * as z from 'zod';
import { cardControlCardSchema } from './card-control.ts';
import { caseCardSchema } from './dispute-case.ts';
import { balanceSchema } from './events.ts';
import { fraudAlertCardSchema } from './fraud-alert.ts';
import { parcelCardSchema } from './parcel.ts';
import { accountLabelSchema, cardInstant as instant, purchaseSchema } from './purchase.ts';
import { CHAT_FIELDS } from './chat-fields.ts';
import { purposeSchema } from './purposes.ts';
import { receiptCardSchema } from './receipt.ts';
import { talkCardSchema } from './talk-card.ts';

/**
 * What a message can show besides words. A card carries facts, not sentences: each screen words it in
 * the customer's language. Amounts are decimal strings; instants are RFC 3339.
 */

/** One transaction as it arrives; drawn anew when it is posted or reversed. */
export const transactionCardSchema = z.object({
  card: z.literal('transaction'),
  bank: z.string(),
  account: accountLabelSchema,
  transaction: purchaseSchema,
  /** Balance after it, when the bank gave it. */
  balance: balanceSchema.optional(),
  /** The shop's receipt for it, which has a card of its own. */
  receipt: receiptCardSchema.pick({ shop: true, number: true, lines: true, currency: true, refunded: true }).optional(),
});
/** One transaction, on its account. */
export type TransactionCard = z.infer<typeof transactionCardSchema>;

/** What accounts of one bank hold. */
export const balanceCardSchema = z.object({
  card: z.literal('balance'),
  bank: z.string(),
  /** One to a few accounts of one bank, in the order to show. `current` of a card is what is owed, negative. */
  accounts: z.array(accountLabelSchema.extend({ balance: balanceSchema })).min(1),
  /** Of an account that has just fallen below the limit that its customer set: that limit. */
  low: z.object({ amount: z.string(), currency: z.string() }).optional(),
});
/** What accounts of one bank hold. */
export type BalanceCard = z.infer<typeof balanceCardSchema>;

/** A link's standing: granted with what was allowed, in need of a new login, about to be stopped, or ended with what was erased. */
export const consentCardSchema = z.object({
  card: z.literal('consent'),
  bank: z.string(),
  state: z.enum(['granted', 'reconnect', 'stop-asked', 'narrow-asked', 'revoked']),
  purposes: z.array(purposeSchema),
  accounts: z.array(accountLabelSchema),
  grantedAt: instant.optional(),
  expiresAt: instant.optional(),
  /** Where the signed copy of what was agreed is shown: an address of this app. */
  copy: z.string().optional(),
  /** How far the look-back has come; absent when nothing is being read. */
  reading: z.object({ done: z.boolean(), transactions: z.int() }).optional(),
  /** Of `narrow-asked`: what would no longer be shared. Of a consent that was just made smaller: what no longer is. */
  givenUp: z
    .object({
      purposes: z.array(purposeSchema),
      accounts: z.array(accountLabelSchema),
      /** What the bank's staff no longer see. */
      chatFields: z.array(z.enum(CHAT_FIELDS)).optional(),
    })
    .optional(),
  /**
   * The bank's own telephone number, where it was asked to do something about what is, or would be, given up, and has not
   * said yet what became of it: it may still do it.
   */
  goesOn: z.string().optional(),
  /** Of a consent that was just made smaller: what was deleted, and where the receipt is. */
  narrowed: z.object({ records: z.int(), messages: z.int(), receipt: z.string().optional() }).optional(),
  /** Of a stopped link: what was erased, whether the bank has confirmed the revocation, and where the receipt is. */
  ended: z
    .object({
      at: instant,
      by: z.enum(['customer', 'bank', 'staff', 'operator', 'expiry']),
      recordsErased: z.int(),
      bankConfirmed: z.boolean(),
      /** The bank's own key service kept shut what tells it, so it is not told. */
      bankUntold: z.boolean().optional(),
      receipt: z.string().optional(),
      /** The bank has withdrawn from here for all its customers. */
      withdrawn: z.boolean().optional(),
    })
    .optional(),
});
/** A link's standing; `ended` belongs to `revoked`, `reading` to `granted`. */
export type ConsentCard = z.infer<typeof consentCardSchema>;

/** A figure that answers one question, with what it counted. */
export const chartCardSchema = z.discriminatedUnion('chart', [
  /** "How much did I spend on …": a total over bars. */
  z.object({
    card: z.literal('chart'),
    chart: z.literal('bars'),
    bank: z.string(),
    account: accountLabelSchema.optional(),
    /** What was asked for; `subject` is a merchant's name or a category's key (see CATEGORIES), absent for everything. */
    subject: z.object({ kind: z.enum(['merchant', 'category']), value: z.string() }).optional(),
    from: z.iso.date(),
    to: z.iso.date(),
    total: z.string(),
    currency: z.string(),
    count: z.int(),
    /** The same span before, when it lies within what was read. */
    before: z.string().optional(),
    bars: z.array(z.object({ from: z.iso.date(), to: z.iso.date(), amount: z.string() })).max(31),
  }),
  /** "Where was my card used": places, newest first. */
  z.object({
    card: z.literal('chart'),
    chart: z.literal('places'),
    bank: z.string(),
    account: accountLabelSchema.optional(),
    from: z.iso.date(),
    to: z.iso.date(),
    /** All purchases of the span; `places` may show the newest of them only. */
    count: z.int(),
    places: z.array(purchaseSchema).max(20),
  }),
  /** "Recent purchases": a list, newest first. */
  z.object({
    card: z.literal('chart'),
    chart: z.literal('purchases'),
    bank: z.string(),
    account: accountLabelSchema.optional(),
    count: z.int(),
    purchases: z.array(purchaseSchema).max(20),
  }),
]);
/** A figure that answers one question: bars, places or purchases. */
export type ChartCard = z.infer<typeof chartCardSchema>;

/** Every card there is, told apart by `card` and, for figures, by `chart`. */
export const cardSchema = z.union([
  transactionCardSchema,
  balanceCardSchema,
  consentCardSchema,
  chartCardSchema,
  fraudAlertCardSchema,
  cardControlCardSchema,
  caseCardSchema,
  talkCardSchema,
  receiptCardSchema,
  parcelCardSchema,
]);
/** Every card there is. */
export type Card = z.infer<typeof cardSchema>;
