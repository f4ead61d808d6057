import type { BankId, ConsentId, CustomerId, LinkId } from '#base';
import { TellerlineError } from '#base';
import { chatFieldsWithin, type ChatField, type Purpose } from '#contract';
import { operation, sql, type Queryable, type Transaction } from '#db';
import { removeCaseConsents } from './case-consents.ts';
import { standingAfter, type CausedBy } from './transitions.ts';

/** What a customer allowed: one bank, chosen purposes, an end. Accounts are the ones that the link holds. */
export interface Consent {
  readonly consentId: ConsentId;
  readonly linkId: LinkId;
  readonly customerId: CustomerId;
  readonly bankId: BankId;
  /** `granted` is in force. `amended`, `renewed`: another one took its place; it stays as a record. */
  readonly state: 'granted' | 'amended' | 'renewed' | 'expired' | 'revoked';
  readonly purposes: readonly Purpose[];
  /** What staff of the bank may see when the customer writes to them, beside `customer-chat`. */
  readonly chatFields?: readonly ChatField[];
  readonly grantedAt: Date;
  readonly expiresAt: Date;
}

/** A consent as it is granted; `sealedDocument` is all that was shown and signed. */
export interface GrantedConsent extends Omit<Consent, 'state'> {
  readonly sealedDocument: Buffer;
}

const columns = `consent_id as "consentId", link_id as "linkId", customer_id as "customerId", bank_id as "bankId",
  state, purposes, chat_fields as "chatFields", granted_at as "grantedAt", expires_at as "expiresAt"`;

/**
 * Stores a consent. One that the link has in force is closed as what became of it, `amended` or `renewed`,
 * and stays as a record.
 *
 * @throws TellerlineError `consent_transition_refused`: `granted` beside one in force, another change without one
 */
export async function grantConsent(
  tx: Transaction,
  consent: GrantedConsent,
  change: 'granted' | 'amended' | 'renewed' = 'granted',
): Promise<void> {
  // One whose end has come and that no chore has marked yet has expired; it is not replaced.
  const closed = await tx.query<{ state: Consent['state']; expiresAt: Date; reminded: number | null }>(sql`
    update consents set ended_at = ${consent.grantedAt},
      state = case when expires_at <= ${consent.grantedAt} then 'expired' else ${change === 'granted' ? 'amended' : change} end,
      ended_by = case when expires_at <= ${consent.grantedAt} then 'expiry' else 'customer' end
    where link_id = ${consent.linkId} and state = 'granted'
    returning state, expires_at as "expiresAt", reminded_days as reminded`);
  // A smaller consent that ends on the same day is not reminded of again.
  const same = closed.find((one) => one.expiresAt.getTime() === consent.expiresAt.getTime());
  standingAfter(closed.some(({ state }) => state !== 'expired') ? 'in-force' : 'offered', change, 'customer');
  await tx.execute(sql`
    insert into consents (consent_id, customer_id, link_id, bank_id, state, purposes, chat_fields, granted_at,
      expires_at, sealed_document, reminded_days)
    values (${consent.consentId}, ${consent.customerId}, ${consent.linkId}, ${consent.bankId}, 'granted',
      ${[...consent.purposes]}, ${chatFieldsWithin(consent.chatFields ?? [], consent.purposes)}, ${consent.grantedAt}, ${consent.expiresAt}, ${consent.sealedDocument},
      ${same?.reminded ?? null})`);
}

/** The sealed document of a customer's own consent, with what has become of it; undefined for any other. */
export async function consentDocument(
  db: Queryable,
  customerId: CustomerId,
  consentId: string,
): Promise<(Consent & { sealed: Buffer; endedAt: Date | null; endedBy: CausedBy | null }) | undefined> {
  const { text, values } = sql`from consents where consent_id = ${consentId} and customer_id = ${customerId}`;
  const [row] = await db.query<Consent & { sealed: Buffer; endedAt: Date | null; endedBy: CausedBy | null }>({
    text: `select ${columns}, sealed_document as sealed, ended_at as "endedAt", ended_by as "endedBy" ${text}`,
    values,
  });
  return row;
}

/** The consent of a link that is in force, its row locked; undefined when there is none. */
export async function lockConsent(tx: Transaction, linkId: LinkId, nowMs: number): Promise<Consent | undefined> {
  const { text, values } = sql`from consents where link_id = ${linkId} and state = 'granted'
    and expires_at > ${new Date(nowMs)} for update`;
  const [row] = await tx.query<Consent>({ text: `select ${columns} ${text}`, values });
  return row;
}

/** The consents of a customer that are in force, oldest first. */
export async function consentsOf(db: Queryable, customerId: CustomerId, nowMs: number): Promise<Consent[]> {
  return db.run(inForceOfCustomer, { customerId, now: new Date(nowMs) });
}

/** The consents in force of one customer, oldest first. */
export const inForceOfCustomer = operation<Consent>()(
  'consents.of-customer',
  { customerId: 'uuid', now: 'timestamptz' },
  `select ${columns} from consents where customer_id = $customerId and state = 'granted' and expires_at > $now
  order by granted_at`,
);

/** Every consent of a customer that is kept, oldest first, whatever became of it. */
export async function consentIdsOf(db: Queryable, customerId: CustomerId): Promise<ConsentId[]> {
  const rows = await db.query<{ consentId: ConsentId }>(sql`select consent_id as "consentId" from consents
    where customer_id = ${customerId} order by granted_at, consent_id`);
  return rows.map((row) => row.consentId);
}

/** The purposes that are consented to, of each link that has a consent in force. */
export const inForce = operation<{ linkId: LinkId; purposes: Purpose[] }>()(
  'consents.in-force',
  { linkIds: 'uuid[]', now: 'timestamptz' },
  `select link_id as "linkId", purposes from consents
  where link_id = any($linkIds) and state = 'granted' and expires_at > $now`,
);

/** The purposes in force of each link named; a link without consent is missing from the answer. */
export async function purposesInForce(
  db: Queryable,
  linkIds: readonly LinkId[],
  nowMs: number,
): Promise<Map<LinkId, ReadonlySet<Purpose>>> {
  const rows = await db.run(inForce, { linkIds, now: new Date(nowMs) });
  return new Map(rows.map((row) => [row.linkId, new Set(row.purposes)]));
}

/**
 * Passes when the link's consent is in force and covers the purpose; answers all that it covers.
 *
 * @throws TellerlineError `purpose_not_consented`
 */
export async function requireConsent(
  db: Queryable,
  linkId: LinkId,
  purpose: Purpose,
  nowMs: number,
): Promise<ReadonlySet<Purpose>> {
  const purposes = (await purposesInForce(db, [linkId], nowMs)).get(linkId);
  if (purposes?.has(purpose)) return purposes;
  throw new TellerlineError('purpose_not_consented', 403, 'You have not allowed this use.', { purpose });
}

/** Ends a link's consent in force; answers it, or undefined when it had ended before. */
export async function endConsent(
  tx: Transaction,
  linkId: LinkId,
  by: CausedBy,
  nowMs: number,
): Promise<Consent | undefined> {
  const change = by === 'expiry' ? 'expired' : 'revoked';
  standingAfter('in-force', change, by);
  const { text, values } = sql`
    update consents set state = ${change}, ended_at = ${new Date(nowMs)}, ended_by = ${by}
    where link_id = ${linkId} and state = 'granted' returning`;
  const [consent] = await tx.query<Consent>({ text: `${text} ${columns}`, values });
  return consent;
}

/** Which of the consents named are in force. */
export async function consentsStillInForce(db: Queryable, consentIds: readonly string[]): Promise<string[]> {
  const rows = await db.query<{ consentId: string }>(sql`select consent_id as "consentId" from consents
    where consent_id = any(${[...consentIds]}::uuid[]) and state = 'granted'`);
  return rows.map((row) => row.consentId);
}

/** Ends the consents in force of several links; answers them by link, each as it was. */
export async function endConsents(
  tx: Transaction,
  linkIds: readonly LinkId[],
  by: CausedBy,
  nowMs: number,
): Promise<Map<LinkId, Consent>> {
  standingAfter('in-force', 'revoked', by);
  const { text, values } = sql`
    update consents set state = 'revoked', ended_at = ${new Date(nowMs)}, ended_by = ${by}
    where link_id = any(${[...linkIds]}::uuid[]) and state = 'granted' returning`;
  const ended = await tx.query<Consent>({ text: `${text} ${columns}`, values });
  return new Map(ended.map((consent) => [consent.linkId, consent]));
}

/** Links whose consent has reached its end and is still marked as granted. */
export async function linksToExpire(db: Queryable, nowMs: number): Promise<LinkId[]> {
  const rows = await db.query<{ linkId: LinkId }>(sql`
    select link_id as "linkId" from consents where state = 'granted' and expires_at <= ${new Date(nowMs)} limit 500`);
  return rows.map((row) => row.linkId);
}

/** The last consent of each of a customer's links that have none in force, newest end first. */
export async function endedConsentsOf(
  db: Queryable,
  customerId: CustomerId,
): Promise<(Consent & { endedAt: Date; endedBy: CausedBy })[]> {
  return db.query({
    text: `select * from (
      select distinct on (link_id) ${columns}, ended_at as "endedAt", ended_by as "endedBy"
      from consents where customer_id = $1 order by link_id, granted_at desc, ended_at desc nulls first) as newest
      where state in ('expired', 'revoked') order by "endedAt" desc`,
    values: [customerId],
  });
}

/** Removes every consent record of a customer: part of deleting the account. */
export async function removeConsents(tx: Transaction, customerId: CustomerId): Promise<void> {
  await removeCaseConsents(tx, customerId);
  await tx.execute(sql`delete from consents where customer_id = ${customerId}`);
}
