import type { BankId } from '#base';
import { TEAMS, type Locale, type Team } from '#contract';
import { sql, type Queryable } from '#db';
import type { DeskOutlets } from '../outlets.ts';
import type { Staff } from '../staff-desk.ts';
import { peopleOf, staffHere } from '../staff/people.ts';
import type { Server } from './foresee.ts';
import type { Queued } from './order.ts';

/** A case that waits, with its place in its team. */
export interface Placed extends Queued {
  readonly caseId: string;
  readonly topic?: string;
  readonly place: number;
}

/** A bank's queue as it stands: the first of each team, how many there are of each, and who takes them. */
export interface BankQueue {
  readonly waiting: readonly Placed[];
  readonly ofTeam: ReadonlyMap<Team, number>;
  /** Who is here, and who is not just now and may come. */
  readonly people: readonly Server[];
}

/** So many of each team are foreseen one by one; beyond, a wait goes on as it does up to there. */
export const firstOfTeam = 80;
/** A customer who has not come back for so long is no longer expected. */
const backWithinMs = 20 * 60_000;

/** Who is at a desk of a bank: by a session that was used of late, or by a desk that is connected to this process. Each once. */
export async function peopleHere(db: Queryable, outlets: DeskOutlets, bankId: BankId, nowMs: number): Promise<Staff[]> {
  // As the database has them last: a desk that is open for hours knows its owner as they signed in.
  const people = [...outlets.here(bankId), ...(await staffHere(db, bankId, nowMs))];
  return [...new Map(people.map((one) => [one.staffId, one])).values()];
}

/** Who is here and takes cases, with what they have. */
export async function serversHere(
  db: Queryable,
  outlets: DeskOutlets,
  bankId: BankId,
  nowMs: number,
): Promise<Server[]> {
  return serversOf(db, bankId, await peopleHere(db, outlets, bankId, nowMs), nowMs);
}

async function serversOf(db: Queryable, bankId: BankId, people: readonly Staff[], nowMs: number): Promise<Server[]> {
  const here = people.filter(({ role }) => role !== 'privacy-officer');
  if (here.length === 0) return [];
  const held = await db.query<{
    by: string;
    team: Team;
    topic: string;
    isHeld: boolean;
    isReturn: boolean;
    since: Date;
  }>(sql`
    select claimed_by as by, team, topic, state = 'claimed' as "isHeld", first_answer_at is not null as "isReturn",
      case when state = 'claimed' then coalesce(claimed_at, updated_at) else updated_at end as since
    from cases where bank_id = ${bankId} and claimed_by = any(${here.map(({ staffId }) => staffId)}::text[])
      and (state = 'claimed' or (state = 'with-customer' and updated_at > ${new Date(nowMs - backWithinMs)}))`);
  const ofStaff = Map.groupBy(held, ({ by }) => by);
  return here.map(({ staffId, teams, locales, capacity }) => {
    const own = (ofStaff.get(staffId) ?? []).map((one) => ({ ...one, sinceMs: one.since.getTime() }));
    const [some, others] = [own.filter(({ isHeld }) => isHeld), own.filter(({ isHeld }) => !isHeld)];
    return { staffId, teams, locales, capacity, held: some, answered: others };
  });
}

/** Reads it, without a lock. */
export async function readQueue(
  db: Queryable,
  outlets: DeskOutlets,
  bankId: BankId,
  nowMs: number,
): Promise<BankQueue> {
  const here = await peopleHere(db, outlets, bankId, nowMs);
  const isHere = new Set(here.map(({ staffId }) => staffId));
  const away = (await peopleOf(db, bankId, nowMs)).filter(({ staffId }) => !isHere.has(staffId));
  const people = (await serversOf(db, bankId, [...here, ...away], nowMs)).map((one) =>
    isHere.has(one.staffId) ? one : { ...one, isAway: true as const },
  );
  const rows = await db.query<{
    caseId: string;
    team: Team;
    topic: string;
    locale: Locale;
    priority: number;
    dueAt: Date;
  }>(sql`
    select w.* from unnest(${[...TEAMS]}::text[]) as t (team) cross join lateral (
      select case_id as "caseId", team, topic, locale, priority, due_at as "dueAt" from cases
      where bank_id = ${bankId} and team = t.team and state = 'waiting'
      order by priority, due_at, case_id limit ${firstOfTeam}) w`);
  const counted = await db.query<{ team: Team; cases: number }>(sql`select team, count(*)::integer as cases from cases
    where bank_id = ${bankId} and state = 'waiting' group by team`);
  const places = new Map<Team, number>();
  const waiting = rows.map(({ dueAt, ...one }) => {
    const place = (places.get(one.team) ?? 0) + 1;
    places.set(one.team, place);
    return { ...one, place, dueMs: dueAt.getTime() };
  });
  return { waiting, ofTeam: new Map(counted.map(({ team, cases }) => [team, cases])), people };
}
