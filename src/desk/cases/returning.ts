import { limits } from '#base';
import { sql, type Sql, type Transaction } from '#db';
import type { DeskParts } from '../parts.ts';
import { toldOf, type LiveCase } from './case-row.ts';
import { enterHappened, giveAway } from './claiming.ts';
import { sealerOf } from './entries.ts';

/**
 * Cases that are due and whose holder is gone: signed out, their session ended, or away from their desk for longer than
 * `claimAwayMinutesMax` since they have had the case. What waits for its customer stays with whoever answered, until its
 * customer writes. Who has never signed in here is nobody that could be gone.
 */
export function ofPeopleGone(nowMs: number): Sql {
  const now = new Date(nowMs);
  const away = new Date(nowMs - limits.claimAwayMinutesMax * 60_000);
  const idle = new Date(nowMs - limits.staffSessionIdleMinutesMax * 60_000);
  return sql`state = 'claimed' and link_id is not null
    and exists (select from staff p where p.bank_id = cases.bank_id and p.staff_id::text = cases.claimed_by)
    and not exists (select from staff_sessions s where s.bank_id = cases.bank_id and s.staff_id::text = cases.claimed_by
      and s.ends_at > ${now} and s.last_seen_at > ${idle}
      and greatest(s.last_seen_at, coalesce(cases.claimed_at, cases.updated_at)) > ${away})`;
}

/** Puts a case back into its team's queue, where its promise gives it its place; its customer sees that nobody has it now. */
export async function putBack(tx: Transaction, parts: DeskParts, row: LiveCase): Promise<void> {
  await sealerOf(tx, parts, row.linkId);
  await giveAway(tx, parts, row, { team: row.team, passedOn: false });
  await parts.tell.passedOn(tx, toldOf(row));
  const by = row.claimedName === null ? {} : { by: row.claimedName };
  await enterHappened(tx, parts, row, { entry: 'happened', what: 'returned', ...by });
}
