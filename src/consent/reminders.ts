import type { ConsentId, CustomerId, LinkId } from '#base';
import { sql, type Queryable, type Transaction } from '#db';

/** How many days before its end a customer is reminded of a consent (look: "reminders at 30, 7 and 1 days"). */
export const REMINDER_DAYS = [30, 7, 1] as const;

/** A consent whose customer is to be reminded that it ends. */
export interface DueReminder {
  readonly consentId: ConsentId;
  readonly linkId: LinkId;
  readonly customerId: CustomerId;
  readonly expiresAt: Date;
  /** Which of `REMINDER_DAYS` is due. */
  readonly days: number;
}

const dayMs = 86_400_000;

/** How many reminders one round takes; what is left is due in the next. */
const roundMax = 500;

/**
 * Consents in force that are due for a reminder, soonest end first: for the nearest one whose day has come.
 * Those before it that nobody sent in time are not sent late. What was sent is left out by the query, so that
 * those who were reminded do not stand in front of those who were not.
 */
export async function remindersDue(db: Queryable, nowMs: number): Promise<DueReminder[]> {
  const [far, near, last] = REMINDER_DAYS;
  const within = (days: number): Date => new Date(nowMs + days * dayMs);
  return db.query<DueReminder>(sql`
    select consent_id as "consentId", link_id as "linkId", customer_id as "customerId", expires_at as "expiresAt", days
    from consents cross join lateral (
      select case when expires_at <= ${within(last)} then ${last}::integer
        when expires_at <= ${within(near)} then ${near}::integer else ${far}::integer end as days
    ) d
    where state = 'granted' and expires_at > ${new Date(nowMs)} and expires_at <= ${within(far)}
      and (reminded_days is null or reminded_days > days)
    order by expires_at limit ${roundMax}`);
}

/** Marks a reminder as sent, in the transaction that says it; false when it was sent before or the consent is over. */
export async function markReminded(tx: Transaction, { consentId, days }: DueReminder): Promise<boolean> {
  const marked = await tx.execute(sql`update consents set reminded_days = ${days}
    where consent_id = ${consentId} and state = 'granted' and (reminded_days is null or reminded_days > ${days})`);
  return marked > 0;
}
