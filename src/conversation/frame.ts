import type { BankId, LinkId } from '#base';
import type { AccountLabel, Category, HearingChange, Locale, Purpose, QuietHours } from '#contract';
import type { ControlSlot } from './control-words.ts';
import type { BankingIntent } from './intents/banking-intents.ts';
import type { SpendingKind } from './spending-kinds.ts';
import type { Pasted } from './pasted.ts';

/** The measures that a question about money may ask for. */
const measures = [
  'balance',
  /** A list, newest first. */
  'recent',
  'whereUsed',
  /** A sum. */
  'spending',
  'count',
  /** The biggest, smallest, first or last. */
  'extreme',
  'average',
  'compare',
  'breakdown',
  'share',
  /** What is charged again and again. */
  'recurring',
  /** What is expected to be charged. */
  'due',
  'payday',
] as const;
/** Questions about money: they can be followed up ("and in May?"). */
export type MoneyIntent = (typeof measures)[number];

/** Everything that a customer can be understood to want. */
export type Intent =
  | MoneyIntent
  | 'help'
  | 'stop'
  | 'shareLess'
  | 'hear'
  | 'hearing'
  | 'hours'
  | 'deleteAccount'
  | 'card'
  | 'cards'
  | 'pin'
  | 'pinTyped'
  | 'statements'
  | 'linkBank'
  | 'shop'
  | 'track'
  | 'parcels'
  | 'receipts'
  | 'cases'
  | 'links'
  | 'whoSaw'
  | 'check'
  /** Something that people ask a bank, by its kind. */
  | 'lead'
  | 'talkToPerson'
  | 'thanks'
  | 'greeting';

/** A span of local days, both included. `unit` says what "the span before" is. */
export interface Period {
  /** YYYY-MM-DD */
  readonly from: string;
  /** YYYY-MM-DD; never after today. */
  readonly to: string;
  readonly unit: 'day' | 'week' | 'month' | 'quarter' | 'year' | 'span';
}

/** Which account was meant, by whatever a person calls it. */
export interface AccountSlot {
  readonly kind?: AccountLabel['kind'];
  readonly last4?: string;
  readonly nickname?: string;
}

/** What kind of movement is meant; where none is named, purchases are. */
export type Flow =
  | 'pay'
  | 'in'
  | 'refunds'
  | 'fees'
  | 'interest'
  | 'interest-charged'
  | 'transfers'
  | 'saved'
  | 'card-payments'
  | 'moves';

/** A condition on amounts: decimal strings, both ends included unless `open`. */
export interface AmountSlot {
  readonly least?: string;
  readonly most?: string;
  /** "over 50", "under 50": the end itself is not in. */
  readonly open?: true;
  /** ISO 4217, where a currency was said. */
  readonly currency?: string;
}

/** The other side of a comparison: what it has takes the place of the first side's. */
export type Against = Pick<Slots, 'period' | 'merchant' | 'category' | 'kind' | 'also' | 'place' | 'account' | 'bank'>;

/** What is counted as well: "coffee and restaurants". */
export type Also = Pick<Slots, 'merchant' | 'category' | 'kind' | 'place'>;

/** What a question was about. An absent slot was not said. */
export interface Slots {
  readonly bank?: BankId;
  readonly account?: AccountSlot;
  /** A merchant's name as the customer's own purchases have it. */
  readonly merchant?: string;
  readonly category?: Category;
  /** Something nearer than a category: "hotels", "rent". */
  readonly kind?: SpendingKind;
  /** Each takes the place of the one of its kind before: a movement counts that is of any of them. */
  readonly also?: readonly Also[];
  readonly flow?: Flow;
  readonly amount?: AmountSlot;
  /** Only what is not in the books yet. */
  readonly pending?: true;
  /** City, region code or country code as the customer's own purchases have it. */
  readonly place?: Place;
  readonly period?: Period;
  /** "my last 5 purchases" */
  readonly count?: number;
  /** Purchases were asked for, not every movement. */
  readonly purchasesOnly?: true;
  /** Of `extreme` and `payday`. */
  readonly which?: 'biggest' | 'smallest' | 'first' | 'last' | 'next';
  /** Of `extreme`: the second biggest, the third smallest; 2 to 5. */
  readonly nth?: number;
  /** Of `extreme`: what it came to is asked, not when it was. */
  readonly howMuch?: true;
  /** Of `average`. */
  readonly per?: 'purchase' | 'day' | 'week' | 'month';
  /** Of `breakdown`. */
  readonly by?: 'category' | 'merchant' | 'month' | 'day' | 'city' | 'account';
  /** Of `compare`. */
  readonly against?: Against;
  /** Of `due`: subscriptions alone, neither rent nor what a household is billed for. */
  readonly subscriptions?: true;
  /** Of `recurring`: how many there are. */
  readonly howMany?: true;
  /** Of `recurring`: those whose price has changed. */
  readonly changed?: 'up' | 'down';
  /** Of `due`: local days that have not come yet. */
  readonly ahead?: { readonly from: string; readonly to: string };
  /** Of `receipts`: a shop's name as it was written, where it is none that can be connected. */
  readonly shop?: string;
  /** "stop sharing purchases" */
  readonly purposes?: readonly Purpose[];
  /** "only tell me about purchases over $50" */
  readonly hearing?: HearingChange;
  /** "quiet hours from 10 pm to 7 am"; null ends them. */
  readonly quiet?: QuietHours | null;
  /** "send me a daily summary at 8 pm"; null ends it. */
  readonly digestHour?: number | null;
  /** Tracking numbers, as they were recognised. */
  readonly tracking?: readonly string[];
  /** "freeze my card" */
  readonly control?: ControlSlot;
  /** "I got this SMS: …" */
  readonly pasted?: Pasted;
  /** "stop everything" */
  readonly all?: true;
  /** Of `lead`: which of the 77 it was taken for. */
  readonly lead?: LeadSlot;
}

/** What a question was taken for. */
export interface LeadSlot {
  readonly intent: BankingIntent;
  /** How likely that is right, 0 to 1. */
  readonly confidence: number;
}

/** Where a card was used, as a text names it: "Chicago", "OH", "MX"; `abroad` and `online` have no value. */
export type Place =
  | { readonly kind: 'city' | 'region' | 'country'; readonly value: string }
  | { readonly kind: 'abroad' }
  | { readonly kind: 'online' };

/** A merchant or place of the customer's own purchases, and the link it is known from. */
export interface KnownMerchant {
  readonly name: string;
  readonly linkId: LinkId;
  readonly places: readonly { readonly city?: string; readonly region?: string; readonly country?: string }[];
}

/** Why a text was not understood; each reason has its own sentence. */
export type Doubt =
  /** Nothing in it is something we do. */
  | { readonly reason: 'nothing' }
  /** Something that cannot be done here yet: a transfer, a dispute, a forecast. */
  | { readonly reason: 'notYet' }
  /** Something about a card, in words that leave open what is wished. */
  | { readonly reason: 'card' }
  /** A question about money with words in it that we cannot place: what it is about, a condition, a comparison. */
  | { readonly reason: 'words'; readonly words: string }
  /** Several merchants answer to that name. */
  | { readonly reason: 'whichMerchant'; readonly options: readonly Pick<KnownMerchant, 'name' | 'linkId'>[] }
  /** It asks about purchases at a shop by whose name there is none. */
  | { readonly reason: 'unknownShop'; readonly name: string }
  /** Two questions in one. */
  | { readonly reason: 'twoQuestions'; readonly intents: readonly MoneyIntent[] }
  /** Something is missing; asked for once. */
  | { readonly reason: 'missing'; readonly what: 'against' | 'per' | 'interest' | 'food' }
  /** Whether something can be afforded, or what will be left: nobody here can know. */
  | { readonly reason: 'advice' }
  /** A time that has not come yet. */
  | { readonly reason: 'future' }
  /** A day that can be read in two ways, or is none: 3/5, February 30. */
  | { readonly reason: 'whichDay' }
  /** It is known what is asked, and several banks could be meant; asked for once. */
  | { readonly reason: 'whichBank'; readonly slots: Slots };

/** What `understand` makes of a text. */
export type Understood =
  | { readonly intent: Intent; readonly slots: Slots }
  | {
      readonly intent: 'unsure';
      readonly doubt: Doubt;
      /** What was understood all the same; a short answer may complete it. */
      readonly partly?: { readonly intent: MoneyIntent; readonly slots: Slots };
    };

/**
 * What a later text may go on from. JSON. It holds what was read from a bank (a merchant's name): keep it in memory or
 * sealed, and drop it with the link.
 */
export type Followable = Frame | LeadFrame;

/** The last question about money, which a follow-up completes. */
export interface Frame {
  readonly intent: MoneyIntent;
  readonly slots: Slots;
  /** The local days that its answer looked at, where none were said: "which ones?" means those. */
  readonly span?: { readonly from: string; readonly to: string };
  /** When it was asked; RFC 3339. */
  readonly at: string;
}

/** A question of which the bank was asked for: its name completes it. */
export interface LeadFrame {
  readonly intent: 'lead';
  readonly slots: Slots;
  readonly at: string;
}

/** What understanding may know of the customer. */
export interface UnderstandingContext {
  readonly locale: Locale;
  /** IANA name of the customer's time zone. */
  readonly timeZone: string;
  readonly now: Temporal.Instant;
  readonly banks: readonly { readonly id: string; readonly name: string }[];
  /** Shops that may be connected: named only where one is connected, asked for its code, or stopped. */
  readonly shops?: readonly { readonly id: string; readonly name: string }[];
  readonly accounts: readonly (AccountLabel & { readonly bank: string })[];
  readonly merchants: readonly KnownMerchant[];
  readonly previous?: Followable;
}

/** A follow-up is understood as one for this long. */
export const frameMinutesMax = 10;

/** The frame that a later text may follow up; undefined when there is nothing to follow up. */
export function frameOf(understood: Understood, now: Temporal.Instant): Followable | undefined {
  const at = now.toString();
  if (understood.intent === 'unsure' && understood.doubt.reason === 'whichBank')
    return { intent: 'lead', slots: understood.doubt.slots, at };
  const known = understood.intent === 'unsure' ? understood.partly : understood;
  if (known === undefined || !isMoneyIntent(known.intent)) return undefined;
  return { intent: known.intent, slots: known.slots, at };
}

/** The question about money before, if it is fresh enough to be meant. */
export function freshFrame(context: Pick<UnderstandingContext, 'previous' | 'now'>): Frame | undefined {
  const fresh = freshOf(context);
  return fresh?.intent === 'lead' ? undefined : fresh;
}

/** The question of which the bank was asked for just now. */
export function openLead(context: Pick<UnderstandingContext, 'previous' | 'now'>): LeadFrame | undefined {
  const fresh = freshOf(context);
  return fresh?.intent === 'lead' ? fresh : undefined;
}

function freshOf({ previous, now }: Pick<UnderstandingContext, 'previous' | 'now'>): Followable | undefined {
  if (previous === undefined) return undefined;
  const age = now.since(Temporal.Instant.from(previous.at)).total('minutes');
  return age >= 0 && age <= frameMinutesMax ? previous : undefined;
}

/** True for what is answered from a bank's data; such a question can be followed up. */
export function isMoneyIntent(intent: Intent): intent is MoneyIntent {
  return measures.some((one) => one === intent);
}
