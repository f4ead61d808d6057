import { sql, type Sql, type Transaction } from '#db';
import { isLate, toldOf, type LiveCase } from '../cases/case-row.ts';
import { enterHappened } from '../cases/claiming.ts';
import type { DeskParts } from '../parts.ts';
import { placeOf } from './standing.ts';

/** Cases whose promise has passed unanswered, and of which that was not yet told. */
export const missed = (nowMs: number): Sql => sql`state in ('waiting', 'claimed') and link_id is not null
  and late_for is distinct from due_at and due_at <= ${new Date(nowMs)}`;

/**
 * A promise was missed: its customer is told so, once, and nothing new is promised that might be missed too. From now on
 * anybody of the team may take the case, also from who has it; until somebody does, it stays theirs, with what they are
 * writing.
 */
export async function tellMissed(tx: Transaction, parts: DeskParts, row: LiveCase): Promise<void> {
  const { bankId, caseId, dueAt, claimedName } = row;
  await tx.execute(sql`update cases set late_for = due_at where bank_id = ${bankId} and case_id = ${caseId}`);
  const place = await placeOf(tx, row);
  await parts.tell.late(tx, toldOf(row), {
    promisedAt: dueAt,
    ...(claimedName === null ? { place } : { by: claimedName, isUp: isLate({ ...row, lateFor: dueAt }) }),
  });
  await enterHappened(tx, parts, row, { entry: 'happened', what: 'late' });
}
