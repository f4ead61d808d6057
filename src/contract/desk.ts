import * as z from 'zod';
import { CARD_ACTIONS } from './card-control.ts';
import { CHAT_FIELDS } from './chat-fields.ts';
import { accountLabelSchema, purchaseSchema } from './purchase.ts';
import { balanceSchema } from './events.ts';

/**
 * The staff desk on the wire. Its inbox carries metadata alone: nothing that a customer wrote and nothing that a
 * bank told. Opening a case is a use of the customer's words, and each field besides is another; both are entered
 * in the customer's ledger before anything is answered.
 */

const instant = z.iso.datetime({ offset: true });

/** What somebody at a bank's desk may do: answer; besides, lead a team; or see how data is used and pull the bank out. */
export const STAFF_ROLES = ['agent', 'supervisor', 'privacy-officer'] as const;
/** What somebody at a bank's desk may do. */
export type StaffRole = (typeof STAFF_ROLES)[number];

/** Who answers which matters. Fraud goes before all others. */
export const TEAMS = ['fraud', 'cards', 'payments', 'accounts', 'general'] as const;
/** Who answers which matters. */
export type Team = (typeof TEAMS)[number];

/** Why a field is looked at; worded for the customer in their own language. Closed. */
export const LOOK_REASONS = [
  'answer-question',
  'check-purchase',
  'check-card',
  'check-balance',
  'check-dispute',
] as const;
/** Why a field is looked at. */
export type LookReason = (typeof LOOK_REASONS)[number];

/** How far a case is. `waiting`: for somebody of the bank; `with-customer`: answered, and the customer's turn. */
export const CASE_STATES = ['waiting', 'claimed', 'with-customer', 'closed'] as const;
/** How far a case is. */
export type CaseState = (typeof CASE_STATES)[number];

const staffName = z.string().min(1).max(64);
const caseId = z.uuid();

/** Whoever is signed in at the desk: `GET /api/desk/me`. */
export const staffMeSchema = z.object({
  name: staffName,
  role: z.enum(STAFF_ROLES),
  bank: z.object({ id: z.string(), name: z.string(), mark: z.string().optional() }),
  teams: z.array(z.enum(TEAMS)),
  /** Languages that they answer in. */
  locales: z.array(z.enum(['en', 'es'])),
  /** How many claimed cases at a time. */
  capacity: z.int().positive(),
  /** Of the harvest budget: distinct customers looked at within the last hour. */
  budget: z.object({ used: z.int().nonnegative(), max: z.int().positive() }),
  /** When this session ends at the latest. */
  until: instant,
});
/** Whoever is signed in at the desk. */
export type StaffMe = z.infer<typeof staffMeSchema>;

/** A row of the inbox: metadata alone. */
export const caseBriefSchema = z.object({
  caseId,
  /** By which customer and staff name it; counted by bank. */
  number: z.int().positive(),
  /** What it is about: one of the desk's topics (an intent of the classifier, or `fraud`, `dispute`, `other`). */
  topic: z.string().max(64),
  team: z.enum(TEAMS),
  locale: z.enum(['en', 'es']),
  priority: z.enum(['fraud', 'high', 'normal']),
  state: z.enum(CASE_STATES),
  openedAt: instant,
  updatedAt: instant,
  /** By when an answer was promised; absent when it is the customer's turn. */
  answerBy: instant.optional(),
  /** That promise was missed: anybody of the team may take the case, whoever has it. */
  late: z.boolean().optional(),
  claimedBy: staffName.optional(),
  /** Who is writing to the customer now, besides oneself. */
  typing: z.array(staffName).optional(),
  /** Of what the customer said, not yet seen by who claimed it. */
  unread: z.int().nonnegative(),
  /** A proposal that the customer has yet to confirm. */
  proposalWaits: z.boolean().optional(),
  /** What the customer said of it at its end. */
  rating: z.int().min(1).max(5).optional(),
});
/** A row of the inbox. */
export type CaseBrief = z.infer<typeof caseBriefSchema>;

/** A card control that staff propose and the customer confirms, or not. */
export const proposalSchema = z.object({
  proposalId: z.uuid(),
  action: z.enum(CARD_ACTIONS),
  cardLast4: z.string().length(4).optional(),
  /** Of a limit. */
  limit: z.object({ amount: z.string(), currency: z.string() }).optional(),
  state: z.enum(['waits', 'confirmed', 'declined', 'expired']),
});
/** A card control that staff propose. */
export type Proposal = z.infer<typeof proposalSchema>;

/** How far staff's words and pictures have come. */
const MARKS = ['sent', 'delivered', 'read'] as const;

const entryBase = z.object({ seq: z.int().positive(), at: instant });
/** One thing in a case, under a gapless number of the case's own. */
export const caseEntrySchema = z.discriminatedUnion('entry', [
  /** Words of the customer (`by` absent) or of staff. */
  entryBase.extend({
    entry: z.literal('said'),
    by: staffName.optional(),
    text: z.string(),
    /** Of staff's words: they came from the bank's own system (`case.replied`), not from this desk. */
    ownSystem: z.boolean().optional(),
    /** Of staff's words: how far they have come. */
    mark: z.enum(MARKS).optional(),
  }),
  entryBase.extend({
    entry: z.literal('picture'),
    by: staffName.optional(),
    pictureId: z.uuid(),
    mark: z.enum(MARKS).optional(),
  }),
  /** For staff alone. */
  entryBase.extend({ entry: z.literal('note'), by: staffName, text: z.string() }),
  /** Somebody looked, which the customer sees too. */
  entryBase.extend({
    entry: z.literal('looked'),
    by: staffName,
    field: z.enum(CHAT_FIELDS),
    reason: z.enum(LOOK_REASONS),
    count: z.int().nonnegative(),
  }),
  entryBase.extend({ entry: z.literal('proposed'), by: staffName, proposal: proposalSchema }),
  /** What became of the case. */
  entryBase.extend({
    entry: z.literal('happened'),
    what: z.enum([
      'opened',
      'claimed',
      'released',
      'transferred',
      'closed',
      'reopened',
      'rated',
      'left',
      'called-back',
      // Whoever had it is gone (`by`): it waits again.
      'returned',
      'late',
    ]),
    by: staffName.optional(),
    /** Of a transfer. */
    team: z.enum(TEAMS).optional(),
    to: staffName.optional(),
    note: z.string().optional(),
    rating: z.int().min(1).max(5).optional(),
  }),
]);
/** One thing in a case. */
export type CaseEntry = z.infer<typeof caseEntrySchema>;

const caseSharesSchema = z.array(z.object({ field: z.enum(CHAT_FIELDS), shared: z.boolean() }));

/** An opened case: `GET /api/desk/cases/{caseId}`; entered as a look. */
export const caseViewSchema = z.object({
  brief: caseBriefSchema,
  /** The question as it was asked, what it was sorted as and how surely, and what was tried before: nobody repeats themselves. */
  question: z.object({
    asked: z.string().optional(),
    sortedAs: z.string(),
    confidence: z.number().min(0).max(1).optional(),
    /** What was done or answered in the minutes before, in sentences of the staff's language. */
    tried: z.array(z.string()).max(10),
  }),
  entries: z.array(caseEntrySchema),
  lastSeq: z.int().nonnegative(),
  /** What the customer shares for this talk, and what not. */
  shares: caseSharesSchema,
  /** Cases of the same customer at this bank, closed ones too: by number, topic and day. */
  earlier: z.array(z.object({ caseId, number: z.int(), topic: z.string(), closedAt: instant.optional() })).max(20),
});
/** An opened case. */
export type CaseView = z.infer<typeof caseViewSchema>;

/** `POST /api/desk/cases/{caseId}/looks`: one field, with a reason. */
export const lookSchema = z.object({ field: z.enum(CHAT_FIELDS), reason: z.enum(LOOK_REASONS) });
/** One field, with a reason. */
export type Look = z.infer<typeof lookSchema>;
/** What a look shows, masked where the field allows less. */
export const lookedSchema = z.discriminatedUnion('field', [
  z.object({ field: z.literal('accounts'), at: instant, accounts: z.array(accountLabelSchema) }),
  z.object({
    field: z.literal('balances'),
    at: instant,
    balances: z.array(z.object({ account: accountLabelSchema, balance: balanceSchema })),
  }),
  z.object({
    field: z.literal('purchases'),
    at: instant,
    purchases: z.array(z.object({ account: accountLabelSchema, purchase: purchaseSchema })).max(5),
  }),
  z.object({
    field: z.literal('card'),
    at: instant,
    cards: z.array(
      z.object({
        cardLast4: z.string(),
        state: z.string(),
        abroad: z.boolean().optional(),
        online: z.boolean().optional(),
      }),
    ),
  }),
  z.object({
    field: z.literal('disputes'),
    at: instant,
    disputes: z.array(z.object({ caseNumber: z.string().optional(), state: z.string(), purchase: purchaseSchema })),
  }),
]);
/** What a look shows. */
export type Looked = z.infer<typeof lookedSchema>;

/** How many cases there are in each view of the inbox. */
export const inboxCountsSchema = z.object({ mine: z.int(), waiting: z.int(), all: z.int() });
/** `GET /api/desk/cases?view=mine|waiting|all|closed`: a page, first what is due first; `next` continues it. */
export const inboxSchema = z.object({
  cases: z.array(caseBriefSchema),
  counts: inboxCountsSchema,
  next: z.string().optional(),
});
/** A page of the inbox. */
export type Inbox = z.infer<typeof inboxSchema>;

/** A prepared answer. In `text`, `{customer}`, `{bank}`, `{case}`, `{staff}` are filled in. */
export const preparedAnswerSchema = z.object({
  key: z.string().min(1).max(64),
  /** `canned`: staff put it into their answer; `intent`: Tellerline answers a question of that intent with it. */
  kind: z.enum(['canned', 'intent']),
  title: z.string().max(80),
  texts: z.object({ en: z.string().max(2000), es: z.string().max(2000) }),
  editedBy: staffName.optional(),
  editedAt: instant.optional(),
});
/** A prepared answer. */
export type PreparedAnswer = z.infer<typeof preparedAnswerSchema>;

/** What a supervisor watches: `GET /api/desk/live`, and a frame every few seconds. */
export const deskLiveSchema = z.object({
  at: instant,
  teams: z.array(
    z.object({
      team: z.enum(TEAMS),
      waiting: z.int(),
      longestWaitSeconds: z.int(),
      /** What somebody who comes now would be told; null while nobody is here for the team. */
      expectedWaitSeconds: z.int().nullable(),
      open: z.int(),
      late: z.int(),
    }),
  ),
  staff: z.array(
    z.object({ name: staffName, role: z.enum(STAFF_ROLES), here: z.boolean(), open: z.int(), capacity: z.int() }),
  ),
  today: z.object({
    opened: z.int(),
    answered: z.int(),
    closed: z.int(),
    medianFirstAnswerSeconds: z.int().nullable(),
    /** Mean of one to five; null while nobody said. */
    satisfaction: z.number().nullable(),
  }),
  /**
   * Of the waits of the last seven days that have come to their end: how many were told, the share of them in which the
   * number was within ±25 % of the wait, its median error as a share, and the share that lay within the span that was told.
   * `long`: of those of a minute or more.
   */
  forecast: z.object({
    waits: z.int(),
    withinQuarter: z.number().nullable(),
    /** Of `longWaits` alone: a short one is off by many times itself when it is off by seconds. */
    medianError: z.number().nullable(),
    withinSpan: z.number().nullable(),
    longWaits: z.int(),
    longWithinQuarter: z.number().nullable(),
    longWithinSpan: z.number().nullable(),
  }),
  /** The last two hours, a point every five minutes, oldest first. */
  series: z.array(z.object({ at: instant, waiting: z.int(), answered: z.int() })),
});
/** What a supervisor watches. */
export type DeskLive = z.infer<typeof deskLiveSchema>;

/** `GET /api/desk/looks`, for supervisors and privacy officers: who has looked at customers within the last day, and why. */
export const staffLooksSchema = z.object({
  /** How many distinct customers anybody may look at within an hour. */
  max: z.int().positive(),
  people: z.array(
    z.object({
      name: staffName,
      /** Distinct customers within the hour, and within the day. */
      hour: z.int().nonnegative(),
      day: z.int().nonnegative(),
      /** Looks of the day: cases opened, and fields by their reason. */
      cases: z.int().nonnegative(),
      fields: z.array(
        z.object({ field: z.enum(CHAT_FIELDS), reason: z.enum(LOOK_REASONS), looks: z.int().positive() }),
      ),
    }),
  ),
});
/** Who has looked at customers within the last day, and why. */
export type StaffLooks = z.infer<typeof staffLooksSchema>;

/** From the hub to a desk, over `GET /desk/ws`. */
export const deskServerFrameSchema = z.discriminatedUnion('frame', [
  z.object({ frame: z.literal('hello'), me: staffMeSchema, counts: inboxCountsSchema }),
  /** A case is new or has changed, or (`gone`) is no longer one's to see. */
  z.object({
    frame: z.literal('case'),
    case: caseBriefSchema,
    counts: inboxCountsSchema,
    gone: z.boolean().optional(),
    /** What its customer shares from now on, for whoever shows the case, when that has changed. */
    shares: caseSharesSchema.optional(),
  }),
  /** Of the case that this desk has opened, after what it has. */
  z.object({ frame: z.literal('entries'), caseId, entries: z.array(caseEntrySchema) }),
  z.object({ frame: z.literal('typing'), caseId, by: staffName.optional(), on: z.boolean() }),
  /** Staff's words in a case have been delivered, and read, up to these of its entries; only ever forward. */
  z.object({ frame: z.literal('marks'), caseId, deliveredSeq: z.int(), readSeq: z.int() }),
  /** The look at the case has run out, so nothing more of it comes: opening it again is another look. */
  z.object({ frame: z.literal('look-over'), caseId }),
  z.object({ frame: z.literal('live'), live: deskLiveSchema }),
  /** Somebody was stopped by the harvest budget; to supervisors and privacy officers of their bank. */
  z.object({ frame: z.literal('harvest'), name: staffName, at: instant }),
  /** Signed out, elsewhere or by a supervisor. */
  z.object({ frame: z.literal('ended') }),
]);
/** A frame from the hub to a desk. */
export type DeskServerFrame = z.infer<typeof deskServerFrameSchema>;

/** From a desk to the hub. */
export const deskClientFrameSchema = z.discriminatedUnion('frame', [
  /** This case is open here and shown up to `after`; what comes is sent. It must have been opened by HTTP before. */
  z.object({ frame: z.literal('open'), caseId, after: z.int().nonnegative() }),
  z.object({ frame: z.literal('shut'), caseId }),
  z.object({ frame: z.literal('typing'), caseId, on: z.boolean() }),
  z.object({ frame: z.literal('read'), caseId, seq: z.int().positive() }),
  /** Somebody has pressed a key or moved something: the session is in use. */
  z.object({ frame: z.literal('here') }),
]);
/** A frame from a desk. */
export type DeskClientFrame = z.infer<typeof deskClientFrameSchema>;
