import { createHash } from 'node:crypto';
import { limits, TellerlineError, type Random } from '#base';
import type { LooseningAct } from '#contract';
import { sql, type Queryable } from '#db';
import type { Session } from './sessions.ts';

/** What a passkey is asked for: each challenge is good for one of these alone. */
export type PasskeyPurpose =
  | { readonly for: 'add' }
  | { readonly for: 'sign-in' }
  | ({ readonly for: 'proof' } & LooseningAct);

/** Names an act with its subject, so that neither can stand in for another. SHA-256. */
export function actIndex({ act, subject }: LooseningAct): Buffer {
  return sha256(JSON.stringify([act, subject]));
}

function purposeIndex(purpose: PasskeyPurpose): Buffer {
  return purpose.for === 'proof' ? actIndex(purpose) : sha256(purpose.for);
}

/**
 * A new challenge, for one session and one purpose; kept as a hash, in the database, so that another process
 * may take the answer.
 *
 * @returns 32 random bytes
 * @throws TellerlineError `passkey_challenges_too_many`
 */
export async function giveChallenge(
  db: Queryable,
  { sessionIndex }: Session,
  purpose: PasskeyPurpose,
  random: Random,
  nowMs: number,
): Promise<Buffer> {
  const challenge = random.bytes(32);
  const expiresAt = new Date(nowMs + limits.signInMinutesMax * 60_000);
  await db.execute(sql`delete from passkey_challenges
    where session_index = ${sessionIndex} and expires_at <= ${new Date(nowMs)}`);
  const given = await db.execute(sql`
    insert into passkey_challenges (challenge_index, session_index, purpose_index, expires_at)
    select ${sha256(challenge.toString('base64url'))}, ${sessionIndex}, ${purposeIndex(purpose)}, ${expiresAt}
    where (select count(*) from passkey_challenges where session_index = ${sessionIndex}) < ${limits.challengesPerSessionMax}`);
  if (given === 0) {
    throw new TellerlineError(
      'passkey_challenges_too_many',
      429,
      'A passkey was asked for very often. Try again in a few minutes.',
      { retryAfterSeconds: limits.signInMinutesMax * 60 },
    );
  }
  return challenge;
}

/**
 * Takes a challenge out of use, whatever becomes of its answer: it is never good twice.
 *
 * @param challenge as the browser signed it, base64url
 * @throws TellerlineError `passkey_challenge_over`: never given, given for something else or to another browser, used, too old
 */
export async function takeChallenge(
  db: Queryable,
  { sessionIndex }: Session,
  purpose: PasskeyPurpose,
  challenge: string,
  nowMs: number,
): Promise<void> {
  const taken = await db.execute(sql`delete from passkey_challenges
    where challenge_index = ${sha256(challenge)} and session_index = ${sessionIndex}
      and purpose_index = ${purposeIndex(purpose)} and expires_at > ${new Date(nowMs)}`);
  if (taken === 0) {
    throw new TellerlineError(
      'passkey_challenge_over',
      410,
      'That took too long, or was meant for something else. Nothing was changed. Try again.',
    );
  }
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
