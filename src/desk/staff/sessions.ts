import { createHash } from 'node:crypto';
import { limits, newId, secretName, TellerlineError, type Branded, type Random } from '#base';
import type { StaffSessionFace } from '#contract';
import { sql, type Queryable, type Transaction } from '#db';
import type { Staff } from '../staff-desk.ts';

/** A desk's session, verified by its cookie. */
export interface StaffSession {
  readonly staff: Staff;
  /** By which it is ended; the cookie's hash is another. */
  readonly sessionId: string;
  /** When it ends at the latest. */
  readonly until: Date;
}

const idleMs = limits.staffSessionIdleMinutesMax * 60_000;
/** Use is noted so often: more would only write. */
const notedEveryMs = 60_000;

/** SHA-256 of what a browser holds; nothing that opens anything is stored. */
export function hashOf(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}

/** Opens a session; the secret goes into the cookie and nowhere else. */
export async function openStaffSession(
  tx: Transaction,
  staff: Staff,
  random: Random,
  nowMs: number,
): Promise<{ readonly session: StaffSession; readonly secret: string }> {
  const secret = secretName(random, 32);
  const sessionId = newId<Branded<'StaffSessionId'>>();
  const until = new Date(nowMs + limits.staffSessionHoursMax * 3_600_000);
  const now = new Date(nowMs);
  await tx.execute(sql`insert into staff_sessions
      (session_hash, session_id, staff_id, bank_id, started_at, last_seen_at, ends_at)
    values (${hashOf(secret)}, ${sessionId}, ${staff.staffId}, ${staff.bankId}, ${now}, ${now}, ${until})`);
  return { session: { staff, sessionId, until }, secret };
}

/** The session that a cookie's secret opens; a page that asks by itself does not prolong it. @throws TellerlineError `staff_no_session` 401 */
export async function requireStaffSession(
  db: Queryable,
  secret: string | undefined,
  nowMs: number,
): Promise<StaffSession> {
  if (!secret || secret.length > 100) throw noStaffSession();
  const hash = hashOf(secret);
  const [row] = await db.query<Staff & { sessionId: string; until: Date }>(sql`
    select s.session_id as "sessionId", s.ends_at as until,
      p.staff_id as "staffId", p.bank_id as "bankId", p.name, p.role, p.teams, p.locales, p.capacity
    from staff_sessions s join staff p on p.staff_id = s.staff_id
    where s.session_hash = ${hash} and s.ends_at > ${new Date(nowMs)} and s.last_seen_at > ${new Date(nowMs - idleMs)}`);
  if (!row) throw noStaffSession();
  const { sessionId, until, ...staff } = row;
  return { staff, sessionId, until };
}

/** Notes that somebody works: a session that is over stays so. */
export async function touchStaffSession(db: Queryable, sessionId: string, nowMs: number): Promise<void> {
  await db.execute(sql`with used as (
      update staff_sessions set last_seen_at = ${new Date(nowMs)} where session_id = ${sessionId}
        and last_seen_at <= ${new Date(nowMs - notedEveryMs)} and last_seen_at > ${new Date(nowMs - idleMs)} returning staff_id)
    update staff set last_seen_at = ${new Date(nowMs)} where staff_id in (select staff_id from used)`);
}

/** The open sessions of a bank's staff, the one used last first; the asking one is marked. */
export async function staffSessions(
  db: Queryable,
  { staff, sessionId }: StaffSession,
  nowMs: number,
): Promise<StaffSessionFace[]> {
  const rows = await db.query<
    Omit<StaffSessionFace, 'signedInAt' | 'lastSeenAt' | 'until'> & Record<'signedInAt' | 'lastSeenAt' | 'until', Date>
  >(sql`
    select s.session_id as "sessionId", p.name, p.role, s.started_at as "signedInAt", s.last_seen_at as "lastSeenAt",
      s.ends_at as until, s.session_id = ${sessionId} as own
    from staff_sessions s join staff p on p.staff_id = s.staff_id
    where s.bank_id = ${staff.bankId} and s.ends_at > ${new Date(nowMs)}
      and s.last_seen_at > ${new Date(nowMs - idleMs)}
    order by s.last_seen_at desc, s.session_id`);
  return rows.map(({ signedInAt, lastSeenAt, until, ...row }) => ({
    ...row,
    signedInAt: signedInAt.toISOString(),
    lastSeenAt: lastSeenAt.toISOString(),
    until: until.toISOString(),
  }));
}

/** Ends sessions of a bank's staff: the one named, or all of one person. Answers which. */
export async function endStaffSessions(
  db: Queryable,
  bankId: string,
  which: { readonly sessionId: string } | { readonly staffId: string },
): Promise<string[]> {
  const sessionId = 'sessionId' in which ? which.sessionId : null;
  const staffId = 'staffId' in which ? which.staffId : null;
  const ended = await db.query<{ sessionId: string }>(sql`delete from staff_sessions
    where bank_id = ${bankId} and (session_id = ${sessionId}::uuid or staff_id = ${staffId}::uuid)
    returning session_id as "sessionId"`);
  return ended.map((one) => one.sessionId);
}

/** Which of these sessions are over: ended, idle for too long, or at their end. */
export async function overAmong(db: Queryable, sessionIds: readonly string[], nowMs: number): Promise<string[]> {
  const rows = await db.query<{ sessionId: string }>(sql`
    select asked.id as "sessionId" from unnest(${[...sessionIds]}::uuid[]) as asked (id)
    where not exists (select from staff_sessions s where s.session_id = asked.id and s.ends_at > ${new Date(nowMs)}
      and s.last_seen_at > ${new Date(nowMs - idleMs)})`);
  return rows.map((row) => row.sessionId);
}

/** Forgets sessions and sign-ins that are over. */
export async function forgetOver(db: Queryable, nowMs: number): Promise<void> {
  const now = new Date(nowMs);
  // Whoever signs in again at once after the end of their time keeps their cases: until then it is known that they had one.
  const ended = new Date(nowMs - limits.claimGraceSeconds * 1000);
  await db.execute(sql`delete from staff_sessions
    where ends_at <= ${ended} or last_seen_at <= ${new Date(nowMs - idleMs)}`);
  await db.execute(sql`delete from staff_sign_ins where expires_at <= ${now}`);
}

function noStaffSession(): TellerlineError {
  return new TellerlineError('staff_no_session', 401, 'Sign in at the desk first.');
}
