import { findAccount } from './accounts.ts';
import { takeAhead } from './ahead.ts';
import { takeAmount } from './amounts.ts';
import { takeBanks } from './banks.ts';
import { calendarOf, type Calendar } from './calendar.ts';
import { chronoPeriod } from './chrono-periods.ts';
import { isAboutCard } from './control-words.ts';
import { wordsOf } from './fold.ts';
import type { Against, Doubt, KnownMerchant, MoneyIntent, Slots, UnderstandingContext } from './frame.ts';
import { concepts, notYet, sameConcept, untouchable, vocabulary } from './lexicon.ts';
import { takeJoined } from './joined-subjects.ts';
import { takeMeasures, type Measured } from './measures.ts';
import { findMerchant, findPlace, nameWordsOf, placeWordsOf } from './merchants.ts';
import { dayNames, monthNames, numberWords, units } from './period-words.ts';
import { findPeriod } from './periods.ts';
import { sharedSides } from './question-slots.ts';
import { isTheOneBefore, splitSides } from './sides.ts';
import { kindPhrases } from './spending-kinds.ts';
import { categoryPhrases, findCategory, findKind, findWhereabouts } from './spending-words.ts';
import { nearest } from './typos.ts';

/**
 * A text about money taken apart. `words`: all of them, slips corrected; `left`: those that no phrase and no slot took;
 * `measures`: what its phrases ask for.
 */
export interface Read {
  readonly words: readonly string[];
  /** All of them as they were typed, folded. */
  readonly asked: string;
  readonly left: readonly string[];
  readonly slots: Slots;
  readonly measures: readonly MoneyIntent[];
  /** It speaks of what was answered before. */
  readonly ofThose: boolean;
  /** It compares; what with is in the slots, unless nothing was said. */
  readonly compares: boolean;
  readonly missing?: Measured['missing'];
  readonly onlyCard: boolean;
  readonly weekStart: Calendar['weekStart'];
  readonly doubt?: Doubt;
}

/** Takes a text apart: both sides of a comparison, each into its slots. */
export function readText(text: string, context: UnderstandingContext): Read {
  const {
    amount: said,
    unclear,
    rest,
  } = takeAmount(
    text.replaceAll(/(?<=\p{L})\s+['’](\d\d)(?!\d)/gu, ' 20$1').replaceAll(/(?<=\w)\s*[–—]\s*(?=\w)|\s-\s/g, ' to '),
  );
  // "Did I spend over $500 on groceries" asks about the sum: the sum answers it, of purchases of any size.
  const amount = asksWhetherSum(text) ? undefined : said;
  const sides = splitSides(nextCharge(withoutGreeting(wordsOf(rest).flatMap(written))));
  const before = sides.right !== undefined && isTheOneBefore(sides.right);
  const first = readSide(sides.left, context);
  const second = sides.right === undefined || before ? undefined : readSide(sides.right, context);
  const shared = second && sharedSides(first.slots, second.slots);
  const slots: Slots = {
    ...second?.measured.slots,
    ...first.measured.slots,
    ...(shared?.slots ?? first.slots),
    ...(amount === undefined ? {} : { amount }),
  };
  const against = before ? theSpanBefore : shared?.against;
  const doubt =
    doubtIn(first) ??
    (second && doubtIn(second)) ??
    (unclear || asksByHowMuch(text) ? ({ reason: 'words', words: wordsOf(text).join(' ') } as const) : undefined);
  const missing = first.measured.missing ?? second?.measured.missing;
  return {
    words: [...first.words, ...(second?.words ?? [])],
    asked: wordsOf(text).join(' '),
    left: [...first.left, ...(second?.left ?? [])],
    slots: against === undefined ? slots : { ...slots, against },
    measures: [...new Set([...first.measured.intents, ...(second?.measured.intents ?? [])])],
    ofThose: first.measured.ofThose || second?.measured.ofThose === true,
    compares: sides.compares,
    onlyCard: first.onlyCard,
    weekStart: calendarOf(context.locale, context.timeZone, context.now).weekStart,
    ...(missing === undefined ? {} : { missing }),
    ...(doubt === undefined ? {} : { doubt }),
  };
}

/** "when's" is two words, however it is typed, and what everybody mistypes is what it was meant to be. */
function written(word: string): string[] {
  const meant = slips.get(word);
  if (meant !== undefined) return [meant];
  const [, asking] = /^(when|what|where|who|how)s$/.exec(word) ?? [];
  return asking === undefined ? [word] : [asking, 'is'];
}

/** Words too short for a slip to be forgiven by their letters alone, as people mistype and shorten them. */
const slips: ReadonlyMap<string, string> = new Map(
  `waht what, wat what, wht what, hwo how, hw how, mutch much, mcuh much, muhc much, spnd spend, spned spend, weak week,
  wekk week, mnth month, motnh month, thru to, til until, ammount amount, whre where, wich which, cuanot cuanto,
  qe que, xq porque, dond donde`
    .split(',')
    .map((pair) => pair.trim().split(' '))
    .flatMap(([typed = '', meant = '']): [string, string][] => [[typed, meant]]),
);

/** "did I spend more than …", "¿gasté más de …?": the amount is what the whole is held against. */
function asksWhetherSum(text: string): boolean {
  return /^(?:(?:and|y|so|hey|hi|hola) )*(?:(?:did|have) (?:i|we) (?:spend|spent|go|gone)|(?:he )?(?:gaste|gastado)) (?:(?:money|dinero) )?(?:over|more than|above|less than|under|at least|mas de|menos de|al menos|por lo menos) /.test(
    wordsOf(text).join(' '),
  );
}

/** "When will Starling Video charge me next" asks for its next charge. */
function nextCharge(words: readonly string[]): string[] {
  const asked =
    /^when (?:will|does|is|do|am i) (.+?) (?:(?:going to )?(?:charge|bill) me|due to charge me|renew)(?: next| again)?$/;
  const [, by] = asked.exec(words.join(' ')) ?? [];
  return by === undefined ? [...words] : ['when', 'is', 'my', 'next', ...by.split(' '), 'charge'];
}

/** "how much more than 500 did I spend": a difference, which no condition on purchases is. */
const asksByHowMuch = (text: string): boolean =>
  /\b(?:how much|cuanto) (?:more|less|over|under|mas|menos) (?:than |de |que )?(?:usd )?\d/.test(
    wordsOf(text).join(' '),
  );

/** "with last": the other side is the same in the span before; nothing of its own. */
const theSpanBefore: Against = {};

/** One side of a text, or all of it. */
interface Side extends Pick<Read, 'words' | 'left' | 'slots' | 'onlyCard'> {
  readonly measured: Measured;
  readonly banks: number;
  readonly time?: Doubt;
  readonly merchants?: readonly KnownMerchant[];
  /** A second merchant, which one number cannot hold beside the first. */
  readonly others?: string;
}

function readSide(written: readonly string[], context: UnderstandingContext): Side {
  const telling = (word: string) => !vocabulary.has(word) && !untouchable.has(word);
  const own = new Set([...nameWordsOf(context.merchants), ...placeWordsOf(context.merchants)]);
  const meant = (word: string) => (own.has(word) ? word : corrected(word));
  const joined = takeJoined(written, context.merchants, meant, telling);
  const first = takeLongMerchant(joined.also.length === 0 ? written : joined.rest, context, telling);
  const banked = takeBanks(first.rest, context.banks);
  const words = banked.rest.map(meant);
  const counted = takeCount(words);
  const measured = takeMeasures(counted.rest);
  const calendar = calendarOf(context.locale, context.timeZone, context.now);
  const ahead = measured.intents.includes('due') ? takeAhead(measured.rest, calendar) : { rest: measured.rest };
  const whereabouts = findWhereabouts(ahead.rest);
  const accounts = findAccount(whereabouts.rest, context.accounts);
  const time = takePeriod(accounts.rest, context);
  const kind = findKind(time.rest);
  const category = kind === undefined ? findCategory(time.rest) : undefined;
  const named = takeNames(kind?.rest ?? category?.rest ?? time.rest, context.merchants, telling);
  const merchants = first.merchants ?? named.merchants;
  const place = whereabouts.place ?? named.place;
  const [bank] = banked.named;
  const slots: Slots = {
    ...(bank === undefined ? {} : { bank }),
    ...(accounts.account === undefined ? {} : { account: accounts.account }),
    ...(merchants?.length === 1 && merchants[0] ? { merchant: merchants[0].name } : {}),
    ...(kind === undefined ? {} : { kind: kind.kind }),
    ...(category === undefined ? {} : { category: category.category }),
    ...(joined.also.length === 0 ? {} : { also: joined.also }),
    ...(place === undefined ? {} : { place }),
    ...(time.period === undefined ? {} : { period: time.period }),
    ...(counted.count === undefined ? {} : { count: counted.count }),
    ...(ahead.ahead === undefined ? {} : { ahead: ahead.ahead }),
  };
  return {
    words,
    left: named.rest,
    slots,
    measured,
    onlyCard: accounts.onlyCard,
    banks: banked.named.length,
    ...(time.doubt && { time: time.doubt }),
    ...(first.merchants && named.merchants && { others: named.merchants.map(({ name }) => name).join(', ') }),
    ...(merchants && { merchants }),
  };
}

function doubtIn({ words, left, banks, time, merchants, others }: Side): Doubt | undefined {
  if (left.some((word) => notYet.has(word))) return { reason: isAboutCard(words) ? 'card' : 'notYet' };
  if (time !== undefined) return time;
  if (banks > 1) return { reason: 'nothing' };
  if (others !== undefined) return { reason: 'words', words: others };
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
    .replaceAll(/(?<!\b(?:from|my|in|of|with|at|on|to|and) )\bchecking (?=(?:my|the|on|in|if)\b)/g, 'check ')
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
  const found = findNamed(words, context.merchants, telling);
  if (found === undefined || found.end - found.at < 2) return { rest: [...words] };
  const run = words.slice(found.at, found.end);
  // The run is a bank's own name: the bank is meant.
  if (takeBanks(run, context.banks).rest.length === 0) return { rest: [...words] };
  // "Did I go to Hollis Foods yesterday" is not about the time up to yesterday.
  const from = words[found.at - 1] === 'to' ? found.at - 1 : found.at;
  return { rest: [...words.slice(0, from), ...words.slice(found.end)], merchants: found.merchants };
}

/** As it is written, unless slips forgiven make a longer name of it: "hollis fods" is Hollis Foods. */
function findNamed(
  words: readonly string[],
  merchants: readonly KnownMerchant[],
  telling: Telling,
): ReturnType<typeof findMerchant> {
  const exact = findMerchant(words, merchants, telling, false);
  const forgiving = findMerchant(words, merchants, telling, true);
  if (exact === undefined || forgiving === undefined) return exact ?? forgiving;
  return forgiving.end - forgiving.at > exact.end - exact.at ? forgiving : exact;
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
  const found = findNamed(without, merchants, telling);
  if (found === undefined) return { ...at, rest: without };
  return { ...at, rest: [...without.slice(0, found.at), ...without.slice(found.end)], merchants: found.merchants };
}

/** "My last 3 coffees", "last 10 restaurant visits": words of what is bought. */
const spentOn: readonly string[] = [...categoryPhrases, ...kindPhrases].flatMap(([phrase]) =>
  phrase.length === 1 ? phrase : [],
);

/** "last 5 purchases", "ultimas cinco compras", "5 most recent transactions", "my last purchase". */
function takeCount(words: readonly string[]): { count?: number; rest: string[] } {
  const things = [...concepts.purchases, ...concepts.movements, ...spentOn];
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
    'top',
  ];
  for (const [at, word] of words.entries()) {
    const count = numberWords.get(word) ?? (/^\d{1,3}$/.test(word) ? Number(word) : undefined);
    if (count === undefined || count < 1) continue;
    const behind = words.slice(at + 1, at + 4);
    const thing = behind.findIndex((one) => things.includes(one));
    const near =
      last.includes(words[at - 1] ?? '') ||
      /^(?:biggest|largest|highest|smallest|lowest|cheapest|expensive)$/.test(words[at - 1] ?? '') ||
      behind.slice(0, Math.max(thing, 0)).some((one) => last.includes(one));
    if (thing < 0 || !near || behind.slice(0, thing).some((one) => !last.includes(one))) continue;
    return { count, rest: words.filter((one, index) => index !== at && !(index > at && one === 'most')) };
  }
  const one = ['purchase', 'transaction', 'charge', 'thing', 'cosa', 'compra', 'cargo', 'movimiento', 'transaccion'];
  const ranked = words.findIndex(
    (word, at) => (numberWords.has(word) || /^\d{1,2}$/.test(word)) && isRank(words.slice(at + 1, at + 6)),
  );
  if (ranked >= 0) {
    const word = words[ranked] ?? '';
    const ofGroups = /^(?:merchant|store|shop|categor|comercio|tienda)/.test(words[ranked + 1] ?? '');
    const rest = words.filter((one, at) => at !== ranked && !(at === ranked - 1 && one === 'top' && !ofGroups));
    return { count: numberWords.get(word) ?? Number(word), rest };
  }
  if (/\blo ultimo que (?:compre|pague|gaste)\b|\bdid i (?:last|just) buy\b|\blast used?\b/.test(words.join(' ')))
    return { count: 1, rest: [...words] };
  const single = words.findIndex((word, at) => {
    const newest = word === 'recent' || word === 'reciente';
    if (!newest && !['last', 'latest', 'ultima', 'ultimo'].includes(word)) return false;
    // "my last coffee purchase", not "last week's biggest purchase".
    const noun = words.slice(at + 1, at + 4).findIndex((next) => one.includes(next));
    const between = words.slice(at + 1, at + 1 + noun);
    return noun === 0 || (noun > 0 && !between.some(isOfTimeOrRank));
  });
  return single < 0 ? { rest: [...words] } : { count: 1, rest: [...words] };
}

/** They stand between "last" and "purchase" where no last purchase is meant: "last week's biggest purchase". */
const isOfTimeOrRank = (word: string): boolean =>
  units.has(word.replace(/s$/, '')) ||
  dayNames.has(word) ||
  monthNames.has(word) ||
  /^(?:weekends?|nights?|biggest|largest|highest|smallest|lowest|cheapest|expensive|most|least|first|mas|mayor|menor)$/.test(
    word,
  );

/** "3 biggest", "5 most expensive", "3 compras más caras", "top 5 merchants". */
const isRank = (behind: readonly string[]): boolean =>
  /^(?:(?:most )?(?:biggest|largest|highest|expensive|smallest|cheapest|lowest)|(?:compras|cargos|gastos|movimientos) (?:mas|mayores|menores)|(?:merchants|stores|shops|categories|comercios|tiendas|categorias))/.test(
    behind.join(' '),
  );

const untilWords: ReadonlySet<string> = new Set(['to', 'by', 'through', 'thru', 'till', 'until', 'hasta']);

function takePeriod(
  words: readonly string[],
  context: UnderstandingContext,
): { period?: Slots['period']; doubt?: Doubt; rest: string[] } {
  const calendar = calendarOf(context.locale, context.timeZone, context.now);
  const said = findPeriod(words, calendar);
  const beside = said && [...words.slice(0, said.at), '|', ...words.slice(said.end)];
  // Where our own reading leaves a part of a date behind, or finds none, another reader may know it whole.
  if (beside === undefined || findPeriod(beside, calendar) !== undefined) {
    const other = chronoPeriod(words, context.locale, calendar);
    if (other !== undefined) return other;
  }
  if (said === undefined) return { rest: [...words] };
  // "Up to November 5" is no day: since when, nobody said.
  if (untilWords.has(words[said.at - 1] ?? '') && !['in', 'on', 'during', 'en', 'for'].includes(words[said.at] ?? ''))
    return { doubt: { reason: 'whichDay' }, rest: [...words] };
  if (said.period === 'future') return { doubt: { reason: 'future' }, rest: [...words] };
  if (said.period === 'unclear') return { doubt: { reason: 'whichDay' }, rest: [...words] };
  return { period: said.period, rest: [...words.slice(0, said.at), ...words.slice(said.end)] };
}
