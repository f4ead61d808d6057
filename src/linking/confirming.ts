import { limits, type AttemptId, type CustomerId, type IdentityId } from '#base';
import { isShopId, type LinkingStanding } from '#contract';
import { isProven } from '#customers';
import { sql, type Queryable, type Transaction } from '#db';
import { attemptColumns, attemptOver, type AtBank, type Attempt, type AttemptState } from './attempts.ts';
import type { BankGrant } from './bank-api.ts';
import { giveBackUnused } from './ending-calls.ts';
import { faceOf, type LinkingParts } from './parts.ts';
import { alone } from './storing.ts';

/** Why a linking that a chat asked for came to nothing. */
export type EndedWhy = Extract<LinkingStanding, { state: 'ended' }>['why'];

/** What an attempt keeps, sealed, while its code is awaited in the chat. */
export interface AwaitingCode {
  readonly signed: AtBank['signed'];
  readonly grant: BankGrant;
  /** Six digits. */
  readonly code: string;
}

const codes = 1_000_000;

/** Six digits, each code as likely as any other. */
function newCode({ random }: Pick<LinkingParts, 'random'>): string {
  for (;;) {
    const number = random.bytes(4).readUInt32BE();
    // The last few numbers would favour small codes.
    if (number < Math.floor(2 ** 32 / codes) * codes) return String(number % codes).padStart(6, '0');
  }
}

/** The keyed hash by which a code is found, in whichever chat it is said. */
export function codeIndex({ vault }: Pick<LinkingParts, 'vault'>, code: string): Buffer {
  return vault.index('link-code', code);
}

/**
 * The bank's login is done and nothing is linked yet: keeps what the bank gave, sealed and unused, until the code
 * is said in the chat that asked.
 *
 * @throws TellerlineError `link_address_over` when the attempt is there no more
 */
export async function awaitCode(
  parts: LinkingParts,
  attempt: Attempt,
  signed: AtBank['signed'],
  grant: BankGrant,
): Promise<void> {
  const code = newCode(parts);
  const sealer = await parts.vault.customerSealer(parts.database, attempt.customerId, 'conversation');
  const kept: AwaitingCode = { signed, grant, code };
  const awaits = await parts.database.execute(sql`
    update link_attempts set state = 'confirming', sealed = ${sealer.seal('link_attempts.state', attempt.attemptId, kept)},
      code_index = ${codeIndex(parts, code)},
      confirm_by = ${new Date(parts.clock.nowMs() + limits.linkCodeMinutesMax * 60_000)}
    where attempt_id = ${attempt.attemptId} and state = 'failed'`);
  // The account was deleted while the bank answered.
  if (awaits === 0) throw attemptOver();
}

/** Opens what an attempt keeps while its code is awaited. */
export async function openAwaiting(
  db: Queryable,
  { vault }: Pick<LinkingParts, 'vault'>,
  { attemptId, customerId }: Pick<Attempt, 'attemptId' | 'customerId'>,
  sealed: Buffer,
): Promise<AwaitingCode> {
  const sealer = await vault.customerSealer(db, customerId, 'conversation');
  return sealer.open<AwaitingCode>('link_attempts.state', attemptId, sealed).use((kept) => kept);
}

/** How a linking that a chat asked for stands, for the browser that walks it: the code while it is awaited. */
export async function standingOf(parts: LinkingParts, attempt: Attempt): Promise<LinkingStanding> {
  const { database, clock } = parts;
  const bank = faceOf(parts, attempt.bankId).name;
  const chat = attempt.chat ?? 'Tellerline';
  const [row] = await database.query<{ confirmBy: Date | null; why: EndedWhy | null }>(sql`
    select confirm_by as "confirmBy", ended_why as why from link_attempts where attempt_id = ${attempt.attemptId}`);
  const of = { bank, chat, ...(isShopId(attempt.bankId) && { shop: true }) };
  switch (attempt.state) {
    case 'open':
    case 'at-bank':
      return { state: 'open', ...of };
    case 'confirming': {
      if (!row?.confirmBy || !attempt.sealed || row.confirmBy.getTime() <= clock.nowMs())
        return { state: 'ended', why: 'late', ...of };
      const { code } = await openAwaiting(database, parts, attempt, attempt.sealed);
      return { state: 'confirming', code, until: row.confirmBy.toISOString(), ...of };
    }
    case 'storing':
      return { state: 'storing', ...of };
    case 'done': {
      const { sessionIndex } = attempt;
      const mayEnter = sessionIndex !== null && (await isProven(database, { sessionIndex }, clock.nowMs()));
      return { state: 'linked', mayEnter, ...of };
    }
    case 'declined':
    case 'failed':
      return { state: 'ended', why: row?.why ?? 'failed', ...of };
  }
}

/**
 * Ends a linking whose code was never said as it should: what the bank gave is given back, and nothing was ever
 * fetched with it. Answers false when it had ended or was stored before.
 *
 * @param from states from which it may be ended: one that is being stored only by whoever stores it, or when nobody
 *   does any more (`alone`), or when all of the customer goes
 */
export async function giveBack(
  tx: Transaction,
  parts: LinkingParts,
  attemptId: AttemptId,
  why: EndedWhy,
  from: readonly AttemptState[] = ['confirming'],
): Promise<boolean> {
  const [attempt] = await tx.query<Attempt>({
    text: `select ${attemptColumns} from link_attempts where attempt_id = $1 and state = any($2) for update`,
    values: [attemptId, from],
  });
  if (!attempt) return false;
  await tx.execute(sql`update link_attempts set state = 'failed', ended_why = ${why}, sealed = null, code_index = null
    where attempt_id = ${attemptId}`);
  if (!attempt.sealed) return true;
  const { grant } = await openAwaiting(tx, parts, attempt, attempt.sealed);
  await giveBackUnused(tx, parts, attempt, { tokens: grant.tokens, grantId: grant.grantId });
  return true;
}

/** The same for all of a customer, or of one of their chats, that is about to be deleted. */
export async function giveBackOf(
  tx: Transaction,
  parts: LinkingParts,
  customerId: CustomerId,
  identityId?: IdentityId,
): Promise<void> {
  const open = await tx.query<{ attemptId: AttemptId }>(sql`
    select attempt_id as "attemptId" from link_attempts where customer_id = ${customerId}
      and (${identityId ?? null}::uuid is null or identity_id = ${identityId ?? null}::uuid)
      and state in ('confirming', 'storing')`);
  for (const { attemptId } of open) await giveBack(tx, parts, attemptId, 'failed', ['confirming', 'storing']);
}

/** A link that no process is storing any more is given back when this much time is over. */
const storingMsMax = 5 * 60_000;

/** Gives back what nobody confirmed in time, and what a process was storing when it ended; answers how many. */
export async function giveBackLate(parts: LinkingParts): Promise<number> {
  const nowMs = parts.clock.nowMs();
  const late = await parts.database.query<{ attemptId: AttemptId; state: AttemptState }>(sql`
    select attempt_id as "attemptId", state from link_attempts
    where (state = 'confirming' and confirm_by <= ${new Date(nowMs)})
      or (state = 'storing' and confirm_by <= ${new Date(nowMs - storingMsMax)})
    order by confirm_by limit 200`);
  for (const { attemptId, state } of late) {
    const end = () => parts.database.transaction((tx) => giveBack(tx, parts, attemptId, 'late', [state]));
    // One that fails does not keep the others from ending.
    await (state === 'storing' ? alone(parts, attemptId, end) : end()).catch((error: unknown) =>
      parts.log.error({ err: error }, 'an unused grant could not be given back yet'),
    );
  }
  return late.length;
}
