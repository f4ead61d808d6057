import type { LedgerEntry } from '#contract';
import { concat, fromBase64, same, sha256, utf8, type Bytes } from './bytes.ts';
import { leafHash, rootOfInclusion, type TreeHead } from './tree.ts';

const entryDomain = utf8('tellerline/entry/v1\n');

/**
 * The canonical form (RFC 8785) of a ledger's record: flat, so that names in order and the engine's own
 * writing of texts and numbers are all of it.
 */
export function canonical(record: LedgerEntry['record']): string {
  const names = Object.keys(record).toSorted((a, b) => (a < b ? -1 : 1));
  return `{${names.map((name) => `${JSON.stringify(name)}:${JSON.stringify(record[name])}`).join(',')}}`;
}

/** What a browser computed of an entry, step by step; docs/proof-log.md has the bytes. */
export interface Steps {
  /** SHA-256 of domain, salt and the record's canonical form. */
  readonly commitment: Bytes;
  /** The leaf of the transaction that entered it: version, count of its entries, their root. */
  readonly leaf: Bytes;
  /** Where the path from the leaf leads. */
  readonly root: Bytes;
}

/** Computes an entry's way into the log; undefined when its proof has not the form of one. */
export async function stepsOf({ record, salt, leaf, path }: LedgerEntry, size: number): Promise<Steps | undefined> {
  const saltBytes = fromBase64(salt);
  const [inner, outer] = [leaf.path, path].map((hashes) => hashes.map(fromBase64));
  if (saltBytes?.length !== 32 || !inner?.every(isBytes) || !outer?.every(isBytes)) return undefined;
  if (leaf.entries > 0xffff_ffff) return undefined;
  const commitment = await sha256(entryDomain, saltBytes, utf8(canonical(record)));
  const innerRoot = await rootOfInclusion({
    leaf: await leafHash(commitment),
    index: leaf.position,
    size: leaf.entries,
    path: inner,
  });
  if (!innerRoot) return undefined;
  const count = new Uint8Array(4);
  new DataView(count.buffer).setUint32(0, leaf.entries);
  const data = concat(Uint8Array.of(1), count, innerRoot);
  const root = await rootOfInclusion({ leaf: await leafHash(data), index: leaf.index, size, path: outer });
  return root && { commitment, leaf: data, root };
}

/** True when an entry stands in the tree that was signed, word for word. */
export async function isInLog(entry: LedgerEntry, tree: TreeHead): Promise<boolean> {
  const steps = await stepsOf(entry, tree.size);
  return steps !== undefined && same(steps.root, tree.root);
}

const isBytes = (bytes: Bytes | undefined): bytes is Bytes => bytes !== undefined;
