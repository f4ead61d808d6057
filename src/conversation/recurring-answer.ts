import { formatDecimal, parseMoney, sumMoney } from '#base';
import { moneyWords, type Locale } from '#contract';
import { soonDays } from './ahead.ts';
import type { Figure } from './figure.ts';
import { aboutWords } from './filtering.ts';
import type { Slots } from './frame.ts';
import {
  countedOf,
  currenciesOf,
  gather,
  sumOf,
  sumWords,
  tellingAll,
  wholePeriod,
  type Gathered,
} from './gathering.ts';
import { todayOf } from './history.ts';
import { fullDayWords, listWords, spanWords } from './moments.ts';
import { expected, recurringIn, rhythmOf, type Recurring, type Rhythm } from './regularity.ts';
import type { Answer, Turn } from './turn.ts';
import { say } from './words.ts';

/** "My subscriptions", "subscriptions that went up": what comes again and again, read from the purchases themselves. */
export async function answerRecurring(turn: Turn, slots: Slots): Promise<Answer[]> {
  const { gathered, all } = await recurringOf(turn, slots);
  const subscribed = all.filter((one) => one.subscribed);
  if (slots.changed !== undefined) return [...changedWords(turn, slots, gathered, all), ...gathered.said];
  const ranked = slots.which === 'biggest' || slots.which === 'smallest';
  const answer = ranked ? dearest : slots.period === undefined ? monthlyWords : spanCharges;
  return [...answer(turn, slots, gathered, subscribed, all.filter(({ bill }) => bill).length), ...gathered.said];
}

type Telling = (
  turn: Turn,
  slots: Slots,
  gathered: Gathered,
  subscribed: readonly Recurring[],
  bills: number,
) => Answer[];

/** What they come to in a month, each by its newest price. */
const monthlyWords: Telling = ({ locale }, slots, gathered, subscribed, bills) => {
  const charges = subscribed.flatMap((one) => one.charges);
  const counted = countedOf(charges, gathered, slots);
  const [currency] = currenciesOf(subscribed.flatMap((one) => one.charges.slice(0, 1)));
  const own = subscribed.filter(({ charges: [newest] }) => newest?.currency === currency).toSorted(byName);
  if (currency === undefined) {
    const text = say(locale, 'recurring.none', { about: aboutWords(slots, locale) });
    return tellingAll(gathered.chosen, text, { measure: 'recurring', value: slots.howMany ? 0 : '0.00', counted });
  }
  const sum = sumMoney(
    own.map((one) => monthlyOf(one, currency)),
    currency,
  );
  const text = [
    say(locale, 'recurring', {
      count: own.length,
      money: sumWords(sum, locale),
      parts: listWords(recurringWords(own, locale), locale),
    }),
    ...(bills === 0 ? [] : [say(locale, 'recurring.bills', { count: bills })]),
  ].join(' ');
  const figure: Figure = {
    measure: 'recurring',
    ...(slots.howMany ? { value: own.length } : { value: formatDecimal(sum), currency }),
    parts: own.map((one) => ({ label: one.name, value: one.charges[0]?.amount ?? '', currency })),
    counted: { ...counted, transactions: own.reduce((many, one) => many + one.charges.length, 0) },
  };
  return tellingAll(gathered.chosen, text, figure);
};

/** "What is my most expensive subscription": by what each comes to in a month. */
const dearest: Telling = ({ locale }, slots, gathered, subscribed) => {
  const [currency = 'USD'] = currenciesOf(subscribed.flatMap((one) => one.charges.slice(0, 1)));
  const own = subscribed.filter(({ charges: [newest] }) => newest?.currency === currency);
  const sign = slots.which === 'smallest' ? 1n : -1n;
  const [first] = own.toSorted((one, other) =>
    Number(sign * (monthlyOf(one, currency).minor - monthlyOf(other, currency).minor)),
  );
  const charges = first?.charges ?? [];
  const counted = countedOf(charges, gathered, slots);
  if (first === undefined) {
    const text = say(locale, 'recurring.none', { about: aboutWords(slots, locale) });
    return tellingAll(gathered.chosen, text, { measure: 'recurring', value: null, counted });
  }
  const money = monthlyOf(first, currency);
  const same = own.filter((one) => monthlyOf(one, currency).minor === money.minor);
  const text = say(locale, 'recurring.dearest', {
    which: slots.which ?? 'biggest',
    money: sumWords(money, locale),
    names: listWords([...new Set(same.map(({ name }) => name))].toSorted(), locale),
    count: own.length,
  });
  const figure: Figure = { measure: 'recurring', value: formatDecimal(money), currency, of: first.name, counted };
  return tellingAll(gathered.chosen, text, figure);
};

/** What they have charged within the days that were asked for. */
const spanCharges: Telling = (turn, slots, gathered, subscribed) => {
  const { locale } = turn;
  const period = slots.period ?? gathered.period;
  const isWithin = ({ localDate }: { localDate: string }) => localDate >= period.from && localDate <= period.to;
  const charges = subscribed.flatMap((one) => one.charges.filter(isWithin));
  const counted = countedOf(charges, { ...gathered, period, within: gathered.within.filter(isWithin) }, slots);
  const [currency = 'USD'] = currenciesOf(charges);
  const sum = sumOf(charges, currency);
  const text = say(locale, 'recurring.span', {
    money: sumWords(sum, locale),
    span: spanWords(period, locale, todayOf(turn)),
    count: charges.length,
  });
  const figure: Figure = { measure: 'recurring', value: formatDecimal(sum), currency, counted };
  return tellingAll(gathered.chosen, text, slots.howMany ? { ...figure, value: charges.length } : figure);
};

async function recurringOf(turn: Turn, slots: Slots): Promise<{ gathered: Gathered; all: Recurring[] }> {
  const { period: _period, ...about } = slots;
  const gathered = await gather(turn, about, await wholePeriod(turn));
  return { gathered, all: recurringIn(gathered.found, Temporal.PlainDate.from(todayOf(turn))) };
}

const byName = (one: Recurring, other: Recurring): number => one.name.localeCompare(other.name);

/** What it comes to in a month: weekly ones are counted as 52 weeks in 12 months. */
function monthlyOf({ charges, rhythm }: Recurring, currency: string): ReturnType<typeof parseMoney> {
  const { minor } = parseMoney(charges[0]?.amount ?? '0', currency);
  if (rhythm.every === 'month') return { minor: minor * BigInt(rhythm.on.length), currency };
  const yearly = minor * (rhythm.days === 7 ? 52n : 26n);
  return { minor: (yearly + 6n) / 12n, currency };
}

/** "Tonic Music $10.99"; the same at several banks is told once, with how many times. */
function recurringWords(some: readonly Recurring[], locale: Locale): string[] {
  const groups = Map.groupBy(some, ({ name, charges: [newest] }) => `${name} ${newest?.amount ?? ''}`);
  return [...groups.values()].map((same) => {
    const [first] = same;
    const newest = first?.charges[0];
    const money = newest === undefined ? '' : moneyWords(newest.amount, newest.currency, locale);
    return say(locale, 'recurring.one', { name: first?.name ?? '', money, times: same.length });
  });
}

/** Those whose price has changed, with before and after. Bills that vary each time have no price. */
function changedWords(
  turn: Turn,
  slots: Slots,
  { chosen, ...gathered }: Gathered,
  all: readonly Recurring[],
): Answer[] {
  const { locale } = turn;
  const up = slots.changed === 'up';
  const since = slots.period?.from ?? '';
  const changed = all
    .filter(({ steady, change, charges }) => {
      if (!steady || change === undefined || change.on < since) return false;
      const currency = charges[0]?.currency ?? 'USD';
      return parseMoney(change.after, currency).minor > parseMoney(change.before, currency).minor === up;
    })
    .toSorted(byName);
  const counted = countedOf(
    changed.flatMap(({ charges }) => charges),
    { chosen, ...gathered },
    slots,
  );
  const parts = changed.map(({ name, change, charges: [newest] }) =>
    say(locale, 'recurring.change', {
      name,
      before: moneyWords(change?.before ?? '0', newest?.currency ?? 'USD', locale),
      after: moneyWords(change?.after ?? '0', newest?.currency ?? 'USD', locale),
      date: fullDayWords(change?.on ?? todayOf(turn), locale),
    }),
  );
  const looked = all.filter(({ steady }) => steady).length;
  const text =
    parts.length === 0
      ? say(locale, up ? 'recurring.up.none' : 'recurring.down.none', { count: looked })
      : say(locale, up ? 'recurring.up' : 'recurring.down', { count: parts.length, parts: listWords(parts, locale) });
  const figure: Figure = {
    measure: 'recurring',
    value: changed.length,
    parts: changed.map(({ name, change, charges: [newest] }) => ({
      label: name,
      value: change?.after ?? '',
      currency: newest?.currency ?? 'USD',
      from: change?.on ?? '',
    })),
    counted,
  };
  return tellingAll(chosen, text, figure);
}

/** "What is due next week": what came again and again is expected again; said as an expectation, with its basis. */
export async function answerDue(turn: Turn, slots: Slots): Promise<Answer[]> {
  const { locale } = turn;
  const today = Temporal.PlainDate.from(todayOf(turn));
  const isNext = slots.which === 'next';
  const ahead =
    slots.ahead ?? (isNext ? { ...soonDays(today), to: today.add({ days: 45 }).toString() } : soonDays(today));
  const { gathered, all } = await recurringOf(turn, slots);
  const until = Temporal.PlainDate.from(ahead.to);
  const due = all
    .filter(({ steady, bill, subscribed }) => (slots.subscriptions ? subscribed : steady || bill))
    .flatMap((one) => {
      const [newest] = one.charges;
      if (newest === undefined) return [];
      const days = expected(one.rhythm, Temporal.PlainDate.from(newest.localDate), until);
      return days
        .map((day) => day.toString())
        .filter((day) => day >= ahead.from)
        .map((day) => ({ day, name: one.name, amount: newest.amount, currency: newest.currency, steady: one.steady }));
    })
    .toSorted((one, other) => one.day.localeCompare(other.day) || one.name.localeCompare(other.name));
  const [currency] = new Set(due.map((one) => one.currency));
  const own = due.filter((one) => one.currency === currency);
  const span = spanWords(ahead, locale, today.toString());
  const counted = {
    ...countedOf([], gathered, slots),
    transactions: isNext ? 1 : own.length,
    from: ahead.from,
    to: ahead.to,
  };
  if (currency === undefined) {
    const text = say(locale, 'due.none', { span });
    return [
      ...tellingAll(gathered.chosen, text, { measure: 'due', value: isNext ? null : '0.00', counted }),
      ...gathered.said,
    ];
  }
  const [next] = own;
  const told = isNext ? own.filter(({ day }) => day === next?.day) : own;
  const sum = sumMoney(
    told.map(({ amount }) => parseMoney(amount, currency)),
    currency,
  );
  const parts = told.map(({ day, name, amount, steady }) =>
    say(locale, 'due.one', {
      name,
      money: moneyWords(amount, currency, locale),
      date: spanWords({ from: day, to: day }, locale, today.toString()),
      steady: steady ? 'yes' : 'no',
    }),
  );
  const text = say(locale, isNext ? 'due.next' : 'due', {
    span,
    money: sumWords(sum, locale),
    parts: listWords(parts, locale),
  });
  const figure: Figure = {
    measure: 'due',
    ...(isNext ? { value: next?.day ?? null, of: next?.name ?? '' } : { value: formatDecimal(sum), currency }),
    parts: told.map(({ day, name, amount }) => ({ label: name, value: amount, currency, from: day })),
    counted,
  };
  return [...tellingAll(gathered.chosen, text, figure), ...gathered.said];
}

/** "When is my salary in", "when did I get paid last". The next is an expectation, with what it is read from. */
export async function answerPayday(turn: Turn, slots: Slots): Promise<Answer[]> {
  const { locale } = turn;
  const { period, which, ...about } = slots;
  const asked: Slots = { ...about, flow: 'pay' };
  const gathered = await gather(turn, asked, (which === 'next' ? undefined : period) ?? (await wholePeriod(turn)));
  const { found, chosen, said } = gathered;
  const [newest] = found;
  const counted = countedOf(found, gathered, asked);
  if (newest === undefined)
    return [...tellingAll(chosen, say(locale, 'payday.none'), { measure: 'payday', value: null, counted }), ...said];
  const today = Temporal.PlainDate.from(todayOf(turn));
  const payers = [
    ...Map.groupBy(found, (one) => `${one.accountRef} ${one.merchant?.name ?? one.description}`).values(),
  ];
  const latest = found.filter(({ localDate }) => localDate === newest.localDate);
  const lastWords = say(locale, 'payday.last', {
    date: fullDayWords(newest.localDate, locale),
    parts: listWords(
      latest.map(({ amount, currency, merchant, description, link }) =>
        say(locale, 'payday.one', {
          money: moneyWords(amount, currency, locale),
          name: merchant?.name ?? description,
          bank: link.bank.name,
        }),
      ),
      locale,
    ),
  });
  if (which !== 'next') {
    const figure: Figure = {
      measure: 'payday',
      value: newest.localDate,
      of: newest.merchant?.name ?? newest.description,
      counted,
    };
    return [...tellingAll(chosen, lastWords, figure), ...said];
  }
  const coming = payers
    .flatMap((paid) => {
      const days = paid.map(({ localDate }) => Temporal.PlainDate.from(localDate)).toReversed();
      const rhythm = rhythmOf(days);
      const last = days.at(-1);
      if (rhythm === undefined || last === undefined) return [];
      const day = expected(rhythm, last, today.add({ days: 45 })).find(
        (one) => Temporal.PlainDate.compare(one, today) >= 0,
      );
      return day === undefined
        ? []
        : [{ day: day.toString(), rhythm, times: paid.length, name: paid[0]?.merchant?.name ?? '' }];
    })
    .toSorted((one, other) => one.day.localeCompare(other.day));
  const [next] = coming;
  const text =
    next === undefined
      ? [say(locale, 'payday.irregular'), lastWords]
      : [
          say(locale, 'payday.next', {
            date: fullDayWords(next.day, locale),
            name: next.name,
            times: next.times,
            rhythm: rhythmWords(next.rhythm, locale),
          }),
          lastWords,
        ];
  const figure: Figure = { measure: 'payday', value: next?.day ?? null, ...(next && { of: next.name }), counted };
  return [...tellingAll(chosen, text.join(' '), figure), ...said];
}

/** "on the 15th and the last day of the month", "every 14 days". */
function rhythmWords(rhythm: Rhythm, locale: Locale): string {
  if (rhythm.every === 'days') return say(locale, 'rhythm.days', { days: rhythm.days });
  const days = rhythm.on.map((day) => say(locale, day === 31 ? 'rhythm.last' : 'rhythm.day', { day }));
  return say(locale, 'rhythm.month', { days: listWords(days, locale) });
}
