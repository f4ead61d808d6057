import { gistOfTransaction, type AccountLabel, type ChartCard, type Purchase } from '#contract';
import { calendarOf, lastPeriod } from './calendar.ts';
import { aboutWords, isAbout, isPlaced, isPurchase } from './filtering.ts';
import type { Slots } from './frame.ts';
import { foundBefore, historyNotes, readPurchases, seenFrom, todayOf } from './history.ts';
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

/** "Recent purchases", "my last 5 transactions at …": a list a bank, newest first. */
export async function answerRecent(turn: Turn, slots: Slots): Promise<Answer[]> {
  const { chosen, said } = await select(turn, slots, 'transactions');
  const answers = await Promise.all(chosen.map((one) => recentOf(turn, slots, one)));
  return [...answers.flat(), ...said];
}

async function recentOf(turn: Turn, slots: Slots, chosen: Chosen): Promise<Answer[]> {
  const { locale } = turn;
  const { link } = chosen;
  const wanted = Math.min(slots.count ?? (slots.period ? listedMax : listedUsually), listedMax);
  const { span, found } = await lookBack(turn, slots, chosen, wanted);
  const about = aboutWords(slots, locale);
  const notes = historyNotes(turn, link, span.from, foundBefore(turn, link, found));
  const bank = link.bank.name;
  if (found.length === 0) {
    const key = isOfPurchases(slots) ? 'recent.none' : 'recent.moves.none';
    const text = say(locale, key, { bank, about, span: spanWords(span, locale, todayOf(turn)) });
    return [telling(link, 'transactions', text), ...notes];
  }
  const shown = found.slice(0, wanted);
  const card: ChartCard = {
    card: 'chart',
    chart: 'purchases',
    bank: link.bank.id,
    ...onlyAccount(chosen),
    count: slots.period === undefined ? shown.length : found.length,
    purchases: shown.map(wire),
  };
  const key = isOfPurchases(slots) ? 'recent.list' : 'recent.moves';
  const told = shown.slice(0, toldMax).map((purchase) => gist(turn, chosen, purchase));
  const text = [say(locale, key, { bank, about, count: shown.length }), ...told].join(' ');
  // Said only for a span: "my last 5" are not 5 of something.
  const more = slots.period !== undefined && slots.count === undefined && found.length > shown.length;
  const rest = more
    ? [telling(link, 'transactions', say(locale, 'recent.more', { shown: shown.length, count: found.length }))]
    : [];
  return [showing(link, 'transactions', card, text), ...rest, ...notes];
}

/** The newest of the span asked for; when none was said, as far back as it takes to find so many. */
async function lookBack(
  turn: Turn,
  slots: Slots,
  chosen: Chosen,
  wanted: number,
): Promise<{ span: { from: string; to: string }; found: AccountPurchase[] }> {
  const matches = (purchase: Purchase) => isAbout(purchase, slots) && (!isOfPurchases(slots) || isPurchase(purchase));
  const read = async (span: { from: string; to: string }) => ({
    span,
    found: (await readPurchases(turn, chosen, span)).filter(matches),
  });
  if (slots.period !== undefined) return read(slots.period);
  const near = await read(lastPeriod(usualDays, 'day', calendarOf(turn.locale, turn.timeZone, turn.now)));
  if (near.found.length >= wanted) return near;
  return read({ from: seenFrom(turn, chosen.link), to: near.span.to });
}

const isOfPurchases = (slots: Slots): boolean =>
  slots.purchasesOnly === true ||
  slots.merchant !== undefined ||
  slots.category !== undefined ||
  slots.place !== undefined;

/** "Where was my card used?": places, newest first, and the last one in words. */
export async function answerWhereUsed(turn: Turn, slots: Slots): Promise<Answer[]> {
  const { chosen, said } = await select(turn, slots, 'transactions');
  const answers = await Promise.all(chosen.map((one) => placesOf(turn, slots, one)));
  return [...answers.flat(), ...said];
}

async function placesOf(turn: Turn, slots: Slots, chosen: Chosen): Promise<Answer[]> {
  const { locale, timeZone, now } = turn;
  const { link } = chosen;
  const span = slots.period ?? lastPeriod(usualDays, 'day', calendarOf(locale, timeZone, now));
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
  if (newest === undefined) return [telling(link, 'transactions', say(locale, 'places.none', words)), ...notes];
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
  return [showing(link, 'transactions', card, text), telling(link, 'transactions', last), ...notes];
}

/** The account's label when the answer is about a single one of the link's accounts. */
export function onlyAccount({ accounts }: Chosen): { account?: AccountLabel } {
  const [only] = accounts;
  if (only === undefined || accounts.length > 1) return {};
  const { kind, last4, nickname } = only;
  return { account: { kind, last4, ...(nickname === undefined ? {} : { nickname }) } };
}

/** Without the account's reference, which is nobody's business outside. */
function wire({ accountRef: _, ...purchase }: AccountPurchase): Purchase {
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
