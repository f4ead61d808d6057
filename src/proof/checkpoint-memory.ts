import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The checkpoint that was signed last, kept apart from the database: an old copy of that cannot take it back. */
export interface CheckpointMemory {
  read(): string | undefined;
  write(note: string): void;
}

/**
 * Keeps it in the key folder (`log-checkpoint`). It may lag by a round when the process is killed; it never
 * leads. To go on from an old copy of the database on purpose, the file is removed by hand.
 */
export function fileMemory(directory: string): CheckpointMemory {
  const path = join(directory, 'log-checkpoint');
  return {
    read: () => (existsSync(path) ? readFileSync(path, 'utf8') : undefined),
    write: (note) => {
      // Put in place whole: a kill in between leaves the one before.
      writeFileSync(`${path}.new`, note, { mode: 0o600 });
      renameSync(`${path}.new`, path);
    },
  };
}
