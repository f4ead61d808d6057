import { closeSync, existsSync, fstatSync, fsyncSync, openSync, readFileSync, readSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { syncFolder, TellerlineError } from '#base';

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
    /** What staff may no longer see. */
    chatFields: z.array(z.string()).optional(),
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
  /** @throws TellerlineError `revocations_damaged` */
  read(): Ending[];
}

/** Keeps nothing: for the replay itself, and for tests. */
export const noRevocationMemory: RevocationMemory = { append: () => undefined, read: () => [] };

/** Says of the line before it that its write was cut off. */
const cutOff = 'cut-off';

/**
 * The memory in the file `revocations` of the key folder, mode 0600: one line of JSON each, only ever added
 * to. A line that a power cut or a full disk left half written ends nothing; its transaction was not
 * committed. Such a line is the last, or the next write has said so on the line after it; any other that
 * cannot be read is damage, and whatever it ended would come back.
 */
export function revocationFile(directory: string, nowMs: () => number): RevocationMemory {
  const path = join(directory, 'revocations');
  return {
    append: (endings) => {
      const at = new Date(nowMs()).toISOString();
      const isNew = !existsSync(path);
      const file = openSync(path, 'a+', 0o600);
      try {
        const lines = isCutOff(lastByteOf(file)) ? [{ what: cutOff }, ...endings] : endings;
        writeFileSync(file, lines.map((line) => `\n${JSON.stringify({ at, ...line })}`).join(''));
        fsyncSync(file);
      } finally {
        closeSync(file);
      }
      if (isNew) syncFolder(directory);
    },
    read: () => (existsSync(path) ? endingsIn(readFileSync(path, 'utf8').split('\n')) : []),
  };
}

/** A line that was written to its end has this as its last character, and one that was not has it nowhere. */
const lineEnd = '}';
const isCutOff = (end: string): boolean => end !== '' && end !== '\n' && !end.endsWith(lineEnd);

function lastByteOf(file: number): string {
  const { size } = fstatSync(file);
  const byte = Buffer.alloc(1);
  return size > 0 && readSync(file, byte, 0, 1, size - 1) === 1 ? byte.toString('latin1') : '';
}

function endingsIn(lines: readonly string[]): Ending[] {
  return lines.flatMap((line, n): Ending[] => {
    if (line === '') return [];
    const parsed = parseLine(line);
    if (isCutOffMark(parsed)) return [];
    const ending = endingSchema.safeParse(parsed);
    if (ending.success) return [ending.data];
    const next = lines[n + 1];
    if (isCutOff(line) && (next === undefined || isCutOffMark(parseLine(next)))) return [];
    throw new TellerlineError(
      'revocations_damaged',
      500,
      `Line ${n + 1} of the file revocations in the key folder is damaged. What it says was taken back could be here again, so nothing is started. Put the file back from a copy of the key folder, or put that line right.`,
      { line: n + 1 },
    );
  });
}

const cutOffMark = z.object({ what: z.literal(cutOff) });
const isCutOffMark = (parsed: unknown): boolean => cutOffMark.safeParse(parsed).success;

function parseLine(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
