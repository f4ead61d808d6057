import * as z from 'zod';
import { CASE_STATES, TEAMS } from './desk.ts';
import { cardInstant } from './purchase.ts';

/** A case in which a customer talks with a bank's staff: how it stands in the queue, who has it, and what was promised. */
export const talkCardSchema = z.object({
  card: z.literal('case'),
  kind: z.literal('talk'),
  bank: z.string(),
  /** By which customer and staff name it. */
  number: z.int().positive(),
  /** What it was sorted as: an intent's name, or `fraud`, `dispute`, `other`. */
  topic: z.string().max(64),
  team: z.enum(TEAMS),
  state: z.enum(CASE_STATES),
  /** Place in the queue, from 1; absent once somebody has it. */
  place: z.int().positive().optional(),
  /** A forecast, from `updatedAt` on. */
  expectedWaitSeconds: z.int().nonnegative().optional(),
  /** Between what it lies four times of five; see `waitSpanOf`. */
  waitSpan: z.object({ fromSeconds: z.int().nonnegative(), toSeconds: z.int().positive() }).optional(),
  /** By when an answer is promised; absent while it is the customer's turn, and at its end. */
  answerBy: cardInstant.optional(),
  /** Outside business hours: when the bank's staff are back. */
  opensAt: cardInstant.optional(),
  /** Who has it, as staff are called there. */
  staff: z.string().max(64).optional(),
  openedAt: cardInstant,
  updatedAt: cardInstant,
  /** What the customer said of it at its end, one to five. */
  rating: z.int().min(1).max(5).optional(),
});
/** A case in which a customer talks with a bank's staff. */
export type TalkCard = z.infer<typeof talkCardSchema>;
