import { formatDecimal, sumMoney, type LinkId, type Money } from '#base';
import { accountWords, moneyWords, type Locale, type Purchase } from '#contract';
import { stretches } from './bars.ts';
import { calendarOf, periodBefore } from './calendar.ts';
import { aboutWords, isAbout, isOfFlow, isPlaced, isPurchase } from './filtering.ts';
import type { Figure } from './figure.ts';
import { countedOf, currenciesOf, sumOf, usualPeriod, type Found } from './gathering.ts';
import type { Period, Slots } from './frame.ts';
import { historyNotes, isComplete, readPurchases, seenFrom, todayOf } from './history.ts';
import { spanWords } from './moments.ts';
import type { AccountPurchase } from './money.ts';
import { select, type Chosen } from './selecting.ts';
import { spendingCard } from './spending-card.ts';
import { answerMovements } from './sum-answer.ts';
import { showing, telling, type Answer, type Turn } from './turn.ts';
import { say } from './words.ts';

/** What was spent of one group (a link, or one account of it) in one currency. */
interface Spent {
  readonly chosen: Chosen;
  readonly total: Money;
  readonly purchases: readonly AccountPurchase[];
}

/** What one group came to: its messages, its sums by currency, and every movement of its span. */
interface Result {
  readonly chosen: Chosen;
  readonly answers: readonly Answer[];
  readonly spent: readonly Spent[];
  readonly period: Period;
  readonly within: readonly AccountPurchase[];
}

/**
 * "How much did I spend on …": exact sums of what went out at merchants, held and posted. What came back,
 * was reversed or went somewhere without a merchant is never mixed in; it is said beside it. Currencies
 * are never added to each other.
 */
export async function answerSpending(turn: Turn, slots: Slots): Promise<Answer[]> {
  const { chosen, said } = await select(turn, slots, 'transactions');
  const period = slots.period ?? (await usualSpan(turn, slots, chosen));
  // Two cards of one bank are two answers: one total under one bank's name would hide which is which.
  const groups = slots.account === undefined ? chosen : chosen.flatMap(byAccount);
  const results = await Promise.all(groups.map((group) => spentOf(turn, slots, group, period)));
  const spent = results.flatMap((result) => result.spent);
  // Who pays the customer is no shop: "how much at my employer" is what came from there.
  if (spent.length === 0 && slots.merchant !== undefined && results.some((result) => isPaid(result, slots)))
    return answerMovements(turn, { ...slots, flow: 'in' });
  const total = totalOf(turn, slots, period, spent);
  const answers = [...results.flatMap((result) => result.answers), ...(total === undefined ? [] : [total])];
  return [...withFigures(answers, figuresOf(slots, period, results)), ...said];
}

/**
 * The days that are meant where nobody said: this month; where a merchant or the like was named and this month has
 * nothing of it, everything that was read.
 */
async function usualSpan(turn: Turn, slots: Slots, chosen: readonly Chosen[]): Promise<Period> {
  const month = usualPeriod(turn);
  const { merchant, kind, category, place, amount } = slots;
  if ((merchant ?? kind ?? category ?? place ?? amount) === undefined) return month;
  for (const one of chosen) {
    const near = await readPurchases(turn, one, month);
    if (near.some((purchase) => isPurchase(purchase) && isAbout(purchase, slots))) return month;
  }
  const firsts = chosen.map(({ link }) => seenFrom(turn, link)).toSorted();
  return { from: firsts[0] ?? month.from, to: month.to, unit: 'span' };
}

/** Whether pay came from the merchant that was named. */
const isPaid = ({ within, chosen }: Result, slots: Slots): boolean =>
  within.some((one) => {
    const account = chosen.accounts.find(({ accountRef }) => accountRef === one.accountRef);
    return isOfFlow(one, 'pay', account?.kind) && isAbout(one, slots);
  });

/** One figure for each currency, over all banks: the most used one first. */
function figuresOf(slots: Slots, asked: Period, results: readonly Result[]): Figure[] {
  const chosen = results.map((result) => result.chosen);
  const from = results.map(({ period }) => period.from).toSorted()[0] ?? asked.from;
  const period = { ...asked, from };
  const found = (purchases: readonly AccountPurchase[], { link }: Chosen): Found[] =>
    purchases.map((one) => ({ ...one, link }));
  const within = results.flatMap((result) => found(result.within, result.chosen));
  const all = results.flatMap(({ spent }) => spent.flatMap((one) => found(one.purchases, one.chosen)));
  const figure = (own: readonly Found[]) => ({
    measure: 'spending' as const,
    counted: countedOf(own, { chosen, period, within }, slots),
  });
  const currencies = currenciesOf(all);
  if (currencies.length === 0) return [{ ...figure([]), value: '0.00' }];
  return currencies.map((currency) => {
    const own = all.filter((one) => one.currency === currency);
    return { ...figure(own), value: formatDecimal(sumOf(own, currency)), currency };
  });
}

/** Each answer carries one of them at most; the last one is the total, where there is one. */
function withFigures(answers: readonly Answer[], figures: readonly Figure[]): Answer[] {
  return answers.map((answer, at) => {
    const figure = figures[at];
    return figure === undefined ? answer : { ...answer, figure };
  });
}

const byAccount = ({ link, accounts }: Chosen): Chosen[] => accounts.map((account) => ({ link, accounts: [account] }));

async function spentOf(turn: Turn, slots: Slots, chosen: Chosen, asked: Period): Promise<Result> {
  const { link } = chosen;
  const { period, notes } = await spanOf(turn, chosen, asked);
  if (!period) return { chosen, answers: notes, spent: [], period: asked, within: [] };
  const before = periodBefore(period);
  const compares = isComplete(link, before.from) && before.to < period.from;
  const read = await readPurchases(turn, chosen, { from: compares ? before.from : period.from, to: period.to });
  const within = read.filter(({ localDate }) => localDate >= period.from);
  const counted = within.filter((purchase) => isPurchase(purchase) && isAbout(purchase, slots));
  const currencies = currenciesOf(counted);
  if (currencies.length === 0) {
    const words = {
      bank: nameOf(turn, slots, chosen),
      about: aboutWords(slots, turn.locale),
      span: spanWords(period, turn.locale, todayOf(turn)),
    };
    const none = telling(
      link,
      'transactions',
      [say(turn.locale, 'spent.none', words), ...besides(turn, slots, within, [])].join(' '),
    );
    return { chosen, answers: [none, ...notes], spent: [], period, within };
  }
  const earlier = compares
    ? read.filter((purchase) => purchase.localDate <= before.to && isPurchase(purchase) && isAbout(purchase, slots))
    : undefined;
  const figures = currencies.map((currency) => {
    const purchases = counted.filter((purchase) => purchase.currency === currency);
    const sum = sumOf(purchases, currency);
    const beforeSum =
      earlier &&
      sumOf(
        earlier.filter((purchase) => purchase.currency === currency),
        currency,
      );
    return {
      spent: { chosen, total: sum, purchases },
      answer: figure(turn, slots, chosen, period, purchases, sum, beforeSum),
    };
  });
  const aside = besides(turn, slots, within, counted);
  const beside = aside.length === 0 ? [] : [telling(link, 'transactions', aside.join(' '))];
  return {
    chosen,
    period,
    within,
    answers: [...figures.map(({ answer }) => answer), ...beside, ...notes],
    spent: figures.map(({ spent }) => spent),
  };
}

/**
 * The span that can be answered for. What lies before the history that was read is counted when something
 * of it is here, for it came as it happened; else the span begins where the history does.
 */
async function spanOf(
  turn: Turn,
  chosen: Chosen,
  asked: Period,
): Promise<{ period: Period | undefined; notes: Answer[] }> {
  const { link } = chosen;
  const first = seenFrom(turn, link);
  if (asked.from >= first) return { period: asked, notes: historyNotes(turn, link, asked.from) };
  const last = Temporal.PlainDate.from(first).subtract({ days: 1 }).toString();
  const early = await readPurchases(turn, chosen, { from: asked.from, to: asked.to < last ? asked.to : last });
  if (early.length > 0)
    return { period: { ...asked, unit: 'span' }, notes: historyNotes(turn, link, asked.from, 'partly') };
  const notes = historyNotes(turn, link, asked.from);
  return { period: asked.to < first ? undefined : { ...asked, from: first, unit: 'span' }, notes };
}

const words = (money: Money, locale: Locale): string => moneyWords(formatDecimal(money), money.currency, locale);

/** One sum: a card with bars, or words alone when the card could not say all that was asked for. */
function figure(
  turn: Turn,
  slots: Slots,
  chosen: Chosen,
  period: Period,
  purchases: readonly AccountPurchase[],
  total: Money,
  before: Money | undefined,
): Answer {
  const { locale } = turn;
  const { link } = chosen;
  const text = [
    say(locale, 'spent', {
      bank: nameOf(turn, slots, chosen),
      money: words(total, locale),
      about: aboutWords(slots, locale),
      span: spanWords(period, locale, todayOf(turn)),
      count: purchases.length,
    }),
    ...(before === undefined ? [] : [comparison(total, before, locale)]),
  ].join(' ');
  const card = spendingCard(slots, chosen, {
    period,
    total,
    count: purchases.length,
    before,
    bars: barsOf(turn, period, purchases, total.currency),
  });
  return card === undefined ? telling(link, 'transactions', text) : showing(link, 'transactions', card, text);
}

function barsOf(
  { locale, timeZone, now }: Turn,
  { from, to }: Period,
  purchases: readonly Purchase[],
  currency: string,
): { from: string; to: string; amount: string }[] {
  return stretches(from, to, calendarOf(locale, timeZone, now).weekStart).map((stretch) => {
    const inside = purchases.filter(({ localDate }) => localDate >= stretch.from && localDate <= stretch.to);
    return { ...stretch, amount: formatDecimal(sumOf(inside, currency)) };
  });
}

function comparison(total: Money, before: Money, locale: Locale): string {
  const off = total.minor - before.minor;
  if (off === 0n) return say(locale, 'spent.same');
  const difference = words({ minor: off < 0n ? -off : off, currency: total.currency }, locale);
  return say(locale, off < 0n ? 'spent.less' : 'spent.more', { difference });
}

function nameOf({ locale }: Turn, slots: Slots, { link, accounts }: Chosen): string {
  const [account] = accounts;
  if (slots.account === undefined || account === undefined) return link.bank.name;
  return say(locale, 'name.bank.account', { bank: link.bank.name, account: accountWords(account, locale) });
}

/** What stands beside the sum: held purchases that are in it; refunds, other payments and purchases without a place that are not. */
function besides({ locale }: Turn, slots: Slots, within: readonly Purchase[], counted: readonly Purchase[]): string[] {
  const sentences: string[] = [];
  const note = (
    key: 'note.pending' | 'note.refunds' | 'note.other' | 'note.unplaced' | 'note.unsaid',
    among: readonly Purchase[],
  ) => {
    for (const currency of currenciesOf(among)) {
      const own = among.filter((purchase) => purchase.currency === currency);
      sentences.push(say(locale, key, { money: words(sumOf(own, currency), locale), count: own.length }));
    }
  };
  const { place, ...elsewhere } = slots;
  note(
    'note.pending',
    counted.filter(({ status }) => status === 'authorized'),
  );
  note(
    'note.refunds',
    within.filter((one) => isOfFlow(one, 'refunds', undefined) && isAbout(one, slots)),
  );
  if ((slots.merchant ?? slots.category ?? slots.kind ?? slots.amount ?? slots.pending ?? place) === undefined) {
    note(
      'note.other',
      within.filter((one) => one.direction === 'debit' && one.merchant === undefined && one.status !== 'reversed'),
    );
  }
  if (place?.kind === 'online') {
    note(
      'note.unsaid',
      within.filter((one) => isPurchase(one) && isAbout(one, elsewhere) && one.online === undefined && !isPlaced(one)),
    );
  } else if (place !== undefined) {
    note(
      'note.unplaced',
      within.filter((one) => isPurchase(one) && isAbout(one, elsewhere) && !isPlaced(one)),
    );
  }
  return sentences;
}

/** One sentence over several groups, when they share a currency; it goes when any of its links is stopped. */
function totalOf(turn: Turn, slots: Slots, period: Period, spent: readonly Spent[]): Answer | undefined {
  const [first, ...others] = spent;
  if (first === undefined || others.length === 0) return undefined;
  const { currency } = first.total;
  if (spent.some(({ total }) => total.currency !== currency)) return undefined;
  const sum = sumMoney(
    spent.map(({ total }) => total),
    currency,
  );
  const { locale } = turn;
  const text = say(locale, 'spent.total', {
    money: words(sum, locale),
    about: aboutWords(slots, locale),
    span: spanWords(period, locale, todayOf(turn)),
  });
  const links = new Set<LinkId>(
    others.map(({ chosen }) => chosen.link.linkId).filter((id) => id !== first.chosen.link.linkId),
  );
  const answer = telling(first.chosen.link, 'transactions', text);
  return links.size === 0 ? answer : { ...answer, alsoDerivedFrom: [...links] };
}
