import { wholeSpanBefore } from './calendar.ts';
import { goesOn, isOfOne, merged, needsOf, pointsBack, saysNoMore, sensible } from './question-slots.ts';
import type { Doubt, Frame, MoneyIntent, Slots, Understood } from './frame.ts';
import { concepts, fillers, leadOns, turning, vocabulary, type Concept } from './lexicon.ts';
import { has, hasNoun, hasSubject, intentsIn, tellsOfMovements } from './measure-asked.ts';
import type { Read } from './reading.ts';
import { units } from './period-words.ts';
import { isTheOneBefore } from './sides.ts';

const unsure = (doubt: Doubt, partly?: { intent: MoneyIntent; slots: Slots }): Understood =>
  partly === undefined ? { intent: 'unsure', doubt } : { intent: 'unsure', doubt, partly };

/**
 * The questions about money: what is asked, whether all words are accounted for, what a follow-up adds.
 *
 * @returns undefined when nothing about money is asked
 */
export function aboutMoney(read: Read, previous: Frame | undefined): Understood | undefined {
  if ((read.slots.flow ?? read.slots.pending) !== undefined && !tellsOfMovements(read, previous !== undefined))
    return undefined;
  const before = previous && spanBefore(read, previous);
  if (before !== undefined) return before;
  // What was spent of one's pay is neither the pay nor a span of days.
  if (['pay', 'in'].includes(read.slots.flow ?? '') && has(read, 'spend'))
    return unsure({ reason: 'words', words: read.words.join(' ') });
  const asked = intentsIn(read);
  if (asked.length > 1) return unsure({ reason: 'twoQuestions', intents: asked });
  // "How much was it" of the one that was just named is about that one.
  const ofTheOne = read.ofThose && asked[0] === 'spending' && previous?.intent === 'extreme';
  const oneMore = ofTheOne && /\b(?:it|that|eso)\b/.test(read.words.join(' ')) ? 'extreme' : asked[0];
  // "How many?" of subscriptions counts subscriptions.
  const ofThem =
    oneMore === 'count' || (oneMore === 'extreme' && /^(?:biggest|smallest)$/.test(read.slots.which ?? ''));
  const ofRecurring = previous?.intent === 'recurring' && ofThem && !hasNoun(read) && !hasSubject(read);
  // "How much is that" of what is due is what is due.
  const again =
    read.ofThose && oneMore === 'spending' && (previous?.intent === 'due' || previous?.intent === 'recurring');
  // "Where was that" of the biggest one: its shop stands in the same answer.
  const sameOne = oneMore === 'whereUsed' && read.ofThose && previous?.intent === 'extreme';
  // "How much was it" of "my last coffee purchase", which was listed.
  const ofTheListed =
    read.ofThose && oneMore === 'spending' && previous?.intent === 'recent' && previous.slots.count === 1;
  const intent = ofRecurring ? 'recurring' : again ? previous?.intent : sameOne || ofTheListed ? 'extreme' : oneMore;
  if (isAside(read, intent, previous)) return unsure({ reason: 'words', words: read.words.join(' ') });
  const follows = previous !== undefined && goesOn(read, intent, hasNoun(read));
  if (intent === undefined && !follows) return namedOnly(read);
  const understood = intent ?? previous?.intent;
  if (understood === undefined) return undefined;
  if (!follows && !standsAlone(read, understood)) return undefined;
  const own = slotsFor(understood, read);
  const joined = follows && previous ? merged(previous, { intent, slots: own }, read, hasNoun(read)) : own;
  const all: Slots = ofRecurring && oneMore === 'count' ? { ...joined, howMany: true } : joined;
  if (sumsSome(read, understood, follows ? previous : undefined))
    return unsure({ reason: 'words', words: read.words.join(' ') });
  // "How much was my salary", "my last coffee": the newest.
  const slots = sensible(understood, understood === 'extreme' ? { which: 'last', ...all } : all);
  const strange = strangeWords(read, understood, follows);
  if (asksWhatMayBe(read)) return unsure({ reason: 'notYet' });
  // A sentence of its own that happens to name an account or a day: no follow-up, and others may know it.
  if (intent === undefined && strange.length >= 2) return undefined;
  const turned = read.left.some((word) => turning.has(word));
  if (slots === undefined || turned || strange.length > (understood === 'balance' ? tolerated(strange, read) : 0)) {
    const { merchant, place, category, kind, flow } = read.slots;
    const named =
      merchant ??
      (place && 'value' in place ? place.value : place?.kind) ??
      category ??
      kind ??
      flow ??
      read.slots.count?.toString() ??
      '';
    const words = strange.length > 0 ? strange : [named];
    const doubt = { reason: 'words', words: words.join(' ') } as const;
    // What was turned round is nothing to go on from: "without rent" leaves the question before as it was.
    return turned ? unsure(doubt) : unsure(doubt, { intent: understood, slots: slots ?? {} });
  }
  if (read.doubt?.reason === 'whichMerchant') return unsure(read.doubt, { intent: understood, slots });
  const what = needsOf(understood, slots, read);
  if (what !== undefined) return unsure({ reason: 'missing', what }, { intent: understood, slots });
  return { intent: understood, slots };
}

/** Speaks of something before that is not there, or that cannot be counted or summed: a balance, a payday. */
function isAside(read: Read, intent: MoneyIntent | undefined, previous: Frame | undefined): boolean {
  const { merchant, place } = previous?.slots ?? {};
  if (intent !== undefined && pointsBack(read)) return (merchant ?? place) === undefined;
  const counted = intent === 'spending' || intent === 'count' || intent === 'extreme' || intent === 'average';
  const uncounted = previous?.intent === 'due' || previous?.intent === 'payday' || previous?.intent === 'balance';
  return counted && uncounted && (read.ofThose || (intent === 'count' && saysNoMore(read.slots)));
}

/** The sum of a list that ends where it is long enough: nobody said of which days. */
function sumsSome({ slots, ofThose }: Read, intent: MoneyIntent, previous: Frame | undefined): boolean {
  if (intent !== 'spending' && intent !== 'count' && intent !== 'average') return false;
  if (intent === 'count' && (slots.count ?? 1) > 1) return true;
  if (!ofThose || previous?.intent !== 'recent') return false;
  const { count, period, pending, flow } = previous.slots;
  return intent !== 'count' && flow === undefined ? (count ?? period ?? pending) === undefined : count !== undefined;
}

/** "And the week before?": the same question of the span before its own. */
function spanBefore({ words, weekStart }: Read, { intent, slots }: Frame): Understood | undefined {
  const said = words.filter((word) => !leadOns.has(word) || word === 'the');
  if (slots.period === undefined || !isTheOneBefore(said)) return undefined;
  // "The month before" of a week is another question.
  const named = said.flatMap((word) => units.get(word) ?? []);
  if (named.some((unit) => unit !== slots.period?.unit)) return undefined;
  return { intent, slots: { ...slots, period: wholeSpanBefore(slots.period, weekStart) } };
}

/** "How many" and "the biggest" of nothing in particular are no question of their own. */
function standsAlone(read: Read, intent: MoneyIntent): boolean {
  if (read.ofThose) return false;
  if (intent === 'compare') return hasNoun(read) || Object.keys(read.slots).some((slot) => slot !== 'against');
  if (intent !== 'count' && intent !== 'extreme' && intent !== 'average') return true;
  if (has(read, 'balance')) return true;
  const { flow, pending, amount, place } = read.slots;
  return (
    hasNoun(read) ||
    hasSubject(read) ||
    flow !== undefined ||
    pending === true ||
    amount !== undefined ||
    place !== undefined
  );
}

/** "coffee last week" says enough; "coffee" alone does not. */
function namedOnly(read: Read): Understood | undefined {
  const { period, amount, place } = read.slots;
  const ours: readonly Concept[] = ['help', 'link', 'linked', 'person'];
  const ofAmount = amount !== undefined && (hasSubject(read) || period !== undefined);
  // "Restaurants in Paris".
  const there = place !== undefined && hasSubject(read);
  if (
    (period === undefined && !ofAmount && !there) ||
    (!ofAmount && !hasSubject(read) && read.missing !== 'food') ||
    ours.some((concept) => has(read, concept))
  )
    return undefined;
  // "Over $100 at Target" asks which they are.
  const asked: MoneyIntent = ofAmount ? 'recent' : 'spending';
  if (strangeWords(read, asked, false).length > 0 || read.left.some((word) => turning.has(word))) return undefined;
  const slots = slotsFor(asked, read);
  if (read.doubt?.reason === 'whichMerchant') return unsure(read.doubt, { intent: asked, slots });
  const what = needsOf(asked, slots, read);
  return what === undefined ? { intent: asked, slots } : unsure({ reason: 'missing', what }, { intent: asked, slots });
}

function slotsFor(intent: MoneyIntent, read: Read): Slots {
  const { account, ...rest } = read.slots;
  // "Where was my card used" asks for every use; "my credit card" "my Citi card" or "card 2291" for that one.
  const anyCard = read.onlyCard && read.slots.bank === undefined;
  const kept = (intent === 'whereUsed' || has(read, 'use')) && anyCard ? undefined : account;
  const ofPurchases = has(read, 'purchases') || has(read, 'paying');
  const purchasesOnly = intent === 'recent' && ofPurchases ? { purchasesOnly: true as const } : {};
  const owed =
    intent === 'balance' && asksWhatIsOwed(read) && kept === undefined ? { account: { kind: 'card' as const } } : {};
  const all = intent === 'count' && ofAllMovements(read) ? { flow: 'moves' as const } : {};
  const cost =
    intent === 'extreme' && /\bhow much\b|\bcuanto\b/.test(read.words.join(' ')) ? { howMuch: true as const } : {};
  const single =
    intent === 'average' && read.slots.per === undefined && isOfOne(read) ? { per: 'purchase' as const } : {};
  const many = intent === 'recurring' && read.measures.includes('count') ? { howMany: true as const } : {};
  const next =
    intent === 'due' &&
    /\b(?:whens?|cuando)\b|\bnext (?:bill|payment|charge)\b(?! due)|\bproxim[oa] (?:pago|cargo|recibo|factura)\b/.test(
      read.asked,
    )
      ? { which: 'next' as const }
      : {};
  const subscribed = intent === 'due' && read.measures.includes('recurring') ? { subscriptions: true as const } : {};
  // "A card payment that is still pending" was paid by card.
  const paid = read.slots.pending === true && read.slots.flow === 'card-payments' ? { flow: undefined } : {};
  return {
    ...all,
    ...many,
    ...cost,
    ...single,
    ...rest,
    ...next,
    ...subscribed,
    ...paid,
    ...(kept === undefined ? {} : { account: kept }),
    ...owed,
    ...purchasesOnly,
  };
}

/** "How many transactions" are every movement; at a merchant they are purchases. */
const ofAllMovements = (read: Read): boolean =>
  has(read, 'movements') && !has(read, 'purchases') && !hasSubject(read) && read.slots.place === undefined;

const asksWhatIsOwed = ({ words }: Read): boolean =>
  words.some((word) => ['owe', 'owed', 'owing', 'debo', 'debemos', 'deuda', 'adeudo'].includes(word));

/** Words that belong to each question, beside the small ones. */
const belonging: Readonly<Partial<Record<MoneyIntent, readonly Concept[]>>> = {
  balance: ['balance', 'have'],
  spending: ['spend', 'paying', 'purchases', 'movements', 'ticket'],
  recent: ['ticket', 'recent', 'purchases', 'movements', 'paying', 'use', 'spend'],
  whereUsed: ['where', 'use', 'purchases', 'movements', 'spend', 'paying', 'recent'],
  payday: ['recent'],
};
/** Cash is taken out, and a taxi is taken. */
const takenThings = ['cash', 'taxis', 'flights', 'transport'] as const;
/** Those of every other measure. */
const usually: readonly Concept[] = ['ticket', 'spend', 'paying', 'purchases', 'movements', 'use', 'recent'];

/** Words that nothing explains. */
function strangeWords(read: Read, intent: MoneyIntent, followUp: boolean): string[] {
  const belongs = new Set<string>(
    [
      ...(belonging[intent] ?? usually),
      // "On my last 3 purchases".
      ...(read.slots.count === undefined ? [] : ['recent']),
      ...(takenThings.some((one) => one === (read.slots.category ?? read.slots.kind)) ? ['withdrawing'] : []),
      'greeting',
      'thanks',
    ].flatMap((concept) => concepts[concept as Concept]),
  );
  return read.left.filter((word) => !fillers.has(word) && !belongs.has(word) && !(followUp && leadOns.has(word)));
}

/** A balance is the same whatever is said around it: one word too many is forgiven unless it says of what. */
function tolerated(strange: readonly string[], read: Read): number {
  const [word = ''] = strange;
  if (!has(read, 'balance')) return 0;
  const at = read.left.indexOf(word);
  const before = read.left.slice(Math.max(0, at - 2), at);
  const ofWhat = before.some((one) =>
    ['of', 'at', 'on', 'in', 'for', 'with', 'de', 'del', 'en', 'con', 'my', 'mi'].includes(one),
  );
  return ofWhat || vocabulary.has(word) || /\d/.test(word) ? 0 : 1;
}

/** "how much can I spend", "where can I use it", "what does it cost": what may be, not what was. */
function asksWhatMayBe({ words, measures, slots }: Read): boolean {
  const text = words.join(' ');
  const may =
    /\b(can|could|should|may|might|puedo|podria|debo|deberia)( \w+){0,3} (spend|gastar|pay|buy|use|used|usar|shop|purchase)\b/;
  if (may.test(text)) return true;
  if (measures.length > 0 || (slots.flow ?? slots.pending) !== undefined) return false;
  return (
    /\b(does|do|is|are|would) .*\b(cost|costs|charge|charges)\b/.test(text) || /\b(cuesta|cuestan|vale)\b/.test(text)
  );
}

/** Whether a text is made of small words and words of these concepts alone. */
export function onlySays(read: Read, allowed: readonly Concept[]): boolean {
  const belongs = new Set<string>(
    [...allowed, 'greeting' as const, 'thanks' as const].flatMap((concept) => concepts[concept]),
  );
  return read.left.every((word) => fillers.has(word) || belongs.has(word));
}
