import { formatDecimal, type Money } from '#base';
import { calendarOf, endOf, startOf, unitPeriod, wholeSpanBefore, type Calendar } from './calendar.ts';
import type { Counted, Figure } from './figure.ts';
import { aboutWords } from './filtering.ts';
import type { Period, Slots } from './frame.ts';
import {
  besideWords,
  countedOf,
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
import { spendingCard } from './spending-card.ts';
import { showing, type Answer, type Turn } from './turn.ts';
import { say } from './words.ts';

/** One side of a comparison. */
interface SideOf {
  readonly slots: Slots;
  readonly gathered: Gathered;
}

/** "Compare groceries this month with last", "Uber vs Lyft": two exact sums and the difference, first less second. */
export async function answerCompare(turn: Turn, slots: Slots): Promise<Answer[]> {
  const { locale } = turn;
  const sides = await sidesGathered(turn, slots);
  const isNowhere = sides.every(({ gathered }) => gathered.found.length === 0);
  // "Compare Lisbon and Paris", without days: where this month has nothing of either, all that can be seen is meant.
  const anywhen = (slots.period ?? slots.against?.period) === undefined && isNowhere;
  const [one, other] = anywhen ? await sidesGathered(turn, { ...slots, period: await wholePeriod(turn) }) : sides;
  if (one === undefined || other === undefined) return [];
  const both = [...one.gathered.found, ...other.gathered.found];
  const currency = currenciesOf(both)[0] ?? 'USD';
  const [first, second] = [sumOf(one.gathered.found, currency), sumOf(other.gathered.found, currency)];
  const off = first.minor - second.minor;
  const difference = sumWords({ minor: off < 0n ? -off : off, currency }, locale);
  const text = [
    sideWords(turn, one, first),
    sideWords(turn, other, second),
    say(locale, off === 0n ? 'compare.same' : off > 0n ? 'compare.more' : 'compare.less', { difference }),
    ...sameDays(turn, one, other, currency),
    ...besideWords(both, currency, locale),
  ];
  const part = ({ slots: side, gathered }: SideOf, sum: Money) => ({
    label: aboutWords(side, locale).trim(),
    value: formatDecimal(sum),
    currency,
    from: gathered.period.from,
    to: gathered.period.to,
  });
  const figure: Figure = {
    measure: 'compare',
    value: formatDecimal({ minor: off, currency }),
    currency,
    parts: [part(one, first), part(other, second)],
    counted: bothCounted(one, other),
  };
  const chosen = [
    ...new Map([...one.gathered.chosen, ...other.gathered.chosen].map((each) => [each.link.linkId, each])).values(),
  ];
  const answers = tellingAll(chosen, text.join(' '), figure);
  return [...withBars(answers, [one, first], [other, second]), ...one.gathered.said];
}

/** Two spans of one thing at one bank are shown as two bars, the earlier first; the card's total is the side asked about. */
function withBars(
  answers: Answer[],
  [one, first]: readonly [SideOf, Money],
  [other, second]: readonly [SideOf, Money],
): Answer[] {
  const [answer] = answers;
  const [only, ...others] = one.gathered.chosen;
  const [period, before] = [one.gathered.period, other.gathered.period];
  const isOfOne =
    only !== undefined && others.length === 0 && other.gathered.chosen[0]?.link.linkId === only.link.linkId;
  const { period: _one, against: _against, ...asked } = one.slots;
  const { period: _other, against: _none, ...askedOther } = other.slots;
  const isOneThing = JSON.stringify(asked) === JSON.stringify(askedOther) && period.from !== before.from;
  if (answer === undefined || !isOfOne || !isOneThing || other.gathered.chosen.length > 1) return answers;
  const bars = [
    { from: period.from, to: period.to, amount: formatDecimal(first) },
    { from: before.from, to: before.to, amount: formatDecimal(second) },
  ].toSorted((a, b) => a.from.localeCompare(b.from));
  const count = one.gathered.found.filter(({ currency }) => currency === first.currency).length;
  const card = spendingCard(asked, only, { period, total: first, count, bars });
  if (card === undefined) return answers;
  const { figure } = answer;
  return [showing(only.link, 'transactions', card, answer.content.text, figure ? { figure } : {})];
}

const sidesGathered = (turn: Turn, slots: Slots): Promise<SideOf[]> =>
  Promise.all(
    sidesOf(turn, slots).map(async (side): Promise<SideOf> => ({
      slots: side,
      gathered: await gather(turn, side, side.period ?? usualPeriod(turn)),
    })),
  );

function bothCounted(one: SideOf, other: SideOf): Counted {
  const [a, b] = [one, other].map(({ gathered, slots }) => countedOf(gathered.found, gathered, slots)) as [
    Counted,
    Counted,
  ];
  return {
    transactions: a.transactions + b.transactions,
    pending: a.pending + b.pending,
    from: a.from < b.from ? a.from : b.from,
    to: a.to > b.to ? a.to : b.to,
    accounts: Math.max(a.accounts, b.accounts),
    refunds: a.refunds + b.refunds,
  };
}

function sideWords({ locale, ...turn }: Turn, { slots, gathered: { period, found } }: SideOf, sum: Money): string {
  return say(locale, 'compare.side', {
    money: sumWords(sum, locale),
    about: aboutWords(slots, locale),
    span: spanWords(period, locale, todayOf({ locale, ...turn })),
    noun: nounWords(found.filter(({ currency }) => currency === sum.currency).length, slots, locale),
  });
}

/** Both sides with all their slots. Where only one has a span, the other has the one of now, or the one before. */
function sidesOf(turn: Turn, { against = {}, ...slots }: Slots): [Slots, Slots] {
  const calendar = calendarOf(turn.locale, turn.timeZone, turn.now);
  const isSpanBefore = Object.keys(against).length === 0;
  const period = slots.period ?? (against.period ? spanOfNow(against.period, calendar) : usualPeriod(turn));
  const subject = against.merchant ?? against.category ?? against.kind;
  const { merchant, category, kind, also, ...rest } = slots;
  const about =
    subject === undefined
      ? {
          ...(merchant !== undefined && { merchant }),
          ...(category && { category }),
          ...(kind && { kind }),
          ...(also && { also }),
        }
      : {};
  const second: Slots = {
    ...rest,
    ...about,
    period: isSpanBefore ? wholeSpanBefore(period, calendar.weekStart) : period,
    ...against,
  };
  return [{ ...slots, period }, second];
}

/** "More than in May" means this month; "than last week" this week. */
function spanOfNow({ unit }: Period, calendar: Calendar): Period {
  return unitPeriod(unit === 'span' ? 'month' : unit, 0, calendar);
}

/** A month that has not ended is also compared with as many days of the other: else it looks cheap. */
function sameDays(turn: Turn, one: SideOf, other: SideOf, currency: string): string[] {
  const { locale, timeZone, now } = turn;
  const [a, b] = [one.gathered.period, other.gathered.period];
  const { weekStart } = calendarOf(locale, timeZone, now);
  if (a.unit === 'span' || a.unit === 'day' || a.unit !== b.unit) return [];
  const whole = (period: Period) =>
    endOf(a.unit as 'month', startOf(a.unit as 'month', Temporal.PlainDate.from(period.from), weekStart)).toString() ===
    period.to;
  if (whole(a) || !whole(b)) return [];
  const days = Temporal.PlainDate.from(a.from).until(Temporal.PlainDate.from(a.to)).days;
  const until = Temporal.PlainDate.from(b.from).add({ days }).toString();
  if (until >= b.to) return [];
  const so = other.gathered.found.filter(({ localDate }) => localDate <= until);
  const span = spanWords({ from: b.from, to: until }, locale, todayOf(turn));
  return [say(locale, 'compare.same-days', { span, money: sumWords(sumOf(so, currency), locale) })];
}
