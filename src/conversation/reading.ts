import { findAccount } from './accounts.ts';
import { takeAhead } from './ahead.ts';
import { takeAmount } from './amounts.ts';
import { takeBanks } from './banks.ts';
import { calendarOf } from './calendar.ts';
import { chronoPeriod } from './chrono-periods.ts';
import { isAboutCard } from './control-words.ts';
import { wordsOf } from './fold.ts';
import type { Against, Doubt, KnownMerchant, MoneyIntent, Slots, UnderstandingContext } from './frame.ts';
import { concepts, notYet, sameConcept, untouchable, vocabulary } from './lexicon.ts';
import { takeMeasures, type Measured } from './measures.ts';
import { findMerchant, findPlace, placeWordsOf } from './merchants.ts';
import { numberWords, units } from './period-words.ts';
import { findPeriod } from './periods.ts';
import { sharedSides } from './question-slots.ts';
import { isTheOneBefore, splitSides } from './sides.ts';
import { findCategory, findKind, findWhereabouts } from './spending-words.ts';
import { nearest } from './typos.ts';

/**
 * A text about money taken apart. `words`: all of them, slips corrected; `left`: those that no phrase and no slot took;
 * `measures`: what its phrases ask for.
 */
export interface Read {
  readonly words: readonly string[];
  readonly left: readonly string[];
  readonly slots: Slots;
  readonly measures: readonly MoneyIntent[];
  /** It speaks of what was answered before. */
  readonly ofThose: boolean;
  /** It compares; what with is in the slots, unless nothing was said. */
  readonly compares: boolean;
  readonly missing?: Measured['missing'];
  readonly onlyCard: boolean;
  readonly doubt?: Doubt;
}

/** Takes a text apart: both sides of a comparison, each into its slots. */
export function readText(text: string, context: UnderstandingContext): Read {
  const { amount, unclear, rest } = takeAmount(text.replaceAll(/(?<=\w)\s*[–—]\s*(?=\w)|\s-\s/g, ' to '));
  const sides = splitSides(withoutGreeting(wordsOf(rest)));
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
    (unclear ? ({ reason: 'words', words: 'amount' } as const) : undefined);
  const missing = first.measured.missing ?? second?.measured.missing;
  return {
    words: [...first.words, ...(second?.words ?? [])],
    left: [...first.left, ...(second?.left ?? [])],
    slots: against === undefined ? slots : { ...slots, against },
    measures: [...new Set([...first.measured.intents, ...(second?.measured.intents ?? [])])],
    ofThose: first.measured.ofThose || second?.measured.ofThose === true,
    compares: sides.compares,
    onlyCard: first.onlyCard,
    ...(missing === undefined ? {} : { missing }),
    ...(doubt === undefined ? {} : { doubt }),
  };
}

/** "with last": the other side is the same in the span before; nothing of its own. */
const theSpanBefore: Against = {};

/** One side of a text, or all of it. */
interface Side extends Pick<Read, 'words' | 'left' | 'slots' | 'onlyCard'> {
  readonly measured: Measured;
  readonly banks: number;
  readonly time?: Doubt;
  readonly merchants?: readonly KnownMerchant[];
}

function readSide(written: readonly string[], context: UnderstandingContext): Side {
  const telling = (word: string) => !vocabulary.has(word) && !untouchable.has(word);
  const own = new Set([...context.merchants.flatMap(({ name }) => wordsOf(name)), ...placeWordsOf(context.merchants)]);
  const first = takeLongMerchant(written, context, telling);
  const banked = takeBanks(first.rest, context.banks);
  const words = banked.rest.map((word) => (own.has(word) ? word : corrected(word)));
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
    ...(merchants && { merchants }),
  };
}

function doubtIn({ words, left, banks, time, merchants }: Side): Doubt | undefined {
  if (left.some((word) => notYet.has(word))) return { reason: isAboutCard(words) ? 'card' : 'notYet' };
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
  const found = findNamed(words, context.merchants, telling);
  if (found === undefined || found.end - found.at < 2) return { rest: [...words] };
  const run = words.slice(found.at, found.end);
  // The run is a bank's own name: the bank is meant.
  if (takeBanks(run, context.banks).rest.length === 0) return { rest: [...words] };
  return { rest: [...words.slice(0, found.at), ...words.slice(found.end)], merchants: found.merchants };
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
  const one = ['purchase', 'transaction', 'charge', 'compra', 'cargo', 'movimiento', 'transaccion'];
  const ranked = words.findIndex(
    (word, at) => (numberWords.has(word) || /^\d{1,2}$/.test(word)) && isRank(words.slice(at + 1, at + 6)),
  );
  if (ranked >= 0) {
    const word = words[ranked] ?? '';
    const rest = words.filter((one, at) => at !== ranked && !(at === ranked - 1 && one === 'top'));
    return { count: numberWords.get(word) ?? Number(word), rest };
  }
  const single = words.findIndex((word, at) => {
    if (!['last', 'latest', 'ultima', 'ultimo'].includes(word)) return false;
    // "my last coffee purchase", not "last week's biggest purchase".
    const noun = words.slice(at + 1, at + 4).findIndex((next) => one.includes(next));
    const between = words.slice(at + 1, at + 1 + noun);
    return noun === 0 || (noun > 0 && !between.some((next) => units.has(next) || untouchable.has(next)));
  });
  return single < 0 ? { rest: [...words] } : { count: 1, rest: [...words] };
}

/** "3 biggest", "5 most expensive", "3 compras más caras", "top 5 merchants". */
const isRank = (behind: readonly string[]): boolean =>
  /^(?:(?:most )?(?:biggest|largest|highest|expensive|smallest|cheapest|lowest)|(?:compras|cargos|gastos|movimientos) (?:mas|mayores|menores)|(?:merchants|stores|shops|categories|comercios|tiendas|categorias))/.test(
    behind.join(' '),
  );

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
  if (said.period === 'future') return { doubt: { reason: 'future' }, rest: [...words] };
  if (said.period === 'unclear') return { doubt: { reason: 'whichDay' }, rest: [...words] };
  return { period: said.period, rest: [...words.slice(0, said.at), ...words.slice(said.end)] };
}
