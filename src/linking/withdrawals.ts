import { invariant, TellerlineError, type BankId } from '#base';
import type { WithdrawalCounts, WithdrawalView } from '#contract';
import type { Queryable, Transaction } from '#db';
import type { LogExport, ProofLog } from '#proof';
import type { LinkingParts } from './parts.ts';
import { receiptOf } from './withdrawal-receipt.ts';
import {
  beginWithdrawal,
  closeBank,
  countOfBank,
  isWithdrawn,
  newestWithdrawal,
  requireNotWithdrawn,
  returnBank,
  viewOf,
  type WithdrawnBy,
} from './withdrawal.ts';

/**
 * Passes, within the transaction of an order, one that was not carried out before: a replayed one changes
 * nothing.
 */
export type IsNew = (tx: Transaction) => Promise<boolean>;

/** A whole bank pulls out: every link to it ends, and none is made until it is let in again. */
export interface Withdrawals {
  /** What a withdrawal would end now. @throws TellerlineError `bank_unknown` */
  count(bank: string): Promise<WithdrawalCounts>;
  /** The newest withdrawal of a bank, returned ones included; null when there never was one. */
  standing(bank: string): Promise<WithdrawalView | null>;
  /**
   * Begins the withdrawal of a bank. When it answers, nothing of the bank is readable; the rest goes on by
   * itself, in batches. A second one while it is in force changes nothing.
   *
   * @throws TellerlineError `bank_unknown`
   */
  withdraw(bank: string, by: WithdrawnBy, isNew?: IsNew): Promise<WithdrawalView>;
  /** Lets the bank be linked again. @throws TellerlineError `bank_unknown`, `bank_not_withdrawn`, `withdrawal_running` */
  giveBack(bank: string, by: WithdrawnBy, isNew?: IsNew): Promise<WithdrawalView>;
  /** The receipt, as `receiptOf` says. */
  receipt(bank: string, proof: ProofLog): Promise<LogExport>;
  /** Holds, for as long as the transaction lasts, that a bank has not withdrawn. @throws TellerlineError `bank_withdrawn` */
  requireNone(tx: Transaction, bankId: BankId): Promise<void>;
  /** True while nothing of the bank is taken. */
  inForce(db: Queryable, bankId: string): Promise<boolean>;
}

/** Makes it over the parts; `goOn` is called when there is something to carry out. */
export function createWithdrawals(parts: LinkingParts, goOn: () => void): Withdrawals {
  const { database } = parts;
  const known = (bank: string): BankId => {
    if (parts.banks.faces().some((face) => face.id === bank)) return bank as BankId;
    throw new TellerlineError('bank_unknown', 404, 'There is no such bank here.');
  };
  const standing = async (bank: string): Promise<WithdrawalView> => {
    const now = await newestWithdrawal(database, bank);
    invariant(now, 'a bank whose withdrawal was ordered has one');
    return viewOf(now);
  };
  return {
    count: (bank) => countOfBank(parts, known(bank)),
    standing: async (bank) => {
      const newest = await newestWithdrawal(database, bank);
      return newest ? viewOf(newest) : null;
    },
    withdraw: async (bank, by, isNew) => {
      const bankId = known(bank);
      const begun = await database.transaction(async (tx) => {
        if (isNew && !(await isNew(tx))) return undefined;
        return beginWithdrawal(tx, parts, bankId, by);
      });
      const now = begun ?? (await newestWithdrawal(database, bankId));
      if (now && now.step !== 'done') {
        await closeBank(parts, now);
        goOn();
      }
      return standing(bankId);
    },
    giveBack: async (bank, by, isNew) => {
      const bankId = known(bank);
      await database.transaction(async (tx) => {
        if (isNew && !(await isNew(tx))) return;
        await returnBank(tx, parts, bankId, by);
      });
      return standing(bankId);
    },
    receipt: (bank, proof) => receiptOf(database, proof, known(bank)),
    requireNone: requireNotWithdrawn,
    inForce: isWithdrawn,
  };
}
