import { parseMoney } from '#base';
import type { Balance, Hearing, Purchase } from '#contract';

/** Every bank of the directory is of this country (ISO 3166-1). */
const homeCountry = 'US';

/**
 * Whether a customer wants to be told of a transaction. Where the bank leaves open what a condition asks
 * for, only the others count; an amount in another currency than the one named cannot be compared and is told.
 *
 * @param balance what the account held after it, whose currency is the account's
 */
export function isHeard(
  { only }: Hearing,
  transaction: Pick<Purchase, 'amount' | 'currency' | 'direction' | 'online' | 'merchant'>,
  balance?: Pick<Balance, 'currency'>,
): boolean {
  if (only === undefined) return true;
  const { amount, currency, direction, online, merchant } = transaction;
  if (direction === 'credit') return only.moneyIn === true;
  if (only.online && online === true) return true;
  const country = merchant?.address?.country?.toUpperCase();
  const isForeign = (country !== undefined && country !== homeCountry) || (balance && balance.currency !== currency);
  if (only.abroad && isForeign) return true;
  if (only.over === undefined) return false;
  if (only.over.currency !== currency) return true;
  return parseMoney(amount, currency).minor > parseMoney(only.over.amount, currency).minor;
}
