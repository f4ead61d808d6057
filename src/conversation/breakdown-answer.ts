import { formatDecimal } from '#base';
import { accountWords, categoryOf, FORMATS, type Locale } from '#contract';
import type { Figure } from './figure.ts';
import { aboutWords, isPlaced } from './filtering.ts';
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
  type Found,
  type Gathered,
} from './gathering.ts';
import { todayOf } from './history.ts';
import { merchantKey, shownName } from './merchants.ts';
import { listWords, spanWords } from './moments.ts';
import { isOfKind } from './spending-kinds.ts';
import { spendingCard } from './spending-card.ts';
import { showing, type Answer, type Turn } from './turn.ts';
import { say } from './words.ts';

/** So many rows are told; the rest is one sum. Months are all told. */
const rowsUsually = 5;
const rowsMax = 12;

/** "What do I spend most on", "top merchants", "by month": the parts of a sum, the largest first, which add up to it. */
export async function answerBreakdown(turn: Turn, slots: Slots): Promise<Answer[]> {
  const { locale } = turn;
  const by = slots.by ?? 'category';
  const usual =
    by === 'month' || (by === 'day' && slots.period === undefined) ? await wholePeriod(turn) : usualPeriod(turn);
  const gathered = await gather(turn, slots, slots.period ?? usual);
  const { found, chosen, said, period } = gathered;
  const [currency] = currenciesOf(found);
  const span = spanWords(period, locale, todayOf(turn));
  const about = aboutWords(slots, locale);
  const counted = countedOf(found, gathered, slots);
  if (currency === undefined) {
    const text = say(locale, 'spent.none.all', { about, span });
    return [...tellingAll(chosen, text, { measure: 'breakdown', value: null, counted }), ...said];
  }
  const rows = rowsOf(found, by, currency, locale);
  const isByTime = by === 'month';
  const most = slots.which === 'smallest' ? least(rows, period) : rows.toSorted(bySum)[0];
  const told = isByTime ? rows.slice(-rowsMax) : rows.slice(0, Math.min(slots.count ?? rowsUsually, rowsMax));
  const left = rows.filter((row) => !told.includes(row));
  const total = sumOf(found, currency);
  const words = told.map(({ label, sum, count }) =>
    say(locale, 'breakdown.row', { label, money: sumWords(sum, locale), noun: nounWords(count, slots, locale) }),
  );
  const rest = sumOf(
    left.flatMap(({ found: some }) => some),
    currency,
  );
  const text = [
    ...(slots.which === 'smallest' && most
      ? [say(locale, 'breakdown.least', { label: most.label, money: sumWords(most.sum, locale) })]
      : []),
    say(locale, 'breakdown', {
      money: sumWords(total, locale),
      about,
      span,
      rows: listWords(
        [
          ...words,
          ...(left.length === 0
            ? []
            : [say(locale, 'breakdown.rest', { money: sumWords(rest, locale), count: left.length })]),
        ],
        locale,
      ),
    }),
    ...besideWords(found, currency, locale),
  ];
  const figure: Figure = {
    measure: 'breakdown',
    value: most ? formatDecimal(most.sum) : null,
    currency,
    ...(most && { of: most.label }),
    parts: rows.map(({ label, sum }) => ({ label, value: formatDecimal(sum), currency })),
    counted,
  };
  const answers = tellingAll(chosen, text.join(' '), figure);
  return [...(by === 'month' ? withMonths(answers, slots, gathered, rows) : answers), ...said];
}

/** Of one bank, months are shown as bars beside the words. */
function withMonths(
  answers: Answer[],
  slots: Slots,
  { chosen, period, found }: Gathered,
  rows: readonly Row[],
): Answer[] {
  const [answer] = answers;
  const [only, ...others] = chosen;
  const currency = rows[0]?.sum.currency;
  if (answer === undefined || only === undefined || others.length > 0 || currency === undefined) return answers;
  const bars = rows.map(({ key, sum }) => {
    const first = Temporal.PlainDate.from(`${key}-01`);
    const [from, to] = [first.toString(), first.with({ day: first.daysInMonth }).toString()];
    return {
      from: from < period.from ? period.from : from,
      to: to > period.to ? period.to : to,
      amount: formatDecimal(sum),
    };
  });
  const own = found.filter((one) => one.currency === currency);
  const card = spendingCard(slots, only, { period, total: sumOf(own, currency), count: own.length, bars });
  if (card === undefined) return answers;
  const { figure } = answer;
  return [showing(only.link, 'transactions', card, answer.content.text, figure ? { figure } : {})];
}

const bySum = (one: Row, other: Row): number => Number(other.sum.minor - one.sum.minor);

/** The month with the smallest sum; one of which only a part was read, or has passed, is no cheap month. */
function least(rows: readonly Row[], { from, to }: Period): Row | undefined {
  const whole = rows.filter(({ key }) => {
    const first = Temporal.PlainDate.from(`${key}-01`);
    return key.length !== 7 || (first.toString() >= from && first.with({ day: first.daysInMonth }).toString() <= to);
  });
  return whole.toSorted(bySum).at(-1);
}

interface Row {
  readonly key: string;
  readonly label: string;
  readonly sum: ReturnType<typeof sumOf>;
  readonly count: number;
  readonly found: readonly Found[];
}

function rowsOf(all: readonly Found[], by: NonNullable<Slots['by']>, currency: string, locale: Locale): Row[] {
  // What a bank gives no place of is in no city.
  const found = all.filter((one) => one.currency === currency && (by !== 'city' || isPlaced(one)));
  const groups = Map.groupBy(found, (one) => keyOf(one, by));
  const rows = [...groups].map(([key, some]): Row => {
    const [first] = some;
    const names = by === 'merchant' ? shownName(some.map((one) => one.merchant?.name ?? one.description)) : undefined;
    const label = names ?? (first === undefined ? '' : labelOf(first, by, locale));
    return { key, label, sum: sumOf(some, currency), count: some.length, found: some };
  });
  if (by === 'month') return rows.toSorted((one, other) => one.key.localeCompare(other.key));
  return rows.toSorted((one, other) => Number(other.sum.minor - one.sum.minor) || one.label.localeCompare(other.label));
}

function keyOf(purchase: Found, by: NonNullable<Slots['by']>): string {
  if (by === 'month') return purchase.localDate.slice(0, 7);
  if (by === 'day') return purchase.localDate;
  if (by === 'city') return purchase.merchant?.address?.city ?? purchase.merchant?.address?.region ?? '';
  if (by === 'account') return purchase.accountRef;
  if (by === 'category')
    return isOfKind(purchase.merchant?.category, 'rent') ? 'rent' : categoryOf(purchase.merchant?.category);
  return merchantKey(purchase.merchant?.name ?? purchase.description);
}

function labelOf(purchase: Found, by: NonNullable<Slots['by']>, locale: Locale): string {
  if (by === 'category') {
    const code = purchase.merchant?.category;
    return say(locale, isOfKind(code, 'rent') ? 'kind.rent' : `category.${categoryOf(code)}`);
  }
  if (by === 'city') return keyOf(purchase, by);
  if (by === 'day') return spanWords({ from: purchase.localDate, to: purchase.localDate }, locale, '');
  if (by === 'month') {
    const month = new Date(`${purchase.localDate.slice(0, 7)}-01T00:00:00Z`);
    return new Intl.DateTimeFormat(FORMATS[locale], { timeZone: 'UTC', month: 'long', year: 'numeric' }).format(month);
  }
  const account = purchase.link.accounts.find(({ accountRef }) => accountRef === purchase.accountRef);
  return account ? `${purchase.link.bank.name}, ${accountWords(account, locale)}` : purchase.link.bank.name;
}
