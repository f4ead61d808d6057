import { parseMoney } from '#base';
import { categoryOf, type Balance, type Hearing, type Purchase } from '#contract';

/** Every bank of the directory is of this country (ISO 3166-1). */
const homeCountry = 'US';

type Told = Pick<Purchase, 'amount' | 'currency' | 'direction' | 'online' | 'merchant' | 'description'>;

/** How payrolls stand on statements, in both languages: "PAYROLL WHITCOMB", "ACME DIR DEP", "NOMINA MARZO". */
const payroll = /\b(payroll|salary|wages|dir(ect)?[ .-]?dep(osit)?|n[oó]mina|sueldo|salario)\b/i;

/** Money in that is a salary by its bank's code for income or by the words of its statement line. */
function isSalary({ direction, merchant, description }: Told): boolean {
  return direction === 'credit' && (categoryOf(merchant?.category) === 'income' || payroll.test(description));
}

/**
 * Whether a customer wants to be told of a transaction. Where the bank leaves open what a condition asks
 * for, only the others count; an amount in another currency than the one named cannot be compared and is told.
 *
 * @param balance what the account held after it, whose currency is the account's
 */
export function isHeard({ only }: Hearing, transaction: Told, balance?: Pick<Balance, 'currency'>): boolean {
  if (only === undefined) return true;
  const { amount, currency, direction, online, merchant } = transaction;
  if (direction === 'credit') return only.moneyIn === true || (only.salary === true && isSalary(transaction));
  if (only.online && online === true) return true;
  if (only.abroad && isAbroad({ currency, merchant }, balance)) return true;
  if (only.over === undefined) return false;
  if (only.over.currency !== currency) return true;
  return parseMoney(amount, currency).minor > parseMoney(only.over.amount, currency).minor;
}

/** Whether a card was used outside the country of the banks here, or in another currency than its account's. */
export function isAbroad(
  { currency, merchant }: Pick<Told, 'currency' | 'merchant'>,
  balance?: Pick<Balance, 'currency'>,
): boolean {
  const country = merchant?.address?.country?.toUpperCase();
  return (country !== undefined && country !== homeCountry) || (balance !== undefined && balance.currency !== currency);
}
