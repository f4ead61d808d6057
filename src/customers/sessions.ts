import { createHash } from 'node:crypto';
import type { CustomerId, IdentityId, Random } from '#base';
import { limits, newId, secretName, TellerlineError } from '#base';
import { sql, type Queryable, type Transaction } from '#db';

/** A browser's session, verified by its cookie. */
export interface Session {
  readonly customerId: CustomerId;
  readonly identityId: IdentityId;
  /** SHA-256 of the cookie: names the session without opening it. */
  readonly sessionIndex: Buffer;
}

const dayMs = 86_400_000;

/** Opens a session on a new browser; the secret goes into the cookie and nowhere else. */
export async function openSession(
  tx: Transaction,
  customerId: CustomerId,
  random: Random,
  nowMs: number,
): Promise<{ session: Session; secret: string }> {
  const secret = secretName(random, 32);
  const session: Session = { customerId, identityId: newId<IdentityId>(), sessionIndex: sessionIndexOf(secret) };
  const now = new Date(nowMs);
  await tx.execute(sql`insert into channel_identities (identity_id, customer_id, channel, created_at)
    values (${session.identityId}, ${customerId}, 'web', ${now})`);
  await tx.execute(sql`insert into sessions (session_index, customer_id, identity_id, created_at, expires_at)
    values (${session.sessionIndex}, ${customerId}, ${session.identityId}, ${now}, ${new Date(nowMs + limits.sessionDaysMax * dayMs)})`);
  return { session, secret };
}

/**
 * The session that a cookie's secret opens. Used sessions are prolonged, at most once a day.
 *
 * @throws TellerlineError `no_session`
 */
export async function requireSession(db: Queryable, secret: string | undefined, nowMs: number): Promise<Session> {
  if (!secret || secret.length > 100) throw noSession();
  const sessionIndex = sessionIndexOf(secret);
  const [row] = await db.query<{ customerId: CustomerId; identityId: IdentityId; expiresAt: Date }>(sql`
    select customer_id as "customerId", identity_id as "identityId", expires_at as "expiresAt"
    from sessions where session_index = ${sessionIndex} and expires_at > ${new Date(nowMs)}`);
  if (!row) throw noSession();
  const full = nowMs + limits.sessionDaysMax * dayMs;
  if (row.expiresAt.getTime() < full - dayMs) {
    await db.execute(sql`update sessions set expires_at = ${new Date(full)} where session_index = ${sessionIndex}`);
  }
  return { customerId: row.customerId, identityId: row.identityId, sessionIndex };
}

/** Forgets sessions that have ended and buttons that can no longer be pressed. */
export async function forgetOldSessions(db: Queryable, nowMs: number): Promise<void> {
  await db.execute(sql`delete from sessions where expires_at <= ${new Date(nowMs)}`);
  await db.execute(sql`delete from used_acts where used_at < ${new Date(nowMs - dayMs)}`);
}

function sessionIndexOf(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}

function noSession(): TellerlineError {
  return new TellerlineError('no_session', 401, 'This browser has no open chat. Open the chat again.');
}
