import { formatDecimal } from '#base';
import { aboutWords } from './filtering.ts';
import type { Slots } from './frame.ts';
import {
  besideWords,
  countedOf,
  currenciesOf,
  gather,
  nounWords,
  sumOf,
  sumWords,
  tellingAll,
  wholePeriod,
} from './gathering.ts';
import { todayOf } from './history.ts';
import { spanWords } from './moments.ts';
import { dividedHalfUp } from './sum-answer.ts';
import type { Answer, Turn } from './turn.ts';
import { say } from './words.ts';

/**
 * "The average of my last 5 purchases", "how much were my last 3 coffees": of the newest ones alone, however many days
 * they go back. Fewer than were asked for are counted as what they are.
 */
export async function answerNewest(turn: Turn, slots: Slots, measure: 'spending' | 'average'): Promise<Answer[]> {
  const { locale } = turn;
  const { count = 1, ...about } = slots;
  const gathered = await gather(turn, about, slots.period ?? (await wholePeriod(turn)));
  const { chosen, said } = gathered;
  const newest = gathered.found.slice(0, count);
  const [currency] = currenciesOf(newest);
  const from = newest.at(-1)?.localDate ?? gathered.period.from;
  const to = newest[0]?.localDate ?? gathered.period.to;
  const within = gathered.within.filter(({ localDate }) => localDate >= from && localDate <= to);
  const counted = countedOf(newest, { chosen, within, period: { from, to, unit: 'span' } }, slots);
  const values = { about: aboutWords(slots, locale), span: spanWords({ from, to }, locale, todayOf(turn)) };
  if (currency === undefined) {
    const value = measure === 'average' ? null : '0.00';
    return [...tellingAll(chosen, say(locale, 'spent.none.all', values), { measure, value, counted }), ...said];
  }
  const own = newest.filter((one) => one.currency === currency);
  const total = sumOf(own, currency);
  const average = { minor: dividedHalfUp(total.minor, BigInt(own.length)), currency };
  const money = measure === 'average' ? average : total;
  const text = [
    say(locale, measure === 'average' ? 'average.newest' : 'sum.newest', {
      ...values,
      money: sumWords(money, locale),
      total: sumWords(total, locale),
      noun: nounWords(own.length, slots, locale),
    }),
    ...besideWords(newest, currency, locale),
  ];
  const figure = { measure, value: formatDecimal(money), currency, counted } as const;
  return [...tellingAll(chosen, text.join(' '), figure), ...said];
}
