import { randomUUID } from 'node:crypto';
import { limits, TellerlineError } from '#base';
import type { ChatField, LookReason, StaffLooks } from '#contract';
import { sql, type Queryable, type Transaction } from '#db';
import type { DeskParts } from '../parts.ts';
import { peopleOf } from '../staff/people.ts';
import type { Staff } from '../staff-desk.ts';
import type { LiveCase } from './case-row.ts';

const lookMs = limits.staffLookMinutesMax * 60_000;
const hourMs = 3_600_000;

/** When this person opened this case last, within the time that a look holds; undefined: it has to be opened. */
export async function lookedAt(
  db: Queryable,
  { clock }: DeskParts,
  { bankId, staffId }: Staff,
  caseId: string,
): Promise<Date | undefined> {
  const [row] = await db.query<{ at: Date | null }>(sql`
    select max(at) as at from staff_looks where bank_id = ${bankId} and staff_id = ${staffId} and case_id = ${caseId}
      and what = 'case' and at > ${new Date(clock.nowMs() - lookMs)}`);
  return row?.at ?? undefined;
}

/** How many customers somebody has looked at within the hour. */
export async function customersLookedAt(
  db: Queryable,
  { clock }: DeskParts,
  { bankId, staffId }: Staff,
): Promise<number> {
  const [row] = await db.query<{ customers: number }>(sql`
    select count(distinct customer_index)::integer as customers from staff_looks
    where bank_id = ${bankId} and staff_id = ${staffId} and at > ${new Date(clock.nowMs() - hourMs)}`);
  return row?.customers ?? 0;
}

/**
 * Enters a look in the harvest budget, before anything is opened: distinct customers of one person and hour. One look
 * at a time of each person, so that two at once cannot share the last place. Answers `same` for another page of a case
 * that they opened within the hour.
 *
 * @throws TellerlineError `looks_too_many` 429, until the hour of the first of them has passed
 */
export async function enterLook(
  tx: Transaction,
  parts: DeskParts,
  staff: Staff,
  row: LiveCase,
  what: string,
  reason?: LookReason,
): Promise<'new' | 'same'> {
  const { bankId, staffId } = staff;
  const { clock, vault, log } = parts;
  await tx.execute(sql`select pg_advisory_xact_lock(hashtextextended(${`staff look ${bankId} ${staffId}`}, 0))`);
  if (what === 'case' && (await lookedAt(tx, parts, staff, row.caseId))) return 'same';
  const nowMs = clock.nowMs();
  const index = vault.index('staff look', row.customerId);
  const [seen] = await tx.query<{ others: number; oldest: Date | null }>(sql`
    select count(distinct customer_index)::integer as others, min(at) as oldest from staff_looks
    where bank_id = ${bankId} and staff_id = ${staffId} and at > ${new Date(nowMs - hourMs)} and customer_index <> ${index}`);
  if ((seen?.others ?? 0) >= limits.staffCustomersPerHourMax) {
    log.error(
      { alarm: 'staff_harvest', bank: bankId, staff: staffId },
      'somebody of a bank has looked at as many customers as anybody may within an hour, and is stopped',
    );
    // The look is refused and its transaction undone; that it was tried is told all the same.
    parts.outlets.toLeads(bankId, { frame: 'harvest', name: staff.name, at: new Date(nowMs).toISOString() });
    const againMs = (seen?.oldest?.getTime() ?? nowMs) + hourMs - nowMs;
    throw new TellerlineError(
      'looks_too_many',
      429,
      'You have looked at as many customers as anybody may within an hour. Those who lead your desk are shown this.',
      { max: limits.staffCustomersPerHourMax, retryAfterSeconds: Math.max(1, Math.ceil(againMs / 1000)) },
    );
  }
  await tx.execute(sql`insert into staff_looks (look_id, bank_id, staff_id, at, case_id, customer_index, what, reason)
    values (${randomUUID()}, ${bankId}, ${staffId}, ${new Date(nowMs)}, ${row.caseId}, ${index}, ${what}, ${reason ?? null})`);
  return 'new';
}

/**
 * Who of a bank has looked at customers within the last day, the most customers of the hour first: counts, and no
 * customer.
 *
 * @throws TellerlineError `leads_only` 403
 */
export async function readLooks(parts: DeskParts, { bankId, role }: Staff): Promise<StaffLooks> {
  if (role === 'agent')
    throw new TellerlineError('leads_only', 403, 'Only supervisors and privacy officers may do this.');
  const nowMs = parts.clock.nowMs();
  const hour = new Date(nowMs - hourMs);
  const day = new Date(nowMs - limits.staffLookHoursKept * hourMs);
  const [counts, fields] = await parts.desks.of(bankId).transaction(async (tx) => [
    await tx.query<{ staffId: string; hour: number; day: number; cases: number }>(sql`
      select staff_id as "staffId", count(distinct customer_index) filter (where at > ${hour})::integer as hour,
        count(distinct customer_index)::integer as day, count(*) filter (where what = 'case')::integer as cases
      from staff_looks where bank_id = ${bankId} and at > ${day} group by staff_id order by 2 desc, 3 desc, 1`),
    await tx.query<{ staffId: string; field: ChatField; reason: LookReason; looks: number }>(sql`
      select staff_id as "staffId", what as field, reason, count(*)::integer as looks
      from staff_looks where bank_id = ${bankId} and at > ${day} and reason is not null
      group by staff_id, what, reason order by 4 desc, 2, 3`),
  ]);
  const names = new Map((await peopleOf(parts.database, bankId, nowMs)).map(({ staffId, name }) => [staffId, name]));
  return {
    max: limits.staffCustomersPerHourMax,
    people: counts.map(({ staffId, ...of }) => ({
      name: names.get(staffId) ?? staffId.slice(0, 64),
      ...of,
      fields: fields
        .filter((one) => one.staffId === staffId)
        .map(({ field, reason, looks }) => ({ field, reason, looks })),
    })),
  };
}
