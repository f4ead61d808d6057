import type { Listed } from './ledger.ts';
import { useLooked } from './looked.ts';
import { openCheckpoint, type Checkpoint, continues, subtreesFromTiles } from '#web/proof';

/** What this browser found of the log as a whole. */
export type LogFinding =
  | { readonly found: 'looking' }
  | { readonly found: 'unsupported' | 'broken' | 'key-changed' | 'rewritten' | 'unreachable' }
  | {
      readonly found: 'right';
      readonly size: number;
      readonly seenBefore: boolean;
      readonly others: readonly string[];
    };

/** What this browser saw last, in its own storage: no server can take it back. */
interface Seen {
  readonly key: string;
  readonly checkpoint: string;
}

const name = 'tellerline.log';
const looking: LogFinding = { found: 'looking' };

/** Opens the newest checkpoint, and compares it with the one that this browser saw last. */
export function useLogFinding(newest: Listed | undefined): LogFinding {
  return useLooked(newest, look) ?? looking;
}

async function look({ checkpoint, key }: Seen): Promise<LogFinding> {
  const tree = await openCheckpoint(checkpoint, key);
  if (tree === 'unsupported') return { found: 'unsupported' };
  if (typeof tree === 'string') return { found: 'broken' };
  const seen = remembered();
  if (seen && seen.key !== key) return { found: 'key-changed' };
  const before = seen && (await openCheckpoint(seen.checkpoint, seen.key));
  if (before && typeof before !== 'string') {
    const verdict = await compare(before, tree);
    if (verdict !== 'continues') return { found: verdict };
    if (before.size > tree.size) return { found: 'right', size: tree.size, seenBefore: true, others: tree.others };
  }
  remember({ checkpoint, key });
  return { found: 'right', size: tree.size, seenBefore: seen !== undefined, others: tree.others };
}

async function compare(before: Checkpoint, now: Checkpoint): Promise<'continues' | 'rewritten' | 'unreachable'> {
  // An answer may be older than what another window has seen already.
  const [older, newer] = before.size <= now.size ? [before, now] : [now, before];
  try {
    return (await continues(older, newer, subtreesFromTiles(newer.size, readTile))) ? 'continues' : 'rewritten';
  } catch {
    return 'unreachable';
  }
}

async function readTile(address: string): Promise<Uint8Array<ArrayBuffer>> {
  const response = await fetch(`/log/${address}`);
  if (!response.ok) throw new Error(`the log answered ${response.status}`);
  return new Uint8Array(await response.arrayBuffer());
}

function remembered(): Seen | undefined {
  try {
    const seen: unknown = JSON.parse(localStorage.getItem(name) ?? 'null');
    return isSeen(seen) ? seen : undefined;
  } catch {
    // Storage is forbidden, or holds something else: there is nothing to compare with.
    return undefined;
  }
}

function remember(seen: Seen): void {
  try {
    localStorage.setItem(name, JSON.stringify({ key: seen.key, checkpoint: seen.checkpoint }));
  } catch {
    // Storage is forbidden: the next visit has nothing to compare with.
    return;
  }
}

function isSeen(value: unknown): value is Seen {
  if (typeof value !== 'object' || value === null || !('key' in value) || !('checkpoint' in value)) return false;
  return typeof value.key === 'string' && typeof value.checkpoint === 'string';
}
