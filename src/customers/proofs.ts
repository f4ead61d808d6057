import { limits, newId, TellerlineError, type Branded } from '#base';
import type { LooseningAct } from '#contract';
import { sql, type Queryable, type Transaction } from '#db';
import { actIndex } from './challenges.ts';
import type { Session } from './sessions.ts';

/** Enters that the customer proved themselves for one act in one session: good once, for five minutes. */
export async function enterProof(
  db: Queryable,
  { sessionIndex }: Pick<Session, 'sessionIndex'>,
  act: LooseningAct,
  by: 'passkey' | 'bank',
  nowMs: number,
): Promise<void> {
  await db.execute(sql`insert into sign_in_proofs (proof_id, session_index, act_index, by, expires_at)
    values (${newId<Branded<'ProofId'>>()}, ${sessionIndex}, ${actIndex(act)}, ${by},
      ${new Date(nowMs + limits.signInMinutesMax * 60_000)})`);
}

/**
 * Passes once for each proof: takes the one that was given in this session for this act and this subject, in
 * the transaction that carries the act out. Whatever loosens something calls it first.
 *
 * @returns what the proof was
 * @throws TellerlineError `proof_needed` 403
 */
export async function requireFreshProof(
  tx: Transaction,
  { sessionIndex }: Pick<Session, 'sessionIndex'>,
  act: LooseningAct,
  nowMs: number,
): Promise<'passkey' | 'bank'> {
  const [taken] = await tx.query<{ by: 'passkey' | 'bank' }>(sql`
    delete from sign_in_proofs where proof_id = (
      select proof_id from sign_in_proofs
      where session_index = ${sessionIndex} and act_index = ${actIndex(act)} and expires_at > ${new Date(nowMs)}
      order by expires_at limit 1 for update skip locked)
    returning by`);
  if (!taken) throw proofNeeded();
  return taken.by;
}

/** Whether a proof for this act lies ready; takes nothing. */
export async function hasFreshProof(
  db: Queryable,
  { sessionIndex }: Pick<Session, 'sessionIndex'>,
  act: LooseningAct,
  nowMs: number,
): Promise<boolean> {
  const found = await db.query(sql`select from sign_in_proofs
    where session_index = ${sessionIndex} and act_index = ${actIndex(act)} and expires_at > ${new Date(nowMs)} limit 1`);
  return found.length > 0;
}

/** The refusal of an act that nobody proved themselves for. */
export function proofNeeded(): TellerlineError {
  return new TellerlineError(
    'proof_needed',
    403,
    'This needs your passkey, or the login at your bank. Nothing was changed.',
  );
}
