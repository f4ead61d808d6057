import type { BankId, ConsentId, CustomerId, LinkId } from '#base';
import { TellerlineError } from '#base';
import type { Purpose } from '#contract';
import { sql, type Queryable, type Transaction } from '#db';

/** Who ended a consent. */
export type EndedBy = 'customer' | 'bank' | 'operator' | 'expiry';

/** What a customer allowed: one bank, chosen purposes, an end. Accounts are the ones that the link holds. */
export interface Consent {
  readonly consentId: ConsentId;
  readonly linkId: LinkId;
  readonly customerId: CustomerId;
  readonly bankId: BankId;
  /** `replaced`: the customer signed another one for the same link. */
  readonly state: 'granted' | 'replaced' | 'expired' | 'revoked';
  readonly purposes: readonly Purpose[];
  readonly grantedAt: Date;
  readonly expiresAt: Date;
}

/** A consent as it is granted; `sealedDocument` is all that was shown and signed. */
export interface GrantedConsent extends Omit<Consent, 'state'> {
  readonly sealedDocument: Buffer;
}

const columns = `consent_id as "consentId", link_id as "linkId", customer_id as "customerId", bank_id as "bankId",
  state, purposes, granted_at as "grantedAt", expires_at as "expiresAt"`;

/**
 * Stores a consent. One that the link had before is replaced: what was signed last is in force, and what
 * was agreed earlier stays as a record.
 */
export async function grantConsent(tx: Transaction, consent: GrantedConsent): Promise<void> {
  await tx.execute(sql`
    update consents set state = 'replaced', ended_at = ${consent.grantedAt}, ended_by = 'customer'
    where link_id = ${consent.linkId} and state = 'granted'`);
  await tx.execute(sql`
    insert into consents (consent_id, customer_id, link_id, bank_id, state, purposes, granted_at, expires_at, sealed_document)
    values (${consent.consentId}, ${consent.customerId}, ${consent.linkId}, ${consent.bankId}, 'granted',
      ${[...consent.purposes]}, ${consent.grantedAt}, ${consent.expiresAt}, ${consent.sealedDocument})`);
}

/** The sealed document of a customer's own consent, with what has become of it; undefined for any other. */
export async function consentDocument(
  db: Queryable,
  customerId: CustomerId,
  consentId: string,
): Promise<{ sealed: Buffer; state: Consent['state']; endedAt: Date | null } | undefined> {
  const [row] = await db.query<{ sealed: Buffer; state: Consent['state']; endedAt: Date | null }>(sql`
    select sealed_document as sealed, state, ended_at as "endedAt"
    from consents where consent_id = ${consentId} and customer_id = ${customerId}`);
  return row;
}

/** The consents of a customer that are in force, oldest first. */
export async function consentsOf(db: Queryable, customerId: CustomerId, nowMs: number): Promise<Consent[]> {
  const { text, values } = sql`from consents where customer_id = ${customerId} and state = 'granted'
    and expires_at > ${new Date(nowMs)} order by granted_at`;
  return db.query<Consent>({ text: `select ${columns} ${text}`, values });
}

/** The purposes in force of each link named; a link without consent is missing from the answer. */
export async function purposesInForce(
  db: Queryable,
  linkIds: readonly LinkId[],
  nowMs: number,
): Promise<Map<LinkId, ReadonlySet<Purpose>>> {
  const rows = await db.query<{ linkId: LinkId; purposes: Purpose[] }>(sql`
    select link_id as "linkId", purposes from consents
    where link_id = any(${[...linkIds]}::uuid[]) and state = 'granted' and expires_at > ${new Date(nowMs)}`);
  return new Map(rows.map((row) => [row.linkId, new Set(row.purposes)]));
}

/**
 * Passes when the link's consent is in force and covers the purpose.
 *
 * @throws TellerlineError `purpose_not_consented`
 */
export async function requireConsent(db: Queryable, linkId: LinkId, purpose: Purpose, nowMs: number): Promise<void> {
  const inForce = await purposesInForce(db, [linkId], nowMs);
  if (inForce.get(linkId)?.has(purpose)) return;
  throw new TellerlineError('purpose_not_consented', 403, 'You have not allowed this use.', { purpose });
}

/** Ends a link's consent in force; answers it, or undefined when it had ended before. */
export async function endConsent(
  tx: Transaction,
  linkId: LinkId,
  by: EndedBy,
  nowMs: number,
): Promise<Consent | undefined> {
  const { text, values } = sql`
    update consents set state = ${by === 'expiry' ? 'expired' : 'revoked'}, ended_at = ${new Date(nowMs)}, ended_by = ${by}
    where link_id = ${linkId} and state = 'granted'`;
  const [ended] = await tx.query<Consent>({ text: `${text} returning ${columns}`, values });
  return ended;
}

/** Links whose consent has reached its end and is still marked as granted. */
export async function linksToExpire(db: Queryable, nowMs: number): Promise<LinkId[]> {
  const rows = await db.query<{ linkId: LinkId }>(sql`
    select link_id as "linkId" from consents where state = 'granted' and expires_at <= ${new Date(nowMs)} limit 500`);
  return rows.map((row) => row.linkId);
}

/** Removes every consent record of a customer: part of deleting the account. */
export async function removeConsents(tx: Transaction, customerId: CustomerId): Promise<void> {
  await tx.execute(sql`delete from consents where customer_id = ${customerId}`);
}
