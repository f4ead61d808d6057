import type { BankId } from '#base';
import { sql, type Queryable } from '#db';

/** When a bank's staff are there. */
export interface DeskHours {
  readonly timeZone: string;
  /** Minutes of the day, the first one included, the last one not. */
  readonly opensMinute: number;
  readonly closesMinute: number;
  /** 1 Monday … 7 Sunday. */
  readonly days: readonly number[];
  /** Days of the calendar on which nobody is there although they would be: `2026-12-25`. */
  readonly closedDays: readonly string[];
}

/** Of a bank that has said nothing else: every day from eight to eight, in the east of the United States. */
export const usualHours: DeskHours = {
  timeZone: 'America/New_York',
  opensMinute: 8 * 60,
  closesMinute: 20 * 60,
  days: [1, 2, 3, 4, 5, 6, 7],
  closedDays: [],
};

/** A bank's hours. */
export async function hoursOf(db: Queryable, bankId: BankId): Promise<DeskHours> {
  const [row] = await db.query<Omit<DeskHours, 'closedDays'>>(sql`
    select time_zone as "timeZone", opens_minute as "opensMinute", closes_minute as "closesMinute", days
    from desk_hours where bank_id = ${bankId}`);
  const closed = await db.query<{ day: string }>(sql`select to_char(day, 'YYYY-MM-DD') as day from desk_holidays
    where bank_id = ${bankId} order by day`);
  return { ...(row ?? usualHours), closedDays: closed.map(({ day }) => day) };
}

interface Day {
  readonly from: number;
  readonly to: number;
}

const daysLookedAtMax = 15;

/** The spans of business from the day of an instant on, in milliseconds; by the zone's own clock, changes of it included. */
function* spansFrom(
  { timeZone, opensMinute, closesMinute, days, closedDays }: DeskHours,
  nowMs: number,
): Generator<Day> {
  const today = Temporal.Instant.fromEpochMilliseconds(nowMs).toZonedDateTimeISO(timeZone).toPlainDate();
  const at = (day: Temporal.PlainDate, minute: number): number => {
    const [date, of] = minute === 1440 ? [day.add({ days: 1 }), 0] : [day, minute];
    const time = Temporal.PlainTime.from({ hour: Math.floor(of / 60), minute: of % 60 });
    return date.toZonedDateTime({ timeZone, plainTime: time }).epochMilliseconds;
  };
  for (let n = 0; n < daysLookedAtMax; n += 1) {
    const day = today.add({ days: n });
    if (days.includes(day.dayOfWeek) && !closedDays.includes(day.toString()))
      yield { from: at(day, opensMinute), to: at(day, closesMinute) };
  }
}

/** Whether staff are there, and when they open next: now, when they are. */
export function openAt(hours: DeskHours, nowMs: number): { readonly isOpen: boolean; readonly opensMs: number } {
  for (const { from, to } of spansFrom(hours, nowMs)) {
    if (nowMs < to) return { isOpen: nowMs >= from, opensMs: Math.max(from, nowMs) };
  }
  return { isOpen: false, opensMs: nowMs };
}

/** The instant when so many minutes of business have passed: what stands at closing time goes on at the next opening. */
export function afterBusiness(hours: DeskHours, fromMs: number, minutes: number): number {
  let left = minutes * 60_000;
  for (const { from, to } of spansFrom(hours, fromMs)) {
    const begins = Math.max(from, fromMs);
    if (begins >= to) continue;
    if (begins + left <= to) return begins + left;
    left -= to - begins;
  }
  // Hours of a minute a week: a promise beyond two weeks is none that anybody waits for.
  return fromMs + daysLookedAtMax * 86_400_000;
}
