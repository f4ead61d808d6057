import { limits, type BankId } from '#base';
import type { Team } from '#contract';
import { sql, type Queryable } from '#db';

/** The hours of a day of the week: 1 Monday … 7 Sunday. */
export interface DayHours {
  readonly day: number;
  /** Minutes of the day, the first one included, the last one not. */
  readonly opensMinute: number;
  readonly closesMinute: number;
}

/** When a bank's staff are there, and what they promise by that. */
export interface DeskHours {
  readonly timeZone: string;
  /** By weekday; a day that is missing is closed. */
  readonly week: readonly DayHours[];
  /** Days of the calendar on which nobody is there although they would be: `2026-12-25`. */
  readonly closedDays: readonly string[];
  /** Within how many minutes of these hours a team answers. */
  readonly answerMinutes: Readonly<Record<Team, number>>;
}

/** Of a bank that has said nothing else: every day from eight to eight, in the east of the United States. */
export const usualHours: DeskHours = {
  timeZone: 'America/New_York',
  week: [1, 2, 3, 4, 5, 6, 7].map((day) => ({ day, opensMinute: 8 * 60, closesMinute: 20 * 60 })),
  closedDays: [],
  answerMinutes: limits.answerMinutes,
};

/** A bank's hours. */
export async function hoursOf(db: Queryable, bankId: BankId): Promise<DeskHours> {
  const [row] = await db.query<{
    timeZone: string | null;
    week: readonly DayHours[] | null;
    closedDays: readonly string[] | null;
    promises: Partial<Record<Team, number>> | null;
  }>(sql`select
    (select time_zone from desk_hours where bank_id = ${bankId}) as "timeZone",
    (select jsonb_agg(jsonb_build_object('day', weekday, 'opensMinute', opens_minute, 'closesMinute', closes_minute)
      order by weekday) from desk_days where bank_id = ${bankId}) as week,
    (select array_agg(to_char(day, 'YYYY-MM-DD') order by day) from desk_holidays where bank_id = ${bankId}) as "closedDays",
    (select jsonb_object_agg(team, minutes) from desk_promises where bank_id = ${bankId}) as promises`);
  const { timeZone, week, closedDays, answerMinutes } = usualHours;
  return {
    timeZone: row?.timeZone ?? timeZone,
    week: row?.week ?? week,
    closedDays: row?.closedDays ?? closedDays,
    answerMinutes: { ...answerMinutes, ...row?.promises },
  };
}

const dayMs = 86_400_000;

interface Day {
  readonly from: number;
  readonly to: number;
}

/** A year and a month: the longest promise is 168 hours of business, which is a year of one day a week with three hours. */
const daysLookedAtMax = 400;
const weeksLookedAt = Math.floor(daysLookedAtMax / 7);

/**
 * Whether the longest promise is kept within what is looked at, from whichever day it is counted, and staff open on any:
 * the weeks without each closed day, an hour for the change of clocks taken off.
 */
export function canPromise({ week, closedDays, answerMinutes }: DeskHours): boolean {
  const closed = closedDays.map((day) => Temporal.PlainDate.from(day).dayOfWeek);
  const minutes = week.reduce((all, { day, opensMinute, closesMinute }) => {
    const open = Math.max(0, weeksLookedAt - closed.filter((one) => one === day).length);
    return all + open * (closesMinute - opensMinute);
  }, 0);
  return minutes - 60 >= Math.max(...Object.values(answerMinutes));
}

/** The spans of business from the day of an instant on, in milliseconds; by the zone's own clock, changes of it included. */
function* spansFrom({ timeZone, week, closedDays }: DeskHours, nowMs: number): Generator<Day> {
  const today = Temporal.Instant.fromEpochMilliseconds(nowMs).toZonedDateTimeISO(timeZone).toPlainDate();
  const at = (day: Temporal.PlainDate, minute: number): number => {
    const [date, of] = minute === 1440 ? [day.add({ days: 1 }), 0] : [day, minute];
    const time = Temporal.PlainTime.from({ hour: Math.floor(of / 60), minute: of % 60 });
    return date.toZonedDateTime({ timeZone, plainTime: time }).epochMilliseconds;
  };
  for (let n = 0; n < daysLookedAtMax; n += 1) {
    const day = today.add({ days: n });
    const open = week.find((one) => one.day === day.dayOfWeek);
    if (open && !closedDays.includes(day.toString()))
      yield { from: at(day, open.opensMinute), to: at(day, open.closesMinute) };
  }
}

/** Whether staff are there, and when they open next: now, when they are. */
export function openAt(hours: DeskHours, nowMs: number): { readonly isOpen: boolean; readonly opensMs: number } {
  for (const { from, to } of spansFrom(hours, nowMs)) {
    if (nowMs < to) return { isOpen: nowMs >= from, opensMs: Math.max(from, nowMs) };
  }
  // No such hours are saved (`canPromise`); of older ones nothing sooner can be said.
  return { isOpen: false, opensMs: nowMs + daysLookedAtMax * dayMs };
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
  return fromMs + daysLookedAtMax * dayMs;
}
