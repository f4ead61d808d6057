import { currencyDecimals } from '#base';
import type { Sum } from './matched.ts';

/**
 * About how many units of a currency a US dollar buys, as it was through 2024 and 2025. Only to leave out what
 * cannot be: a pair in two currencies needs a name, a day and mostly a card besides, so a course that has moved
 * by a tenth costs a match and never makes a wrong one.
 */
const toTheDollar: Readonly<Record<string, number>> = {
  USD: 1,
  EUR: 0.91,
  GBP: 0.775,
  JPY: 150,
  CAD: 1.38,
  AUD: 1.53,
  NZD: 1.67,
  CHF: 0.86,
  SEK: 10.3,
  NOK: 10.6,
  DKK: 6.8,
  PLN: 3.9,
  CZK: 22.7,
  HUF: 362,
  RON: 4.5,
  MXN: 18.7,
  BRL: 5.5,
  ARS: 1000,
  CLP: 945,
  COP: 4100,
  PEN: 3.7,
  UYU: 40.5,
  CNY: 7.2,
  HKD: 7.8,
  TWD: 32,
  KRW: 1380,
  SGD: 1.33,
  MYR: 4.4,
  THB: 34.5,
  IDR: 16_000,
  PHP: 57.5,
  VND: 25_200,
  INR: 84,
  AED: 3.6725,
  SAR: 3.75,
  ILS: 3.65,
  TRY: 35,
  ZAR: 18.2,
};

/**
 * What was charged as a share of what the receipt comes to at that course: 1 when it is just that. Undefined
 * for a currency of which no course is known.
 */
export function plausibleRate(due: Sum, paid: Sum): number | undefined {
  const [one, other] = [inDollars(due), inDollars(paid)];
  return one && other ? other / one : undefined;
}

function inDollars({ minor, currency }: Sum): number | undefined {
  const course = toTheDollar[currency];
  return course && minor / 10 ** (currencyDecimals(currency) ?? 2) / course;
}
