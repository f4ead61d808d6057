import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { canonicalJson } from '#base';
import type { ActionAnswer, CardAction, CardLimit, Evidence, HoldAnswer } from '#contract';
import { sql, type Transaction } from '#db';
import { accountsOfConsent, type AccountRow } from '../accounts.ts';
import type { ConsentRow } from '../consents.ts';
import { now, type SandboxContext } from '../context.ts';
import { FdxError } from '../fdx-errors.ts';
import type { ResourceServer } from '../resource-server.ts';
import { actOnCard, type Outcome } from './card-actions.ts';
import { cardsOf, toldCard } from './cards.ts';
import { addEvidence, openDispute, type DisputeWish } from './disputes.ts';
import { answerHold } from './holds.ts';

/** What every request says. */
interface Asked {
  readonly requestedAt: string;
  readonly validUntil: string;
}

/** A request that changes something. */
export type ControlRequest = Asked &
  (
    | {
        readonly kind: 'card';
        readonly cardId: string;
        readonly action: CardAction;
        readonly limit?: CardLimit | undefined;
        readonly insteadOf?: CardLimit | null | undefined;
      }
    | { readonly kind: 'hold'; readonly caseId: string; readonly answer: HoldAnswer }
    | ({ readonly kind: 'dispute' } & DisputeWish)
    | { readonly kind: 'evidence'; readonly disputeId: string; readonly evidence: Evidence }
  );

interface ActionRow {
  readonly consent_id: string;
  readonly request_hash: Buffer;
  readonly answer: ActionAnswer;
  readonly request: ControlRequest;
  readonly due_at: Date | null;
}

/**
 * Takes a request under its key: carried out once, and answered the same however often it is asked. `reset`: the
 * connection is to end without an answer.
 *
 * @throws FdxError `keyReused`, `internal`
 */
export async function takeAction(
  server: ResourceServer,
  consent: ConsentRow,
  key: string,
  request: ControlRequest,
): Promise<ActionAnswer | 'reset'> {
  const { context, bank } = server;
  const fault = server.controlFaults.of(bank.id, consent.customer_id);
  if (fault.kind === 'error-before') throw new FdxError('internal', 'a fault: not done');
  if (fault.kind === 'reset-before') return 'reset';
  // Accounts get their cards before anything is locked.
  await cardsOf(context, await accountsOfConsent(context.database, consent.consent_id));
  const answer = await context.database.transaction((tx) => takeOnce(tx, server, consent, key, request));
  if (fault.kind === 'error-after') throw new FdxError('internal', 'a fault: done');
  if (fault.kind === 'reset-after') return 'reset';
  if (fault.kind === 'slow') await sleep(fault.seconds * 1000, undefined, { ref: false });
  return answer;
}

async function takeOnce(
  tx: Transaction,
  server: ResourceServer,
  consent: ConsentRow,
  key: string,
  request: ControlRequest,
): Promise<ActionAnswer> {
  const { context, bank } = server;
  const hash = createHash('sha256').update(canonicalJson(request)).digest();
  await tx.execute(sql`select pg_advisory_xact_lock(hashtextextended(${`${consent.client_id} ${key}`}, 1))`);
  const known = await readAction(tx, consent, key);
  if (known) {
    if (!known.request_hash.equals(hash)) throw new FdxError('keyReused', 'the key was used for something else');
    return known.answer;
  }
  const at = now(context);
  const fault = server.controlFaults.of(bank.id, consent.customer_id);
  const dueAt = fault.kind === 'late' ? new Date(at.getTime() + fault.seconds * 1000) : null;
  const outcome = await outcomeUnder(tx, server, consent, request);
  const answer: ActionAnswer = { key, at: at.toISOString(), ...outcome };
  await tx.execute(sql`
    insert into sandbox.control_actions (client_id, action_key, consent_id, request_hash, answer, request, due_at, at)
    values (${consent.client_id}, ${key}, ${consent.consent_id}, ${hash}, ${JSON.stringify(answer)}, ${JSON.stringify(request)},
      ${dueAt}, ${at})`);
  return answer;
}

/** What a request comes to, with the fault that is in force. */
async function outcomeUnder(
  tx: Transaction,
  { context, bank, controlFaults }: ResourceServer,
  consent: ConsentRow,
  request: ControlRequest,
): Promise<Outcome> {
  const { kind } = controlFaults.of(bank.id, consent.customer_id);
  if (new Date(request.validUntil) < now(context)) return { result: 'refused', reason: 'too-late' };
  if (kind === 'refuses') return { result: 'refused', reason: 'call-bank' };
  if (kind === 'late' || kind === 'never-done') return { result: 'pending' };
  const accounts = await accountsOfConsent(tx, consent.consent_id);
  if (kind === 'contradicts' && request.kind === 'card') {
    const card = (await cardsOf(context, accounts)).find((one) => one.card_id === request.cardId);
    return { result: 'confirmed', ...(card && { card: toldCard(card) }) };
  }
  return carryOut(context, tx, accounts, request);
}

function carryOut(
  context: SandboxContext,
  tx: Transaction,
  accounts: readonly AccountRow[],
  request: ControlRequest,
): Promise<Outcome> {
  switch (request.kind) {
    case 'card':
      return actOnCard(context, tx, accounts, request);
    case 'hold':
      return answerHold(context, tx, accounts, request);
    case 'dispute':
      return openDispute(context, tx, accounts, request);
    case 'evidence':
      return addEvidence(context, tx, accounts, request.disputeId, request.evidence);
  }
}

/** What has become of a request of this customer's; undefined when nothing was asked under this key. */
export async function findAnswer(
  { context }: ResourceServer,
  consent: ConsentRow,
  key: string,
): Promise<ActionAnswer | undefined> {
  await carryOutDue(context);
  return (await readAction(context.database, consent, key))?.answer;
}

async function readAction(
  db: Pick<Transaction, 'query'>,
  { client_id: clientId, bank_id: bankId, customer_id: customerId }: ConsentRow,
  key: string,
): Promise<ActionRow | undefined> {
  const [row] = await db.query<ActionRow>(sql`
    select action.* from sandbox.control_actions action join sandbox.consents consent using (consent_id)
    where action.client_id = ${clientId} and action_key = ${key}
      and consent.bank_id = ${bankId} and consent.customer_id = ${customerId}`);
  return row;
}

/** Carries out what was put off and is due. */
export async function carryOutDue(context: SandboxContext): Promise<void> {
  const { database } = context;
  const due = await database.query<{ client_id: string; action_key: string }>(sql`
    select client_id, action_key from sandbox.control_actions where due_at <= ${now(context)} order by due_at limit 100`);
  for (const { client_id: clientId, action_key: key } of due) {
    await database.transaction(async (tx) => {
      const [row] = await tx.query<ActionRow>(sql`select * from sandbox.control_actions
        where client_id = ${clientId} and action_key = ${key} and due_at is not null for update skip locked`);
      if (!row) return;
      const outcome = await carryOut(context, tx, await accountsOfConsent(tx, row.consent_id), row.request);
      const answer: ActionAnswer = { key, at: now(context).toISOString(), ...outcome };
      await tx.execute(sql`update sandbox.control_actions set answer = ${JSON.stringify(answer)}, due_at = null
        where client_id = ${clientId} and action_key = ${key}`);
    });
  }
}
