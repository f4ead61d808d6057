import { TellerlineError, type BankId } from '#base';
import { TEAMS, type DeskLive } from '#contract';
import { sql, type Transaction } from '#db';
import type { DeskParts } from '../parts.ts';
import type { Staff } from '../staff-desk.ts';
import { peopleOf } from '../staff/people.ts';
import { hoursOf } from './hours.ts';
import { peopleHere } from './queue-now.ts';
import type { ForeseenWait } from './telling-time.ts';

/** The refusal for whoever leads nobody. */
export const requireSupervisor = ({ role }: Staff): void => {
  if (role !== 'supervisor') throw new TellerlineError('supervisors_only', 403, 'Only supervisors may do this.');
};

const stepMs = 5 * 60_000;
const steps = 24;
const weekMs = 7 * 86_400_000;

/** What a supervisor watches, of their own bank. */
export async function readLive(parts: DeskParts, staff: Staff): Promise<DeskLive> {
  requireSupervisor(staff);
  const { bankId } = staff;
  const nowMs = parts.clock.nowMs();
  await parts.forecasts.ready(bankId);
  const here = await peopleHere(parts.database, parts.outlets, bankId, nowMs);
  const known = await peopleOf(parts.database, bankId, nowMs);
  return parts.desks.of(bankId).transaction(async (tx) => ({
    at: new Date(nowMs).toISOString(),
    teams: await teamsOf(tx, parts, bankId, nowMs),
    staff: await staffOf(tx, bankId, here, known),
    today: await todayOf(tx, bankId, nowMs),
    forecast: await forecastOf(tx, bankId, nowMs),
    series: await seriesOf(tx, bankId, nowMs),
  }));
}

async function teamsOf(tx: Transaction, parts: DeskParts, bankId: BankId, nowMs: number): Promise<DeskLive['teams']> {
  const now = new Date(nowMs);
  const rows = await tx.query<{ team: string; waiting: number; longest: number; open: number; late: number }>(sql`
    select team, count(*) filter (where state = 'waiting')::integer as waiting, count(*)::integer as open,
      coalesce(max(extract(epoch from ${now}::timestamptz - opened_at)) filter (where state = 'waiting'), 0)::integer as longest,
      count(*) filter (where state in ('waiting', 'claimed') and due_at < ${now})::integer as late
    from cases where bank_id = ${bankId} and state <> 'closed' group by team`);
  const byTeam = new Map(rows.map((row) => [row.team, row]));
  const teams: DeskLive['teams'] = [];
  for (const team of TEAMS) {
    const { waiting = 0, open = 0, longest = 0, late = 0 } = byTeam.get(team) ?? {};
    const expectedWaitSeconds = roundedOf(parts.forecasts.ofNext(bankId, team));
    teams.push({ team, waiting, longestWaitSeconds: Math.max(0, longest), expectedWaitSeconds, open, late });
  }
  return teams;
}

const roundedOf = (wait: ForeseenWait | undefined): number | null =>
  wait === undefined ? null : Math.round(wait.seconds);

async function staffOf(
  tx: Transaction,
  bankId: BankId,
  here: readonly Staff[],
  known: readonly Staff[],
): Promise<DeskLive['staff']> {
  const isHere = new Set(here.map(({ staffId }) => staffId));
  const people = new Map([...known, ...here].map((one) => [one.staffId, one]));
  const held = await tx.query<{ staffId: string; cases: number }>(sql`
    select claimed_by as "staffId", count(*)::integer as cases from cases
    where bank_id = ${bankId} and claimed_by is not null and state = 'claimed' group by claimed_by`);
  const open = new Map(held.map(({ staffId, cases }) => [staffId, cases]));
  return [...people.values()].map(({ staffId, name, role, capacity }) => ({
    name,
    role,
    here: isHere.has(staffId),
    open: open.get(staffId) ?? 0,
    capacity,
  }));
}

async function todayOf(tx: Transaction, bankId: BankId, nowMs: number): Promise<DeskLive['today']> {
  const { timeZone } = await hoursOf(tx, bankId);
  const midnight = Temporal.Instant.fromEpochMilliseconds(nowMs).toZonedDateTimeISO(timeZone).startOfDay();
  const from = new Date(midnight.epochMilliseconds);
  const [row] = await tx.query<{
    opened: number;
    answered: number;
    closed: number;
    median: number | null;
    satisfaction: number | null;
  }>(sql`select count(*) filter (where opened_at >= ${from})::integer as opened,
      count(*) filter (where first_answer_at >= ${from})::integer as answered,
      count(*) filter (where closed_at >= ${from})::integer as closed,
      percentile_cont(0.5) within group (order by extract(epoch from first_answer_at - opened_at)::double precision)
        filter (where first_answer_at >= ${from}) as median,
      avg(rating) filter (where closed_at >= ${from})::double precision as satisfaction
    from cases where bank_id = ${bankId} and (state <> 'closed' or closed_at >= ${from})`);
  const { opened = 0, answered = 0, closed = 0, median = null, satisfaction = null } = row ?? {};
  return {
    opened,
    answered,
    closed,
    medianFirstAnswerSeconds: median === null ? null : Math.round(median),
    satisfaction: satisfaction === null ? null : Math.round(satisfaction * 100) / 100,
  };
}

/** How good what was told was, of the waits that have come to their end within the hours. */
async function forecastOf(tx: Transaction, bankId: BankId, nowMs: number): Promise<DeskLive['forecast']> {
  const [row] = await tx.query<DeskLive['forecast']>(sql`
    with told as (
      select abs(extract(epoch from came_at - told_at) - told_seconds)::double precision as off,
        greatest(1, extract(epoch from came_at - told_at))::double precision as came,
        extract(epoch from came_at - told_at) between told_from_seconds and told_to_seconds as "inSpan"
      from desk_waits where bank_id = ${bankId} and told_at >= ${new Date(nowMs - weekMs)} and came_at is not null
        and not while_closed
    )
    select count(*)::integer as waits, avg((off <= 0.25 * came)::integer)::double precision as "withinQuarter",
      percentile_cont(0.5) within group (order by off / came) filter (where came >= 60) as "medianError",
      avg("inSpan"::integer)::double precision as "withinSpan",
      count(*) filter (where came >= 60)::integer as "longWaits",
      avg((off <= 0.25 * came)::integer) filter (where came >= 60)::double precision as "longWithinQuarter",
      avg("inSpan"::integer) filter (where came >= 60)::double precision as "longWithinSpan" from told`);
  return (
    row ?? {
      waits: 0,
      withinQuarter: null,
      medianError: null,
      withinSpan: null,
      longWaits: 0,
      longWithinQuarter: null,
      longWithinSpan: null,
    }
  );
}

/** Who waited at each step: whoever had come by then less whoever had been taken by then, added up step by step. */
async function seriesOf(tx: Transaction, bankId: BankId, nowMs: number): Promise<DeskLive['series']> {
  const firstMs = Math.floor(nowMs / stepMs) * stepMs - (steps - 1) * stepMs;
  const first = new Date(firstMs);
  const rows = await tx.query<{ step: number; came: number; taken: number; answered: number }>(sql`
    with mine as (
      select opened_at, coalesce(came_at, closed_at) as taken_at, first_answer_at from cases
      where bank_id = ${bankId} and (state = 'waiting' or updated_at >= ${first})
    ), moves as (
      select opened_at as at, 1 as came, 0 as taken from mine union all
      select taken_at, 0, 1 from mine where taken_at is not null
    )
    select greatest(0, ceil(extract(epoch from at - ${first}) / ${stepMs / 1000}))::integer as step,
      sum(came)::integer as came, sum(taken)::integer as taken, 0 as answered
    from moves group by 1
    union all
    select floor(extract(epoch from first_answer_at - ${first}) / ${stepMs / 1000})::integer, 0, 0, count(*)::integer
    from mine where first_answer_at >= ${first} group by 1`);
  const byStep = Map.groupBy(rows, ({ step }) => step);
  let waiting = 0;
  return Array.from({ length: steps }, (_, step) => {
    const here = byStep.get(step) ?? [];
    waiting += here.reduce((all, { came, taken }) => all + came - taken, 0);
    const answered = here.reduce((all, one) => all + one.answered, 0);
    return { at: new Date(firstMs + step * stepMs).toISOString(), waiting, answered };
  });
}
