import * as z from 'zod';
import { openCheckpoint } from './checkpoint.ts';
import { commitmentOf, leafFrom, type LogRecord } from './entry.ts';
import { hashBytes, leafHash, rootOfInclusion, verifyInclusion, type TreeHead } from './merkle.ts';
import { parseVerifier, type Verifier } from './note.ts';
import type { Proofs } from './log.ts';

const base64 = z.base64().transform((text) => Buffer.from(text, 'base64'));
const hash = base64.refine((bytes) => bytes.length === hashBytes);
const path = z.array(hash).max(64);
const count = z.int().nonnegative();
const value = z.union([z.string(), z.number(), z.boolean(), z.array(z.string())]);

/** RFC 8785 has no form for half a character. */
const record = z
  .object({ id: z.string(), type: z.string() })
  .catchall(value)
  .refine((one) => [...Object.keys(one), ...Object.values(one).flat()].every((part) => String(part).isWellFormed()));

/** An export, as docs/proof-log.md describes it. One entry of an export is a receipt. */
const exportSchema = z.strictObject({
  format: z.literal('tellerline-log-export/1'),
  key: z.string().max(500),
  checkpoint: z.string().max(10_000),
  entries: z.array(
    z.strictObject({
      record,
      salt: hash,
      leaf: z.strictObject({ index: count, entries: count, position: count, path }),
      path,
    }),
  ),
  waiting: count,
});

/** An export as it is written: hashes in base64. */
export type LogExport = z.input<typeof exportSchema>;

/**
 * Puts entries and their proofs into an export, which can be checked without us (`verifyExport`).
 * Entries that no checkpoint covers yet are counted as `waiting`: they are covered within a second.
 */
export function exportOf(
  key: string,
  entries: readonly { readonly record: LogRecord; readonly salt: Buffer }[],
  { checkpoint, proofs }: Pick<Proofs, 'checkpoint' | 'proofs'>,
): LogExport {
  const text = (bytes: Buffer): string => bytes.toString('base64');
  const covered = entries.flatMap(({ record, salt }, n): LogExport['entries'] => {
    const proof = proofs[n];
    if (!proof) return [];
    const leaf = { index: proof.index, entries: proof.entries, position: proof.position };
    return [
      {
        record: record as LogExport['entries'][number]['record'],
        salt: text(salt),
        leaf: { ...leaf, path: proof.innerPath.map(text) },
        path: proof.path.map(text),
      },
    ];
  });
  const format = 'tellerline-log-export/1';
  return { format, key, checkpoint, entries: covered, waiting: entries.length - covered.length };
}

/** What a check came to: plain sentences, and whether all is well. */
export interface Verdict {
  readonly holds: boolean;
  readonly said: readonly string[];
  /** The checkpoint that was checked, to be remembered; undefined when its signature is wrong. */
  readonly checkpoint?: string;
  readonly key?: string;
}

/**
 * Checks an export offline: the checkpoint's signature, and that each entry is in the log that it signs.
 *
 * @param expected the key that the log is known by; without it the export's own key is taken and named
 */
export function verifyExport(text: string, expected: Verifier | undefined): Verdict {
  const parsed = exportSchema.safeParse(ledgerWithin(parseJson(text)));
  if (!parsed.success) return { holds: false, said: ['This is not an export or a receipt of a proof log.'] };
  const { key, checkpoint, entries, waiting } = parsed.data;
  const own = parseVerifier(key);
  if (!own) return { holds: false, said: ['The key in this file is not the key of a log.'] };
  if (expected && expected.text !== own.text) {
    return { holds: false, said: [`This file is of another log: its key is ${own.text}`] };
  }
  const tree = openCheckpoint(checkpoint, own);
  if (!tree) return { holds: false, said: ['The signature of the checkpoint is wrong: this file was altered.'] };
  const bad = entries.filter((entry) => !isIncluded(entry, tree)).map((entry) => entry.record.id);
  const said = [
    `The checkpoint is signed by ${own.name}: ${tree.size} leaves.`,
    ...(expected ? [] : [`The key was taken from the file. Compare it with the log’s own /log/key: ${own.text}`]),
    `${entries.length - bad.length} of ${entries.length} entries are in the log, word for word.`,
    ...(bad.length === 0 && entries.length === 1 ? deletionWords(entries[0]?.record) : []),
    ...bad.map((id) => `Entry ${id} is NOT in the log as it stands here: it was altered, or its proof was.`),
    ...(waiting > 0 ? [`${waiting} newer entries were not covered by a checkpoint yet when this was written.`] : []),
  ];
  return { holds: bad.length === 0, said, checkpoint, key };
}

/**
 * Adds to the verdict on a file whether its checkpoint and a remembered one agree. Of different sizes a
 * file alone cannot say: that takes the log's own tiles.
 */
export function continuesOffline(verdict: Verdict, remembered: string, expected: Verifier | undefined): Verdict {
  if (!verdict.holds || verdict.checkpoint === undefined) return verdict;
  const key = expected ?? parseVerifier(verdict.key ?? '');
  const [earlier, tree] = [remembered, verdict.checkpoint].map((note) => key && openCheckpoint(note, key));
  const add = (holds: boolean, sentence: string): Verdict => ({ ...verdict, holds, said: [...verdict.said, sentence] });
  if (!earlier || !tree) return add(false, 'The remembered checkpoint is not signed by this log’s key.');
  if (earlier.size !== tree.size) {
    return add(
      false,
      `The remembered checkpoint is of ${earlier.size} leaves, the file’s of ${tree.size}: a file alone cannot show that one continues the other. Check the log’s address.`,
    );
  }
  return earlier.root.equals(tree.root)
    ? add(true, 'It is the remembered checkpoint.')
    : add(false, 'The log has signed TWO trees of the same size: it shows different things to different people.');
}

/** What a receipt says, in words. */
function deletionWords(record: ExportedEntry['record'] | undefined): string[] {
  if (record?.type !== 'deletion') return [];
  const { what, at, keys, records, messages, window } = record;
  return [
    `It is the receipt of a deletion (${String(what)}) on ${String(at)}: ${String(keys)} keys, ${String(records)} records, ${String(messages)} messages.`,
    `From ${String(window)} on older copies of the database open nothing of it either, if root keys are renewed as configured.`,
  ];
}

type ExportedEntry = z.output<typeof exportSchema>['entries'][number];

function isIncluded({ record, salt, leaf, path }: ExportedEntry, { size, root }: TreeHead): boolean {
  const commitment = commitmentOf(record, salt);
  const inner = rootOfInclusion({
    leaf: leafHash(commitment),
    index: leaf.position,
    size: leaf.entries,
    path: leaf.path,
  });
  if (!inner || leaf.entries > 0xffff_ffff) return false;
  return verifyInclusion({ leaf: leafHash(leafFrom(leaf.entries, inner)), index: leaf.index, size, path }, root);
}

/** A customer's whole export holds the log's export under `ledger`; anything else is taken as it is. */
function ledgerWithin(json: unknown): unknown {
  const whole = typeof json === 'object' && json !== null && 'ledger' in json && 'format' in json;
  return whole && json.format === 'tellerline-customer-export/1' ? json.ledger : json;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
