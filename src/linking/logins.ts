import type { BankId, CustomerId } from '#base';
import { isProven, markProven } from '#customers';
import { sql, type Queryable, type Transaction } from '#db';
import type { Attempt } from './attempts.ts';
import type { LinkingParts } from './parts.ts';

/** The blind index of a person at a bank: the subject of the bank's ID token, which names nobody else there. */
function subjectIndex(parts: Pick<LinkingParts, 'vault'>, bankId: BankId, subject: string): Buffer {
  return parts.vault.index('subject', `${bankId}|${subject}`);
}

/**
 * Takes note of a login at a bank that has just linked it. It vouches for the customer from now on when it is
 * the customer's first link of all, or comes from a session behind which a passkey or a vouching login stands.
 * Any other would let whoever holds a stolen session vouch for themselves with an account of their own.
 *
 * To be called before the link's row is written.
 */
export async function noteLogin(
  tx: Transaction,
  parts: LinkingParts,
  attempt: Pick<Attempt, 'customerId' | 'sessionIndex' | 'bankId'>,
  subject: string | undefined,
): Promise<boolean> {
  const { customerId, bankId } = attempt;
  const nowMs = parts.clock.nowMs();
  const index = subject === undefined ? undefined : subjectIndex(parts, bankId, subject);
  const { sessionIndex } = attempt;
  if (!sessionIndex) return false;
  const session = { sessionIndex };
  const vouches =
    !(await everLinked(tx, customerId)) ||
    (index !== undefined && (await isKnown(tx, customerId, bankId, index))) ||
    (await isProven(tx, session, nowMs));
  if (!vouches) return false;
  await markProven(tx, session, nowMs);
  if (index === undefined) return true;
  await tx.execute(sql`insert into bank_logins (customer_id, bank_id, subject_index, created_at)
    values (${customerId}, ${bankId}, ${index}, ${new Date(nowMs)}) on conflict do nothing`);
  return true;
}

/** Whether a customer ever linked a bank; a link that was stopped counts. */
export async function everLinked(db: Queryable, customerId: CustomerId): Promise<boolean> {
  const found = await db.query(sql`select from links where customer_id = ${customerId} limit 1`);
  return found.length > 0;
}

async function isKnown(db: Queryable, customerId: CustomerId, bankId: BankId, index: Buffer): Promise<boolean> {
  const found = await db.query(sql`select from bank_logins
    where customer_id = ${customerId} and bank_id = ${bankId} and subject_index = ${index}`);
  return found.length > 0;
}

/**
 * The customers for whom a person at a bank vouches, and who have a link there that is not stopped; the one
 * who linked last first.
 */
export async function customersOfSubject(
  db: Queryable,
  parts: Pick<LinkingParts, 'vault'>,
  bankId: BankId,
  subject: string,
): Promise<CustomerId[]> {
  const rows = await db.query<{ customerId: CustomerId }>(sql`
    select v.customer_id as "customerId" from bank_logins v
    join links l on l.customer_id = v.customer_id and l.bank_id = v.bank_id and l.state in ('linked', 'reconnect')
    where v.subject_index = ${subjectIndex(parts, bankId, subject)} and v.bank_id = ${bankId}
    order by l.created_at desc`);
  return rows.map((row) => row.customerId);
}

/** The banks at which a login vouches for a customer now. */
export async function vouchingBanks(db: Queryable, customerId: CustomerId): Promise<BankId[]> {
  const rows = await db.query<{ bankId: BankId }>(sql`
    select distinct v.bank_id as "bankId" from bank_logins v
    join links l on l.customer_id = v.customer_id and l.bank_id = v.bank_id and l.state in ('linked', 'reconnect')
    where v.customer_id = ${customerId} order by 1`);
  return rows.map((row) => row.bankId);
}
