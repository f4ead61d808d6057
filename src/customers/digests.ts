import type { CustomerId } from '#base';
import { sql, type Queryable, type Transaction } from '#db';

/** A digest whose hour has come. */
export interface DueDigest {
  readonly customerId: CustomerId;
  /** IANA name. */
  readonly timeZone: string;
  /** Full hour of the customer's day. */
  readonly digestHour: number;
  /** When it was due. */
  readonly dueAt: Date;
}

/** How many are read at once. */
const roundMax = 200;

/**
 * The next instant after one at which a customer's clock shows a full hour. On the day when the clock jumps over
 * that hour it is the hour after the jump, on the day that has it twice the first of the two.
 *
 * @param timeZone IANA name
 * @returns milliseconds since 1970
 */
export function nextDigestMs(hour: number, timeZone: string, afterMs: number): number {
  const after = Temporal.Instant.fromEpochMilliseconds(afterMs).toZonedDateTimeISO(timeZone).toPlainDate();
  const on = (day: Temporal.PlainDate): number =>
    day.toZonedDateTime({ timeZone, plainTime: { hour } }).epochMilliseconds;
  const today = on(after);
  return today > afterMs ? today : on(after.add({ days: 1 }));
}

/** Customers whose digest is due, longest waiting first; those after one of them, so that what fails blocks nobody. */
export async function digestsDue(db: Queryable, nowMs: number, after?: DueDigest): Promise<DueDigest[]> {
  return db.query<DueDigest>(sql`
    select customer_id as "customerId", time_zone as "timeZone", digest_hour as "digestHour", digest_at as "dueAt"
    from customers where digest_at <= ${new Date(nowMs)}
      and (${after === undefined} or (digest_at, customer_id) > (${after?.dueAt ?? null}::timestamptz, ${after?.customerId ?? null}::uuid))
    order by digest_at, customer_id limit ${roundMax}`);
}

/**
 * Marks a digest as told, in the transaction that tells it, and sets when the next one is due; of days that
 * nothing ran in none is told late. False when it was told before, or is no longer wanted.
 */
export async function markDigest(tx: Transaction, due: DueDigest, nowMs: number): Promise<boolean> {
  const next = nextDigestMs(due.digestHour, due.timeZone, nowMs);
  const marked = await tx.execute(sql`update customers set digest_at = ${new Date(next)}
    where customer_id = ${due.customerId} and digest_at = ${due.dueAt}`);
  return marked > 0;
}
