import { newId, type Branded } from '#base';
import { sql, type Transaction } from '#db';
import { authorizedTransactions, balanceOf, type AccountRow, type TransactionRow } from './accounts.ts';
import type { SandboxBank } from './banks.ts';
import { lockAccount, signedMinor, storeBalance, tell, toldTransaction } from './bookings.ts';
import { now, type SandboxContext } from './context.ts';
import { ensureCustomer } from './customers.ts';
import type { NewEvent } from './event-outbox.ts';

/** What becomes of authorized purchases, as the control API reads it. */
export interface Settling {
  readonly to: 'posted' | 'reversed';
  /** Those named; all of a customer otherwise. */
  readonly ids?: readonly string[] | undefined;
  /** Posted with so many hundredths more: a tip. */
  readonly tipPercent?: number | undefined;
  /** So many hundredths are given back and the rest stays authorized; less than 100. */
  readonly partPercent?: number | undefined;
  /** Told under other ids than before, as some banks do. */
  readonly newIds?: boolean | undefined;
}

/** What the trial page offers to do with what is pending. */
export const OUTCOMES = ['posted', 'tip', 'part', 'reversed'] as const;
/** One of them. */
export type Outcome = (typeof OUTCOMES)[number];

/** What each of them is. */
export const outcomes: Readonly<Record<Outcome, Settling>> = {
  posted: { to: 'posted' },
  tip: { to: 'posted', tipPercent: 18 },
  part: { to: 'reversed', partPercent: 30 },
  reversed: { to: 'reversed' },
};

/**
 * Moves authorized purchases on: into the books, or off the account again (`reversed`), wholly or in part.
 * Those that are no longer authorized stay as they are.
 *
 * @returns how many were moved
 */
export async function settle(
  context: SandboxContext,
  bank: SandboxBank,
  customerId: string,
  settling: Settling,
): Promise<number> {
  await ensureCustomer(context, bank, customerId);
  let moved = 0;
  for (const kind of ['card', 'checking', 'savings'] as const) {
    moved += await context.database.transaction(async (tx) => {
      const account = await lockAccount(tx, bank.id, customerId, kind);
      return settleAccount(context, tx, account, settling);
    });
  }
  return moved;
}

async function settleAccount(
  context: SandboxContext,
  tx: Transaction,
  account: AccountRow,
  settling: Settling,
): Promise<number> {
  const at = now(context);
  const held = await authorizedTransactions(tx, account.account_id, settling.ids);
  if (held.length === 0) return 0;
  const moves = held.map((row) => moveOf(row, settling));
  await storeMoves(tx, account, moves, at);
  const events = moves.map((move): NewEvent => {
    const { was, becomes, told } = move;
    account.held_minor += signedMinor(was.direction, was.amount_minor);
    if (becomes.status === 'authorized') account.held_minor -= signedMinor(was.direction, becomes.amount_minor);
    if (becomes.status === 'posted') account.current_minor += signedMinor(was.direction, becomes.amount_minor);
    return {
      type: settling.to === 'posted' ? 'transaction.posted' : 'transaction.reversed',
      occurredAt: at.toISOString(),
      accountId: account.account_id,
      transaction: toldTransaction(account, told),
      balance: balanceOf(account, at),
    };
  });
  await storeBalance(tx, account);
  await tell(context, tx, account.bank_id, account.account_id, events, at);
  return held.length;
}

interface Move {
  readonly was: TransactionRow;
  readonly becomes: TransactionRow;
  /** What the event says: of a reversal of a part, that part. */
  readonly told: TransactionRow;
}

function moveOf(was: TransactionRow, { to, tipPercent = 0, partPercent = 100, newIds = false }: Settling): Move {
  const id = newIds ? `trn_${newId<Branded<'TransactionId'>>()}` : was.transaction_id;
  const part = (was.amount_minor * BigInt(partPercent)) / 100n;
  if (to === 'reversed' && part > 0n && part < was.amount_minor) {
    const told: TransactionRow = { ...was, transaction_id: id, status: 'reversed', amount_minor: part };
    return { was, becomes: { ...was, amount_minor: was.amount_minor - part }, told };
  }
  const tip = to === 'posted' ? (was.amount_minor * BigInt(tipPercent)) / 100n : 0n;
  const becomes: TransactionRow = { ...was, transaction_id: id, status: to, amount_minor: was.amount_minor + tip };
  return { was, becomes, told: becomes };
}

async function storeMoves(tx: Transaction, account: AccountRow, moves: readonly Move[], at: Date): Promise<void> {
  const becomes = moves.map((move) => move.becomes);
  await tx.execute(sql`
    update sandbox.transactions t set transaction_id = m.becomes_id, status = m.status, amount_minor = m.amount_minor,
      posted_at = case when m.status = 'posted' then ${at}::timestamptz end
    from unnest(${moves.map((move) => move.was.transaction_id)}::text[], ${becomes.map((row) => row.transaction_id)}::text[],
      ${becomes.map((row) => row.status)}::text[], ${becomes.map((row) => row.amount_minor.toString())}::bigint[])
      as m (was_id, becomes_id, status, amount_minor)
    where t.account_id = ${account.account_id} and t.transaction_id = m.was_id`);
}

/** What merchants claim within two days goes into the books by itself. */
const HELD_MS = 2 * 24 * 60 * 60 * 1000;

/** Posts purchases that have been held for two days. Called now and then. */
export async function postDuePurchases(context: SandboxContext): Promise<void> {
  const due = await context.database.query<{ account_id: string; ids: string[] }>(sql`
    select account_id, array_agg(transaction_id) as ids from sandbox.transactions
    where status = 'authorized' and booked_at < ${new Date(context.clock.nowMs() - HELD_MS)}
    group by account_id limit 200`);
  for (const { account_id, ids } of due) {
    await context.database.transaction(async (tx) => {
      const [account] = await tx.query<AccountRow>(sql`
        select account.*, customer.time_zone
        from sandbox.accounts account join sandbox.customers customer using (bank_id, customer_id)
        where account_id = ${account_id} for update of account`);
      if (account) await settleAccount(context, tx, account, { to: 'posted', ids });
    });
  }
}
