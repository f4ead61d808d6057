import * as z from 'zod';
import { accountLabelSchema, cardInstant, purchaseSchema } from './purchase.ts';

/** A matter between a customer and a bank. */

/** Why a purchase is disputed. */
export const DISPUTE_REASONS = ['not-mine', 'missing-goods', 'wrong-amount', 'cancelled'] as const;
/** Why a purchase is disputed. */
export type DisputeReason = (typeof DISPUTE_REASONS)[number];

/** A disputed purchase: its number at the bank, how far it has come, and what stands behind it. */
export const caseCardSchema = z.object({
  card: z.literal('case'),
  bank: z.string(),
  account: accountLabelSchema.optional(),
  kind: z.literal('dispute'),
  /** The bank's, from `opened` on. */
  caseNumber: z.string().optional(),
  state: z.enum(['requested', 'sent', 'opened', 'in-review', 'needs-more', 'won', 'lost', 'closed', 'unknown']),
  purchase: purchaseSchema,
  reason: z.enum(DISPUTE_REASONS),
  /** What was given, oldest first; `label` names it: the shop of a receipt. */
  evidence: z.array(
    z.object({ kind: z.enum(['receipt', 'words', 'picture']), at: cardInstant, label: z.string().optional() }),
  ),
  openedAt: cardInstant.optional(),
  updatedAt: cardInstant,
  /** By when the bank says that it answers. */
  answerBy: z.iso.date().optional(),
  /** Of `needs-more`: what the bank asks for, in its own words. */
  asks: z.string().optional(),
  /** What the bank has given back, for good once it is won, for the time being before. */
  credit: z.object({ amount: z.string(), currency: z.string() }).optional(),
  /** The bank's own number from the directory. */
  telephone: z.string().optional(),
});
/** A disputed purchase, and how far it has come. */
export type CaseCard = z.infer<typeof caseCardSchema>;
