import { openCheckpoint } from './checkpoint.ts';
import type { Verdict } from './export.ts';
import {
  CompactRange,
  consistencySpans,
  hashBytes,
  leafHash,
  verifyConsistency,
  type Span,
  type TreeHead,
} from './merkle.ts';
import { parseVerifier, type Verifier } from './note.ts';
import {
  entriesIn,
  grow,
  hashOfSpan,
  tileAddress,
  tileName,
  tilesFor,
  tileWidth,
  widthOf,
  type TileAddress,
} from './tiles.ts';

/** Reads one address below the log's own, such as `checkpoint`; undefined when nothing is there. */
export type LogFetch = (path: string) => Promise<Buffer | undefined>;

export interface LogCheck {
  /** The key that the log is known by; without it the one that the log itself shows is taken, and named. */
  readonly expected: Verifier | undefined;
  /** A checkpoint from an earlier check: the log must continue it. */
  readonly remembered: string | undefined;
  /** Read every leaf and recompute the root; else only what a comparison needs. */
  readonly all: boolean;
}

/** Checks a log from outside: its checkpoint's signature, that it continues an earlier one, and its leaves. */
export async function verifyLog(read: LogFetch, check: LogCheck): Promise<Verdict> {
  const fails = (sentence: string): Verdict => ({ holds: false, said: [sentence] });
  const key = check.expected ?? parseVerifier((await read('key'))?.toString() ?? '');
  if (!key) return fails('There is no key of a log at this address.');
  const checkpoint = (await read('checkpoint'))?.toString();
  if (checkpoint === undefined) return fails('There is no checkpoint at this address.');
  const tree = openCheckpoint(checkpoint, key);
  if (!tree) return fails(`The signature of the checkpoint is wrong: it is not of ${key.text}`);
  const said = [
    `The checkpoint is signed by ${key.name}: ${tree.size} leaves.`,
    ...(check.expected ? [] : [`The key is the log’s own word. Keep it and give it with --key: ${key.text}`]),
  ];
  const verdict: Verdict = { holds: true, said, checkpoint };
  const checks = [
    ...(check.remembered === undefined ? [] : [() => checkContinues(read, check.remembered ?? '', tree, key)]),
    ...(check.all ? [() => checkLeaves(read, tree)] : []),
  ];
  for (const one of checks) {
    const { holds, sentence } = await one();
    said.push(sentence);
    if (!holds) return { holds, said };
  }
  return verdict;
}

interface Finding {
  readonly holds: boolean;
  readonly sentence: string;
}

async function checkContinues(read: LogFetch, note: string, tree: TreeHead, key: Verifier): Promise<Finding> {
  const earlier = openCheckpoint(note, key);
  if (!earlier) return { holds: false, sentence: 'The remembered checkpoint is not signed by this log’s key.' };
  if (earlier.size > tree.size) {
    const sentence = `The log has become shorter: it had ${earlier.size} leaves. It was rewritten, or an old copy is shown.`;
    return { holds: false, sentence };
  }
  const spans = consistencySpans(earlier.size, tree.size);
  const path = await hashesOf(read, spans, tree.size);
  if (!path) return { holds: false, sentence: 'The log does not show the tiles that its checkpoint needs.' };
  return verifyConsistency(earlier, tree, path)
    ? {
        holds: true,
        sentence: `It continues the remembered checkpoint of ${earlier.size} leaves; none of them was altered.`,
      }
    : {
        holds: false,
        sentence: `The log was REWRITTEN: its first ${earlier.size} leaves are not those that were signed before.`,
      };
}

async function hashesOf(read: LogFetch, spans: readonly Span[], size: number): Promise<Buffer[] | undefined> {
  const tiles = new Map<string, Buffer>();
  for (const id of tilesFor(spans)) {
    const hashes = await fetchTile(read, { of: 'hashes', ...id, width: widthOf(id, size) });
    if (hashes) tiles.set(tileName(id), hashes);
  }
  const path = spans.map((span) => hashOfSpan(tiles, span));
  return path.every((one) => one !== undefined) ? path : undefined;
}

async function checkLeaves(read: LogFetch, { size, root }: TreeHead): Promise<Finding> {
  const range = new CompactRange();
  const hashes: Buffer[] = [];
  for (let index = 0; range.size < size; index += 1) {
    const width = Math.min(tileWidth, size - range.size);
    const bytes = await fetchTile(read, { of: 'entries', level: 0, index, width });
    const entries = bytes && entriesIn(bytes)?.slice(0, width);
    if (entries?.length !== width) return { holds: false, sentence: `Leaves from ${range.size} on are missing.` };
    for (const hash of entries.map(leafHash)) {
      range.append(hash);
      hashes.push(hash);
    }
  }
  if (!range.root().equals(root))
    return { holds: false, sentence: 'The leaves that are shown do NOT make the root that was signed.' };
  for (const { level, index, hashes: right } of grow(new Map(), 0, hashes)) {
    const shown = await fetchTile(read, { of: 'hashes', level, index, width: right.length / hashBytes });
    if (!shown?.equals(right))
      return { holds: false, sentence: `Tile ${level}/${index} is NOT that of the leaves that are shown.` };
  }
  return {
    holds: true,
    sentence: 'All leaves were read and hashed; they make the root that was signed, and its tiles.',
  };
}

/** A tile in the width that the checkpoint covers; a log may have put the full one in its place. */
async function fetchTile(read: LogFetch, address: TileAddress): Promise<Buffer | undefined> {
  const partial = await read(`tile/${tileAddress(address)}`);
  if (partial || address.width === tileWidth) return partial;
  const full = await read(`tile/${tileAddress({ ...address, width: tileWidth })}`);
  return address.of === 'hashes' ? full?.subarray(0, address.width * hashBytes) : full;
}
