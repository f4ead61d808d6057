import type { BankId } from '#base';
import type { Locale, Team } from '#contract';
import { sql, type Queryable } from '#db';
import type { CaseRow } from '../cases/case-row.ts';
import type { DeskOutlets } from '../outlets.ts';
import type { DeskGiven } from '../parts.ts';
import { foreseeWait, type Learned, type QueueNow } from './foresee.ts';
import { hoursOf } from './hours.ts';
import { createLearning, type Learning } from './learned.ts';
import { drawOf } from './lognormal.ts';
import { fits } from './order.ts';
import { cameTrue } from './telling-time.ts';

/** What those who wait are told of how long, by bank; what it was learned from is read from what happened. */
export interface Forecasts {
  /** Seconds that one of the cases that wait will go on waiting; 0 at place 0. */
  of(db: Queryable, row: CaseRow, place: number): Promise<number>;
  /** What somebody who came to a team now would be told. */
  ofNext(db: Queryable, of: { readonly bankId: BankId; readonly team: Team }): Promise<number>;
  /** A wait has come to its end: an alarm when what was told has been wrong more often than right of late. */
  cameTrue(bankId: BankId): void;
}

/** What this process has learned of a bank's desk, and up to when it has read. In memory: it is read again from the tables. */
interface Known {
  readonly learning: Learning;
  readMs: number;
}

/** New figures are read so often at most. */
const readAgainMs = 15_000;
const firstReadMs = 14 * 86_400_000;
const readMax = 20_000;
/** A customer who has not come back for so long is no longer expected. */
const backWithinMs = 20 * 60_000;
const aheadReadMax = 400;

/** Makes them; nothing is known of any bank yet. */
export function createForecasts(given: DeskGiven, outlets: DeskOutlets): Forecasts {
  const { clock, random } = given;
  const known = new Map<BankId, Known>();
  const alarm = createAlarm(given);
  const draw = drawOf(random);

  const learned = async (db: Queryable, bankId: BankId): Promise<Learned> => {
    const nowMs = clock.nowMs();
    let of = known.get(bankId);
    if (!of) {
      const { timeZone, days } = await hoursOf(db, bankId);
      of = { learning: createLearning(hourAt(timeZone, days)), readMs: nowMs - firstReadMs };
      known.set(bankId, of);
    }
    if (nowMs - of.readMs >= readAgainMs) {
      const from = new Date(of.readMs);
      of.readMs = nowMs;
      await readInto(db, of.learning, bankId, from, new Date(nowMs));
      of.learning.here(outlets.here(bankId).length, nowMs);
    }
    return of.learning.now(nowMs);
  };

  const wait = async (
    db: Queryable,
    one: Pick<CaseRow, 'bankId' | 'team' | 'locale' | 'priority' | 'dueAt'>,
    place: number,
  ): Promise<number> => {
    const what = await learned(db, one.bankId);
    const now = await queueBefore(db, outlets, one, clock.nowMs());
    // Of nobody who could take it: each one before, one after the other, from when somebody comes.
    if (!now.staff.some((some) => fits(some, one))) {
      const { mu, sigma } = what.hold({ team: one.team, isReturn: false });
      return Math.round(place * Math.exp(mu + sigma ** 2 / 2));
    }
    return foreseeWait(now, what, draw);
  };

  return {
    of: async (db, row, place) => (place === 0 ? 0 : wait(db, row, place)),
    ofNext: async (db, { bankId, team }) => {
      const [counted] = await db.query<{ place: number }>(sql`select count(*)::integer + 1 as place from cases
        where bank_id = ${bankId} and team = ${team} and state = 'waiting'`);
      const [last] = await db.query<{ dueAt: Date }>(sql`select max(due_at) as "dueAt" from cases
        where bank_id = ${bankId} and team = ${team} and state = 'waiting'`);
      const priority = team === 'fraud' ? 0 : 2;
      const dueAt = new Date(Math.max(clock.nowMs(), last?.dueAt?.getTime() ?? 0));
      return wait(db, { bankId, team, locale: 'en', priority, dueAt }, counted?.place ?? 1);
    },
    cameTrue: alarm.look,
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
  const holds = await db.query<{ team: Team; isReturn: boolean; seconds: number; gap: number | null; at: Date }>(sql`
    select h.team, h.is_return as "isReturn", h.ended_at as at,
      extract(epoch from h.ended_at - h.began_at)::double precision as seconds,
      extract(epoch from h.began_at - (select max(b.ended_at) from desk_holds b
        where b.bank_id = h.bank_id and b.case_id = h.case_id and b.ended_at < h.ended_at))::double precision as gap
    from desk_holds h where h.bank_id = ${bankId} and h.ended_at > ${from} and h.ended_at <= ${to}
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
  const told = await db.query<{ told: number; came: number }>(sql`select told_seconds as told,
      extract(epoch from came_at - told_at)::double precision as came from desk_waits
    where bank_id = ${bankId} and came_at > ${from} and came_at <= ${to} and not while_closed
    order by came_at desc limit ${readMax}`);
  for (const { told: seconds, came: after } of told.toReversed()) learning.cameTo(seconds, after);
}

/** The queue up to a case, itself the last, with what is overdue behind it, which has its share of the turns; and the staff who are here with what they have. */
async function queueBefore(
  db: Queryable,
  outlets: DeskOutlets,
  { bankId, team, locale, priority, dueAt }: Pick<CaseRow, 'bankId' | 'team' | 'locale' | 'priority' | 'dueAt'>,
  nowMs: number,
): Promise<QueueNow> {
  const here = outlets.here(bankId).filter(({ role }) => role !== 'privacy-officer');
  const ids = here.map(({ staffId }) => staffId);
  const before = await db.query<{ team: Team; locale: Locale; priority: number; dueAt: Date }>(sql`
    select team, locale, priority, due_at as "dueAt" from cases
    where bank_id = ${bankId} and state = 'waiting' and ((priority, due_at) < (${priority}::smallint, ${dueAt}::timestamptz)
      or (priority > ${priority}::smallint and due_at < ${new Date(nowMs)}))
    order by priority, due_at limit ${aheadReadMax}`);
  const held = await db.query<{ by: string; team: Team; isHeld: boolean; isReturn: boolean; since: Date }>(sql`
    select claimed_by as by, team, state = 'claimed' as "isHeld", first_answer_at is not null as "isReturn",
      case when state = 'claimed' then coalesce(claimed_at, updated_at) else updated_at end as since
    from cases where bank_id = ${bankId} and claimed_by = any(${ids}::text[])
      and (state = 'claimed' or (state = 'with-customer' and updated_at > ${new Date(nowMs - backWithinMs)}))`);
  const ofStaff = Map.groupBy(held, ({ by }) => by);
  const asked = { team, locale, priority, dueMs: dueAt.getTime() };
  return {
    nowMs,
    waiting: [...before.map((one) => ({ ...one, dueMs: one.dueAt.getTime() })), asked],
    staff: here.map(({ staffId, teams, locales, capacity }) => {
      const own = (ofStaff.get(staffId) ?? []).map((one) => ({ ...one, sinceMs: one.since.getTime() }));
      const [some, others] = [own.filter(({ isHeld }) => isHeld), own.filter(({ isHeld }) => !isHeld)];
      return { teams, locales, capacity, held: some, answered: others };
    }),
  };
}

/** So many waits are looked at, and one alarm an hour is enough of the same. */
const lookedAt = 50;
const alarmAgainMs = 3_600_000;

function createAlarm({ database, clock, log }: DeskGiven): { look(bankId: BankId): void } {
  const saidMs = new Map<BankId, number>();
  const look = async (bankId: BankId): Promise<void> => {
    const nowMs = clock.nowMs();
    if (nowMs - (saidMs.get(bankId) ?? -alarmAgainMs) < alarmAgainMs) return;
    const waits = await database.query<{ told: number; came: number }>(sql`
      select told_seconds as told, extract(epoch from came_at - told_at)::double precision as came from desk_waits
      where bank_id = ${bankId} and came_at is not null and not while_closed order by came_at desc limit ${lookedAt}`);
    const wrong = waits.filter(({ told, came }) => !cameTrue(told, came)).length;
    if (waits.length < lookedAt || wrong * 2 <= lookedAt) return;
    saidMs.set(bankId, nowMs);
    log.warn(
      { alarm: 'desk_forecast_off', bank: bankId, waits: waits.length, wrong },
      'what those who wait are told does not come true',
    );
  };
  return {
    look: (bankId) =>
      void look(bankId).catch((error: unknown) =>
        log.warn({ err: error, bank: bankId }, 'waits could not be looked at'),
      ),
  };
}
