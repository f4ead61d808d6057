import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { replaceDurably, TellerlineError } from '#base';
import { openCheckpoint } from './checkpoint.ts';
import type { TreeHead } from './merkle.ts';
import { signaturesOf, type Verifier } from './note.ts';

/** The checkpoint that was signed last, kept apart from the database: an old copy of that cannot take it back. */
export interface CheckpointMemory {
  read(): string | undefined;
  /** Durable when it is fulfilled. */
  write(note: string): Promise<void>;
}

/**
 * Keeps it in the key folder (`log-checkpoint`). It may lag by a round when the process is killed; it never
 * leads. To go on from an old copy of the database on purpose, the file is removed by hand.
 */
export function fileMemory(directory: string): CheckpointMemory {
  const path = join(directory, 'log-checkpoint');
  return {
    read: () => (existsSync(path) ? readFileSync(path, 'utf8') : undefined),
    write: (note) => replaceDurably(path, note),
  };
}

/**
 * The tree that was signed last, out of what is remembered; undefined when another key signed that, which is
 * no memory of this log. A note that does not open while the database's own newest one does is of no other
 * key, whatever it says: passed over, it would let an old copy of the database through.
 *
 * @param stored the newest checkpoint in the database
 * @throws TellerlineError `log_memory_damaged`
 */
export function openRemembered(note: string, key: Verifier, stored: string | undefined): TreeHead | undefined {
  const tree = openCheckpoint(note, key);
  if (tree) return tree;
  const isSameKey = stored !== undefined && openCheckpoint(stored, key) !== undefined;
  const signatures = signaturesOf(note) ?? [];
  const isOfAnother = signatures.length > 0 && signatures.every((one) => !one.keyHash.equals(key.keyHash));
  if (isOfAnother && !isSameKey) return undefined;
  throw new TellerlineError(
    'log_memory_damaged',
    500,
    'The file log-checkpoint in the key folder, by which an old copy of the database is noticed, is damaged. Put it back from a copy of the key folder. If you are sure that the database is the newest one, remove the file and start again; whoever kept a later checkpoint will see it if it is not.',
  );
}
