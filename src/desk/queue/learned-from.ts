import type { BankId } from '#base';
import type { Locale, Team } from '#contract';
import { sql, type Queryable } from '#db';
import type { Learned, Server } from './foresee.ts';
import { hoursOf } from './hours.ts';
import { createLearning, type Learning } from './learned.ts';

/** What was learned of banks' desks, read from what happened there. In memory: it is read again from the tables. */
export interface LearnedOfBanks {
  /** As it was last read; of a bank that was never read, what is believed at first. */
  known(bankId: BankId, nowMs: number): Learned;
  /** What has happened since is read first, and who of these people are here. */
  read(db: Queryable, bankId: BankId, people: readonly Server[], nowMs: number): Promise<Learned>;
}

/** What is known of one bank, and up to when it was read. */
interface Known {
  readonly learning: Learning;
  /** Zone and days that it was learned by: with others it is learned anew, from the same tables. */
  readonly hours: string;
  readMs: number;
}

/** New figures are read so often at most. */
const readAgainMs = 15_000;
const firstReadMs = 14 * 86_400_000;
const readMax = 20_000;

/** Makes it; nothing is known of any bank yet. */
export function createLearnedOfBanks(): LearnedOfBanks {
  const known = new Map<BankId, Known>();
  const nothing = createLearning(hourAt('UTC', [1, 2, 3, 4, 5]));
  return {
    known: (bankId, nowMs) => (known.get(bankId)?.learning ?? nothing).now(nowMs),
    read: async (db, bankId, people, nowMs) => {
      const { timeZone, week } = await hoursOf(db, bankId);
      const days = week.map(({ day }) => day);
      const hours = [timeZone, ...days].join(' ');
      let of = known.get(bankId);
      if (of?.hours !== hours) {
        of = { learning: createLearning(hourAt(timeZone, days)), hours, readMs: nowMs - firstReadMs };
        known.set(bankId, of);
      }
      if (nowMs - of.readMs >= readAgainMs) {
        const from = new Date(of.readMs);
        of.readMs = nowMs;
        await readInto(db, of.learning, bankId, from, new Date(nowMs));
        of.learning.here(
          people.flatMap(({ staffId, isAway }) => (isAway === true ? [] : [staffId])),
          nowMs,
        );
      }
      return of.learning.now(nowMs);
    },
  };
}

function hourAt(timeZone: string, days: readonly number[]): Parameters<typeof createLearning>[0] {
  return (ms) => {
    const at = Temporal.Instant.fromEpochMilliseconds(Math.floor(ms)).toZonedDateTimeISO(timeZone);
    return { hour: at.hour + at.minute / 60, isWorkday: at.dayOfWeek < 6 && days.includes(at.dayOfWeek) };
  };
}

/** Reads what has happened since into what is learned. What is committed late by another process is missed: one case of many. */
async function readInto(db: Queryable, learning: Learning, bankId: BankId, from: Date, to: Date): Promise<void> {
  const came = await db.query<{ team: Team; locale: Locale; priority: number; at: Date }>(sql`
    select team, locale, priority, opened_at as at from cases
    where bank_id = ${bankId} and opened_at > ${from} and opened_at <= ${to} order by opened_at desc limit ${readMax}`);
  for (const { at, ...one } of came.toReversed()) learning.came(one, at.getTime());
  const holds = await db.query<{
    team: Team;
    topic: string;
    isReturn: boolean;
    seconds: number;
    gap: number | null;
    at: Date;
  }>(sql`
    select h.team, coalesce(c.topic, '') as topic, h.is_return as "isReturn", h.ended_at as at,
      extract(epoch from h.ended_at - h.began_at)::double precision as seconds,
      extract(epoch from h.began_at - (select max(b.ended_at) from desk_holds b
        where b.bank_id = h.bank_id and b.case_id = h.case_id and b.ended_at < h.ended_at))::double precision as gap
    from desk_holds h left join cases c on c.bank_id = h.bank_id and c.case_id = h.case_id where h.bank_id = ${bankId} and h.ended_at > ${from} and h.ended_at <= ${to}
    order by h.ended_at desc limit ${readMax}`);
  for (const { at, gap, ...one } of holds.toReversed())
    learning.answered({ ...one, ...(one.isReturn && gap !== null && { gapSeconds: gap }) }, at.getTime());
  const waits = await db.query<{ seconds: number; hasLeft: boolean; at: Date }>(sql`
    select extract(epoch from at - opened_at)::double precision as seconds, "hasLeft", at from (
      select opened_at, came_at as at, false as "hasLeft" from cases
      where bank_id = ${bankId} and opened_at > ${new Date(from.getTime() - 86_400_000)} and came_at > ${from} and came_at <= ${to}
      union all
      select opened_at, closed_at, true from cases
      where bank_id = ${bankId} and opened_at > ${new Date(from.getTime() - 86_400_000)} and came_at is null
        and closed_by = 'customer' and closed_at > ${from} and closed_at <= ${to}
    ) w order by at desc limit ${readMax}`);
  for (const { seconds, hasLeft, at } of waits.toReversed()) learning.waited(seconds, hasLeft, at.getTime());
  const told = await db.query<{ told: number; from: number | null; to: number | null; came: number }>(sql`
    select told_seconds as told, told_from_seconds as "from", told_to_seconds as "to",
      extract(epoch from came_at - told_at)::double precision as came from desk_waits
    where bank_id = ${bankId} and came_at > ${from} and came_at <= ${to} and not while_closed
    order by came_at desc limit ${readMax}`);
  for (const { told: seconds, from: fromSeconds, to: toSeconds, came } of told.toReversed())
    learning.cameTo({ seconds, fromSeconds: fromSeconds ?? 0, toSeconds: toSeconds ?? 0 }, came);
}
