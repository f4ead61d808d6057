import { limits, newId, type BankId, type Branded } from '#base';
import { STAFF_ROLES, TEAMS, type StaffRole } from '#contract';
import { sql, type Queryable, type Transaction } from '#db';
import type { Staff } from '../staff-desk.ts';
import type { StaffIdentity } from './login.ts';
import { nameKeyOf, staffNameOf } from './names.ts';

/**
 * Of several roles the last that STAFF_ROLES has: whoever watches over the use of data sees no customer, whatever else
 * they are; a supervisor is an agent besides.
 */
export function roleOf(roles: readonly StaffRole[]): StaffRole | undefined {
  return STAFF_ROLES.findLast((role) => roles.includes(role));
}

/**
 * Enters who has signed in: new at this issuer, or with what has changed since. `isOther`: they may do, or see, something
 * else than at their last sign-in.
 *
 * @throws TellerlineError `staff_name_refused`
 */
export async function enterPerson(
  tx: Transaction,
  bankId: BankId,
  identity: StaffIdentity,
  role: StaffRole,
  nowMs: number,
): Promise<{ readonly staff: Staff; readonly isOther: boolean }> {
  // Two that sign in at once must not take the same name.
  await tx.query(sql`select pg_advisory_xact_lock(hashtext(${`tellerline staff of ${bankId}`}))`);
  const { issuer, subject } = identity;
  const name = await freeName(tx, bankId, identity);
  const teams = TEAMS.filter((team) => identity.teams.includes(team));
  const locales = (['en', 'es'] as const).filter((locale) =>
    identity.locales.some((spoken) => spoken.toLowerCase().split(/[-_]/)[0] === locale),
  );
  const [was] = await tx.query<Pick<Staff, 'role' | 'teams' | 'locales'>>(sql`select role, teams, locales from staff
    where bank_id = ${bankId} and issuer = ${issuer} and subject = ${subject}`);
  const [row] = await tx.query<Staff>(sql`
    insert into staff as p
      (staff_id, bank_id, issuer, subject, name, name_key, role, teams, locales, capacity, last_seen_at)
    values (${newId<Branded<'StaffId'>>()}, ${bankId}, ${issuer}, ${subject}, ${name}, ${nameKeyOf(name)}, ${role},
      ${teams.length > 0 ? teams : [...TEAMS]}, ${locales.length > 0 ? locales : ['en']}, ${limits.staffCapacity},
      ${new Date(nowMs)})
    on conflict (bank_id, issuer, subject) do update set name = excluded.name, name_key = excluded.name_key,
      role = excluded.role, teams = excluded.teams, locales = excluded.locales, last_seen_at = excluded.last_seen_at
    returning p.staff_id as "staffId", p.bank_id as "bankId", p.name, p.role, p.teams, p.locales, p.capacity`);
  if (!row) throw new Error('somebody who was just stored is not there');
  const standing = (of: Pick<Staff, 'role' | 'teams' | 'locales'>): string =>
    [of.role, of.teams.toSorted().join(), of.locales.toSorted().join()].join(' ');
  return { staff: row, isOther: was !== undefined && standing(was) !== standing(row) };
}

/** Their name, with a number behind it when a colleague has one that could be taken for it. */
async function freeName(tx: Transaction, bankId: BankId, identity: StaffIdentity): Promise<string> {
  const name = staffNameOf(identity.name);
  const others = await tx.query<{ key: string }>(sql`select name_key as key from staff
    where bank_id = ${bankId} and (issuer <> ${identity.issuer} or subject <> ${identity.subject})`);
  const taken = new Set(others.map(({ key }) => key));
  // One more number than there are others is free for sure.
  const names = [name, ...Array.from({ length: taken.size }, (_, at) => `${name.slice(0, 58)} ${at + 2}`)];
  return names.find((one) => !taken.has(nameKeyOf(one))) ?? name;
}

/** Whether somebody who has signed in at this bank's desk has this name, or one that could be taken for it. */
export async function isNameOfStaff(db: Queryable, bankId: BankId, name: string): Promise<boolean> {
  const [row] = await db.query(
    sql`select from staff where bank_id = ${bankId} and name_key = ${nameKeyOf(name)} limit 1`,
  );
  return row !== undefined;
}

const dayMs = 86_400_000;
/** Who has not signed in for so long is no colleague that anybody passes a case to. */
const seenDaysMax = 90;

/** A bank's staff who have signed in of late, by name. */
export async function peopleOf(db: Queryable, bankId: BankId, nowMs: number): Promise<Staff[]> {
  return db.query<Staff>(sql`select staff_id as "staffId", bank_id as "bankId", name, role, teams, locales, capacity
    from staff where bank_id = ${bankId} and last_seen_at > ${new Date(nowMs - seenDaysMax * dayMs)} order by name`);
}

/** Sets how many cases each of these has at a time. */
export async function setCapacities(
  tx: Transaction,
  bankId: BankId,
  capacities: readonly Pick<Staff, 'staffId' | 'capacity'>[],
): Promise<void> {
  await tx.execute(sql`update staff p set capacity = c.capacity
    from unnest(${capacities.map(({ staffId }) => staffId)}::uuid[], ${capacities.map(({ capacity }) => capacity)}::integer[])
      as c (staff_id, capacity)
    where p.bank_id = ${bankId} and p.staff_id = c.staff_id`);
}

/** A bank's staff who are at their desks, at whichever process: they have used a session that stands within minutes. */
export async function staffHere(db: Queryable, bankId: BankId, nowMs: number): Promise<Staff[]> {
  const since = new Date(nowMs - limits.staffHereMinutes * 60_000);
  return db.query<Staff>(sql`select staff_id as "staffId", bank_id as "bankId", name, role, teams, locales, capacity
    from staff where bank_id = ${bankId} and staff_id in (select staff_id from staff_sessions
      where bank_id = ${bankId} and ends_at > ${new Date(nowMs)} and last_seen_at > ${since})`);
}

/** Who this is, when they have been here; undefined otherwise. */
export async function findPerson(
  tx: Transaction,
  bankId: BankId,
  { issuer, subject }: Pick<StaffIdentity, 'issuer' | 'subject'>,
): Promise<string | undefined> {
  const [row] = await tx.query<{ staffId: string }>(sql`select staff_id as "staffId" from staff
    where bank_id = ${bankId} and issuer = ${issuer} and subject = ${subject}`);
  return row?.staffId;
}
