import { formatDecimal, type Money } from '#base';
import type { ChartCard } from '#contract';
import type { Period, Slots } from './frame.ts';
import { onlyAccount } from './purchases-answer.ts';
import type { Chosen } from './selecting.ts';

type Bars = Extract<ChartCard, { chart: 'bars' }>;

/** What a card of bars shows beside what was asked. */
interface Shown {
  readonly period: Pick<Period, 'from' | 'to'>;
  readonly total: Money;
  readonly count: number;
  /** The same span before, where it can be told. */
  readonly before?: Money | undefined;
  readonly bars: Bars['bars'];
}

/** So many bars a card lays (contract). */
const barsMax = 31;

/**
 * A sum of one bank over bars. Undefined where the card could not say all that was asked for: it names one subject, and a
 * total whose heading leaves out half the question would be read wrongly.
 */
export function spendingCard(
  slots: Slots,
  chosen: Chosen,
  { period, total, count, before, bars }: Shown,
): ChartCard | undefined {
  const { merchant, category, kind, also, place, amount, pending, flow } = slots;
  if ((place ?? kind ?? also ?? amount ?? pending ?? flow) !== undefined || bars.length > barsMax) return undefined;
  if (merchant !== undefined && category !== undefined) return undefined;
  const subject =
    merchant === undefined
      ? category && ({ kind: 'category', value: category } as const)
      : ({ kind: 'merchant', value: merchant } as const);
  return {
    card: 'chart',
    chart: 'bars',
    bank: chosen.link.bank.id,
    ...(slots.account === undefined ? {} : onlyAccount(chosen)),
    ...(subject === undefined ? {} : { subject }),
    from: period.from,
    to: period.to,
    total: formatDecimal(total),
    currency: total.currency,
    count,
    ...(before === undefined ? {} : { before: formatDecimal(before) }),
    bars,
  };
}
