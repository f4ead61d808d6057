import { formatDecimal } from '#base';
import type { Balance } from '#contract';
import { sql, type Queryable, type Sql, type Transaction } from '#db';
import type { AccountKind, SandboxMerchant } from './history.ts';

/** An account as the bank keeps it. Amounts in minor units, from the holder's side. */
export interface AccountRow {
  account_id: string;
  bank_id: string;
  customer_id: string;
  kind: AccountKind;
  product: string;
  last4: string;
  currency: string;
  opening_minor: bigint;
  current_minor: bigint;
  held_minor: bigint;
  credit_line_minor: bigint | null;
  time_zone: string;
}

/** A transaction as the bank keeps it. `local_date` is YYYY-MM-DD. */
export interface TransactionRow {
  account_id: string;
  transaction_id: string;
  status: 'authorized' | 'posted' | 'reversed';
  kind: string;
  direction: 'debit' | 'credit';
  amount_minor: bigint;
  occurred_at: Date;
  local_date: string;
  posted_at: Date | null;
  description: string;
  merchant: SandboxMerchant | null;
  card_last4: string | null;
  online: boolean | null;
  /** Told with a blank id while it is authorized. */
  blank_id: boolean;
}

/** The id under which a transaction is told now. */
export function toldId(row: Pick<TransactionRow, 'transaction_id' | 'status' | 'blank_id'>): string {
  return row.blank_id && row.status === 'authorized' ? '' : row.transaction_id;
}

/** A customer's accounts at one bank: checking, savings, card. */
export function accountsOfCustomer(database: Queryable, bankId: string, customerId: string): Promise<AccountRow[]> {
  return database.query<AccountRow>(sql`
    select account.*, customer.time_zone
    from sandbox.accounts account join sandbox.customers customer using (bank_id, customer_id)
    where bank_id = ${bankId} and customer_id = ${customerId}
    order by array_position(array['checking', 'savings', 'card'], kind)`);
}

/** The accounts that a consent opens, in the same order. */
export function accountsOfConsent(database: Queryable, consentId: string): Promise<AccountRow[]> {
  return database.query<AccountRow>(sql`
    select account.*, customer.time_zone
    from sandbox.consent_accounts
      join sandbox.accounts account using (account_id)
      join sandbox.customers customer using (bank_id, customer_id)
    where consent_id = ${consentId}
    order by array_position(array['checking', 'savings', 'card'], kind)`);
}

/** What can be spent: of a card, the line less what is owed and held. */
export function availableMinor(account: AccountRow): bigint {
  return (account.credit_line_minor ?? 0n) + account.current_minor - account.held_minor;
}

/** An account's balance in the form of an event; of a card, `current` is what is owed, negative. */
export function balanceOf(account: AccountRow, at: Date): Balance {
  const { currency } = account;
  return {
    current: formatDecimal({ minor: account.current_minor, currency }),
    available: formatDecimal({ minor: availableMinor(account), currency }),
    currency,
    asOf: at.toISOString(),
  };
}

/** A place in a list of transactions, newest first, to go on after. */
export interface TransactionPlace {
  readonly localDate: string;
  readonly occurredAt: string;
  readonly transactionId: string;
}

/** What a page of transactions is asked by. Both days are included. */
export interface TransactionWindow {
  readonly accountId: string;
  readonly from: string;
  readonly to: string;
}

const transactionColumns = `account_id, transaction_id, status, kind, direction, amount_minor, occurred_at,
  to_char(local_date, 'YYYY-MM-DD') as local_date, posted_at, description, merchant, card_last4, online, blank_id`;
const newestFirst = 'order by local_date desc, occurred_at desc, transaction_id desc';

/** One page after a place, newest first; a reversed transaction is no longer told. */
export function transactionsAfter(
  database: Queryable,
  window: TransactionWindow,
  after: TransactionPlace | undefined,
  limit: number,
): Promise<TransactionRow[]> {
  return database.query<TransactionRow>(
    pageStatement(
      window,
      limit,
      after
        ? {
            text: 'and (local_date, occurred_at, transaction_id) < ($5::date, $6::timestamptz, $7)',
            values: [after.localDate, after.occurredAt, after.transactionId],
          }
        : { text: '', values: [] },
    ),
  );
}

/** One page after so many rows, newest first. */
export function transactionsFrom(
  database: Queryable,
  window: TransactionWindow,
  offset: number,
  limit: number,
): Promise<TransactionRow[]> {
  const { text, values } = pageStatement(window, limit, { text: '', values: [] });
  return database.query<TransactionRow>({ text: `${text} offset $5`, values: [...values, offset] });
}

function pageStatement(window: TransactionWindow, limit: number, more: Sql): Sql {
  return {
    text: `select ${transactionColumns} from sandbox.transactions
      where account_id = $1 and local_date between $2 and $3 and status <> 'reversed' ${more.text}
      ${newestFirst} limit $4`,
    values: [window.accountId, window.from, window.to, limit, ...more.values],
  };
}

/** How many transactions a window holds. */
export async function countTransactions(database: Queryable, window: TransactionWindow): Promise<number> {
  const [row] = await database.query<{ count: bigint }>(sql`
    select count(*) from sandbox.transactions
    where account_id = ${window.accountId} and local_date between ${window.from} and ${window.to} and status <> 'reversed'`);
  return Number(row?.count ?? 0n);
}

/** The authorized transactions of an account, all or those named, oldest first; locked. */
export function authorizedTransactions(
  tx: Transaction,
  accountId: string,
  ids: readonly string[] | undefined,
): Promise<TransactionRow[]> {
  return tx.query<TransactionRow>({
    text: `select ${transactionColumns} from sandbox.transactions
      where account_id = $1 and status = 'authorized' and ($2::text[] is null or transaction_id = any($2))
      order by local_date, occurred_at, transaction_id for update`,
    values: [accountId, ids ?? null],
  });
}
