import { closeSync, existsSync, fsyncSync, openSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';

const causedBy = z.enum(['customer', 'bank', 'staff', 'operator', 'expiry']);
const withdrawnBy = z.enum(['bank', 'operator']);

/** One thing that was taken back, by ids of ours alone. */
const endingSchema = z.discriminatedUnion('what', [
  z.object({ what: z.literal('link'), link: z.string(), by: causedBy }),
  /** Purposes and accounts that a consent no longer covers. */
  z.object({
    what: z.literal('narrowed'),
    link: z.string(),
    customer: z.string(),
    consent: z.string(),
    /** The consent that took its place: what was given up next is said of that one. */
    becomes: z.string().optional(),
    purposes: z.array(z.string()),
    accounts: z.array(z.string()),
  }),
  z.object({ what: z.literal('account'), customer: z.string() }),
  z.object({ what: z.literal('bank'), bank: z.string(), withdrawal: z.string(), by: withdrawnBy }),
  z.object({ what: z.literal('returned'), bank: z.string(), withdrawal: z.string(), by: withdrawnBy }),
]);
/** One thing that was taken back, by ids of ours alone. */
export type Ending = z.infer<typeof endingSchema>;

/**
 * Everything that was taken back, kept apart from the database: an older copy of that, put in its place,
 * cannot bring any of it back.
 */
export interface RevocationMemory {
  /**
   * Adds endings; durable when it returns. Called in the transaction that ends them, as its last act: what is
   * committed is in here. What is in here and was not committed is ended by the next start.
   */
  append(endings: readonly Ending[]): void;
  read(): Ending[];
}

/** Keeps nothing: for the replay itself, and for tests. */
export const noRevocationMemory: RevocationMemory = { append: () => undefined, read: () => [] };

/**
 * The memory in the file `revocations` of the key folder, mode 0600: one line of JSON each, only ever added
 * to. A line that a power cut left half written ends nothing; its transaction was not committed.
 */
export function revocationFile(directory: string, nowMs: () => number): RevocationMemory {
  const path = join(directory, 'revocations');
  return {
    append: (endings) => {
      const at = new Date(nowMs()).toISOString();
      // A line of its own even after one that was cut off.
      const text = endings.map((ending) => `\n${JSON.stringify({ at, ...ending })}`).join('');
      const file = openSync(path, 'a', 0o600);
      try {
        writeSync(file, text);
        fsyncSync(file);
      } finally {
        closeSync(file);
      }
    },
    read: () => {
      if (!existsSync(path)) return [];
      return readFileSync(path, 'utf8')
        .split('\n')
        .flatMap((line): Ending[] => {
          const ending = endingSchema.safeParse(parseLine(line));
          return ending.success ? [ending.data] : [];
        });
    },
  };
}

function parseLine(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
