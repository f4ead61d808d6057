import type { CustomerId } from '#base';
import type { Locale, QuietHours } from '#contract';
import { operation, sql, type Queryable, type Transaction } from '#db';
import { nextDigestMs } from './digests.ts';

/** One person here. Names and addresses are not kept: a customer is a conversation and what leads to it. */
export interface Customer {
  readonly customerId: CustomerId;
  readonly locale: Locale;
  /** IANA name, such as America/New_York. */
  readonly timeZone: string;
  /** When nothing is announced but what is urgent; null: never. */
  readonly quiet: QuietHours | null;
  /** At which full hour of their day the digest is told; null: there is none. */
  readonly digestHour: number | null;
}

/** How a new customer is spoken to. */
export type NewCustomer = Pick<Customer, 'customerId' | 'locale' | 'timeZone'>;

const columns = `customer_id as "customerId", locale, time_zone as "timeZone", digest_hour as "digestHour",
  case when quiet_from is not null then
    json_build_object('from', to_char(quiet_from, 'HH24:MI'), 'to', to_char(quiet_to, 'HH24:MI')) end as quiet`;

/** Enters a new customer. */
export async function createCustomer(tx: Transaction, customer: NewCustomer, nowMs: number): Promise<void> {
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
  const [row] = await tx.query<Customer>({
    text: `select ${columns} from customers where customer_id = $1 for update`,
    values: [customerId],
  });
  return row;
}

/** The customers named that exist. */
export async function findCustomers(db: Queryable, customerIds: readonly CustomerId[]): Promise<Customer[]> {
  return db.run(customersById, { customerIds });
}

/** Customers as they are; who is deleted is missing. */
export const customersById = operation<Customer>()(
  'customers.read',
  { customerIds: 'uuid[]' },
  `select ${columns} from customers where customer_id = any($customerIds)`,
);

/** What a customer may change of themselves: what is absent stays, null takes it away. */
export interface CustomerChange {
  readonly locale?: Locale | undefined;
  readonly timeZone?: string | undefined;
  readonly quiet?: QuietHours | null | undefined;
  readonly digestHour?: number | null | undefined;
}

/** Changes how and when a customer is spoken to. The digest comes at its hour of the zone that then holds. */
export async function updateCustomer(
  db: Queryable,
  customerId: CustomerId,
  { locale, timeZone, quiet, digestHour }: CustomerChange,
  nowMs: number,
): Promise<void> {
  const [row] = await db.query<Pick<Customer, 'timeZone' | 'digestHour'>>(sql`
    update customers set locale = coalesce(${locale ?? null}, locale), time_zone = coalesce(${timeZone ?? null}, time_zone),
      quiet_from = case when ${quiet === undefined} then quiet_from else ${quiet?.from ?? null}::time end,
      quiet_to = case when ${quiet === undefined} then quiet_to else ${quiet?.to ?? null}::time end
    where customer_id = ${customerId} returning time_zone as "timeZone", digest_hour as "digestHour"`);
  if (!row || (timeZone === undefined && digestHour === undefined)) return;
  const hour = digestHour === undefined ? row.digestHour : digestHour;
  const at = hour === null ? null : new Date(nextDigestMs(hour, row.timeZone, nowMs));
  await db.execute(
    sql`update customers set digest_hour = ${hour}, digest_at = ${at} where customer_id = ${customerId}`,
  );
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
