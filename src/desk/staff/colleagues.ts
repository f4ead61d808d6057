import type { Colleague } from '#contract';
import { sql } from '#db';
import { requireAgent } from '../cases/reading.ts';
import type { DeskParts } from '../parts.ts';
import { peopleHere } from '../queue/queue-now.ts';
import type { Staff } from '../staff-desk.ts';

/** See `StaffDesk.colleagues`. By name. */
export async function readColleagues(
  { database, outlets, clock }: DeskParts,
  staff: Staff,
): Promise<readonly Colleague[]> {
  requireAgent(staff);
  const { bankId, staffId: own } = staff;
  const here = (await peopleHere(database, outlets, bankId, clock.nowMs())).filter(
    ({ staffId, role }) => staffId !== own && role !== 'privacy-officer',
  );
  const held = await database.query<{ by: string; cases: number }>(sql`
    select claimed_by as by, count(*)::integer as cases from cases
    where bank_id = ${bankId} and state = 'claimed' and claimed_by = any(${here.map(({ staffId }) => staffId)}::text[])
    group by claimed_by`);
  const cases = new Map(held.map((one) => [one.by, one.cases]));
  return here
    .map(({ staffId, name, role, teams, locales, capacity }) => {
      const room = Math.max(0, capacity - (cases.get(staffId) ?? 0));
      return { name, role, teams: [...teams], locales: [...locales], room };
    })
    .toSorted((one, other) => one.name.localeCompare(other.name));
}
