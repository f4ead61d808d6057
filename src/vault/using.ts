import type { AccountRef, LinkId, RecordId } from '#base';
import type { Purpose } from '#contract';
import { actorName } from './actor.ts';
import { forgetKey, type DataKey } from './cipher.ts';
import type { AccessRequest } from './gate.ts';
import type { KeyTable, LinkKey } from './keys.ts';
import type { AccessDraft } from './ledger-records.ts';
import type { OpenedRecord, RecordContent } from './records.ts';
import { openRecordContent } from './sealing.ts';
import { coveredPart } from './uses.ts';

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
  const taken: DataKey[] = [];
  try {
    return await use(async (tx, linkIds) => {
      const held = await takeOut(tx, linkIds);
      for (const { key } of held.values()) taken.push(key);
      return held;
    });
  } finally {
    for (const key of taken) forgetKey(key);
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
