import { gistOfTransaction, type AccountLabel, type ChartCard, type Purchase } from '#contract';
import { calendarOf, lastPeriod } from './calendar.ts';
import { aboutWords, isAbout, isPlaced } from './filtering.ts';
import type { Figure } from './figure.ts';
import type { Slots } from './frame.ts';
import { countedOf, counts } from './gathering.ts';
import { foundBefore, historyNotes, newestFirst, readPurchases, seenFrom, todayOf } from './history.ts';
import type { AccountPurchase } from './money.ts';
import { spanWords, whenWords } from './moments.ts';
import { select, type Chosen } from './selecting.ts';
import { showing, telling, type Answer, type Turn } from './turn.ts';
import { say } from './words.ts';

/** How many a card may list (contract), and how many are listed when nobody said. */
const listedMax = 20;
const listedUsually = 10;
/** So many are told in words, for whoever does not see the card. */
const toldMax = 5;
const usualDays = 30;

/** What was found of one bank. */
interface Looked {
  readonly chosen: Chosen;
  readonly span: { readonly from: string; readonly to: string };
  /** Newest first. */
  readonly found: readonly AccountPurchase[];
}

/** "Recent purchases", "my last 5 transactions at …": a list a bank, newest first. The last 5 are 5 over all banks. */
export async function answerRecent(turn: Turn, slots: Slots): Promise<Answer[]> {
  const { chosen, said } = await select(turn, slots, 'transactions');
  const wanted = Math.min(slots.count ?? (slots.period ? listedMax : listedUsually), listedMax);
  const looked = await Promise.all(chosen.map((one) => lookBack(turn, slots, one, wanted)));
  const among = slots.count === undefined ? looked : newestOf(looked, wanted);
  const told = among.some(({ found }) => found.length > 0) && slots.count !== undefined;
  const answers = among
    .filter(({ found }) => found.length > 0 || !told)
    .flatMap((one) => recentOf(turn, slots, one, wanted));
  return [...withFigure(answers, listFigure('recent', among, slots)), ...said];
}

/** Only the newest of all banks together. */
function newestOf(looked: readonly Looked[], wanted: number): Looked[] {
  const newest = newestFirst(looked.flatMap(({ found }) => found));
  const kept = new Set(newest.slice(0, wanted));
  return looked.map((one) => ({ ...one, found: one.found.filter((purchase) => kept.has(purchase)) }));
}

/** The ids of everything that was found, newest first. */
function listFigure(measure: 'recent' | 'whereUsed', looked: readonly Looked[], slots: Slots): Figure {
  const found = newestFirst(
    looked.flatMap(({ chosen, found: some }) => some.map((one) => ({ ...one, link: chosen.link }))),
  );
  const from = looked.map(({ span }) => span.from).toSorted()[0] ?? '';
  const to = looked.map(({ span }) => span.to).toSorted()[0] ?? '';
  const chosen = looked.map((one) => one.chosen);
  const counted = countedOf(found, { chosen, within: found, period: { from, to, unit: 'span' } }, slots);
  return { measure, value: found.map(({ id }) => id), counted };
}

function withFigure([first, ...others]: readonly Answer[], figure: Figure): Answer[] {
  return first === undefined ? [] : [{ ...first, figure }, ...others];
}

function recentOf(turn: Turn, slots: Slots, { chosen, span, found }: Looked, wanted: number): Answer[] {
  const { locale } = turn;
  const { link } = chosen;
  const about = aboutWords(slots, locale);
  const notes = historyNotes(turn, link, span.from, foundBefore(turn, link, found));
  const bank = link.bank.name;
  if (found.length === 0) {
    const key = isOfPurchases(slots) ? 'recent.none' : 'recent.moves.none';
    const text = say(locale, key, { bank, about, span: spanWords(span, locale, todayOf(turn)) });
    return [telling(link, 'transactions', text), ...notes];
  }
  const shown = found.slice(0, wanted);
  const key = isOfPurchases(slots) ? 'recent.list' : 'recent.moves';
  const count = slots.period === undefined ? shown.length : found.length;
  const listed = listing(turn, chosen, { shown, count, words: say(locale, key, { bank, about, count: shown.length }) });
  // Said only for a span: "my last 5" are not 5 of something.
  const more = slots.period !== undefined && slots.count === undefined && found.length > shown.length;
  const rest = more
    ? [telling(link, 'transactions', say(locale, 'recent.more', { shown: shown.length, count: found.length }))]
    : [];
  return [listed, ...rest, ...notes];
}

/** Purchases as a card, and the first of them in words. `count`: how many there are, with those not shown. */
export function listing(
  turn: Turn,
  chosen: Chosen,
  {
    shown,
    count,
    words,
  }: { readonly shown: readonly AccountPurchase[]; readonly count: number; readonly words: string },
): Answer {
  const { link } = chosen;
  const purchases = shown.map(wire);
  const card: ChartCard = {
    card: 'chart',
    chart: 'purchases',
    bank: link.bank.id,
    ...onlyAccount(chosen),
    count,
    purchases,
  };
  const told = shown.slice(0, toldMax).map((purchase) => gist(turn, chosen, purchase));
  return showing(link, 'transactions', card, [words, ...told].join(' '));
}

/** The newest of the span asked for; when none was said, as far back as it takes to find so many. */
async function lookBack(turn: Turn, slots: Slots, chosen: Chosen, wanted: number): Promise<Looked> {
  const isMeant =
    slots.flow === undefined && !isOfPurchases(slots)
      ? counts({ ...slots, flow: 'moves' }, [chosen])
      : counts(slots, [chosen]);
  const read = async (span: { from: string; to: string }): Promise<Looked> => ({
    chosen,
    span,
    found: (await readPurchases(turn, chosen, span)).filter(isMeant),
  });
  if (slots.period !== undefined) return read(slots.period);
  const near = await read(lastPeriod(usualDays, 'day', calendarOf(turn.locale, turn.timeZone, turn.now)));
  if (near.found.length >= wanted || slots.pending === true) return near;
  return read({ from: seenFrom(turn, chosen.link), to: near.span.to });
}

const isOfPurchases = (slots: Slots): boolean =>
  slots.purchasesOnly === true || (slots.merchant ?? slots.category ?? slots.kind ?? slots.place) !== undefined;

/** "Where was my card used?": places, newest first, and the last one in words. */
export async function answerWhereUsed(turn: Turn, slots: Slots): Promise<Answer[]> {
  const { chosen, said } = await select(turn, slots, 'transactions');
  const looked = await Promise.all(chosen.map((one) => placesOf(turn, slots, one)));
  const answers = looked.flatMap((one) => one.answers);
  // "Where was it last used" is one place; the others are on the card all the same.
  const meant = slots.count === undefined ? looked : newestOf(looked, slots.count);
  return [...withFigure(answers, listFigure('whereUsed', meant, slots)), ...said];
}

async function placesOf(turn: Turn, slots: Slots, chosen: Chosen): Promise<Looked & { answers: Answer[] }> {
  const { locale, timeZone, now } = turn;
  const { link } = chosen;
  const near = lastPeriod(usualDays, 'day', calendarOf(locale, timeZone, now));
  // Whether it was used in Lisbon is asked of all that can be seen; where it was used, of late.
  const span = slots.period ?? (slots.place === undefined ? near : { from: seenFrom(turn, link), to: near.to });
  // A reversed purchase is a use of the card all the same.
  const used = (purchase: Purchase) => purchase.direction === 'debit' && purchase.merchant !== undefined;
  const found = (await readPurchases(turn, chosen, span)).filter(
    (purchase) => used(purchase) && isAbout(purchase, slots),
  );
  const notes = historyNotes(turn, link, span.from, foundBefore(turn, link, found));
  const words = {
    bank: link.bank.name,
    about: aboutWords(slots, locale),
    span: spanWords(span, locale, todayOf(turn)),
  };
  const [newest] = found;
  if (newest === undefined) {
    const none = telling(link, 'transactions', say(locale, 'places.none', words));
    return { chosen, span, found, answers: [none, ...notes] };
  }
  const card: ChartCard = {
    card: 'chart',
    chart: 'places',
    bank: link.bank.id,
    ...onlyAccount(chosen),
    from: span.from,
    to: span.to,
    count: found.length,
    places: found.slice(0, listedMax).map(wire),
  };
  const unplaced = found.filter((purchase) => !isPlaced(purchase)).length;
  const when = whenWords(newest.occurredAt, locale, timeZone, now);
  const last = [
    say(locale, 'places.last', { bank: words.bank, when, gist: gist(turn, chosen, newest) }),
    ...(unplaced > 0 ? [say(locale, 'places.unplaced', { count: unplaced })] : []),
  ].join(' ');
  const text = say(locale, 'places', { ...words, count: found.length });
  const answers = [showing(link, 'transactions', card, text), telling(link, 'transactions', last), ...notes];
  return { chosen, span, found, answers };
}

/** The account's label when the answer is about a single one of the link's accounts. */
export function onlyAccount({ accounts }: Chosen): { account?: AccountLabel } {
  const [only] = accounts;
  if (only === undefined || accounts.length > 1) return {};
  const { kind, last4, nickname } = only;
  return { account: { kind, last4, ...(nickname === undefined ? {} : { nickname }) } };
}

/** Without the account's reference, which is nobody's business outside. */
export function wire({ accountRef: _, ...purchase }: AccountPurchase): Purchase {
  return purchase;
}

/** One line of a list; that a purchase has posted is not worth a word there. */
function gist({ locale }: Turn, { link, accounts }: Chosen, purchase: AccountPurchase): string {
  const account = accounts.find(({ accountRef }) => accountRef === purchase.accountRef) ?? {
    kind: 'other' as const,
    last4: '',
  };
  const transaction = purchase.status === 'posted' ? { ...purchase, status: 'authorized' as const } : purchase;
  return gistOfTransaction({ card: 'transaction', bank: link.bank.id, account, transaction }, locale);
}
