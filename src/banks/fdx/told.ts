import type { BankId, Clock } from '#base';
import type { BankFace } from '#contract';
import type { BankAccount, BankTransaction } from '#linking';
import { BANKS } from '../entries.ts';
import { readAccount } from './accounts.ts';
import { readTransaction } from './transactions.ts';

/** A sandbox bank and its accounts, as the hub would have read them. */
export interface ReadBank {
  readonly face: BankFace;
  readonly accounts: readonly { readonly account: BankAccount; readonly transactions: readonly BankTransaction[] }[];
}

/**
 * Reads what one of the sandbox's banks tells of its accounts, with the same code that reads its API's answers.
 *
 * @throws TypeError for a bank that is not in the directory
 * @throws TellerlineError `bank_answer_unreadable` naming the field
 */
export function readToldBank(
  bankId: string,
  told: readonly { readonly account: unknown; readonly transactions: readonly unknown[] }[],
  clock: Clock,
): ReadBank {
  const entry = BANKS.find(({ id }) => id === bankId);
  if (entry === undefined) throw new TypeError(`the directory has no bank ${bankId}`);
  const { id, name, mark, accent, dialect, sandbox } = entry;
  const connection = { bank: { id: id as BankId, name }, dialect };
  const accounts = told.flatMap(({ account, transactions }, at) => {
    const read = readAccount(connection, account, `accounts.${at}`, clock);
    if (read === undefined) return [];
    const all = transactions.map((one, n) => readTransaction(connection, one, `transactions.${n}`, read.facts));
    return [{ account: read.account, transactions: all }];
  });
  return { face: { id, name, mark, accent: { ...accent }, telephone: sandbox.telephone }, accounts };
}
