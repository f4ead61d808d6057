import type { BankHold, HoldAnswer } from '#contract';
import { sql, type Queryable, type Transaction } from '#db';
import type { AccountRow } from '../accounts.ts';
import { now, type SandboxContext } from '../context.ts';
import type { Outcome } from './card-actions.ts';

/** A payment that the bank holds until its customer answers. */
export interface HoldRow {
  readonly case_id: string;
  readonly account_id: string;
  readonly state: BankHold['state'];
  readonly answer: HoldAnswer | null;
  readonly retry_until: Date | null;
  readonly answer_by: Date;
  readonly otherwise: 'release' | 'decline';
}

/** A released payment may be tried again for so long. */
const retryMinutes = 15;

const told = ({ case_id: caseId, state, answer, retry_until: until }: HoldRow): BankHold => ({
  caseId,
  state,
  ...(answer && { answer }),
  ...(until && { retryUntil: until.toISOString() }),
});

/** A hold as it stands: one whose time has run out is what was said would happen. */
function standing(hold: HoldRow, at: Date): HoldRow {
  if (hold.state !== 'held' || hold.answer_by > at) return hold;
  return { ...hold, state: hold.otherwise === 'release' ? 'released' : 'declined' };
}

/** A hold on one of these accounts. */
export async function findHold(
  context: SandboxContext,
  db: Queryable,
  accounts: readonly AccountRow[],
  caseId: string,
): Promise<BankHold | undefined> {
  const ids = accounts.map((account) => account.account_id);
  const [row] = await db.query<HoldRow>(sql`select * from sandbox.holds
    where case_id = ${caseId} and account_id = any(${ids})`);
  return row && told(standing(row, now(context)));
}

/** Takes the customer's answer; the first one settles it, and the same once more is confirmed once more. */
export async function answerHold(
  context: SandboxContext,
  tx: Transaction,
  accounts: readonly AccountRow[],
  { caseId, answer }: { readonly caseId: string; readonly answer: HoldAnswer },
): Promise<Outcome> {
  const at = now(context);
  const ids = accounts.map((account) => account.account_id);
  const [row] = await tx.query<HoldRow>(sql`select * from sandbox.holds
    where case_id = ${caseId} and account_id = any(${ids}) for update`);
  if (!row) return { result: 'refused', reason: 'unknown-subject' };
  const hold = standing(row, at);
  if (hold.state !== 'held') {
    if (hold.answer === answer) return { result: 'confirmed', hold: told(hold) };
    return { result: 'refused', reason: hold.answer ? 'answered-otherwise' : 'too-late', hold: told(hold) };
  }
  const isMine = answer === 'mine';
  const until = isMine ? new Date(at.getTime() + retryMinutes * 60_000) : null;
  const state = isMine ? 'released' : 'declined';
  await tx.execute(sql`update sandbox.holds set state = ${state}, answer = ${answer}, retry_until = ${until}
    where case_id = ${caseId}`);
  return { result: 'confirmed', hold: told({ ...row, state, answer, retry_until: until }) };
}
