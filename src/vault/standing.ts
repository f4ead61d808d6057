import { sql, type Transaction } from '#db';
import type { RecordContent } from './records.ts';
import type { LinkSealer } from './sealing.ts';

/** A record that stands, as it is about to be put together with what is told now. */
export interface StandingRecord {
  readonly localDate: string;
  readonly occurredAt: Date;
  readonly content: RecordContent;
}

/**
 * Locks the record of a subject until the transaction ends and opens it, so that what a shop or a carrier tells now
 * is put together with it and sealed again; the use is entered by whoever stores it (P7). Undefined when there is
 * none, or when it lies under a key of before.
 */
export async function standingRecord(
  tx: Transaction,
  sealer: LinkSealer,
  subjectIndex: Buffer,
): Promise<StandingRecord | undefined> {
  const [row] = await tx.query<{ localDate: string; occurredAt: Date; epoch: number; sealed: Buffer }>(sql`
    select local_date::text as "localDate", occurred_at as "occurredAt", epoch, sealed from records
    where link_id = ${sealer.linkId} and subject_index = ${subjectIndex} for update`);
  if (row?.epoch !== sealer.epoch) return undefined;
  const { localDate, occurredAt, sealed } = row;
  return sealer
    .openStanding<RecordContent>(subjectIndex, sealed)
    .use((content) => ({ localDate, occurredAt, content }));
}
