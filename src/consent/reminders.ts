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

/**
 * Which reminder a consent is due for: the nearest one whose day has come. Those before it that nobody sent
 * in time are not sent late. Undefined when there is none, or the same was sent.
 *
 * @param sent the smallest number of days that was reminded of; null before the first
 */
export function reminderDue(expiresAtMs: number, sent: number | null, nowMs: number): number | undefined {
  const leftMs = expiresAtMs - nowMs;
  if (leftMs <= 0) return undefined;
  const nearest = REMINDER_DAYS.findLast((days) => leftMs <= days * dayMs);
  return nearest === undefined || (sent !== null && sent <= nearest) ? undefined : nearest;
}

/** Consents in force that are due for a reminder, soonest end first. */
export async function remindersDue(db: Queryable, nowMs: number): Promise<DueReminder[]> {
  const rows = await db.query<Omit<DueReminder, 'days'> & { sent: number | null }>(sql`
    select consent_id as "consentId", link_id as "linkId", customer_id as "customerId", expires_at as "expiresAt",
      reminded_days as sent
    from consents where state = 'granted' and expires_at > ${new Date(nowMs)}
      and expires_at <= ${new Date(nowMs + REMINDER_DAYS[0] * dayMs)}
      and (reminded_days is null or reminded_days > 1) order by expires_at limit 500`);
  return rows.flatMap(({ sent, ...consent }) => {
    const days = reminderDue(consent.expiresAt.getTime(), sent, nowMs);
    return days === undefined ? [] : [{ ...consent, days }];
  });
}

/** Marks a reminder as sent, in the transaction that says it; false when it was sent before or the consent is over. */
export async function markReminded(tx: Transaction, { consentId, days }: DueReminder): Promise<boolean> {
  const marked = await tx.execute(sql`update consents set reminded_days = ${days}
    where consent_id = ${consentId} and state = 'granted' and (reminded_days is null or reminded_days > ${days})`);
  return marked > 0;
}
