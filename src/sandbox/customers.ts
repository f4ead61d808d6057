import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { TellerlineError } from '#base';
import { sql, type Transaction as DatabaseTransaction } from '#db';
import { sandboxBanks, type SandboxBank } from './banks.ts';
import { now, type SandboxContext } from './context.ts';
import { writeHistory, type PersonHistory } from './history.ts';
import { seedAccounts, type Naming } from './seeded.ts';

/** Customers are `customer-1` to this one. */
const CUSTOMERS_MAX = 2000;

/** Every customer's password. The sandbox guards nothing; it shows how a bank asks. */
const PASSWORD = 'sandbox';

/** Reads a username as a customer's id, forgiving case and spaces around it; undefined when there is none. */
export function customerIdOf(username: string): string | undefined {
  const match = /^customer-([1-9]\d{0,3})$/.exec(username.trim().toLowerCase());
  return match && Number(match[1]) <= CUSTOMERS_MAX ? `customer-${match[1]}` : undefined;
}

/** Whether the password is right, in the same time for every wrong one. */
export function isPassword(entered: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(entered), digest(PASSWORD));
}

/** @throws TellerlineError `customer_unknown` */
export function readCustomerId(username: string): string {
  const customerId = customerIdOf(username);
  if (customerId) return customerId;
  throw new TellerlineError('customer_unknown', 404, `Customers here are customer-1 to customer-${CUSTOMERS_MAX}.`);
}

/** Makes the first `count` customers at every bank, so that nobody waits for them later. */
export async function seedCustomers(context: SandboxContext, count: number): Promise<void> {
  for (const bank of sandboxBanks) {
    for (let number = 1; number <= count; number += 1) await ensureCustomer(context, bank, `customer-${number}`);
  }
}

/** Makes a customer with accounts and a year of history, unless it is there already. */
export async function ensureCustomer(context: SandboxContext, bank: SandboxBank, customerId: string): Promise<void> {
  const [known] = await context.database.query(
    sql`select from sandbox.customers where bank_id = ${bank.id} and customer_id = ${customerId}`,
  );
  if (known) return;

  const at = now(context);
  const history = writeHistory(bank.id, customerId, Temporal.Instant.fromEpochMilliseconds(at.getTime()));
  await context.database.transaction(async (tx) => {
    const made = await tx.execute(sql`
      insert into sandbox.customers (bank_id, customer_id, given_name, family_name, city, region, time_zone, created_at)
      values (${bank.id}, ${customerId}, ${history.givenName}, ${history.familyName}, ${history.home.city},
        ${history.home.region}, ${history.home.timeZone}, ${at})
      on conflict do nothing`);
    // Somebody else made the same customer meanwhile, and committed it.
    if (made === 0) return;
    await openAccounts(tx, bank, customerId, history, at);
  });
}

async function openAccounts(
  tx: DatabaseTransaction,
  bank: SandboxBank,
  customerId: string,
  history: PersonHistory,
  at: Date,
): Promise<void> {
  const naming: Naming = {
    account: () => `acc_${randomBytes(18).toString('base64url')}`,
    transaction: () => `trn_${randomBytes(12).toString('base64url')}`,
  };
  const now = Temporal.Instant.fromEpochMilliseconds(at.getTime());
  for (const { account, transactions } of seedAccounts(bank, customerId, history, now, naming)) {
    await tx.execute(sql`
      insert into sandbox.accounts (account_id, bank_id, customer_id, kind, product, last4, currency,
        opening_minor, current_minor, held_minor, credit_line_minor)
      values (${account.account_id}, ${bank.id}, ${customerId}, ${account.kind}, ${account.product}, ${account.last4},
        ${account.currency}, ${account.opening_minor}, ${account.current_minor}, ${account.held_minor},
        ${account.credit_line_minor})`);
    const rows = transactions.map((row) => ({ ...row, amount_minor: Number(row.amount_minor) }));
    await tx.execute(sql`
      insert into sandbox.transactions (account_id, transaction_id, status, kind, direction, amount_minor,
        occurred_at, local_date, booked_at, posted_at, description, merchant, card_last4, online)
      select account_id, transaction_id, status, kind, direction, amount_minor, occurred_at, local_date,
        occurred_at, posted_at, description, merchant, card_last4, online
      from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as row (account_id text, transaction_id text, status text,
        kind text, direction text, amount_minor bigint, occurred_at timestamptz, local_date date, posted_at timestamptz,
        description text, merchant jsonb, card_last4 text, online boolean)`);
  }
}
