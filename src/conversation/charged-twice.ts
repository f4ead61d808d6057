import { calendarOf, lastPeriod } from './calendar.ts';
import { isPurchase } from './filtering.ts';
import type { Slots } from './frame.ts';
import { countedOf, gather, tellingAll, type Found } from './gathering.ts';
import { todayOf } from './history.ts';
import { merchantKey } from './merchants.ts';
import { spanWords } from './moments.ts';
import { listing } from './purchases-answer.ts';
import type { Answer, Turn } from './turn.ts';
import { say } from './words.ts';

/** How far apart two entries of one purchase are found at most. */
const apartDaysMax = 3;
const lookedAtDays = 60;
const shownMax = 10;

/**
 * "I was charged twice": purchases of the same amount at the same shop, by the same account, within three days. Whether
 * one of them is too many only the customer can say.
 */
export async function answerTwice(turn: Turn, slots: Slots): Promise<Answer[]> {
  const { locale } = turn;
  const period = lastPeriod(lookedAtDays, 'day', calendarOf(locale, turn.timeZone, turn.now));
  const gathered = await gather(turn, slots, period);
  const twice = alike(gathered.found);
  const figure = {
    measure: 'recent' as const,
    value: twice.map(({ id }) => id),
    counted: countedOf(twice, gathered, slots),
  };
  if (twice.length === 0) {
    const text = say(locale, 'lead.twice.none', { span: spanWords(period, locale, todayOf(turn)) });
    return [...tellingAll(gathered.chosen, text, figure), ...gathered.said];
  }
  const lists = gathered.chosen.flatMap((chosen) => {
    const own = twice.filter(({ link }) => link.linkId === chosen.link.linkId);
    const words = say(locale, 'lead.twice', { bank: chosen.link.bank.name });
    return own.length === 0 ? [] : [listing(turn, chosen, { shown: own.slice(0, shownMax), count: own.length, words })];
  });
  return [...lists.map((one, at) => (at === 0 ? { ...one, figure } : one)), ...gathered.said];
}

/** Those that have another like it near, newest first. */
function alike(found: readonly Found[]): Found[] {
  const purchases = found.filter(isPurchase);
  const groups = Map.groupBy(
    purchases,
    ({ link, accountRef, amount, currency, merchant }) =>
      `${link.linkId} ${accountRef} ${amount} ${currency} ${merchantKey(merchant?.name ?? '')}`,
  );
  const near = (one: Found, other: Found): boolean =>
    one !== other && Math.abs(Temporal.PlainDate.from(one.localDate).until(other.localDate).days) <= apartDaysMax;
  const twice = new Set(
    [...groups.values()].flatMap((some) => some.filter((one) => some.some((other) => near(one, other)))),
  );
  return purchases.filter((one) => twice.has(one));
}
