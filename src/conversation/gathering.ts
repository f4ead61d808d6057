import { formatDecimal, parseMoney, sumMoney, type LinkId, type Money } from '#base';
import { moneyWords, type Locale, type Purchase } from '#contract';
import { calendarOf, unitPeriod } from './calendar.ts';
import type { Counted, Figure } from './figure.ts';
import { isAbout, isOfFlow } from './filtering.ts';
import type { Period, Slots } from './frame.ts';
import { foundBefore, historyNotes, newestFirst, readPurchases, seenFrom, todayOf } from './history.ts';
import type { AccountPurchase, LinkOfCustomer } from './money.ts';
import { listWords } from './moments.ts';
import { select, type Chosen } from './selecting.ts';
import { telling, type Answer, type Turn } from './turn.ts';
import { say } from './words.ts';

/** A purchase and the link it was read from. */
export interface Found extends AccountPurchase {
  readonly link: LinkOfCustomer;
}

/** What a question is about, over all the links that it may use. */
export interface Gathered {
  readonly chosen: readonly Chosen[];
  /** The local days that were looked at. */
  readonly period: Period;
  /** What counts, newest first. */
  readonly found: readonly Found[];
  /** Every movement of those days on the accounts meant. */
  readonly within: readonly Found[];
  /** What has to be said about other links, and about history that is not there. */
  readonly said: readonly Answer[];
}

/** This month: what is meant where nobody said. */
export function usualPeriod({ locale, timeZone, now }: Turn): Period {
  return unitPeriod('month', 0, calendarOf(locale, timeZone, now));
}

/** Everything that any of the customer's links can show. */
export async function wholePeriod(turn: Turn): Promise<Period> {
  const today = todayOf(turn);
  const firsts = (await turn.money.links()).map((link) => seenFrom(turn, link)).toSorted();
  return { from: firsts[0] ?? today, to: today, unit: 'span' };
}

/** Reads what counts for a question. One reading of each link, of no more days than the question spans. */
export async function gather(turn: Turn, slots: Slots, period: Period): Promise<Gathered> {
  const { chosen, said } = await select(turn, slots, 'transactions');
  const read = await Promise.all(
    chosen.map(async (one) => {
      const within = await readPurchases(turn, one, period);
      return {
        within: within.map((purchase): Found => ({ ...purchase, link: one.link })),
        notes: historyNotes(turn, one.link, period.from, foundBefore(turn, one.link, within)),
      };
    }),
  );
  const within = newestFirst(read.flatMap((one) => one.within));
  return {
    chosen,
    period,
    within,
    found: within.filter(counts(slots, chosen)),
    said: [...read.flatMap(({ notes }) => notes), ...said],
  };
}

/**
 * What is said of a span that lies before everything that can be seen: that, and no number, for nothing found there is
 * not nothing spent. Undefined when some of it can be seen.
 */
export async function unseen(turn: Turn, { period, ...slots }: Slots): Promise<Answer[] | undefined> {
  if (period === undefined) return undefined;
  const links = await turn.money.links();
  if (links.length === 0 || links.some((link) => seenFrom(turn, link) <= period.to)) return undefined;
  const { within, said } = await gather(turn, slots, period);
  return within.length === 0 && said.length > 0 ? [...said] : undefined;
}

/** Whether a movement on one of these accounts is what the slots ask for. */
export function counts(slots: Slots, chosen: readonly Chosen[]): (purchase: AccountPurchase) => boolean {
  const kinds = new Map(chosen.flatMap(({ accounts }) => accounts.map(({ accountRef, kind }) => [accountRef, kind])));
  return (purchase) => isOfFlow(purchase, slots.flow, kinds.get(purchase.accountRef)) && isAbout(purchase, slots);
}

/** Currencies in the order of how often they were used. */
export function currenciesOf(purchases: readonly Purchase[]): string[] {
  const times = new Map<string, number>();
  for (const { currency } of purchases) times.set(currency, (times.get(currency) ?? 0) + 1);
  return [...times].toSorted(([, one], [, other]) => other - one).map(([currency]) => currency);
}

/** The sum of those in one currency. */
export function sumOf(purchases: readonly Purchase[], currency: string): Money {
  const own = purchases.filter((one) => one.currency === currency);
  return sumMoney(
    own.map((one) => parseMoney(one.amount, one.currency)),
    currency,
  );
}

/** An amount as the customer reads it. */
export function sumWords(money: Money, locale: Locale): string {
  return moneyWords(formatDecimal(money), money.currency, locale);
}

/** What stands behind a figure: of purchases found within a span. */
export function countedOf(
  found: readonly Purchase[],
  { chosen, period, within }: Pick<Gathered, 'chosen' | 'period' | 'within'>,
  slots: Slots,
): Counted {
  const { amount: _amount, pending: _pending, flow: _flow, ...about } = slots;
  const refunds =
    slots.flow === undefined ? within.filter((one) => isOfFlow(one, 'refunds', undefined) && isAbout(one, about)) : [];
  return {
    transactions: found.length,
    pending: found.filter(({ status }) => status === 'authorized').length,
    from: period.from,
    to: period.to,
    accounts: chosen.reduce((sum, { accounts }) => sum + accounts.length, 0),
    refunds: refunds.length,
  };
}

/** One message over all the links that it was read from: it goes when any of them is stopped. */
export function tellingAll(
  chosen: readonly Chosen[],
  text: string,
  figure: Figure,
  extras: Pick<Answer, 'quickReplies'> = {},
): Answer[] {
  const [first, ...others] = chosen;
  if (first === undefined) return [];
  const also = new Set<LinkId>(others.map(({ link }) => link.linkId));
  const answer = telling(first.link, 'transactions', text, { ...extras, figure });
  return [also.size === 0 ? answer : { ...answer, alsoDerivedFrom: [...also] }];
}

/** "12 purchases", "2 paychecks", of whatever was asked for. */
export function nounWords(count: number, { flow }: Slots, locale: Locale): string {
  return say(locale, `noun.${flow ?? 'purchases'}`, { count });
}

/** "2 of them, $10.70, are still pending." and what was counted in other currencies, apart. */
export function besideWords(found: readonly Found[], currency: string, locale: Locale): string[] {
  const pending = found.filter((one) => one.status === 'authorized' && one.currency === currency);
  const others = currenciesOf(found).filter((other) => other !== currency);
  return [
    ...(pending.length === 0
      ? []
      : [say(locale, 'note.pending', { money: sumWords(sumOf(pending, currency), locale), count: pending.length })]),
    ...others.map((other) => {
      const own = found.filter((one) => one.currency === other);
      return say(locale, 'note.currency', { money: sumWords(sumOf(own, other), locale), count: own.length });
    }),
  ];
}

/** "Chase $12.00, Citi $8.00": of each bank, where there are several. */
export function bankWords(found: readonly Found[], currency: string, locale: Locale): string {
  const own = found.filter((one) => one.currency === currency);
  const groups = [...Map.groupBy(own, ({ link }) => link.bank.name)];
  if (groups.length < 2) return '';
  const parts = groups.map(([bank, some]) => `${bank} ${sumWords(sumOf(some, currency), locale)}`);
  return say(locale, 'of.banks', { parts: listWords(parts, locale) });
}
