import { currencyDecimals, formatDecimal } from '#base';
import { fieldsOf, firstOf, wordOf } from './fields.ts';

/** An ISO 4217 code of what a sender writes, or undefined: a code in any case, or a sign that means one currency alone. */
export function currencyOf(value: unknown): string | undefined {
  const word = wordOf(value)?.toUpperCase();
  if (word === undefined) return undefined;
  const code = signs[word] ?? word;
  return currencyDecimals(code) === undefined ? undefined : code;
}

/** Signs that only one currency has; "$" is that of twenty. */
const signs: Readonly<Record<string, string>> = { '€': 'EUR', '£': 'GBP', '₹': 'INR', '₩': 'KRW', US$: 'USD' };

/**
 * An amount in minor units of what a sender writes: numbers, "29.35", "1,234.50", "1.234,50", "$12", "(5.00)", an
 * object with `amount`, `value` or `price`. More decimals than the currency has are rounded, half away from zero.
 * Undefined for what is no amount.
 */
export function minorOf(value: unknown, currency: string): bigint | undefined {
  const within = fieldsOf(value);
  if (within) return minorOf(firstOf(within, 'amount', 'value', 'price', '@value'), currency);
  if (typeof value === 'number' && /e/i.test(String(value))) return undefined;
  const word = wordOf(value);
  if (word === undefined || word.length > 40) return undefined;
  const isNegative = /^\(.*\)$/.test(word) || /^[^\d]*[-−]/.test(word);
  const digits = word.replaceAll(/[^\d.,]/g, '');
  const decimal = pointForm(digits);
  if (decimal === undefined) return undefined;
  const minor = roundedMinor(decimal, currencyDecimals(currency) ?? 2);
  return isNegative ? -minor : minor;
}

/** "1.234,50" and "1,234.50" as "1234.50"; a single group of three after a comma is thousands. */
function pointForm(digits: string): string | undefined {
  const lastPoint = digits.lastIndexOf('.');
  const lastComma = digits.lastIndexOf(',');
  let plain = digits;
  if (lastPoint >= 0 && lastComma >= 0)
    plain = lastPoint > lastComma ? digits.replaceAll(',', '') : digits.replaceAll('.', '').replace(',', '.');
  else if (lastComma >= 0)
    plain = /^\d{1,3}(,\d{3})+$/.test(digits) ? digits.replaceAll(',', '') : digits.replace(',', '.');
  else if (/^\d{1,3}(\.\d{3}){2,}$/.test(digits)) plain = digits.replaceAll('.', '');
  return /^(\d{1,15}(\.\d*)?|\.\d+)$/.test(plain) ? plain : undefined;
}

function roundedMinor(decimal: string, decimals: number): bigint {
  const [whole = '', fraction = ''] = decimal.split('.');
  const kept = BigInt(`${whole || '0'}${fraction.slice(0, decimals).padEnd(decimals, '0')}`);
  return Number(fraction[decimals] ?? '0') >= 5 ? kept + 1n : kept;
}

/** Minor units as the decimal string of the wire; undefined stays undefined. */
export function decimalOf(minor: bigint | undefined, currency: string): string | undefined {
  return minor === undefined ? undefined : formatDecimal({ minor, currency });
}

/** How many pieces; whatever is no number above zero is one. */
export function quantityOf(value: unknown): number {
  const within = fieldsOf(value);
  if (within) return quantityOf(firstOf(within, 'value', '@value', 'amount', 'minValue', 'min_value'));
  const number = typeof value === 'number' ? value : Number(wordOf(value)?.replace(',', '.') ?? Number.NaN);
  return Number.isFinite(number) && number > 0 && number <= 1e9 ? number : 1;
}

/** A price a piece, times how many; a part of a minor unit is rounded. */
export function timesQuantity(unit: bigint | undefined, quantity: number): bigint | undefined {
  if (unit === undefined) return undefined;
  if (Number.isInteger(quantity)) return unit * BigInt(quantity);
  return BigInt(Math.round(Number(unit) * quantity));
}

/** The sum of what is known; undefined when nothing is. */
export function sumOf(amounts: readonly (bigint | undefined)[]): bigint | undefined {
  const known = amounts.filter((one) => one !== undefined);
  return known.length === 0 ? undefined : known.reduce((sum, one) => sum + one, 0n);
}
