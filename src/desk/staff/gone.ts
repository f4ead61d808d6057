import { limits } from '#base';
import { sql, type Sql } from '#db';

/**
 * Cases that are due and whose holder is gone: signed out, their session ended, now a privacy officer who answers nobody,
 * or away from their desk for longer than `claimAwayMinutesMax` since they have had the case. Whose session ends by its
 * time has `claimGraceSeconds` to sign in again. What waits for its customer stays with whoever answered, until its
 * customer writes. Who has never signed in here is nobody that could be gone.
 */
export function ofPeopleGone(nowMs: number): Sql {
  const ended = new Date(nowMs - limits.claimGraceSeconds * 1000);
  const away = new Date(nowMs - limits.claimAwayMinutesMax * 60_000);
  const idle = new Date(nowMs - limits.staffSessionIdleMinutesMax * 60_000);
  return sql`state = 'claimed' and link_id is not null
    and exists (select from staff p where p.bank_id = cases.bank_id and p.staff_id::text = cases.claimed_by)
    and not exists (select from staff_sessions s join staff h on h.staff_id = s.staff_id and h.role <> 'privacy-officer'
      where s.bank_id = cases.bank_id and s.staff_id::text = cases.claimed_by
      and s.ends_at > ${ended} and s.last_seen_at > ${idle}
      and greatest(s.last_seen_at, coalesce(cases.claimed_at, cases.updated_at)) > ${away})`;
}
