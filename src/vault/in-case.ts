import { TellerlineError } from '#base';
import type { Transaction } from '#db';
import type { StaffActor } from './actor.ts';
import { forgetKey } from './cipher.ts';
import type { AccessRequest } from './gate.ts';
import type { LinkKey } from './keys.ts';
import type { LedgerParts } from './ledger.ts';
import { Plaintext } from './plaintext.ts';
import type { OpenedRecord, RecordContent, RecordSelection } from './records.ts';
import { openCaseContent, openRecordContent, type CasePlace } from './sealing.ts';
import { requirePurposeMay } from './uses.ts';
import { enterAccess, openRecord, requireUse, selectRecords, type RecordRow, type TakeOut } from './using.ts';

/** Something of a case, still sealed. */
export interface SealedCasePart {
  readonly place: CasePlace;
  /** What it is bound to beside its column, link and epoch. */
  readonly row: string;
  readonly sealed: Buffer;
}

/** A use by staff in one case. */
export type StaffUse = Omit<AccessRequest, 'actor' | 'purpose'> & { readonly actor: StaffActor };

/** What staff look at: the newest ones of those that are meant. What each is stands sealed, so it is told here. */
export interface StaffSelection extends RecordSelection {
  readonly newest: number;
  readonly only: (content: RecordContent) => boolean;
}

/** Among so many of the newest records those that are meant are looked for: months of an account in daily use. */
const soughtAmongMax = 500;

/** Takes keys out for a transaction of the caller's, and overwrites them when it is over. */
function takeWithin({ keys }: LedgerParts, tx: Transaction): TakeOut {
  return async (_, linkIds) => {
    const held = await keys.ofLinks(tx, linkIds);
    tx.atEnd(() => {
      for (const { key } of held.values()) forgetKey(key);
    });
    return held;
  };
}

/** See `Gate.openCase`. */
export async function openCase(
  tx: Transaction,
  parts: LedgerParts,
  use: Omit<AccessRequest, 'purpose'>,
  sealed: readonly SealedCasePart[],
  entered: boolean,
): Promise<Plaintext<readonly unknown[]>> {
  const request: AccessRequest = { ...use, purpose: 'customer-chat' };
  const { actor, linkId } = request;
  let key: LinkKey | undefined;
  if (actor.kind === 'staff') ({ key } = await requireUse(tx, takeWithin(parts, tx), request, parts.clock.nowMs()));
  else {
    // One's own words: nobody's consent is asked for, and no task reads them.
    if (actor.kind === 'task')
      throw new TellerlineError('task_not_allowed', 403, 'This task may not use that.', { task: actor.task });
    key = (await takeWithin(parts, tx)(tx, [linkId])).get(linkId);
    if (key?.customerId !== actor.customerId)
      throw new TellerlineError('link_ended', 410, 'This link was stopped. Its data can no longer be read.');
  }
  if (entered) await enterAccess(tx, parts, request, sealed.length);
  const held = key;
  return new Plaintext(sealed.map((one) => openCaseContent(held, one.place, one.row, one.sealed)));
}

/** See `Gate.look`. */
export async function look(
  tx: Transaction,
  parts: LedgerParts,
  use: StaffUse,
  selection: StaffSelection | undefined,
): Promise<Plaintext<readonly OpenedRecord[]>> {
  const request: AccessRequest = { ...use, purpose: 'customer-chat' };
  requirePurposeMay(request.purpose, request.fields, selection?.kind);
  const { key, purposes } = await requireUse(tx, takeWithin(parts, tx), request, parts.clock.nowMs());
  const rows = selection ? await selectRecords(tx, request.linkId, { ...selection, newest: soughtAmongMax }) : [];
  const meant: RecordRow[] = [];
  for (const row of rows) {
    if (!selection || meant.length >= selection.newest) break;
    // What is not meant is dropped here, unseen by anybody.
    const isMeant = row.epoch === key.epoch && selection.only(openRecordContent(key, row.subjectIndex, row.sealed));
    if (isMeant) meant.push(row);
  }
  await enterAccess(tx, parts, request, meant.length);
  return new Plaintext(meant.map((row) => openRecord(key, row, request.fields, purposes)));
}
