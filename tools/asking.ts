import type { LinkId, MessageId } from '#base';
import type { Locale } from '#contract';
import { converse, type Answer, type Figure, type Followable, type Slots, type Understood } from '#conversation';
import { seededCustomer, type SeededCustomer } from './seeded-money.ts';

/** What one question of a conversation came to. */
export interface Asked extends Partial<Pick<Figure, 'currency' | 'of' | 'parts' | 'counted'>> {
  readonly question: string;
  readonly intent: string;
  /** Of one of the 77 that people ask a bank: how surely it is that, 0 to 1. */
  readonly confidence?: number;
  /** Why it was not answered, where it was not. */
  readonly reason?: string;
  readonly slots: object;
  readonly value: Figure['value'];
  /** The same in other currencies, or of other banks, where no single number stands for all. */
  readonly others?: readonly Figure[];
  /** The messages, in order. */
  readonly texts: readonly string[];
  readonly quickReplies: readonly string[];
}

/** Whose conversation it is, when, and over which banks (all four when left out). */
export interface AskedOf {
  readonly customer: string;
  readonly now: Temporal.Instant;
  readonly locale: Locale;
  readonly banks?: readonly string[] | undefined;
}

const noHours = { quiet: null, digestHour: null };

/** What a turn takes beside the customer's money, with nothing in it. */
const besideMoney = {
  wishes: {
    hearings: async () => new Map<never, never>(),
    hear: async () => undefined,
    hours: async () => noHours,
    setHours: async () => noHours,
  },
  cards: {
    statements: async () => [],
    disputed: async () => new Set<never>(),
    goesOn: async () => false,
  },
  parcels: { said: 'said' as MessageId, followed: async () => undefined },
  cases: { open: async () => [], disputes: async () => [] },
  checks: { told: async () => [], newest: async () => undefined, address: () => 'http://localhost' },
  prepared: async () => undefined,
};

/** Holds one conversation over a seeded customer: each call is the next thing said. */
export function asking({ customer, now, locale, banks }: AskedOf): (question: string) => Promise<Asked> {
  return askingOf(seededCustomer(customer, now, banks), { now, locale });
}

/** The same with a customer that was made before: many conversations over one history. */
export function askingOf(
  { money, timeZone, cards }: SeededCustomer,
  { now, locale }: Pick<AskedOf, 'now' | 'locale'>,
): (question: string) => Promise<Asked> {
  let frame: Followable | undefined;
  return async (question) => {
    const list = async (linkId: LinkId) => cards.get(linkId) ?? [];
    const turn = { locale, timeZone, now, money, ...besideMoney, cards: { ...besideMoney.cards, list } };
    const conversed = await converse(question, turn, frame);
    frame = conversed.frame ?? frame;
    const { understood, answers } = conversed;
    return {
      question,
      ...toldOf(understood),
      ...figureOf(answers),
      texts: answers.map(({ content }) => content.text),
      quickReplies: answers.flatMap(({ quickReplies = [] }) => quickReplies.map(({ label }) => label)),
    };
  };
}

/** What a question was taken for; of what people ask a bank, which of the 77, and how surely. */
function toldOf(understood: Understood): Pick<Asked, 'intent' | 'confidence' | 'reason' | 'slots'> {
  const { intent } = understood;
  const slots = intent === 'unsure' ? slotsLeftOpen(understood.doubt, understood.partly) : understood.slots;
  const { lead, ...others } = slots;
  return {
    intent: lead?.intent ?? intent,
    ...(lead && { confidence: Math.round(lead.confidence * 1000) / 1000 }),
    ...(intent === 'unsure' && { reason: understood.doubt.reason }),
    slots: others,
  };
}

const slotsLeftOpen = (
  doubt: Extract<Understood, { intent: 'unsure' }>['doubt'],
  partly: { readonly slots: Slots } | undefined,
): Slots => (doubt.reason === 'whichBank' ? doubt.slots : (partly?.slots ?? {}));

function figureOf(
  answers: readonly Answer[],
): Pick<Asked, 'value' | 'currency' | 'of' | 'parts' | 'counted' | 'others'> {
  const [first, ...others] = answers.flatMap(({ figure }) => figure ?? []);
  if (first === undefined) return { value: null };
  const { value, currency, of, parts, counted } = first;
  return {
    value,
    ...(currency !== undefined && { currency }),
    ...(of !== undefined && { of }),
    ...(parts !== undefined && { parts }),
    counted,
    ...(others.length > 0 && { others }),
  };
}
