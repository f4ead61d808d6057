import type { Against, Doubt, Frame, MoneyIntent, Slots } from './frame.ts';
import { goingOn } from './lexicon.ts';
import type { Read } from './reading.ts';

/** How the slots of a question go together: with those of the question before, with what it measures, and what is missing. */

/** Slots that belong to one measure and mean nothing to another. */
const ofMeasure = [
  'which',
  'nth',
  'subscriptions',
  'howMuch',
  'per',
  'by',
  'against',
  'changed',
  'howMany',
  'ahead',
  'count',
  'purchasesOnly',
] as const;

/**
 * Whether a text goes on from the question before: it adds a slot, begins with "and", speaks of "those", or asks for
 * another measure of nothing new ("how many?", "the biggest one?").
 */
export function goesOn(read: Read, intent: MoneyIntent | undefined, named: boolean): boolean {
  if (intent === undefined) return Object.keys(read.slots).length > 0;
  if (read.ofThose || ofThose(read) || goingOn.has(read.words[0] ?? '')) return true;
  // What kind of interest was asked back.
  if (read.slots.flow?.startsWith('interest') && read.words.length <= 2) return true;
  // "How many purchases?" of nothing in particular asks about what was just answered.
  if (intent === 'count' && saysNoMore(read.slots)) return true;
  if (intent === 'due' || intent === 'payday' || intent === 'balance') return false;
  const { merchant, category, kind, flow, pending } = read.slots;
  return !named && (merchant ?? category ?? kind ?? flow ?? pending) === undefined && intent !== 'recurring';
}

/** "How much did I spend there": at what was named before. */
export const pointsBack = ({ words }: Read): boolean =>
  /\b(?:there|ahi|alli)\b/.test(words.join(' ')) &&
  !/\b(?:is|are|was|were|been) there\b|\bthere (?:is|are|was|were|been)\b|^(?:hi|hello|hey) there\b/.test(
    words.join(' '),
  );

/** One of them is averaged: "average purchase", "typical bill". */
export const isOfOne = ({ words }: Read): boolean =>
  words.some((word) =>
    /^(purchases?|transactions?|compras?|charges?|tickets?|bill|order|visit|trip|rides?|price|cost|pedido|visita|precio|costo)$/.test(
      word,
    ),
  );

const ofThose = (read: Read): boolean =>
  pointsBack(read) ||
  (read.words.some((word) => ['that', 'those', 'them', 'these', 'esas', 'esos', 'eso', 'ellas'].includes(word)) &&
    !read.words.some((word) => ['subscriptions', 'suscripciones'].includes(word)));

/** Nothing but the measure itself: "how many?", "the biggest one?" */
export const saysNoMore = (slots: Slots): boolean =>
  Object.keys(slots).every((slot) => slot === 'which' || slot === 'per' || slot === 'howMuch');

/**
 * A follow-up: what it names takes the place of what was named before. With a question and a noun of its own ("and
 * where did I use my card") only the frame's time and account stay.
 */
export function merged(
  { intent: measured, slots: before, span }: Frame,
  now: { readonly intent: MoneyIntent | undefined; readonly slots: Slots },
  read: Read,
  named: boolean,
): Slots {
  const ofTheSame = now.intent !== undefined && saysNoMore(read.slots) && (now.intent === 'count' || !named);
  const ownQuestion = now.intent !== undefined && named && !ofTheSame && !read.ofThose && !ofThose(read);
  const otherMeasure = now.intent !== undefined && now.intent !== measured;
  const { merchant, category, kind, also, flow, place, count, account, amount, pending, ...rest } = before;
  const stays = Object.fromEntries(
    Object.entries(rest).filter(([slot]) => !otherMeasure || !ofMeasure.some((one) => one === slot)),
  ) as Slots;
  const names = (now.slots.merchant ?? now.slots.category ?? now.slots.kind ?? now.slots.flow) !== undefined;
  const otherPlace = now.slots.place !== undefined && also?.some((one) => one.place !== undefined);
  const subject = names || ownQuestion ? {} : { merchant, category, kind, flow, ...(otherPlace ? {} : { also }) };
  // A kind of account is there at every bank; a number or a nickname is one bank's.
  const anywhere = account?.last4 === undefined && account?.nickname === undefined;
  const sameBank = now.slots.bank === undefined || anywhere ? { account } : {};
  // "How much is that" of the last five is their sum; "and in September" of the top three are three again.
  const ofThem = read.ofThose && (now.intent === 'spending' || now.intent === 'average');
  const ranked = now.intent === undefined && (measured === 'extreme' || measured === 'breakdown');
  const counted = ranked || (now.slots.period === undefined && (!otherMeasure || ofThem)) ? { count } : {};
  const narrowed = ownQuestion ? {} : { place, amount, pending };
  if (measured === 'compare' && before.against === undefined && now.intent === undefined)
    return { ...before, against: againstOf(now.slots) };
  const those =
    (read.ofThose || ofTheSame) && before.period === undefined && span
      ? { period: { ...span, unit: 'span' as const } }
      : {};
  const all = { ...those, ...stays, ...subject, ...narrowed, ...counted, ...sameBank, ...now.slots };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined)) as Slots;
}

function againstOf({ period, merchant, category, kind, also, place, account, bank }: Slots): Against {
  return {
    ...(period && { period }),
    ...(merchant !== undefined && { merchant }),
    ...(category && { category }),
    ...(kind && { kind }),
    ...(also && { also }),
    ...(place && { place }),
    ...(account && { account }),
    ...(bank !== undefined && { bank }),
  };
}

/** What has no place in a measure goes; undefined says that the question does not hold together. */
export function sensible(intent: MoneyIntent, slots: Slots): Slots | undefined {
  const { merchant, category, kind, flow, amount, pending, place, count, purchasesOnly, ...rest } = slots;
  const subject = merchant ?? category ?? kind ?? flow ?? amount ?? pending ?? place;
  if (intent === 'balance') return subject === undefined ? rest : undefined;
  if (intent === 'recent') return slots;
  if (count !== undefined && (intent === 'count' || intent === 'compare' || intent === 'share')) return undefined;
  if (intent === 'due' && slots.period !== undefined) return undefined;
  if (intent === 'payday') return (merchant ?? category ?? kind ?? amount ?? place) === undefined ? rest : undefined;
  // "The average of my last 5" is another number than the average.
  const counts = ['extreme', 'breakdown', 'whereUsed', 'spending', 'average'].includes(intent) ? count : undefined;
  const { count: _count, purchasesOnly: _only, ...others } = slots;
  return { ...others, ...(counts === undefined ? {} : { count: counts }) };
}

/** What must be known to answer and was not said. */
export function needsOf(
  intent: MoneyIntent,
  slots: Slots,
  { missing }: Read,
): Extract<Doubt, { reason: 'missing' }>['what'] | undefined {
  if (missing === 'interest' && slots.flow === 'interest') return 'interest';
  if (missing === 'food' && (slots.category ?? slots.kind ?? slots.merchant) === undefined) return 'food';
  if (intent === 'compare' && slots.against === undefined) return 'against';
  if (intent === 'average' && slots.per === undefined && slots.count === undefined) return 'per';
  return undefined;
}

/** The slots of both sides of a comparison: what only one says of a thing that both share is said of both. */
export function sharedSides(left: Slots, right: Slots): { readonly slots: Slots; readonly against: Against } {
  const subjectOf = ({ merchant, category, kind }: Slots) => merchant ?? category ?? kind;
  const { period, merchant, category, kind, also, place, account, bank } = right;
  const bothSubjects = subjectOf(left) !== undefined && subjectOf(right) !== undefined;
  const subject = {
    ...(merchant !== undefined && { merchant }),
    ...(category && { category }),
    ...(kind && { kind }),
    ...(also && { also }),
  };
  const bothWhere =
    (left.place !== undefined && place !== undefined) ||
    (left.account !== undefined && account !== undefined) ||
    (left.bank !== undefined && bank !== undefined);
  const twoThings = bothSubjects || bothWhere;
  const bothPeriods = left.period !== undefined && period !== undefined;
  const moved = !bothSubjects && (bothPeriods || bothWhere);
  const differ = bothSubjects || bothPeriods || period !== undefined;
  const where = {
    ...(place && { place }),
    ...(account && { account }),
    ...(bank !== undefined && { bank }),
  };
  const ofBoth = {
    ...(moved ? subject : {}),
    ...(twoThings && !bothPeriods && period && { period }),
    ...(differ && left.place === undefined && place && { place }),
    ...(differ && left.account === undefined && account && { account }),
    ...(differ && left.bank === undefined && bank !== undefined && { bank }),
  };
  const against = {
    ...(moved ? {} : subject),
    ...(period && (bothPeriods || !twoThings) && { period }),
    ...Object.fromEntries(Object.entries(where).filter(([slot]) => !(slot in ofBoth))),
  };
  return { slots: { ...ofBoth, ...left }, against };
}
