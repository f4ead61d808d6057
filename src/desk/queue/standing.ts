import { limits, type BankId, type CaseId } from '#base';
import type { Team } from '#contract';
import { sql, type Queryable } from '#db';
import type { CaseRow } from '../cases/case-row.ts';
import type { Standing } from '../customer-desk.ts';
import type { DeskParts } from '../parts.ts';
import { afterBusiness, hoursOf, openAt, type DeskHours } from './hours.ts';

/** By when an answer is promised to whoever waits from now on. */
export function promised(hours: DeskHours, team: Team, nowMs: number): Date {
  return new Date(afterBusiness(hours, nowMs, limits.answerMinutes[team]));
}

/** How many wait before a case in its team, itself counted. */
export async function placeOf(
  db: Queryable,
  row: Pick<CaseRow, 'bankId' | 'caseId' | 'team' | 'priority' | 'dueAt' | 'state'>,
): Promise<number> {
  if (row.state !== 'waiting') return 0;
  const [counted] = await db.query<{ place: number }>(sql`select count(*)::integer + 1 as place from cases
    where bank_id = ${row.bankId} and team = ${row.team} and state = 'waiting'
      and (priority, due_at, case_id) < (${row.priority}::smallint, ${row.dueAt}, ${row.caseId}::uuid)`);
  return counted?.place ?? 1;
}

/** Until anything was measured: what a chat with a bank takes. */
const handlingSecondsAtFirst = 240;

/** How long a case takes staff of a team, the last ones weighted most. */
export async function paceOf(db: Queryable, bankId: BankId, team: Team): Promise<number> {
  const [row] = await db.query<{ seconds: number }>(sql`select handling_seconds as seconds from desk_pace
    where bank_id = ${bankId} and team = ${team}`);
  return row?.seconds ?? handlingSecondsAtFirst;
}

/** A new case weighs a fifth: a rush shows within a few, one odd case does not. */
const newest = 0.2;

/** Enters how long a case took from being taken to its answer. */
export async function enterPace(
  db: Queryable,
  { bankId, team }: { readonly bankId: BankId; readonly team: Team },
  seconds: number,
  nowMs: number,
): Promise<void> {
  await db.execute(sql`insert into desk_pace as p (bank_id, team, handling_seconds, cases, updated_at)
    values (${bankId}, ${team}, ${seconds}, 1, ${new Date(nowMs)})
    on conflict (bank_id, team) do update set
      handling_seconds = p.handling_seconds * ${1 - newest} + excluded.handling_seconds * ${newest},
      cases = p.cases + 1, updated_at = excluded.updated_at`);
}

/**
 * How long somebody at this place waits: the cases before, each as long as one takes, shared by the staff of that team
 * who are here; one at least. Of a desk that is closed it counts from its opening.
 */
export async function expectedWait(
  db: Queryable,
  { outlets }: Pick<DeskParts, 'outlets'>,
  { bankId, team }: { readonly bankId: BankId; readonly team: Team },
  place: number,
): Promise<number> {
  if (place === 0) return 0;
  const here = outlets.here(bankId).filter((one) => one.role !== 'privacy-officer' && one.teams.includes(team)).length;
  return Math.ceil((place * (await paceOf(db, bankId, team))) / Math.max(1, here));
}

/** How a case stands in the queue now. */
export async function standingOf(db: Queryable, parts: DeskParts, row: CaseRow): Promise<Standing> {
  const nowMs = parts.clock.nowMs();
  const place = await placeOf(db, row);
  const { isOpen, opensMs } = openAt(await hoursOf(db, row.bankId), nowMs);
  const isDue = row.state === 'waiting' || row.state === 'claimed';
  return {
    place,
    expectedWaitSeconds: Math.ceil((opensMs - nowMs) / 1000) + (await expectedWait(db, parts, row, place)),
    answerBy: isDue ? row.dueAt : undefined,
    isOpenNow: isOpen,
    ...(!isOpen && { opensAt: new Date(opensMs) }),
  };
}

/** Stores what somebody who waits was told first, to be compared with what comes true. */
export async function enterWait(
  db: Queryable,
  { bankId, caseId, team }: { readonly bankId: BankId; readonly caseId: CaseId; readonly team: Team },
  { place, expectedWaitSeconds, isOpenNow }: Standing,
  nowMs: number,
): Promise<void> {
  await db.execute(sql`insert into desk_waits (bank_id, case_id, team, told_at, place, told_seconds, while_closed)
    values (${bankId}, ${caseId}, ${team}, ${new Date(nowMs)}, ${place}, ${expectedWaitSeconds}, ${!isOpenNow})
    on conflict (bank_id, case_id) do nothing`);
}

/** Their turn has come. */
export async function enterCame(
  db: Queryable,
  { bankId, caseId }: Pick<CaseRow, 'bankId' | 'caseId'>,
  nowMs: number,
): Promise<void> {
  await db.execute(sql`update desk_waits set came_at = ${new Date(nowMs)}
    where bank_id = ${bankId} and case_id = ${caseId} and came_at is null`);
}
