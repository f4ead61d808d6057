import type { AccountRef, LinkId, RecordId } from '#base';
import type { Purchase } from '#contract';
import { sql, type Queryable, type Transaction } from '#db';
import type { AlertContent, RecordContent } from './records.ts';
import type { LinkSealer } from './sealing.ts';

/** An alert's record, as it stands after it was changed. */
export interface ChangedAlert {
  readonly recordId: RecordId;
  readonly accountRef: AccountRef;
  readonly content: AlertContent;
  /** It is another than before. */
  readonly isChanged: boolean;
}

/**
 * Changes what is known of an alert: its record is opened, changed and sealed again in one transaction, in which the
 * use is entered by whoever has it changed. The bank's own repetition never sets it back. Undefined when it is gone.
 */
export async function changeAlert(
  tx: Transaction,
  sealer: LinkSealer,
  caseIndex: Buffer,
  change: (content: AlertContent) => AlertContent,
): Promise<ChangedAlert | undefined> {
  const { linkId, epoch } = sealer;
  const [row] = await tx.query<{ recordId: RecordId; accountRef: AccountRef; sealed: Buffer; epoch: number }>(sql`
    select record_id as "recordId", account_ref as "accountRef", sealed, epoch from records
    where link_id = ${linkId} and subject_index = ${caseIndex} and kind = 'alert' for update`);
  if (row?.epoch !== epoch) return undefined;
  const before = sealer.openStanding<AlertContent>(caseIndex, row.sealed).use((content) => content);
  const content = change(before);
  const isChanged = JSON.stringify(content) !== JSON.stringify(before);
  if (isChanged)
    await tx.execute(sql`update records set sealed = ${sealer.sealRecord(caseIndex, content)}, stage = stage + 1,
      revision = revision + 1 where link_id = ${linkId} and record_id = ${row.recordId}`);
  return { recordId: row.recordId, accountRef: row.accountRef, content, isChanged };
}

/** The record that is about this at the bank; its name alone, nothing is opened. */
export async function recordAbout(
  tx: Transaction,
  linkId: LinkId,
  subjectIndex: Buffer,
): Promise<RecordId | undefined> {
  const [row] = await tx.query<{ recordId: RecordId }>(sql`
    select record_id as "recordId" from records where link_id = ${linkId} and subject_index = ${subjectIndex}`);
  return row?.recordId;
}

/** What these records are about at their banks, as keyed hashes; nothing is opened. */
export async function subjectsOf(
  db: Queryable,
  recordIds: readonly RecordId[],
): Promise<readonly { readonly linkId: LinkId; readonly recordId: RecordId; readonly subjectIndex: Buffer }[]> {
  return db.query(sql`select link_id as "linkId", record_id as "recordId", subject_index as "subjectIndex"
    from records where record_id = any(${[...recordIds]}::uuid[])`);
}

/** So many of the last purchases are opened until one is found that the customer made themselves, somewhere. */
const lastMost = 10;

/**
 * The customer's last own purchase with a card at a place, of one link, before a moment: what stands beside a held
 * purchase. See `last_purchases`, 0032_alerts.sql.
 */
export async function lastOwnPurchase(
  tx: Transaction,
  sealer: LinkSealer,
  before: Date,
): Promise<Purchase | undefined> {
  const rows = await tx.query<{ subjectIndex: Buffer; sealed: Buffer; epoch: number }>(sql`
    select subject_index as "subjectIndex", sealed, epoch
    from last_purchases(${[sealer.linkId]}::uuid[], ${before}, ${lastMost})`);
  for (const { subjectIndex, sealed, epoch } of rows) {
    if (epoch !== sealer.epoch) continue;
    const own = sealer.openStanding<RecordContent>(subjectIndex, sealed).use(ownAtPlace);
    if (own) return own;
  }
  return undefined;
}

function ownAtPlace(content: RecordContent): Purchase | undefined {
  if (content.kind !== 'transaction') return undefined;
  const { direction, status, online, merchant } = content.transaction;
  const isOwn = direction === 'debit' && status !== 'reversed' && online !== true && merchant?.location !== undefined;
  return isOwn ? content.transaction : undefined;
}
