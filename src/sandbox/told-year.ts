import { sandboxBanks } from './banks.ts';
import { readCustomerId } from './customers.ts';
import { fdxAccount, fdxTransaction } from './fdx-shapes.ts';
import { writeHistory } from './history.ts';
import { seedAccounts, type Naming } from './seeded.ts';

/** The banks of the sandbox, in the order of their pages. */
export const sandboxBankIds: readonly string[] = sandboxBanks.map(({ id }) => id);

/** One account in the bank's own words (FDX). */
export interface ToldAccount {
  readonly account: unknown;
  /** Oldest first. */
  readonly transactions: readonly unknown[];
}

/** What one bank of the sandbox would tell of a customer whom nobody has touched yet. */
export interface ToldYear {
  readonly timeZone: string;
  readonly accounts: readonly ToldAccount[];
}

/**
 * A customer's seeded year at one bank, as its FDX API tells it, without a database: the same rows that
 * `npm start` stores when it makes the customer at `now`, under ids that count (`wells-fargo/card/12`).
 */
export function tellYear(bankId: string, customerId: string, now: Temporal.Instant): ToldYear {
  const bank = sandboxBanks.find(({ id }) => id === bankId);
  if (bank === undefined) throw new TypeError(`the sandbox has no bank ${bankId}`);
  const history = writeHistory(bankId, readCustomerId(customerId), now);
  const naming: Naming = {
    account: (kind) => `${bankId}/${kind}`,
    transaction: (kind, at) => `${bankId}/${kind}/${at + 1}`,
  };
  const at = new Date(now.epochMilliseconds);
  return {
    timeZone: history.home.timeZone,
    accounts: seedAccounts(bank, customerId, history, now, naming).map(({ account, transactions }) => ({
      account: fdxAccount(bank, account, true, at),
      transactions: transactions.map((row) => fdxTransaction(bank, account, row)),
    })),
  };
}
