import type { CustomerId } from '#base';
import type { Locale } from '#contract';
import { sql, type Queryable, type Transaction } from '#db';

/** One person here. Names and addresses are not kept: a customer is a conversation and what leads to it. */
export interface Customer {
  readonly customerId: CustomerId;
  readonly locale: Locale;
  /** IANA name, such as America/New_York. */
  readonly timeZone: string;
}

/** Enters a new customer. */
export async function createCustomer(tx: Transaction, customer: Customer, nowMs: number): Promise<void> {
  await tx.execute(sql`insert into customers (customer_id, locale, time_zone, created_at)
    values (${customer.customerId}, ${customer.locale}, ${customer.timeZone}, ${new Date(nowMs)})`);
}

/** The customer, or undefined when deleted. */
export async function findCustomer(db: Queryable, customerId: CustomerId): Promise<Customer | undefined> {
  const [row] = await findCustomers(db, [customerId]);
  return row;
}

/** Locks a customer for an act on all that is theirs; undefined when deleted. Taken before any link's lock. */
export async function lockCustomer(tx: Transaction, customerId: CustomerId): Promise<Customer | undefined> {
  const [row] = await tx.query<Customer>(sql`
    select customer_id as "customerId", locale, time_zone as "timeZone"
    from customers where customer_id = ${customerId} for update`);
  return row;
}

/** The customers named that exist. */
export async function findCustomers(db: Queryable, customerIds: readonly CustomerId[]): Promise<Customer[]> {
  return db.query<Customer>(sql`
    select customer_id as "customerId", locale, time_zone as "timeZone"
    from customers where customer_id = any(${[...customerIds]}::uuid[])`);
}

/** Changes how a customer is spoken to. */
export async function updateCustomer(
  db: Queryable,
  customerId: CustomerId,
  change: { readonly locale?: Locale | undefined; readonly timeZone?: string | undefined },
): Promise<void> {
  await db.execute(sql`update customers set locale = coalesce(${change.locale ?? null}, locale),
    time_zone = coalesce(${change.timeZone ?? null}, time_zone) where customer_id = ${customerId}`);
}

/** Removes a customer with every identity and session; answers how many identities there were. */
export async function removeCustomer(tx: Transaction, customerId: CustomerId): Promise<number> {
  const identities = await tx.execute(sql`delete from channel_identities where customer_id = ${customerId}`);
  await tx.execute(sql`delete from customers where customer_id = ${customerId}`);
  return identities;
}

/** True for a time zone that this machine knows. */
export function isTimeZone(name: string): boolean {
  try {
    return Boolean(new Intl.DateTimeFormat('en', { timeZone: name }));
  } catch {
    return false;
  }
}
