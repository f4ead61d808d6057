import { createHmac, hash } from 'node:crypto';
import { canonicalJson } from '#base';
import { leafHash, rootOf } from './merkle.ts';

/** What is entered, such as one access: a JSON object of plain values with an `id` and a `type`. */
export type LogRecord = Readonly<Record<string, string | number | boolean | readonly string[]>> & {
  readonly id: string;
  readonly type: string;
};

/** A record with the key from which its salt derives. */
export interface LogEntry {
  readonly record: LogRecord;
  /** 32 secret bytes; whoever has neither them nor the salt cannot test a guess of the record. */
  readonly saltKey: Buffer;
}

const saltDomain = 'tellerline/salt/v1\n';
const entryDomain = Buffer.from('tellerline/entry/v1\n');
const leafVersion = 1;

/** Length of a leaf: version (1), number of entries (4), root (32). */
export const leafBytes = 37;

/** The salt of an entry: HMAC-SHA-256(salt key, "tellerline/salt/v1\n" || id). 32 bytes. */
export function saltOf(saltKey: Buffer, id: string): Buffer {
  return createHmac('sha256', saltKey).update(`${saltDomain}${id}`).digest();
}

/** The commitment: SHA-256("tellerline/entry/v1\n" || salt || RFC 8785 form of the record). 32 bytes. */
export function commitmentOf(record: LogRecord, salt: Buffer): Buffer {
  return hash('sha256', Buffer.concat([entryDomain, salt, Buffer.from(canonicalJson(record))]), 'buffer');
}

/**
 * The leaf of a transaction: 0x01, the number of its entries in four bytes (big-endian), and the root of
 * the Merkle tree whose leaves are the commitments.
 */
export function leafOf(commitments: readonly Buffer[]): Buffer {
  const leaf = Buffer.allocUnsafe(leafBytes);
  leaf[0] = leafVersion;
  leaf.writeUInt32BE(commitments.length, 1);
  rootOf(commitments.map(leafHash)).copy(leaf, 5);
  return leaf;
}

/** The leaf with this count and root, as a proof leads to it. */
export function leafFrom(count: number, root: Buffer): Buffer {
  const head = Buffer.allocUnsafe(5);
  head[0] = leafVersion;
  head.writeUInt32BE(count, 1);
  return Buffer.concat([head, root]);
}
