import { invariant, type AccountRef, type LinkId } from '#base';
import type { AccountLabel, Balance, Purchase, Transaction } from '#contract';
import { stages, type RecordDraft, type Vault } from '#vault';

/** Where a bank's transaction belongs here. */
export interface RecordPlace {
  readonly bank: string;
  readonly linkId: LinkId;
  readonly accountRef: AccountRef;
  readonly account: AccountLabel;
}

/** What is told of a transaction besides itself. */
export interface ToldWith {
  readonly occurredAt: string;
  /** The id of the event, by which a transaction without an id is known. */
  readonly eventId?: string;
  readonly balance?: Balance | undefined;
}

/**
 * A transaction as a record: one purchase is one record, whether it came as an event or with the
 * history, found again by the blind index of the bank's id for it.
 */
export function transactionDraft(
  vault: Pick<Vault, 'index'>,
  place: RecordPlace,
  transaction: Transaction,
  { occurredAt, eventId = '', balance }: ToldWith,
): RecordDraft {
  const { bank, linkId, accountRef, account } = place;
  invariant(hasId(transaction) || eventId !== '', 'a transaction has an id, or the event that tells it has');
  // Beside the ids of transactions, which hold no such sign.
  const id = hasId(transaction) ? transaction.id : `\u0000${eventId}`;
  const purchase: Purchase = { ...transaction, id: hasId(transaction) ? transaction.id : eventId, occurredAt };
  return {
    linkId,
    accountRef,
    subjectIndex: purchaseSubject(vault, place, id),
    localDate: transaction.localDate,
    occurredAt: new Date(occurredAt),
    stage: stages[transaction.status],
    content: { kind: 'transaction', bank, account, transaction: purchase, ...(balance && { balance }) },
  };
}

/** By what a purchase is found again: the bank's own id for it. */
export const purchaseSubject = (
  vault: Pick<Vault, 'index'>,
  { bank, accountRef }: Pick<RecordPlace, 'bank' | 'accountRef'>,
  id: string,
): Buffer => vault.index('transaction', `${bank}|${accountRef}|${id}`);

/** Banks leave the id of what is pending out, or blank. */
const hasId = ({ id }: Transaction): boolean => id.trim() !== '';

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
