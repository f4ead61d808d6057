import { formatDecimal } from '#base';
import { calendarOf, daysIn, endOf, startOf, steps, type Calendar } from './calendar.ts';
import type { Figure } from './figure.ts';
import { aboutWords } from './filtering.ts';
import type { Period, Slots } from './frame.ts';
import {
  bankWords,
  besideWords,
  countedOf,
  counts,
  currenciesOf,
  gather,
  nounWords,
  sumOf,
  sumWords,
  tellingAll,
  usualPeriod,
  wholePeriod,
  type Gathered,
} from './gathering.ts';
import { todayOf } from './history.ts';
import { spanWords } from './moments.ts';
import type { Answer, Turn } from './turn.ts';
import { say } from './words.ts';

/** A question of no span about something in particular looks at this month first, and at everything when nothing is there. */
export async function gatherUsually(turn: Turn, slots: Slots): Promise<Gathered> {
  if (slots.period !== undefined) return gather(turn, slots, slots.period);
  const near = await gather(turn, slots, usualPeriod(turn));
  const { merchant, kind, category, flow, amount, place, pending } = slots;
  const about = merchant ?? kind ?? category ?? flow ?? amount ?? place ?? pending;
  return near.found.length > 0 || about === undefined ? near : gather(turn, slots, await wholePeriod(turn));
}

/** Sums of movements that are no purchases: pay, refunds, transfers. One message over all links. */
export async function answerMovements(turn: Turn, slots: Slots): Promise<Answer[]> {
  const { locale } = turn;
  const gathered = await gatherUsually(turn, slots);
  const { found, period, chosen, said } = gathered;
  const span = spanWords(period, locale, todayOf(turn));
  const title = say(locale, `flow.${slots.flow ?? 'purchases'}`);
  const [currency] = currenciesOf(found);
  const counted = countedOf(found, gathered, slots);
  const aside = besideMovements(turn, slots, gathered);
  if (currency === undefined) {
    const text = [say(locale, 'sum.none', { title, about: aboutWords(slots, locale), span }), ...aside].join(' ');
    return [...tellingAll(chosen, text, { measure: 'spending', value: '0.00', counted }), ...said];
  }
  const total = sumOf(found, currency);
  const own = found.filter((one) => one.currency === currency);
  const text = [
    say(locale, 'sum', {
      title,
      money: sumWords(total, locale),
      about: aboutWords(slots, locale),
      span,
      noun: nounWords(own.length, slots, locale),
    }),
    bankWords(found, currency, locale),
    ...besideWords(found, currency, locale),
    ...aside,
  ];
  const figure: Figure = { measure: 'spending', value: formatDecimal(total), currency, counted };
  return [...tellingAll(chosen, text.filter(Boolean).join(' '), figure), ...said];
}

/** What is near to what was asked for and not in it: interest beside pay, interest earned beside what was charged. */
function besideMovements({ locale }: Turn, { flow }: Slots, { within, chosen }: Gathered): string[] {
  if (flow !== 'pay' && flow !== 'interest-charged') return [];
  const interest = within.filter(counts({ flow: 'interest' }, chosen));
  return currenciesOf(interest).map((currency) =>
    say(locale, 'note.interest', { money: sumWords(sumOf(interest, currency), locale) }),
  );
}

/** "How many times …": a count, with what they came to. */
export async function answerCount(turn: Turn, slots: Slots): Promise<Answer[]> {
  const { locale } = turn;
  const gathered = await gatherUsually(turn, slots);
  const { found, period, chosen, said } = gathered;
  const [currency] = currenciesOf(found);
  const span = spanWords(period, locale, todayOf(turn));
  const values = { noun: nounWords(found.length, slots, locale), about: aboutWords(slots, locale), span };
  const figure: Figure = { measure: 'count', value: found.length, counted: countedOf(found, gathered, slots) };
  if (currency === undefined) return [...tellingAll(chosen, say(locale, 'count.none', values), figure), ...said];
  const money = sumWords(sumOf(found, currency), locale);
  const text = [
    say(locale, 'count', { ...values, money }),
    bankCounts(gathered, turn),
    ...besideWords(found, currency, locale),
  ];
  return [...tellingAll(chosen, text.filter(Boolean).join(' '), figure), ...said];
}

function bankCounts({ found }: Gathered, { locale }: Turn): string {
  const groups = [...Map.groupBy(found, ({ link }) => link.bank.name)];
  if (groups.length < 2) return '';
  return say(locale, 'of.banks', { parts: groups.map(([bank, some]) => `${bank} ${some.length}`).join(', ') });
}

/** "On average …": a sum divided by purchases, or by the whole days, weeks or months of its span. */
export async function answerAverage(turn: Turn, slots: Slots): Promise<Answer[]> {
  const { locale, timeZone, now } = turn;
  const per = slots.per ?? 'purchase';
  const asked = slots.period ?? (await wholePeriod(turn));
  const period = per === 'purchase' ? asked : wholeUnits(asked, per, calendarOf(locale, timeZone, now));
  const gathered = await gather(turn, slots, period ?? asked);
  const { found, chosen, said } = gathered;
  const [currency] = currenciesOf(found);
  const span = spanWords(gathered.period, locale, todayOf(turn));
  const about = aboutWords(slots, locale);
  const counted = countedOf(found, gathered, slots);
  if (period === undefined || currency === undefined) {
    const text = say(locale, period === undefined ? 'average.short' : 'spent.none.all', { about, span });
    return [...tellingAll(chosen, text, { measure: 'average', value: null, counted }), ...said];
  }
  const own = found.filter((one) => one.currency === currency);
  const units = per === 'purchase' ? own.length : unitsIn(period, per);
  const total = sumOf(own, currency);
  const average = { minor: dividedHalfUp(total.minor, BigInt(units)), currency };
  const text = [
    say(locale, 'average', {
      per,
      money: sumWords(average, locale),
      about,
      total: sumWords(total, locale),
      noun: nounWords(own.length, slots, locale),
      units,
      span,
    }),
    ...besideWords(found, currency, locale),
  ];
  const figure: Figure = { measure: 'average', value: formatDecimal(average), currency, counted };
  return [...tellingAll(chosen, text.join(' '), figure), ...said];
}

/** Rounded to the nearest, halves up; of amounts that are not negative. */
export function dividedHalfUp(minor: bigint, by: bigint): bigint {
  return (minor * 2n + by) / (by * 2n);
}

/** The whole days, weeks or months inside a span; a part of one would make the average too small. */
function wholeUnits(
  { from, to }: Period,
  unit: 'day' | 'week' | 'month',
  { weekStart, today }: Calendar,
): Period | undefined {
  const { compare } = Temporal.PlainDate;
  const first = Temporal.PlainDate.from(from);
  const last = Temporal.PlainDate.from(to);
  const begun = startOf(unit, first, weekStart);
  const start = compare(begun, first) === 0 ? begun : begun.add(steps(unit, 1));
  const inLast = startOf(unit, last, weekStart);
  const done = compare(endOf(unit, inLast), last) <= 0 && (unit === 'day' || compare(endOf(unit, inLast), today) < 0);
  const end = done ? endOf(unit, inLast) : inLast.subtract({ days: 1 });
  return compare(start, end) > 0 ? undefined : { from: start.toString(), to: end.toString(), unit: 'span' };
}

function unitsIn(period: Period, unit: 'day' | 'week' | 'month'): number {
  if (unit !== 'month') return daysIn(period) / (unit === 'week' ? 7 : 1);
  const from = Temporal.PlainDate.from(period.from);
  return from.until(Temporal.PlainDate.from(period.to).add({ days: 1 }), { largestUnit: 'months' }).months;
}

/** "What share of my spending is coffee": per cent of everything spent in the span. */
export async function answerShare(turn: Turn, slots: Slots): Promise<Answer[]> {
  const { locale } = turn;
  const period = slots.period ?? usualPeriod(turn);
  const all = await gather(turn, wholeOf(slots), period);
  const { chosen, said } = all;
  const found = all.found.filter(counts(slots, chosen));
  const [currency] = currenciesOf(all.found);
  const counted = countedOf(found, all, slots);
  const span = spanWords(period, locale, todayOf(turn));
  if (currency === undefined) {
    const text = say(locale, 'spent.none.all', { about: '', span });
    return [...tellingAll(chosen, text, { measure: 'share', value: null, counted }), ...said];
  }
  const [part, whole] = [sumOf(found, currency), sumOf(all.found, currency)];
  const tenths = dividedHalfUp(part.minor * 1000n, whole.minor);
  const percent = `${tenths / 10n}.${tenths % 10n}`;
  const text = [
    say(locale, 'share', {
      percent,
      money: sumWords(part, locale),
      about: aboutWords(slots, locale),
      whole: sumWords(whole, locale),
      span,
    }),
    ...besideWords(found, currency, locale),
  ];
  const parts = [
    { label: 'part', value: formatDecimal(part), currency },
    { label: 'whole', value: formatDecimal(whole), currency },
  ];
  return [...tellingAll(chosen, text.join(' '), { measure: 'share', value: percent, parts, counted }), ...said];
}

/** The same accounts and days, of everything. */
function wholeOf({ bank, account, period }: Slots): Slots {
  return { ...(bank !== undefined && { bank }), ...(account && { account }), ...(period && { period }) };
}
