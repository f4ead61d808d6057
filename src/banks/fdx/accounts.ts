import { currencyDecimals, type Clock } from '#base';
import type { AccountLabel, Balance } from '#contract';
import type { BankAccount } from '#linking';
import * as z from 'zod';
import { exactAmount, negated } from './amounts.ts';
import type { BankConnection, BankRef } from './connection.ts';
import { bankAnswerUnreadable } from './faults.ts';
import { readPart } from './reading.ts';

/** FDX's fields of an account that are looked at; one of 5.2 and one of 6.x look alike once unwrapped. */
const accountSchema = z.object({
  accountId: z.string().min(1).max(256),
  accountType: z.string().min(1),
  accountCategory: z.string().nullish(),
  /** How the bank shows the number, masked: "************1234". */
  accountNumberDisplay: z.string().min(1).max(64),
  productName: z.string().nullish(),
  nickname: z.string().nullish(),
  currency: z.object({
    currencyCode: z.string().refine((code) => currencyDecimals(code) !== undefined, 'no such currency (ISO 4217)'),
  }),
  currentBalance: z.number().nullish(),
  availableBalance: z.number().nullish(),
  availableCredit: z.number().nullish(),
  balanceAsOf: z.iso.datetime({ offset: true }).nullish(),
});
type FdxAccount = z.infer<typeof accountSchema>;

/** An account's own error, in a list of which the rest could be read (HTTP 206). */
const withErrorSchema = z.object({ error: z.object({ code: z.union([z.string(), z.number()]).optional() }) });

/** What must be known of an account to read its transactions. */
export interface AccountFacts {
  readonly currency: string;
  /** A card, credit line or loan: its balance is owed, and some banks turn the signs of its amounts. */
  readonly borrowed: boolean;
}

/** An account as it was read, in our form, with what its transactions need to be read. */
export interface ReadAccount {
  readonly account: BankAccount;
  readonly facts: AccountFacts;
}

/** The members that FDX 5 wraps accounts in, and whether what is inside is borrowed money. */
const wrappers: Readonly<Record<string, boolean>> = {
  depositAccount: false,
  locAccount: true,
  loanAccount: true,
  investmentAccount: false,
  annuityAccount: false,
  insuranceAccount: false,
};

const kindOfType: Readonly<Record<string, AccountLabel['kind']>> = {
  CHECKING: 'checking',
  SAVINGS: 'savings',
  MONEYMARKET: 'savings',
  CREDITCARD: 'card',
  CHARGE: 'card',
};

const borrowedTypes = new Set(['CREDITCARD', 'CHARGE', 'LINEOFCREDIT', 'HOMELINEOFCREDIT', 'LOAN', 'MORTGAGE']);
const borrowedCategories = new Set(['LOC_ACCOUNT', 'LOAN_ACCOUNT']);

/**
 * Reads one account of an answer.
 *
 * @param at dotted path of the account in the answer
 * @returns undefined when the bank says that this account alone could not be read
 */
export function readAccount(
  connection: Pick<BankConnection, 'bank' | 'dialect'>,
  value: unknown,
  at: string,
  clock: Clock,
): ReadAccount | undefined {
  const { bank, dialect } = connection;
  const { inner, path, borrowedByForm } =
    dialect.accountForm === 'wrapped' ? unwrap(bank, value, at) : { inner: value, path: at, borrowedByForm: false };
  if (withErrorSchema.safeParse(inner).success) return undefined;
  const fdx = readPart(bank, accountSchema, inner, path);
  const borrowed =
    borrowedByForm || borrowedTypes.has(fdx.accountType) || borrowedCategories.has(fdx.accountCategory ?? '');
  const currency = fdx.currency.currencyCode;
  const balance = balanceOf(bank, fdx, borrowed, path, clock);
  return {
    facts: { currency, borrowed },
    account: { accountId: fdx.accountId, ...labelOf(bank, fdx, path), currency, ...(balance ? { balance } : {}) },
  };
}

function unwrap(bank: BankRef, value: unknown, at: string): { inner: unknown; path: string; borrowedByForm: boolean } {
  const outer = readPart(bank, z.record(z.string(), z.unknown()), value, at);
  for (const [name, borrowedByForm] of Object.entries(wrappers)) {
    if (outer[name] !== undefined)
      return { inner: outer[name], path: at === '' ? name : `${at}.${name}`, borrowedByForm };
  }
  throw bankAnswerUnreadable(bank, at === '' ? 'body' : at, 'none of the account kinds of FDX');
}

function labelOf(bank: BankRef, fdx: FdxAccount, path: string): AccountLabel {
  const last4 = /([0-9A-Za-z]{1,4})[^0-9A-Za-z]*$/.exec(fdx.accountNumberDisplay)?.[1];
  if (last4 === undefined) throw bankAnswerUnreadable(bank, dotted(path, 'accountNumberDisplay'), 'shows no digits');
  const nickname = (fdx.nickname || fdx.productName || '').trim().slice(0, 60);
  return { kind: kindOfType[fdx.accountType] ?? 'other', last4, ...(nickname ? { nickname } : {}) };
}

/**
 * The balance from the holder's side: FDX gives what is owed on borrowed accounts as a positive number,
 * here it is negative. Absent when the consent does not open it.
 */
function balanceOf(bank: BankRef, fdx: FdxAccount, borrowed: boolean, path: string, clock: Clock): Balance | undefined {
  if (fdx.currentBalance === undefined || fdx.currentBalance === null) return undefined;
  const currency = fdx.currency.currencyCode;
  const exact = (field: 'currentBalance' | 'availableBalance' | 'availableCredit', value: number): string => {
    const read = exactAmount(value, currency);
    if ('why' in read) throw bankAnswerUnreadable(bank, dotted(path, field), read.why);
    return read.amount;
  };
  const told = exact('currentBalance', fdx.currentBalance);
  const availableField = borrowed ? 'availableCredit' : 'availableBalance';
  const available = fdx[availableField] ?? undefined;
  return {
    current: borrowed ? negated(told) : told,
    ...(available === undefined ? {} : { available: exact(availableField, available) }),
    currency,
    // A bank that does not say as of when means now.
    asOf: fdx.balanceAsOf ?? new Date(clock.nowMs()).toISOString(),
  };
}

function dotted(path: string, field: string): string {
  return path === '' ? field : `${path}.${field}`;
}
