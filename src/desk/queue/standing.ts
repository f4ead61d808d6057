import type { BankId, CaseId } from '#base';
import type { Team } from '#contract';
import { sql, type Queryable, type Transaction } from '#db';
import type { CaseRow } from '../cases/case-row.ts';
import type { Standing } from '../customer-desk.ts';
import type { DeskParts } from '../parts.ts';
import { afterBusiness, hoursOf, openAt, type DeskHours } from './hours.ts';
import { asTold, cameWithin, inQuarter, lengthOf, movedWait, type ToldWait } from './telling-time.ts';

/** By when an answer is promised to whoever waits from now on. */
export function promised(hours: DeskHours, team: Team, nowMs: number): Date {
  return new Date(afterBusiness(hours, nowMs, hours.answerMinutes[team]));
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

/** Enters how long staff took from taking a case, or from its customer's last word, to the answer. */
export async function enterHold(
  db: Queryable,
  { bankId, caseId, team, claimedAt, firstAnswerAt }: CaseRow & { readonly claimedAt: Date },
  nowMs: number,
): Promise<void> {
  await db.execute(sql`insert into desk_holds (bank_id, case_id, team, is_return, began_at, ended_at)
    values (${bankId}, ${caseId}, ${team}, ${firstAnswerAt !== null}, ${claimedAt}, ${new Date(nowMs)})
    on conflict (bank_id, case_id, ended_at) do nothing`);
}

/** How a case stands in the queue now. */
export async function standingOf(db: Queryable, parts: DeskParts, row: CaseRow): Promise<Standing> {
  return standsAt(db, parts, row, await placeOf(db, row), await hoursOf(db, row.bankId));
}

/** How a case stands that is at a place, of which the hours are known. */
export async function standsAt(
  db: Queryable,
  parts: DeskParts,
  row: CaseRow,
  place: number,
  hours: DeskHours,
): Promise<Standing> {
  const nowMs = parts.clock.nowMs();
  const { isOpen, opensMs } = openAt(hours, nowMs);
  const wait = await parts.forecasts.of(db, row, place);
  // What is foreseen of a desk that is closed goes from its opening on.
  const told = wait && asTold(movedWait(wait, { lessSeconds: (nowMs - opensMs) / 1000, least: 0 }));
  const isDue = row.state === 'waiting' || row.state === 'claimed';
  return {
    place,
    expectedWaitSeconds: told?.seconds,
    waitSpan: told && { fromSeconds: told.fromSeconds, toSeconds: told.toSeconds },
    answerBy: isDue ? row.dueAt : undefined,
    isOpenNow: isOpen,
    ...(!isOpen && { opensAt: new Date(opensMs) }),
  };
}

/** Stores what somebody who waits was told first, to be compared with what comes true; whoever was told no wait is not entered. */
export async function enterWait(
  db: Queryable,
  { bankId, caseId, team }: { readonly bankId: BankId; readonly caseId: CaseId; readonly team: Team },
  { place, expectedWaitSeconds, waitSpan, isOpenNow }: Standing,
  nowMs: number,
): Promise<void> {
  if (expectedWaitSeconds === undefined) return;
  await db.execute(sql`insert into desk_waits (bank_id, case_id, team, told_at, place, told_seconds, told_from_seconds,
      told_to_seconds, while_closed)
    values (${bankId}, ${caseId}, ${team}, ${new Date(nowMs)}, ${place}, ${expectedWaitSeconds},
      ${waitSpan?.fromSeconds ?? null}, ${waitSpan?.toSeconds ?? null}, ${!isOpenNow})
    on conflict (bank_id, case_id) do nothing`);
}

interface WaitThatCame extends ToldWait {
  readonly came: number;
  readonly whileClosed: boolean;
}

/** Their turn has come; what they were told is looked at once that is certain. */
export async function enterCame(
  db: Transaction,
  { forecasts, meter }: Pick<DeskParts, 'forecasts' | 'meter'>,
  { bankId, caseId }: Pick<CaseRow, 'bankId' | 'caseId'>,
  nowMs: number,
): Promise<void> {
  const [wait] = await db.query<WaitThatCame>(sql`update desk_waits set came_at = ${new Date(nowMs)}
    where bank_id = ${bankId} and case_id = ${caseId} and came_at is null
    returning told_seconds as seconds, told_from_seconds as "fromSeconds", told_to_seconds as "toSeconds",
      extract(epoch from came_at - told_at)::double precision as came, while_closed as "whileClosed"`);
  db.afterCommit(() => {
    if (wait && !wait.whileClosed)
      meter?.waitCame(lengthOf(wait.came), inQuarter(wait.seconds, wait.came), cameWithin(wait, wait.came));
    forecasts.cameTrue(bankId);
  });
}
