import { formatDecimal, newId, parseMoney, TellerlineError, type Branded } from '#base';
import type { Transaction as ContractTransaction } from '#contract';
import { sql, type Transaction } from '#db';
import { balanceOf, toldId, type AccountRow, type TransactionRow } from './accounts.ts';
import type { SandboxBank } from './banks.ts';
import { now, type SandboxContext } from './context.ts';
import { ensureCustomer } from './customers.ts';
import { subscribersOf, writeEvents, writeNotification, type NewEvent, type Subscriber } from './event-outbox.ts';
import { statementLine, type AccountKind, type SandboxMerchant } from './history.ts';

/** Something to be booked on an account, as the control API reads it. */
export interface Booking {
  /** The same id on the same account is booked once. */
  readonly id?: string | undefined;
  readonly amount: string;
  readonly currency?: string | undefined;
  readonly direction?: 'debit' | 'credit' | undefined;
  readonly occurredAt?: string | undefined;
  readonly localDate?: string | undefined;
  readonly merchant?: SandboxMerchant | undefined;
  readonly description?: string | undefined;
  readonly online?: boolean | undefined;
  readonly status?: 'authorized' | 'posted' | undefined;
  readonly kind?: 'purchase' | 'salary' | undefined;
  /** While it is authorized it is told with a blank id, as some banks do. */
  readonly blankId?: boolean | undefined;
}

/** A row of sandbox.transactions on its way in; amounts in minor units. */
interface NewRow {
  transaction_id: string;
  status: 'authorized' | 'posted';
  kind: string;
  direction: 'debit' | 'credit';
  amount_minor: string;
  occurred_at: string;
  local_date: string;
  description: string;
  merchant: SandboxMerchant | null;
  card_last4: string | null;
  online: boolean | null;
  blank_id: boolean;
}

/**
 * Books on one account of a customer, in the order given: rows, balance and events in one transaction.
 *
 * @returns `accepted`: all of them; `events`: how many a subscriber will hear of (booked twice: none)
 * @throws TellerlineError `account_currency` when the currency is not the account's, or parseMoney's
 */
export async function book(
  context: SandboxContext,
  bank: SandboxBank,
  customerId: string,
  kind: AccountKind,
  bookings: readonly Booking[],
): Promise<{ accepted: number; events: number }> {
  await ensureCustomer(context, bank, customerId);
  return context.database.transaction(async (tx) => {
    const account = await lockAccount(tx, bank.id, customerId, kind);
    const rows = bookings.map((booking) => readBooking(context, account, booking));
    const at = now(context);
    const booked = await insertRows(tx, account, rows, at);
    const news = rows.filter((row) => booked.delete(row.transaction_id)).map((row) => countIn(account, row, at));
    await storeBalance(tx, account);
    const events = await tell(context, tx, bank.id, account.account_id, news, at);
    return { accepted: bookings.length, events };
  });
}

/** Pays a salary into checking: booked at once, as payrolls are. */
export function paySalary(
  context: SandboxContext,
  bank: SandboxBank,
  customerId: string,
  amount: string,
  employer = 'Whitcomb Logistics',
): Promise<{ accepted: number; events: number }> {
  const salary: Booking = {
    amount,
    kind: 'salary',
    direction: 'credit',
    status: 'posted',
    description: `PAYROLL ${employer}`.toUpperCase(),
    // The code that the contract counts as income.
    merchant: { name: employer, category: '6012' },
  };
  return book(context, bank, customerId, 'checking', [salary]);
}

/** An account of a customer, its row locked: whoever changes its balance holds it. */
export async function lockAccount(
  tx: Transaction,
  bankId: string,
  customerId: string,
  kind: AccountKind,
): Promise<AccountRow> {
  const [account] = await tx.query<AccountRow>(sql`
    select account.*, customer.time_zone
    from sandbox.accounts account join sandbox.customers customer using (bank_id, customer_id)
    where bank_id = ${bankId} and customer_id = ${customerId} and kind = ${kind} for update of account`);
  if (!account) throw new Error('a customer has no such account');
  return account;
}

function readBooking(context: SandboxContext, account: AccountRow, booking: Booking): NewRow {
  const currency = booking.currency ?? account.currency;
  const money = parseMoney(booking.amount, currency);
  if (currency !== account.currency) {
    throw new TellerlineError('account_currency', 422, `This account is kept in ${account.currency}.`);
  }
  if (money.minor <= 0n)
    throw new TellerlineError(
      'amount_invalid',
      422,
      'An amount here is more than nothing; the way it goes stands in direction.',
    );
  const occurredAt = booking.occurredAt
    ? Temporal.Instant.from(booking.occurredAt)
    : Temporal.Instant.fromEpochMilliseconds(context.clock.nowMs());
  const merchant = booking.merchant ?? null;
  const line = merchant ? statementLine(merchant) : 'CARD PURCHASE';
  return {
    transaction_id: booking.id ?? `trn_${newId<Branded<'TransactionId'>>()}`,
    status: booking.status ?? 'authorized',
    kind: booking.kind ?? 'purchase',
    direction: booking.direction ?? 'debit',
    amount_minor: money.minor.toString(),
    occurred_at: occurredAt.toString({ smallestUnit: 'millisecond' }),
    local_date: booking.localDate ?? occurredAt.toZonedDateTimeISO(account.time_zone).toPlainDate().toString(),
    description: booking.description ?? line,
    merchant,
    card_last4: account.kind === 'card' ? account.last4 : null,
    online: booking.online ?? null,
    blank_id: booking.blankId ?? false,
  };
}

/** Inserts what is not there yet; answers the ids that are new. */
async function insertRows(
  tx: Transaction,
  account: AccountRow,
  rows: readonly NewRow[],
  at: Date,
): Promise<Set<string>> {
  const inserted = await tx.query<{ transaction_id: string }>(sql`
    insert into sandbox.transactions (account_id, transaction_id, status, kind, direction, amount_minor, occurred_at,
      local_date, booked_at, posted_at, description, merchant, card_last4, online, blank_id)
    select ${account.account_id}, transaction_id, status, kind, direction, amount_minor, occurred_at, local_date, ${at}::timestamptz,
      case when status = 'posted' then ${at}::timestamptz end, description, merchant, card_last4, online, blank_id
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as row (transaction_id text, status text, kind text,
      direction text, amount_minor bigint, occurred_at timestamptz, local_date date, description text,
      merchant jsonb, card_last4 text, online boolean, blank_id boolean)
    on conflict do nothing
    returning transaction_id`);
  return new Set(inserted.map((row) => row.transaction_id));
}

/** Counts a new row into the account's balance, and says what a subscriber hears of it. */
function countIn(account: AccountRow, row: NewRow, at: Date): NewEvent {
  const signed = signedMinor(row.direction, BigInt(row.amount_minor));
  if (row.status === 'posted') account.current_minor += signed;
  else account.held_minor -= signed;
  return {
    type: row.status === 'posted' ? 'transaction.posted' : 'transaction.authorized',
    occurredAt: row.occurred_at,
    accountId: account.account_id,
    transaction: toldTransaction(account, { ...row, amount_minor: BigInt(row.amount_minor) }),
    balance: balanceOf(account, at),
  };
}

/** An amount as it counts for the holder: money out is below zero. */
export function signedMinor(direction: 'debit' | 'credit', minor: bigint): bigint {
  return direction === 'credit' ? minor : -minor;
}

type ToldRow = Pick<
  TransactionRow,
  | 'transaction_id'
  | 'status'
  | 'direction'
  | 'amount_minor'
  | 'local_date'
  | 'description'
  | 'merchant'
  | 'card_last4'
  | 'online'
  | 'blank_id'
>;

/** A row as an event tells it. */
export function toldTransaction(account: AccountRow, row: ToldRow): ContractTransaction {
  return {
    id: toldId(row),
    status: row.status,
    amount: formatDecimal({ minor: row.amount_minor, currency: account.currency }),
    currency: account.currency,
    direction: row.direction,
    localDate: row.local_date,
    description: row.description,
    ...(row.merchant && { merchant: row.merchant }),
    ...(row.card_last4 && { cardLast4: row.card_last4 }),
    ...(row.online !== null && { online: row.online }),
  };
}

/** Writes an account's balance back, in the transaction that locked it. */
export async function storeBalance(tx: Transaction, account: AccountRow): Promise<void> {
  await tx.execute(sql`
    update sandbox.accounts set current_minor = ${account.current_minor.toString()}, held_minor = ${account.held_minor.toString()}
    where account_id = ${account.account_id}`);
}

/** Puts the events into the outbox of each subscriber, cut down to what its consents allow; answers how many. */
export async function tell(
  context: SandboxContext,
  tx: Transaction,
  bankId: string,
  accountId: string,
  events: readonly NewEvent[],
  at: Date,
): Promise<number> {
  if (events.length === 0) return 0;
  const subscribers = await subscribersOf(tx, accountId, at);
  let told = 0;
  for (const subscriber of subscribers) {
    if (subscriber.thin) {
      await writeNotification(context, tx, bankId, subscriber.callback_url, { accountId, at });
      told += 1;
      continue;
    }
    const allowed = events.flatMap((event) => allowedEvent(event, subscriber));
    if (allowed.length === 0) continue;
    await writeEvents(context, tx, bankId, subscriber.callback_url, allowed);
    told += allowed.length;
  }
  return told;
}

function allowedEvent(event: NewEvent, allowed: Pick<Subscriber, 'transactions' | 'balances' | 'alerts'>): NewEvent[] {
  if (event.type === 'card.status' || event.type === 'fraud.suspected') return allowed.alerts ? [event] : [];
  if (!('balance' in event) || !('transaction' in event) || event.balance === undefined) return [event];
  const { transaction: _transaction, balance, ...rest } = event;
  if (allowed.transactions && allowed.balances) return [event];
  if (allowed.transactions) return [{ ...event, balance: undefined }];
  return allowed.balances ? [{ ...rest, type: 'balance.changed', balance }] : [];
}
