import { currencyDecimals, formatDecimal, parseMoney } from '#base';
import type { Direction } from '#contract';
import type { FdxDialect } from './connection.ts';

/**
 * FDX writes amounts as JSON numbers. A double carries 15 significant decimal digits faithfully, so an
 * amount within them is exactly its shortest decimal text; one that needs more (0.1 + 0.2, a hundred
 * trillion with cents) is not known exactly and is refused rather than rounded.
 */
const significantDigitsMax = 15;

/** An amount that is known exactly, or why it is not. */
export type Exact = { readonly amount: string } | { readonly why: string };

/** A number as the decimal string of the wire with the currency's decimals: 65.7 → "65.70", -3 → "-3.00". */
export function exactAmount(value: number, currency: string): Exact {
  const decimals = currencyDecimals(currency);
  if (decimals === undefined) return { why: 'there is no such currency' };
  // Minus zero is zero: its text is "0".
  const text = String(value);
  const match = /^-?(\d+)(?:\.(\d+))?$/.exec(text);
  if (!match) return { why: 'not a plain decimal number' };
  const whole = match[1] ?? '';
  const fraction = match[2] ?? '';
  if (fraction.length > decimals) return { why: `more decimals than ${currency} has` };
  if ((whole + fraction).replace(/^0+/, '').length > significantDigitsMax) return { why: 'more digits than are exact' };
  return { amount: formatDecimal(parseMoney(text, currency)) };
}

/** The other way round: "65.70" ↔ "-65.70"; zero stays zero. */
export function negated(amount: string): string {
  if (amount.startsWith('-')) return amount.slice(1);
  return /[1-9]/.test(amount) ? `-${amount}` : amount;
}

/**
 * A transaction's magnitude and direction by the bank's own sign convention.
 *
 * @param memo `debitCreditMemo`, looked at under `magnitude` alone
 * @param borrowed whether the account is a card, credit line or loan
 */
export function directed(
  value: number,
  currency: string,
  memo: string | undefined,
  account: { readonly signs: FdxDialect['signs']; readonly borrowed: boolean },
): { readonly amount: string; readonly direction: Direction } | { readonly why: string; readonly field: string } {
  const exact = exactAmount(value, currency);
  if ('why' in exact) return { why: exact.why, field: 'amount' };
  const negative = exact.amount.startsWith('-');
  const amount = negative ? negated(exact.amount) : exact.amount;

  if (account.signs === 'magnitude') {
    if (negative) return { why: 'negative, although its direction stands apart', field: 'amount' };
    if (memo === 'DEBIT') return { amount, direction: 'debit' };
    if (memo === 'CREDIT') return { amount, direction: 'credit' };
    return { why: memo === undefined ? 'missing' : 'neither DEBIT nor CREDIT', field: 'debitCreditMemo' };
  }
  const turned = account.signs === 'signed-by-account' && account.borrowed;
  return { amount, direction: negative === turned ? 'credit' : 'debit' };
}
