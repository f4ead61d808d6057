import { wholeSpanBefore } from './calendar.ts';
import { goesOn, isOfOne, merged, needsOf, pointsBack, saysNoMore, sensible } from './question-slots.ts';
import type { Doubt, Frame, MoneyIntent, Slots, Understood } from './frame.ts';
import { boughtWords, concepts, fillers, goingOn, leadOns, turning, vocabulary, type Concept } from './lexicon.ts';
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
  const ofRecurring = previous?.intent === 'recurring' && oneMore === 'count' && !hasNoun(read) && !hasSubject(read);
  // "How much is that" of what is due is what is due.
  const again =
    read.ofThose && oneMore === 'spending' && (previous?.intent === 'due' || previous?.intent === 'recurring');
  const intent = ofRecurring ? 'recurring' : again ? previous?.intent : oneMore;
  if (isAside(read, intent, previous)) return unsure({ reason: 'words', words: read.words.join(' ') });
  const follows = previous !== undefined && goesOn(read, intent, hasNoun(read));
  if (intent === undefined && !follows) return namedOnly(read);
  const understood = intent ?? previous?.intent;
  if (understood === undefined) return undefined;
  if (!follows && !standsAlone(read, understood)) return undefined;
  const own = slotsFor(understood, read);
  const joined = follows && previous ? merged(previous, { intent, slots: own }, read, hasNoun(read)) : own;
  const all: Slots = ofRecurring ? { ...joined, howMany: true } : joined;
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

/** The sum of "my last 5": a list of so many is no span, and a sum of days would be another number. */
function sumsSome({ slots, ofThose }: Read, intent: MoneyIntent, previous: Frame | undefined): boolean {
  if (intent !== 'spending' && intent !== 'count' && intent !== 'average') return false;
  if ((slots.count ?? 1) > 1) return true;
  return ofThose && previous?.intent === 'recent' && (previous.slots.count ?? previous.slots.period) === undefined
    ? true
    : ofThose && previous?.slots.count !== undefined && previous.intent === 'recent';
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

/**
 * Whether the customer's own fees, refunds or transfers are asked for, rather than what they are like, how one comes by
 * them, or that one be made: those are no questions of ours.
 */
function tellsOfMovements({ words, left, measures, slots }: Read, mayFollow: boolean): boolean {
  const text = words.join(' ');
  if (mayFollow && (words.length <= 3 || goingOn.has(words[0] ?? ''))) return true;
  const asksOfRules =
    /^(?:(?:hi|hello|hola|please|so|and|but) )*(?:can|could|do|does|will|would|should|is there|are there|is it|how (?:do|can|long|to|does)|why|i (?:want|need|would|am|was|have not|did not)|pay|transfer|send|refund|cancel|move|put|puedo|podria|quiero|necesito|hay|como|por que|paga|transfiere|envia)(?: |$)/;
  const ofRules = /\b(?:is|are) (?:the |there |your |any |an? )*(?:fees?|charges?|interest|comision)/;
  if (measures.includes('payday')) return true;
  if (slots.pending === true && /^hay (?:algun )?(?:cargos?|compras?|pagos?|movimientos?) /.test(text)) return true;
  if (asksOfRules.test(text) || ofRules.test(text)) return false;
  const howMuch = /\bhow much\b|\bcuant[oa]s?\b|\btotal\b/.test(text);
  if (howMuch || measures.length > 0 || slots.period !== undefined || slots.amount !== undefined) return true;
  if (slots.flow === 'pay' && /\b(?:my|mi|mis)\b/.test(text)) return true;
  const asked =
    /^(?:did|have|were|show|list|any|which|what (?:fees|refunds|transfers|deposits|were|are my|is still|is|s) |que hay|me (?:cobraron|devolvieron)|ya )/.test(
      text,
    );
  // "Pending purchases" are a list; "my payment is still pending" wants to know why.
  if (slots.pending === true)
    return (
      /\b(?:transactions|purchases|charges|payments|compras|cargos|movimientos|transacciones|pagos)\b/.test(text) ||
      /^what(?:s| is)? (?:still )?(?:pending|on hold|held)|^que (?:hay|esta|sigue) pendiente/.test(text)
    );
  return (
    (asked && !/\b(?:status|this|about)\b/.test(text)) || (words.length <= 4 && left.every((word) => fillers.has(word)))
  );
}

/** Whether a text has a word of a concept. */
export const has = (read: Read, concept: Concept): boolean => {
  const among: readonly string[] = concepts[concept];
  return read.words.some((word) => among.includes(word));
};

/** What one question may be asked with, without being two. */
const absorbs: Readonly<Partial<Record<MoneyIntent, readonly MoneyIntent[]>>> = {
  due: ['recurring', 'count'],
  recurring: ['count'],
  payday: ['extreme'],
  share: ['breakdown'],
};

/** Which questions a text asks. */
function intentsIn(read: Read): MoneyIntent[] {
  if (read.compares) return [...new Set<MoneyIntent>([...read.measures, 'compare'])];
  if (read.measures.length > 0) {
    // What subscriptions come to is told by the month.
    if (read.measures.includes('recurring') && read.slots.per === 'month') return ['recurring'];
    const swallowed = new Set(read.measures.flatMap((measure) => absorbs[measure] ?? []));
    return read.measures.filter((measure) => !swallowed.has(measure));
  }
  const { words, slots } = read;
  const howMuch = words.some((word, at) => (word === 'how' && words[at + 1] === 'much') || /^cuant[oa]s?$/.test(word));
  const subject = hasSubject(read);
  const listed = has(read, 'movements') || has(read, 'purchases');
  const bought = words.some((word) => boughtWords.has(word));
  if (slots.flow !== undefined || slots.pending === true) return ofMovements(read, howMuch, listed);
  if (has(read, 'where') && (has(read, 'use') || listed || has(read, 'spend') || bought)) {
    return has(read, 'balance') ? ['whereUsed', 'balance'] : ['whereUsed'];
  }
  // "How much was my last coffee" is about one of them.
  const single = read.slots.period === undefined && (slots.count ?? 1) === 1 && saysLast(read) && saysMyLast(words);
  if (howMuch && single && (subject || slots.count === 1)) return ['extreme'];
  const summed = howMuch && (has(read, 'paying') || subject || (listed && slots.count === undefined));
  const found: MoneyIntent[] = [];
  if (has(read, 'spend') || summed || (subject && asksWhatWasPaid(words))) found.push('spending');
  if (has(read, 'balance')) found.push('balance');
  const toldOf =
    (bought && (has(read, 'recent') || slots.period !== undefined)) ||
    (asksWhatWasPaid(words) && slots.period !== undefined);
  const asked = (subject || slots.amount !== undefined) && asksWhether(words);
  if (found[0] !== 'spending' && (listed || toldOf || asked || asksForAny(read))) found.push('recent');
  // "my last coffee"
  if (found.length === 0 && subject && !howMuch && slots.period === undefined && saysLast(read)) found.push('extreme');
  const within = /\b(?:what is in|que hay en)\b/.test(words.join(' ')) && slots.period === undefined;
  if (found.length > 0 || !(howMuch || within) || subject) return found;
  if (has(read, 'have')) return ['balance'];
  // "How much yesterday?"
  if (slots.account === undefined && slots.bank === undefined) return slots.period === undefined ? [] : ['spending'];
  // "How much at Citi last week" is what went out; a balance is of now.
  return [slots.period === undefined || slots.period.unit === 'day' ? 'balance' : 'spending'];
}

const narrowing: ReadonlySet<string> = new Set(['only', 'just', 'solo', 'solamente', 'unicamente', 'and', 'y']);

/** Movements of one kind: a list when one is asked for, "my salary" is the last one, else their sum. */
function ofMovements(read: Read, howMuch: boolean, listed: boolean): MoneyIntent[] {
  const { words, slots } = read;
  const shown = words.some((word) =>
    /^(show|list|latest|recent|which|what|cuales|muestra|muestrame|ver|lista)$/.test(word),
  );
  const recent: readonly string[] = concepts.recent;
  const newest = read.left.some((word) => recent.includes(word));
  const single = words.some((word) => /^(salary|paycheck|pay|wage|sueldo|salario|nomina|quincena)$/.test(word));
  if (slots.flow === 'pay' && single && slots.period === undefined && slots.count === undefined) return ['extreme'];
  // "Only pending" narrows the question before.
  if (slots.flow === undefined && !howMuch && !listed && narrowing.has(words[0] ?? '')) return [];
  if (!howMuch && (shown || (slots.pending === true && (listed || slots.flow === undefined)) || newest))
    return ['recent'];
  return ['spending'];
}

const hasSubject = ({ slots, doubt }: Read): boolean =>
  slots.merchant !== undefined ||
  slots.category !== undefined ||
  slots.kind !== undefined ||
  doubt?.reason === 'whichMerchant';

/** "what did I pay Delta", "qué le pagué a Delta". */
const asksWhatWasPaid = (words: readonly string[]): boolean =>
  /\bwhat (did|have) i (pay|paid)\b|\bque (le )?(pague|he pagado)\b/.test(words.join(' '));

/** "anything over $200": amounts are compared, and whatever fits is meant. */
const asksForAny = ({ words, slots: { amount } }: Read): boolean =>
  amount !== undefined &&
  (amount.open === true || amount.least !== amount.most) &&
  words.some((word) => ['anything', 'something', 'everything', 'things', 'algo', 'todo', 'cosas'].includes(word));

const saysMyLast = (words: readonly string[]): boolean =>
  /\b(?:my|the|mi|la|el) (?:last|latest|most recent|ultim[oa])\b/.test(words.join(' '));

const saysLast = ({ left }: Read): boolean =>
  left.some((word) => ['last', 'latest', 'ultimo', 'ultima'].includes(word));

/** "did I pay the rent", "ya pagué el alquiler": the payments themselves say it. */
const asksWhether = (words: readonly string[]): boolean =>
  /\b(did|have) i (already )?(pay|paid|buy|bought|use|used)\b|\b(ya|he) (pague|pagado|compre|comprado)\b/.test(
    words.join(' '),
  );

/** Whether the text names what is measured: a purchase, spending, a movement. */
function hasNoun(read: Read): boolean {
  const nouns: readonly Concept[] = ['spend', 'paying', 'purchases', 'movements', 'use', 'balance'];
  return nouns.some((concept) => has(read, concept));
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
  const { period, amount } = read.slots;
  const ours: readonly Concept[] = ['help', 'link', 'linked', 'person'];
  const ofAmount = amount !== undefined && (hasSubject(read) || period !== undefined);
  if (
    (period === undefined && !ofAmount) ||
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
  return {
    ...all,
    ...many,
    ...cost,
    ...single,
    ...rest,
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
    /\b(can|could|should|may|might|puedo|podria|debo|deberia)( \w+){0,3} (spend|gastar|pay|buy|use|used|usar|purchase)\b/;
  if (may.test(text)) return true;
  if (measures.length > 0 || slots.flow !== undefined) return false;
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
