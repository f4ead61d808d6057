import * as z from 'zod';
import { CARD_ACTIONS, type CardAction } from './card-control.ts';
import { isNegative, isZero, subtract } from './decimal.ts';
import { DISPUTE_REASONS } from './dispute-case.ts';
import { purchaseSchema } from './purchase.ts';

/**
 * The card-control profile (docs/card-control-api.md): what a bank lets its customer do to cards, held payments and
 * disputes through here. FDX has no such API. Both sides of the wire are read by these schemas.
 */

const instant = z.iso.datetime({ offset: true });
const id = z.string().min(1).max(128);
const decimal = z.string().regex(/^(0|[1-9]\d{0,14})(\.\d{1,4})?$/, 'a decimal string such as "65.70"');
/** A limit of spending on one card. */
export const cardLimitSchema = z.object({
  amount: decimal,
  currency: z.string().length(3),
  per: z.enum(['purchase', 'day', 'month']),
});
/** A limit of spending on one card. */
export type CardLimit = z.infer<typeof cardLimitSchema>;

/** What can be done to a card, as it comes over the wire. */
export const cardActionSchema = z.enum(CARD_ACTIONS);

/** How a card stands at its bank. */
export const cardStateSchema = z.enum(['active', 'frozen', 'lost', 'stolen', 'replaced', 'expired']);
/** How a card stands at its bank. */
export type CardState = z.infer<typeof cardStateSchema>;

/** A card as its bank tells it. */
export const bankCardSchema = z.object({
  /** The bank's own id: not the number of the card. */
  cardId: id,
  accountId: id,
  last4: z.string().regex(/^\d{4}$/),
  state: cardStateSchema,
  online: z.boolean(),
  abroad: z.boolean(),
  limit: cardLimitSchema.optional(),
  /** What the bank lets be done to it through here. */
  actions: z.array(z.string()).transform((names) => CARD_ACTIONS.filter((one) => names.includes(one))),
});
/** A card as its bank tells it. */
export type BankCard = z.infer<typeof bankCardSchema>;
/** `GET /cards` */
export const bankCardsSchema = z.object({ cards: z.array(bankCardSchema).max(100) });

/**
 * What every request that changes something says: when the customer asked, and until when it may be carried out.
 * Of two actions on one card the bank carries out none that was asked for before one that it has carried out.
 */
const asked = { requestedAt: instant, validUntil: instant };
/** `POST /cards/{cardId}/actions` */
export const cardActionRequestSchema = z.object({
  ...asked,
  action: cardActionSchema,
  /** Of `limit`: what may be spent; without it the limit is taken away. */
  limit: cardLimitSchema.optional(),
  /**
   * Of a `limit` that was to narrow: the card's limit that it was compared with, null for none. A bank whose card has
   * another one by then refuses (`superseded`): nobody has proven that they may widen that.
   */
  insteadOf: cardLimitSchema.nullable().optional(),
});
/** The customer's answer to a payment that is held. */
export const holdAnswerSchema = z.enum(['mine', 'not-mine']);
/** The customer's answer to a payment that is held. */
export type HoldAnswer = z.infer<typeof holdAnswerSchema>;
/** `PUT /holds/{caseId}/answer` */
export const holdAnswerRequestSchema = z.object({ ...asked, answer: holdAnswerSchema });

/** `POST /disputes` */
export const disputeRequestSchema = z.object({
  ...asked,
  accountId: id,
  transactionId: z.string().max(128),
  /** As it was told, for a bank that knows it by another id by now. */
  purchase: purchaseSchema,
  reason: z.enum(DISPUTE_REASONS),
  words: z.string().max(2000).optional(),
});
/** What a customer adds to a dispute. A picture is a JPEG or PNG in base64. */
export const evidenceSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('words'), text: z.string().min(1).max(2000) }),
  z.object({
    kind: z.literal('receipt'),
    shop: z.string().max(140),
    number: z.string().max(80).optional(),
    text: z.string().max(8000),
  }),
  z.object({
    kind: z.literal('picture'),
    type: z.enum(['image/jpeg', 'image/png']),
    base64: z.base64().max(3_000_000),
  }),
]);
/** What a customer adds to a dispute. */
export type Evidence = z.infer<typeof evidenceSchema>;
/** `POST /disputes/{disputeId}/evidence` */
export const evidenceRequestSchema = z.object({ ...asked, evidence: evidenceSchema });

/** A held payment as its bank tells it: `GET /holds/{caseId}`. */
export const bankHoldSchema = z.object({
  caseId: id,
  state: z.enum(['held', 'released', 'declined']),
  /** The answer that settled it; none when its time ran out. */
  answer: holdAnswerSchema.optional(),
  /** A released payment may be tried again until then. */
  retryUntil: instant.optional(),
});
/** A held payment as its bank tells it. */
export type BankHold = z.infer<typeof bankHoldSchema>;

/** A dispute as its bank tells it: `GET /disputes/{disputeId}`. */
export const bankDisputeSchema = z.object({
  /** By which the customer and the bank's staff name it. */
  disputeId: id,
  state: z.enum(['opened', 'in-review', 'needs-more', 'won', 'lost', 'closed']),
  updatedAt: instant,
});
/** A dispute as its bank tells it. */
export type BankDispute = z.infer<typeof bankDisputeSchema>;

/** Why a bank does not do what it was asked. A bank's word that is not on the list counts as `other`. */
export const REFUSALS = [
  'already-so',
  'card-closed',
  'not-allowed',
  'call-bank',
  'limit-out-of-range',
  'superseded',
  'too-late',
  'answered-otherwise',
  'unknown-subject',
  'other',
] as const;
/** Why a bank does not do what it was asked. */
export type Refusal = (typeof REFUSALS)[number];

/**
 * What has become of a request: the answer of each that changes something, and of `GET /actions/{key}`.
 * `confirmed`: it is done, and what it was done to stands beside it. `pending`: it will be, or will be
 * refused; ask again. `refused`: it was not done and will not be.
 */
export const actionAnswerSchema = z.object({
  /** The Idempotency-Key that it was asked under. */
  key: z.uuid(),
  result: z.enum(['confirmed', 'pending', 'refused']),
  reason: z.enum(REFUSALS).catch('other').optional(),
  at: instant,
  /** The card as it was once this was done. */
  card: bankCardSchema.optional(),
  /** The new card of one that is replaced, as far as it is known. */
  replacement: z
    .object({
      last4: z
        .string()
        .regex(/^\d{4}$/)
        .optional(),
      arrivesBy: z.iso.date().optional(),
    })
    .optional(),
  hold: bankHoldSchema.optional(),
  dispute: bankDisputeSchema.optional(),
});
/** What has become of a request. */
export type ActionAnswer = z.infer<typeof actionAnswerSchema>;

/** How a card must stand after an action, where that can be seen. */
const after: Readonly<Partial<Record<CardAction, (card: BankCard) => boolean>>> = {
  freeze: ({ state }) => state === 'frozen',
  unfreeze: ({ state }) => state === 'active',
  'report-lost': ({ state }) => state === 'lost' || state === 'replaced',
  'report-stolen': ({ state }) => state === 'stolen' || state === 'replaced',
  'online-off': ({ online }) => !online,
  'online-on': ({ online }) => online,
  'abroad-off': ({ abroad }) => !abroad,
  'abroad-on': ({ abroad }) => abroad,
};

/** Whether a card stands as it must once an action was carried out: what a bank says twice has to agree. */
export function standsAfter(action: CardAction, limit: CardLimit | undefined, card: BankCard): boolean {
  if (action === 'limit') return isSameLimit(card.limit, limit);
  return after[action]?.(card) ?? true;
}

/** Whether two limits allow the same; undefined is none. */
export function isSameLimit(a: CardLimit | undefined, b: CardLimit | undefined): boolean {
  if (!a || !b) return a === b;
  return a.per === b.per && a.currency === b.currency && isZero(subtract(a.amount, b.amount));
}

const protective: readonly CardAction[] = ['freeze', 'report-lost', 'report-stolen', 'online-off', 'abroad-off'];

/**
 * Whether an action only protects. What loosens (more can be spent, or a new card is sent) takes a passkey or the
 * bank's login besides. `card`: as it stands now, for a limit that may go either way.
 */
export function isProtective(action: CardAction, limit: CardLimit | undefined, card: Pick<BankCard, 'limit'>): boolean {
  if (action !== 'limit') return protective.includes(action);
  const now = card.limit;
  if (!limit || !now) return limit !== undefined;
  return limit.per === now.per && limit.currency === now.currency && !isNegative(subtract(now.amount, limit.amount));
}
