import type { BankId, CaseId, CustomerId, LinkId } from '#base';
import { TellerlineError } from '#base';
import { CHAT_FIELDS, purposeOfChatField, type ChatField, type Purpose } from '#contract';
import { operation, sql, type Queryable, type Transaction } from '#db';

/**
 * A case is its own consent: the customer's button that opened it allows the words of this case to the staff of
 * that bank, and nothing besides but the fields added for this talk (docs/decisions/0029-a-case-is-its-own-consent.md).
 */
export interface CaseConsent {
  readonly caseId: CaseId;
  readonly customerId: CustomerId;
  readonly linkId: LinkId;
  readonly bankId: BankId;
  readonly isOpen: boolean;
  /** Added by the customer for this talk. */
  readonly fields: readonly ChatField[];
}

/** Who closed a case's consent: the customer, staff when they closed the case, or the end of the link. */
export type CaseClosedBy = 'customer' | 'staff' | 'link';

/** Enters the consent of a case that is opened. */
export async function openCaseConsent(
  tx: Transaction,
  { caseId, customerId, linkId, bankId }: Omit<CaseConsent, 'isOpen' | 'fields'>,
  nowMs: number,
): Promise<void> {
  await tx.execute(sql`insert into case_consents (case_id, customer_id, link_id, bank_id, opened_at)
    values (${caseId}, ${customerId}, ${linkId}, ${bankId}, ${new Date(nowMs)})`);
}

/** Closes a case's consent: nothing of the case is readable for staff any more. Answers what it was; undefined when it was closed. */
export async function closeCaseConsent(
  tx: Transaction,
  caseId: CaseId,
  by: CaseClosedBy,
  nowMs: number,
): Promise<CaseConsent | undefined> {
  const { text, values } = sql`update case_consents set closed_at = ${new Date(nowMs)}, closed_by = ${by}
    where case_id = ${caseId} and closed_at is null returning`;
  const [row] = await tx.query<CaseConsent>({ text: `${text} ${columns}`, values });
  return row;
}

/** Opens it again, within its time, when staff had closed it: the customer's own end is not undone. Undefined when it may not be. */
export async function reopenCaseConsent(
  tx: Transaction,
  caseId: CaseId,
  closedSince: Date,
): Promise<CaseConsent | undefined> {
  const { text, values } = sql`update case_consents set closed_at = null, closed_by = null
    where case_id = ${caseId} and closed_by = 'staff' and closed_at >= ${closedSince} returning`;
  const [row] = await tx.query<CaseConsent>({ text: `${text} ${columns}`, values });
  return row;
}

/** The customer shares one more field for this talk. Undefined when the case is not open. */
export async function widenCaseConsent(
  tx: Transaction,
  caseId: CaseId,
  field: ChatField,
): Promise<CaseConsent | undefined> {
  const { text, values } = sql`update case_consents set fields = (
      select array_agg(distinct f order by f) from unnest(fields || ${[field]}::text[]) f)
    where case_id = ${caseId} and closed_at is null returning`;
  const [row] = await tx.query<CaseConsent>({ text: `${text} ${columns}`, values });
  return row;
}

/** Closes what is open of links that end. Answers what it was. */
export async function closeCaseConsentsOf(
  tx: Transaction,
  linkIds: readonly LinkId[],
  nowMs: number,
): Promise<CaseConsent[]> {
  const { text, values } =
    sql`update case_consents set closed_at = ${new Date(nowMs)}, closed_by = 'link', fields = '{}'
    where link_id = any(${[...linkIds]}::uuid[]) and closed_at is null returning`;
  return tx.query<CaseConsent>({ text: `${text} ${columns}`, values });
}

const columns = `case_id as "caseId", customer_id as "customerId", link_id as "linkId", bank_id as "bankId",
  closed_at is null as "isOpen", fields`;

/** A case's consent; undefined when there is none. */
export async function caseConsentOf(db: Queryable, caseId: CaseId): Promise<CaseConsent | undefined> {
  const [row] = await db.query<CaseConsent>({
    text: `select ${columns} from case_consents where case_id = $1`,
    values: [caseId],
  });
  return row;
}

/** All of a customer's, oldest first; for their export. */
export async function caseConsentsOfCustomer(
  db: Queryable,
  customerId: CustomerId,
): Promise<(CaseConsent & { readonly openedAt: Date; readonly closedAt: Date | null })[]> {
  return db.query({
    text: `select ${columns}, opened_at as "openedAt", closed_at as "closedAt" from case_consents
      where customer_id = $1 order by opened_at, case_id`,
    values: [customerId],
  });
}

/** Which of the links named have, or had, a case: what was said in it stays in the customer's conversation while the link does. */
export const findLinksWithCases = operation<{ linkId: LinkId }>()(
  'case-consents.links',
  { linkIds: 'uuid[]' },
  `select distinct link_id as "linkId" from case_consents where link_id = any($linkIds)`,
);

/** Which of the links named have, or had, a case: its words may be shown to their own customer. */
export async function linksWithCases(db: Queryable, linkIds: readonly LinkId[]): Promise<ReadonlySet<LinkId>> {
  const rows = await db.run(findLinksWithCases, { linkIds });
  return new Set(rows.map(({ linkId }) => linkId));
}

/** What a link's customer allows a bank's staff in one case. */
export interface StaffMay {
  /** Fields that may be looked at now. */
  readonly fields: ReadonlySet<ChatField>;
  /** Everything that the link's consent covers. */
  readonly purposes: ReadonlySet<Purpose>;
}

/** What of the link is allowed now; nothing when no consent is in force. */
async function chatOfLink(
  db: Queryable,
  linkId: LinkId,
  nowMs: number,
): Promise<{ readonly purposes: readonly Purpose[]; readonly fields: readonly ChatField[] }> {
  const [row] = await db.query<{ purposes: Purpose[]; fields: ChatField[] }>(sql`
    select purposes, chat_fields as fields from consents
    where link_id = ${linkId} and state = 'granted' and expires_at > ${new Date(nowMs)}`);
  return row ?? { purposes: [], fields: [] };
}

/** What staff may look at in a case that is open; see `requireCaseConsent`. */
export async function staffMay(
  db: Queryable,
  { caseId, linkId }: Pick<CaseConsent, 'caseId' | 'linkId'>,
  nowMs: number,
): Promise<StaffMay> {
  const ofCase = await caseConsentOf(db, caseId);
  const ofLink = await chatOfLink(db, linkId, nowMs);
  const purposes = new Set(ofLink.purposes);
  const ticked = new Set<ChatField>([
    ...(ofCase?.isOpen === true ? ofCase.fields : []),
    ...(purposes.has('customer-chat') ? ofLink.fields : []),
  ]);
  const fields = CHAT_FIELDS.filter((field) => {
    const own = purposeOfChatField[field];
    // What was added for this talk needs no consent to `customer-chat`: the case is one by itself.
    return ticked.has(field) && (own === 'customer-chat' || purposes.has(own));
  });
  return { fields: new Set(ofCase?.isOpen === true ? fields : []), purposes };
}

/**
 * Passes when the case's consent is open for this link, customer and bank, and covers the fields: `case` is its
 * words; any other is ticked in the link's consent to `customer-chat` or was added for this talk, and its own purpose
 * is in force. Answers all purposes of the link.
 *
 * @throws TellerlineError `case_closed`, `field_not_shared`
 */
export async function requireCaseConsent(
  db: Queryable,
  of: Omit<CaseConsent, 'isOpen' | 'fields'>,
  fields: readonly string[],
  nowMs: number,
): Promise<ReadonlySet<Purpose>> {
  const consent = await caseConsentOf(db, of.caseId);
  const isThis = consent?.linkId === of.linkId && consent.customerId === of.customerId && consent.bankId === of.bankId;
  if (!isThis || !consent.isOpen)
    throw new TellerlineError('case_closed', 410, 'This case is closed. Nothing of it can be read any more.');
  const may = await staffMay(db, of, nowMs);
  const missing = fields.find((field) => field !== 'case' && !may.fields.has(field as ChatField));
  if (missing !== undefined)
    throw new TellerlineError('field_not_shared', 403, 'The customer does not share this in this talk.', {
      field: missing,
    });
  return may.purposes;
}

/** Removes every consent of a customer's cases: part of deleting the account. */
export async function removeCaseConsents(tx: Transaction, customerId: CustomerId): Promise<void> {
  await tx.execute(sql`delete from case_consents where customer_id = ${customerId}`);
}
