import { findAccount } from './accounts.ts';
import { takeBanks } from './banks.ts';
import { calendarOf } from './calendar.ts';
import { wordsOf } from './fold.ts';
import {
  freshFrame,
  type Doubt,
  type Frame,
  type KnownMerchant,
  type MoneyIntent,
  type Slots,
  type Understood,
  type UnderstandingContext,
} from './frame.ts';
import {
  boughtWords,
  concepts,
  fillers,
  goingOn,
  leadOns,
  notYet,
  sameConcept,
  turning,
  untouchable,
  vocabulary,
  type Concept,
} from './lexicon.ts';
import { findMerchant, findPlace, placeWordsOf } from './merchants.ts';
import { numberWords } from './period-words.ts';
import { findPeriod } from './periods.ts';
import { findCategory } from './spending-words.ts';
import { isAboutCard, wishForCard, type ControlWish } from './control-words.ts';
import { wishToShareLess, type ShareLess } from './narrowing.ts';
import { orderWish, type OrderWish } from './shop-words.ts';
import { firmly, type Firm } from './stopping.ts';
import { wishToHear, type HearingWish } from './hearing-words.ts';
import { wishOfHours, type HoursWish } from './hours-words.ts';
import { wishToCheck } from './pasted.ts';
import { wishForPerson, type PersonWish } from './person-words.ts';
import { nearest } from './typos.ts';

/** Longer texts are letters, not questions; this also bounds the work that one text can make. */
const questionWordsMax = 60;

/**
 * Understands what a customer typed, in English or Spanish: the one door to understanding.
 *
 * A text is understood only when every telling word of it has a place in the answer; a wrong number is
 * worse than "I am not sure". Nothing is done here, and nothing that is understood acts by itself.
 *
 * @param text at most 2,000 characters, as typed
 */
export function understand(text: string, context: UnderstandingContext): Understood {
  const previous = freshFrame(context);
  const { shops = [] } = context;
  const firm = firmly(text, [...context.banks, ...shops], previous !== undefined);
  if (firm !== undefined) return asUnderstood(firm);
  // Somebody else's words are compared, however many there are, and nothing that they ask for is done.
  const pasted = wishToCheck(text, context.banks);
  if (pasted !== undefined) return { intent: 'check', slots: { pasted } };
  const person = wishForPerson(text, context.banks);
  if (person !== undefined) return asPerson(person);
  const order = orderWish(text, shops);
  if (order !== undefined) return asUnderstood(order);
  if (wordsOf(text).length > questionWordsMax) return unsure({ reason: 'nothing' });
  const wish =
    wishOfHours(text) ?? wishToHear(text, context) ?? wishToShareLess(text, context) ?? wishForCard(text, context);
  if (wish !== undefined) return asUnderstood(wish);
  const read = readSlots(text, context);
  if (read.doubt !== undefined && read.doubt.reason !== 'whichMerchant') return unsure(read.doubt);
  if (asksWhoSaw(read)) return { intent: 'whoSaw', slots: {} };
  return aboutMoney(read, previous) ?? aboutUs(read) ?? unsure({ reason: 'nothing' });
}

/**
 * Understands with as little as possible: the customer's merchants are read from the vault only when the
 * text has words that nothing else explains.
 */
export async function understandWith(
  text: string,
  context: Omit<UnderstandingContext, 'merchants'>,
  merchants: () => Promise<readonly KnownMerchant[]>,
): Promise<Understood> {
  const first = understand(text, { ...context, merchants: [] });
  const unexplained = first.intent === 'unsure' && (first.doubt.reason === 'words' || first.doubt.reason === 'nothing');
  return unexplained ? understand(text, { ...context, merchants: await merchants() }) : first;
}

const asPerson = ({ bank }: PersonWish): Understood => ({
  intent: 'talkToPerson',
  slots: bank === undefined ? {} : { bank },
});

const asUnderstood = ({
  intent,
  ...slots
}: Firm | ShareLess | HearingWish | HoursWish | ControlWish | OrderWish): Understood => ({
  intent,
  slots,
});

const unsure = (doubt: Doubt, partly?: { intent: MoneyIntent; slots: Slots }): Understood =>
  partly === undefined ? { intent: 'unsure', doubt } : { intent: 'unsure', doubt, partly };

/** A text taken apart. `words`: all of them, slips corrected; `left`: those that no slot took. */
interface Read {
  readonly words: readonly string[];
  readonly left: readonly string[];
  readonly slots: Slots;
  readonly onlyCard: boolean;
  readonly doubt?: Doubt;
}

function readSlots(text: string, context: UnderstandingContext): Read {
  const written = withoutGreeting(wordsOf(text));
  const telling = (word: string) => !vocabulary.has(word) && !untouchable.has(word);
  const own = new Set([...context.merchants.flatMap(({ name }) => wordsOf(name)), ...placeWordsOf(context.merchants)]);
  const first = takeLongMerchant(written, context, telling);
  const banked = takeBanks(first.rest, context.banks);
  const words = banked.rest.map((word) => (own.has(word) ? word : corrected(word)));
  const accounts = findAccount(words, context.accounts);
  const counted = takeCount(accounts.rest);
  const time = takePeriod(counted.rest, context);
  const category = findCategory(time.rest);
  const named = takeNames(category?.rest ?? time.rest, context.merchants, telling);
  const merchants = first.merchants ?? named.merchants;
  const [bank] = banked.named;
  const slots: Slots = {
    ...(bank === undefined ? {} : { bank }),
    ...(accounts.account === undefined ? {} : { account: accounts.account }),
    ...(merchants?.length === 1 && merchants[0] ? { merchant: merchants[0].name } : {}),
    ...(category === undefined ? {} : { category: category.category }),
    ...(named.place === undefined ? {} : { place: named.place }),
    ...(time.period === undefined ? {} : { period: time.period }),
    ...(counted.count === undefined ? {} : { count: counted.count }),
  };
  const doubt = doubtIn(words, banked.named.length, time.doubt, merchants);
  return { words, left: named.rest, slots, onlyCard: accounts.onlyCard, ...(doubt === undefined ? {} : { doubt }) };
}

function doubtIn(
  words: readonly string[],
  banks: number,
  time: Doubt | undefined,
  merchants: readonly KnownMerchant[] | undefined,
): Doubt | undefined {
  if (words.some((word) => notYet.has(word))) return { reason: isAboutCard(words) ? 'card' : 'notYet' };
  if (time !== undefined) return time;
  if (banks > 1) return { reason: 'nothing' };
  if (merchants !== undefined && merchants.length > 1)
    return { reason: 'whichMerchant', options: merchants.slice(0, 3) };
  return undefined;
}

function corrected(word: string): string {
  if (vocabulary.has(word) || untouchable.has(word)) return word;
  const near = nearest(word, vocabulary);
  const [first] = near;
  return first !== undefined && (near.length === 1 || sameConcept(near)) ? first : word;
}

/** A greeting before the question, and "most" of "most recent", change nothing. */
function withoutGreeting(words: readonly string[]): string[] {
  const polite = /^(good (morning|afternoon|evening)|buenos dias|buenas (tardes|noches)|buen dia)\b ?/;
  const rest = words
    .join(' ')
    .replace(polite, 'hola ')
    .replaceAll(/\b(most|mas) (?=recent|reciente)/g, '');
  return rest
    .replaceAll(/\bchecking (?=my|the|on|in|if)/g, 'check ')
    .split(' ')
    .filter((word) => word !== '');
}

type Telling = (word: string) => boolean;
interface Taken {
  readonly rest: string[];
  readonly merchants?: readonly KnownMerchant[];
}

/** A merchant of two words or more goes first: "Chase Diner" is not Chase, "Coffee Bean" not coffee. */
function takeLongMerchant(words: readonly string[], context: UnderstandingContext, telling: Telling): Taken {
  const found = findMerchant(words, context.merchants, telling, false);
  if (found === undefined || found.end - found.at < 2) return { rest: [...words] };
  const run = words.slice(found.at, found.end);
  // The run is a bank's own name: the bank is meant.
  if (takeBanks(run, context.banks).rest.length === 0) return { rest: [...words] };
  return { rest: [...words.slice(0, found.at), ...words.slice(found.end)], merchants: found.merchants };
}

/** What no other slot took may be a place or a merchant; exact before forgiving. */
function takeNames(
  words: readonly string[],
  merchants: readonly KnownMerchant[],
  telling: Telling,
): Taken & { place?: Slots['place'] } {
  const place = findPlace(words, merchants);
  const without = place === undefined ? [...words] : [...words.slice(0, place.at), ...words.slice(place.end)];
  const at = place === undefined ? {} : { place: place.place };
  const found = findMerchant(without, merchants, telling, false) ?? findMerchant(without, merchants, telling, true);
  if (found === undefined) return { ...at, rest: without };
  return { ...at, rest: [...without.slice(0, found.at), ...without.slice(found.end)], merchants: found.merchants };
}

/** "last 5 purchases", "ultimas cinco compras", "5 most recent transactions", "my last purchase". */
function takeCount(words: readonly string[]): { count?: number; rest: string[] } {
  const things = [...concepts.purchases, ...concepts.movements];
  const last = [
    'last',
    'latest',
    'recent',
    'newest',
    'previous',
    'ultimas',
    'ultimos',
    'ultima',
    'ultimo',
    'most',
    'mas',
    'recientes',
  ];
  for (const [at, word] of words.entries()) {
    const count = numberWords.get(word) ?? (/^\d{1,3}$/.test(word) ? Number(word) : undefined);
    if (count === undefined || count < 1) continue;
    const behind = words.slice(at + 1, at + 4);
    const thing = behind.findIndex((one) => things.includes(one));
    const near =
      last.includes(words[at - 1] ?? '') || behind.slice(0, Math.max(thing, 0)).some((one) => last.includes(one));
    if (thing < 0 || !near || behind.slice(0, thing).some((one) => !last.includes(one))) continue;
    return { count, rest: words.filter((one, index) => index !== at && !(index > at && one === 'most')) };
  }
  const single = words.findIndex(
    (word, at) =>
      ['last', 'latest', 'ultima', 'ultimo'].includes(word) &&
      ['purchase', 'transaction', 'charge', 'compra', 'cargo', 'movimiento', 'transaccion'].includes(
        words[at + 1] ?? '',
      ),
  );
  return single < 0 ? { rest: [...words] } : { count: 1, rest: [...words] };
}

function takePeriod(
  words: readonly string[],
  context: UnderstandingContext,
): { period?: Slots['period']; doubt?: Doubt; rest: string[] } {
  const said = findPeriod(words, calendarOf(context.locale, context.timeZone, context.now));
  if (said === undefined) return { rest: [...words] };
  if (said.period === 'future') return { doubt: { reason: 'future' }, rest: [...words] };
  if (said.period === 'unclear') return { doubt: { reason: 'whichDay' }, rest: [...words] };
  return { period: said.period, rest: [...words.slice(0, said.at), ...words.slice(said.end)] };
}

/** The questions about money: what is asked, whether all words are accounted for, what a follow-up adds. */
function aboutMoney(read: Read, previous: Frame | undefined): Understood | undefined {
  const asked = intentsIn(read);
  if (asked.length > 1) return unsure({ reason: 'twoQuestions', intents: asked });
  const [intent] = asked;
  const follows =
    previous !== undefined && (intent === undefined ? hasSlot(read.slots) : goingOn.has(read.words[0] ?? ''));
  if (intent === undefined && !follows) return namedOnly(read);
  const understood = intent ?? previous?.intent;
  if (understood === undefined) return undefined;
  const slots = sensible(
    understood,
    follows && previous
      ? merged(previous.slots, intent === undefined ? read.slots : slotsFor(intent, read), intent !== undefined)
      : slotsFor(understood, read),
  );
  const strange = strangeWords(read, understood, intent === undefined);
  if (asksWhatMayBe(read.words)) return unsure({ reason: 'notYet' });
  const turned = read.left.some((word) => turning.has(word));
  if (slots === undefined || turned || strange.length > (understood === 'balance' ? tolerated(strange, read) : 0)) {
    const words =
      strange.length > 0 ? strange : [read.slots.merchant ?? read.slots.place?.value ?? read.slots.category ?? ''];
    return unsure({ reason: 'words', words: words.join(' ') }, { intent: understood, slots: slots ?? {} });
  }
  if (read.doubt?.reason === 'whichMerchant') return unsure(read.doubt, { intent: understood, slots });
  return { intent: understood, slots };
}

const has = (read: Read, concept: Concept): boolean => {
  const among: readonly string[] = concepts[concept];
  return read.words.some((word) => among.includes(word));
};

/** Which questions a text asks. */
function intentsIn(read: Read): MoneyIntent[] {
  const { words, slots } = read;
  const howMuch = words.some((word, at) => (word === 'how' && words[at + 1] === 'much') || /^cuant[oa]s?$/.test(word));
  const subject =
    slots.merchant !== undefined || slots.category !== undefined || read.doubt?.reason === 'whichMerchant';
  const listed = has(read, 'movements') || has(read, 'purchases');
  const bought = words.some((word) => boughtWords.has(word));
  if (has(read, 'where') && (has(read, 'use') || listed || has(read, 'spend') || bought)) {
    return has(read, 'balance') ? ['whereUsed', 'balance'] : ['whereUsed'];
  }
  const summed = howMuch && (has(read, 'paying') || subject || (listed && slots.count === undefined));
  const found: MoneyIntent[] = [];
  if (has(read, 'spend') || summed) found.push('spending');
  if (has(read, 'balance')) found.push('balance');
  const toldOf = bought && (has(read, 'recent') || slots.period !== undefined);
  if (found[0] !== 'spending' && (listed || toldOf)) found.push('recent');
  if (found.length > 0 || !howMuch || subject) return found;
  return has(read, 'have') || slots.account !== undefined || slots.bank !== undefined ? ['balance'] : [];
}

const hasSlot = (slots: Slots): boolean => Object.keys(slots).length > 0;

/** "coffee last week" says enough; "coffee" alone does not. */
function namedOnly(read: Read): Understood | undefined {
  const { merchant, category, period } = read.slots;
  const ours: readonly Concept[] = ['help', 'link', 'linked', 'person'];
  if (
    period === undefined ||
    (merchant === undefined && category === undefined) ||
    ours.some((concept) => has(read, concept))
  )
    return undefined;
  if (strangeWords(read, 'spending', false).length > 0) return undefined;
  return { intent: 'spending', slots: slotsFor('spending', read) };
}

function slotsFor(intent: MoneyIntent, read: Read): Slots {
  const { account, ...rest } = read.slots;
  // "Where was my card used" asks for every use; "my credit card" or "card 2291" for that one.
  const kept = intent === 'whereUsed' && read.onlyCard ? undefined : account;
  const purchasesOnly =
    intent === 'recent' && (has(read, 'purchases') || has(read, 'paying')) ? { purchasesOnly: true as const } : {};
  return { ...rest, ...(kept === undefined ? {} : { account: kept }), ...purchasesOnly };
}

/** A follow-up: what it names takes the place of what was named before. With a question of its own only the frame's time and account stay. */
function merged(before: Slots, now: Slots, ownQuestion: boolean): Slots {
  const { merchant, category, place, count, account, ...stays } = before;
  const subject = now.merchant !== undefined || now.category !== undefined || ownQuestion ? {} : { merchant, category };
  const sameBank = now.bank === undefined ? { account } : {};
  const counted = now.period === undefined ? { count } : {};
  const all = { ...stays, ...subject, ...(ownQuestion ? {} : { place }), ...counted, ...sameBank, ...now };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined)) as Slots;
}

/** A balance has no merchant, category or place: undefined says that the question does not hold together. */
function sensible(intent: MoneyIntent, slots: Slots): Slots | undefined {
  const { merchant, category, place, count, purchasesOnly, ...rest } = slots;
  if (intent === 'balance') return (merchant ?? category ?? place) ? undefined : rest;
  if (intent === 'recent') return slots;
  return { ...rest, ...(merchant && { merchant }), ...(category && { category }), ...(place && { place }) };
}

/** Words that belong to each question, beside the small ones. */
const belonging: Readonly<Record<MoneyIntent, readonly Concept[]>> = {
  balance: ['balance', 'have'],
  spending: ['spend', 'paying', 'purchases', 'movements'],
  recent: ['recent', 'purchases', 'movements', 'paying', 'use', 'spend'],
  whereUsed: ['where', 'use', 'purchases', 'movements', 'spend', 'paying', 'recent'],
};

/** Words that nothing explains. */
function strangeWords(read: Read, intent: MoneyIntent, followUp: boolean): string[] {
  const belongs = new Set<string>(
    [...belonging[intent], 'greeting', 'thanks'].flatMap((concept) => concepts[concept as Concept]),
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
function asksWhatMayBe(words: readonly string[]): boolean {
  const text = words.join(' ');
  return (
    /\b(can|could|should|may|might|puedo|podria|debo|deberia)( \w+){0,3} (spend|gastar|pay|buy|use|used|usar|purchase)\b/.test(
      text,
    ) ||
    /\b(does|do|is|are|would) .*\b(cost|costs|charge|charges)\b/.test(text) ||
    /\b(cuesta|cuestan|vale)\b/.test(text)
  );
}

/** "who has seen my data?", "what was done with my information", "privacidad". */
function asksWhoSaw(read: Read): boolean {
  if (!has(read, 'ownData')) return false;
  const text = read.words.join(' ');
  const ofUse =
    /\b(see|sees|seen|saw|read|reads|look|looked|looks|use|used|uses|access|accessed|happened|happens|done|has|have|had|visto|vio|ve|ven|leyo|leido|leen|usado|uso|usa|usan|mirado|miro|hizo|hecho|hace|hacen|tiene)\b/;
  return /\b(who|what|quien|quienes|que)\b/.test(text) ? ofUse.test(text) : onlySays(read, ['ownData']);
}

const smallTalk: readonly (readonly [Concept, 'help' | 'thanks' | 'greeting'])[] = [
  ['help', 'help'],
  ['thanks', 'thanks'],
  ['greeting', 'greeting'],
];

/** Everything that is not about money itself; one word that does not belong and it is not meant. */
function aboutUs(read: Read): Understood | undefined {
  const { words, slots } = read;
  if (asksWhatWeDo(words)) return { intent: 'help', slots: {} };
  if (words.some((word) => turning.has(word)) || slots.account !== undefined) return undefined;
  const bank = slots.bank === undefined ? {} : { bank: slots.bank };
  const says = (...allowed: Concept[]) => allowed.some((concept) => has(read, concept)) && onlySays(read, allowed);
  const asksWhich = words.some((word) => /^(which|what|que|cual|cuales)$/.test(word));
  if ((has(read, 'linked') || asksWhich) && says('linked', 'bankWord')) return { intent: 'links', slots: bank };
  // "Add money to my account" is no link; "connect my account" is.
  const connects =
    words.some((word) => /^(link|connect|vincul|conect|enlaz)/.test(word)) &&
    words.some((word) => /^(account|cuenta)s?$/.test(word));
  const linkable = slots.bank !== undefined || has(read, 'bankWord') || connects;
  if (has(read, 'link') && linkable && says('link', 'bankWord')) return { intent: 'linkBank', slots: bank };
  if (has(read, 'person') && says('person', 'talk', 'help', 'bankWord')) return { intent: 'talkToPerson', slots: bank };
  for (const [concept, intent] of smallTalk) {
    if (has(read, concept) && says(concept)) return { intent, slots: {} };
  }
  return undefined;
}

function onlySays(read: Read, allowed: readonly Concept[]): boolean {
  const belongs = new Set<string>(
    [...allowed, 'greeting' as const, 'thanks' as const].flatMap((concept) => concepts[concept]),
  );
  return read.left.every((word) => fillers.has(word) || belongs.has(word));
}

/** "what can you do", "how does this work", "que puedes hacer", "como funciona". */
function asksWhatWeDo(words: readonly string[]): boolean {
  return /^(what (can|do) (you|i) (do|ask)|how does (this|it) work|(que|como) (puedes|puedo|sabes) (hacer|preguntar)|como funciona( esto)?)( please| here| aqui)?$/.test(
    words.filter((word) => !['hi', 'hello', 'hola', 'so'].includes(word)).join(' '),
  );
}
