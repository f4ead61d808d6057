import type { AccountRef, LinkId, RecordId } from '#base';
import { TellerlineError } from '#base';
import { requireCaseConsent, requireConsent } from '#consent';
import type { Purpose } from '#contract';
import { sql, type Transaction } from '#db';
import { actorName, requireActorMay, type StaffActor } from './actor.ts';
import { forgetKey } from './cipher.ts';
import type { AccessRequest } from './gate.ts';
import type { KeyTable, LinkKey } from './keys.ts';
import type { AccessDraft } from './ledger-records.ts';
import { enterInLedger, type LedgerParts } from './ledger.ts';
import type { OpenedRecord, RecordContent, RecordSelection } from './records.ts';
import { openRecordContent } from './sealing.ts';
import { coveredPart, requirePurposeMay } from './uses.ts';

/** A record, still sealed. */
export interface RecordRow {
  readonly linkId: LinkId;
  readonly recordId: RecordId;
  readonly accountRef: AccountRef;
  readonly subjectIndex: Buffer;
  readonly epoch: number;
  readonly sealed: Buffer;
}

/** How keys are taken out for one use. */
export type TakeOut = KeyTable['ofLinks'];

/**
 * Does one use and overwrites every key that was taken out for it, also when the use was refused or its
 * transaction failed after the key was unwrapped.
 */
export async function withKeys<Result>(takeOut: TakeOut, use: (take: TakeOut) => Promise<Result>): Promise<Result> {
  const taking: Promise<ReadonlyMap<LinkId, LinkKey>>[] = [];
  try {
    return await use((tx, linkIds) => {
      const held = takeOut(tx, linkIds);
      taking.push(held);
      return held;
    });
  } finally {
    // Also those that were still being unwrapped when something beside them was refused.
    for (const taken of await Promise.allSettled(taking))
      if (taken.status === 'fulfilled') for (const { key } of taken.value.values()) forgetKey(key);
  }
}

/** As much of a record as a use covers; the gate enters that use before. */
export function openRecord(
  key: LinkKey,
  row: RecordRow,
  fields: readonly string[],
  purposes: ReadonlySet<Purpose> | undefined,
): OpenedRecord {
  const content = openRecordContent<RecordContent>(key, row.subjectIndex, row.sealed);
  return { recordId: row.recordId, accountRef: row.accountRef, content: coveredPart(content, fields, purposes) };
}

/** A use as the ledger enters it. */
export function accessOf({ actor, ...use }: AccessRequest & { readonly records: number }): AccessDraft {
  const { linkId, purpose, fields, reason, records } = use;
  const { customerId } = actor;
  return { type: 'access', customerId, linkId, actor: actorName(actor), purpose, fields, reason, records };
}

/** Enters a use, in the transaction that has checked it. */
export async function enterAccess(
  tx: Transaction,
  parts: LedgerParts,
  request: AccessRequest,
  records: number,
): Promise<void> {
  await enterInLedger(tx, parts, [accessOf({ ...request, records })]);
}

/**
 * The link's key, its row locked, and all that its owner consented to, when the use is covered by that.
 *
 * @throws TellerlineError `purpose_not_consented`, `link_ended`, `use_outside_purpose`, for staff `field_not_shared`, `case_closed`
 */
export async function requireUse(
  tx: Transaction,
  take: TakeOut,
  { actor, linkId, purpose, fields }: AccessRequest,
  nowMs: number,
): Promise<{ key: LinkKey; purposes: ReadonlySet<Purpose> }> {
  requirePurposeMay(purpose, fields);
  requireActorMay(actor, purpose, fields);
  const held = (await take(tx, [linkId])).get(linkId);
  if (held?.customerId !== actor.customerId)
    throw new TellerlineError('link_ended', 410, 'This link was stopped. Its data can no longer be read.');
  if (actor.kind === 'staff') return { key: held, purposes: await requireStaff(tx, held, actor, fields, nowMs) };
  return { key: held, purposes: await requireConsent(tx, linkId, purpose, nowMs) };
}

/** Staff see a case of their own bank, as long as its own consent is open, and of the fields those that are ticked. */
async function requireStaff(
  tx: Transaction,
  held: LinkKey,
  { bankId, caseId, customerId }: StaffActor,
  fields: readonly string[],
  nowMs: number,
): Promise<ReadonlySet<Purpose>> {
  const { linkId } = held;
  // No word of another bank's customers: for its staff there is no such link.
  if (held.bankId !== bankId)
    throw new TellerlineError('link_ended', 410, 'This link was stopped. Its data can no longer be read.');
  return requireCaseConsent(tx, { caseId, customerId, linkId, bankId }, fields, nowMs);
}

/** Records of one link as selected, still sealed, newest first. */
export async function selectRecords(tx: Transaction, linkId: LinkId, selection: RecordSelection): Promise<RecordRow[]> {
  return tx.query<RecordRow>(sql`
    select link_id as "linkId", record_id as "recordId", account_ref as "accountRef",
      subject_index as "subjectIndex", epoch, sealed
    from records
    where link_id = ${linkId} and kind = ${selection.kind}
      and local_date between ${selection.from}::date and ${selection.to}::date
      and (${selection.accountRefs ? [...selection.accountRefs] : null}::uuid[] is null
        or account_ref = any(${selection.accountRefs ? [...selection.accountRefs] : null}::uuid[]))
      and (${selection.recordIds ? [...selection.recordIds] : null}::uuid[] is null
        or record_id = any(${selection.recordIds ? [...selection.recordIds] : null}::uuid[]))
    order by local_date desc, occurred_at desc, record_id limit ${selection.newest ?? null}`);
}
