import type { AccountRef, LinkId, RecordId } from '#base';
import type { RecordRow } from './using.ts';

/**
 * A record as `records.by-day` packs it, so that a year comes as one value of each link: a row of its own for each
 * record costs both sides more than reading it does. Numbers are unsigned, of 32 bits, the highest byte first.
 *
 * Bytes: record id (16) | account (16) | epoch (4) | length of the subject (4) | subject | length of what is sealed (4) | it
 */
export const packedRecord = `uuid_send(r.record_id) || uuid_send(r.account_ref) || int4send(r.epoch)
      || int4send(length(r.subject_index)) || r.subject_index || int4send(length(r.sealed)) || r.sealed`;

const idBytes = 16;
const numberBytes = 4;

/** The records of a link, still sealed, in the order in which they were packed. Nothing is copied: they lie in `bytes`. */
export function unpackRecords(linkId: LinkId, bytes: Buffer): RecordRow[] {
  const rows: RecordRow[] = [];
  let at = 0;
  const take = (length: number): Buffer => bytes.subarray(at, (at += length));
  const number = (): number => take(numberBytes).readUInt32BE(0);
  while (at < bytes.length)
    rows.push({
      linkId,
      recordId: uuidOf(take(idBytes)) as RecordId,
      accountRef: uuidOf(take(idBytes)) as AccountRef,
      epoch: number(),
      subjectIndex: take(number()),
      sealed: take(number()),
    });
  return rows;
}

function uuidOf(bytes: Buffer): string {
  const hex = bytes.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
