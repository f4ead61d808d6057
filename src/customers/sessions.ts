import { createHash } from 'node:crypto';
import type { CustomerId, IdentityId, Random, SessionId } from '#base';
import { limits, newId, secretName, TellerlineError } from '#base';
import type { SessionFace } from '#contract';
import { sql, type Queryable, type Transaction } from '#db';
import type { BrowserKind } from './browser-kind.ts';
import { forgetOldJoinCodes } from './join-codes.ts';

/** A browser's session, verified by its cookie. */
export interface Session {
  readonly customerId: CustomerId;
  readonly identityId: IdentityId;
  /** SHA-256 of the cookie: names the session without opening it. */
  readonly sessionIndex: Buffer;
}

/** What a session is good for: everything of its customer, or the one linking that it was given. */
export type SessionScope = 'full' | 'linking';

const dayMs = 86_400_000;
const hourMs = 3_600_000;

/** Opens a session on a new browser; the secret goes into the cookie and nowhere else. */
export async function openSession(
  tx: Transaction,
  customerId: CustomerId,
  kind: BrowserKind,
  random: Random,
  nowMs: number,
): Promise<{ session: Session; secret: string }> {
  return enterSession(tx, customerId, kind, random, nowMs, {
    scope: 'full',
    untilMs: nowMs + limits.sessionDaysMax * dayMs,
  });
}

/**
 * The same for a browser that does one linking for another messenger's chat: the session opens nothing of its
 * customer, and ends by itself when the linking must have ended.
 */
export async function openLinkingSession(
  tx: Transaction,
  customerId: CustomerId,
  kind: BrowserKind,
  random: Random,
  nowMs: number,
): Promise<{ session: Session; secret: string }> {
  return enterSession(tx, customerId, kind, random, nowMs, {
    scope: 'linking',
    untilMs: nowMs + limits.linkingSessionMinutesMax * 60_000,
  });
}

async function enterSession(
  tx: Transaction,
  customerId: CustomerId,
  { browser, system }: BrowserKind,
  random: Random,
  nowMs: number,
  { scope, untilMs }: { readonly scope: SessionScope; readonly untilMs: number },
): Promise<{ session: Session; secret: string }> {
  const secret = secretName(random, 32);
  const session: Session = { customerId, identityId: newId<IdentityId>(), sessionIndex: sessionIndexOf(secret) };
  const now = new Date(nowMs);
  await tx.execute(sql`insert into channel_identities (identity_id, customer_id, channel, created_at)
    values (${session.identityId}, ${customerId}, 'web', ${now})`);
  await tx.execute(sql`insert into sessions (session_index, session_id, customer_id, identity_id, browser, system,
      created_at, last_seen_at, expires_at, scope)
    values (${session.sessionIndex}, ${newId<SessionId>()}, ${customerId}, ${session.identityId}, ${browser}, ${system},
      ${now}, ${new Date(fullHour(nowMs))}, ${new Date(untilMs)}, ${scope})`);
  return { session, secret };
}

/**
 * The session that a cookie's secret opens, when it is good for what it is used for. Used sessions are prolonged,
 * at most once an hour; one that is there for a linking is not.
 *
 * @throws TellerlineError `no_session`, `session_scope`
 */
export async function requireSession(
  db: Queryable,
  secret: string | undefined,
  nowMs: number,
  scope: SessionScope = 'full',
): Promise<Session> {
  if (!secret || secret.length > 100) throw noSession();
  const sessionIndex = sessionIndexOf(secret);
  const [row] = await db.query<{
    customerId: CustomerId;
    identityId: IdentityId;
    lastSeenAt: Date;
    scope: SessionScope;
  }>(sql`
    select customer_id as "customerId", identity_id as "identityId", last_seen_at as "lastSeenAt", scope
    from sessions where session_index = ${sessionIndex} and expires_at > ${new Date(nowMs)}`);
  if (!row) throw noSession();
  if (row.scope !== scope) throw otherScope();
  const hour = fullHour(nowMs);
  if (scope === 'full' && row.lastSeenAt.getTime() < hour) {
    await db.execute(sql`update sessions set last_seen_at = ${new Date(hour)},
      expires_at = ${new Date(nowMs + limits.sessionDaysMax * dayMs)} where session_index = ${sessionIndex}`);
  }
  return { customerId: row.customerId, identityId: row.identityId, sessionIndex };
}

/** A customer's sessions, the one used last first; the asking one is marked. */
export async function sessionsOf(
  db: Queryable,
  { customerId, sessionIndex }: Session,
  nowMs: number,
): Promise<SessionFace[]> {
  const rows = await db.query<BrowserKind & { id: string; startedAt: Date; lastSeenAt: Date; current: boolean }>(sql`
    select session_id as id, browser, system, created_at as "startedAt", last_seen_at as "lastSeenAt",
      session_index = ${sessionIndex} as current
    from sessions where customer_id = ${customerId} and expires_at > ${new Date(nowMs)} and scope = 'full'
    order by last_seen_at desc, created_at desc`);
  return rows.map(({ startedAt, lastSeenAt, ...row }) => ({
    ...row,
    startedAt: new Date(fullHour(startedAt.getTime())).toISOString(),
    lastSeenAt: lastSeenAt.toISOString(),
  }));
}

/**
 * Ends sessions of a customer with their channel identities: the one named, or all but the asking one.
 *
 * @returns what names the ended ones
 */
export async function endSessions(
  tx: Transaction,
  { customerId, sessionIndex }: Session,
  which: SessionId | 'others',
): Promise<Buffer[]> {
  const named = which === 'others' ? null : which;
  const ended = await tx.query<{ sessionIndex: Buffer; identityId: IdentityId }>(sql`
    delete from sessions where customer_id = ${customerId}
      and (session_id = ${named}::uuid or (${named}::uuid is null and session_index <> ${sessionIndex}))
    returning session_index as "sessionIndex", identity_id as "identityId"`);
  await tx.execute(sql`delete from channel_identities
    where identity_id = any(${ended.map((one) => one.identityId)}::uuid[])`);
  return ended.map((one) => one.sessionIndex);
}

/** Ends the asking session itself, with its channel identity: another takes its place. */
export async function leaveSession(tx: Transaction, { identityId }: Session): Promise<void> {
  await tx.execute(sql`delete from channel_identities where identity_id = ${identityId}`);
}

/** Which of these sessions are there no more. */
export async function endedAmong(db: Queryable, sessionIndexes: readonly Buffer[]): Promise<Buffer[]> {
  const rows = await db.query<{ index: Buffer }>(sql`
    select index from unnest(${[...sessionIndexes]}::bytea[]) as open (index)
    where not exists (select from sessions where session_index = open.index)`);
  return rows.map((row) => row.index);
}

/** Enters that a passkey, or the login at a bank that vouches for the customer, stands behind a session. */
export async function markProven(
  db: Queryable,
  { sessionIndex }: Pick<Session, 'sessionIndex'>,
  nowMs: number,
): Promise<void> {
  await db.execute(sql`update sessions set proven_at = ${new Date(nowMs)} where session_index = ${sessionIndex}`);
}

/** Whether that was within the last minutes (`limits.provenMinutesMax`). */
export async function isProven(
  db: Queryable,
  { sessionIndex }: Pick<Session, 'sessionIndex'>,
  nowMs: number,
): Promise<boolean> {
  const since = new Date(nowMs - limits.provenMinutesMax * 60_000);
  const found = await db.query(
    sql`select from sessions where session_index = ${sessionIndex} and proven_at > ${since}`,
  );
  return found.length > 0;
}

/** Forgets sessions that have ended, buttons that can no longer be pressed, challenges, proofs and codes that are over. */
export async function forgetOldSessions(db: Queryable, nowMs: number): Promise<void> {
  const now = new Date(nowMs);
  // Who walked a linking for another chat was no identity of the customer: nothing of it stays.
  await db.execute(sql`delete from channel_identities i using sessions s
    where s.identity_id = i.identity_id and s.scope = 'linking' and s.expires_at <= ${now}`);
  await db.execute(sql`delete from sessions where expires_at <= ${now}`);
  await db.execute(sql`delete from used_acts where used_at < ${new Date(nowMs - dayMs)}`);
  await forgetOldJoinCodes(db, nowMs);
  await db.execute(sql`delete from passkey_challenges where expires_at <= ${now}`);
  await db.execute(sql`delete from sign_in_proofs where expires_at <= ${now}`);
}

function fullHour(atMs: number): number {
  return atMs - (atMs % hourMs);
}

function sessionIndexOf(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}

function noSession(): TellerlineError {
  return new TellerlineError('no_session', 401, 'This browser has no open chat. Open the chat again.');
}

function otherScope(): TellerlineError {
  return new TellerlineError(
    'session_scope',
    403,
    'This browser was let in to link a bank and for nothing else. Open your chat.',
  );
}
