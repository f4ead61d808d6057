import type { AccountRef, LinkId } from '#base';
import type { AccountLabel, Balance, Purchase, Transaction } from '#contract';
import type { RecordDraft, Vault } from '#vault';

/** Where a bank's transaction belongs here. */
export interface RecordPlace {
  readonly bank: string;
  readonly linkId: LinkId;
  readonly accountRef: AccountRef;
  readonly account: AccountLabel;
}

const stages: Readonly<Record<Transaction['status'], number>> = { authorized: 1, posted: 2, reversed: 3 };

/**
 * A transaction as a record: one purchase is one record, whether it came as an event or with the
 * history, found again by the blind index of the bank's id for it.
 */
export function transactionDraft(
  vault: Pick<Vault, 'index'>,
  place: RecordPlace,
  transaction: Transaction,
  occurredAt: string,
  balance?: Balance,
): RecordDraft {
  const { bank, linkId, accountRef, account } = place;
  const purchase: Purchase = { ...transaction, occurredAt };
  return {
    linkId,
    accountRef,
    subjectIndex: vault.index('transaction', `${bank}|${accountRef}|${transaction.id}`),
    localDate: transaction.localDate,
    occurredAt: new Date(occurredAt),
    stage: stages[transaction.status],
    content: { kind: 'transaction', bank, account, transaction: purchase, ...(balance && { balance }) },
  };
}

/** An account's newest balance as a record: each replaces the one before. */
export function balanceDraft(
  vault: Pick<Vault, 'index'>,
  place: RecordPlace,
  balance: Balance,
  localDate: string,
): RecordDraft {
  const { bank, linkId, accountRef, account } = place;
  return {
    linkId,
    accountRef,
    subjectIndex: vault.index('balance', `${bank}|${accountRef}`),
    localDate,
    occurredAt: new Date(balance.asOf),
    stage: 1,
    content: { kind: 'balance', bank, account, balance },
  };
}
