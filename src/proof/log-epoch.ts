import { existsSync, linkSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { replaceDurably, syncFolder, TellerlineError, type Random } from '#base';
import { sql, type Database } from '#db';
import { openCheckpoint, signCheckpoint } from './checkpoint.ts';
import { fileMemory, openRemembered } from './checkpoint-memory.ts';
import { readLogKey, readOldLogKeys } from './log-key.ts';
import { CompactRange, leafHash, type TreeHead } from './merkle.ts';
import { signNote, type Signer } from './note.ts';
import { postgresStorage } from './storage.ts';

/** Leaves hashed at once. */
const leavesPerReading = 2048;

/**
 * How far the log of a database lies behind what this key has signed; undefined when it does not.
 *
 * @throws TellerlineError `log_memory_damaged`
 */
export async function logBehind(
  database: Database,
  directory: string,
  signer: Signer,
): Promise<{ readonly was: TreeHead; readonly is: number } | undefined> {
  const note = fileMemory(directory).read();
  const head = await postgresStorage(database).head();
  const was = note === undefined ? undefined : openRemembered(note, signer, head?.note);
  const is = head?.size ?? 0;
  return was && is < was.size ? { was, is } : undefined;
}

/**
 * Goes on from an older copy of the database with a new log, as the old one can be neither continued nor
 * taken back: a new key and a new name, over the leaves that the copy holds, and a statement signed by the
 * old key that says so. The old key and its last checkpoint are kept beside the new one. Answers the
 * statement, or undefined when the copy holds all that was signed and the log simply goes on.
 *
 * @throws TellerlineError `log_damaged` when the copy's leaves are not those that were signed;
 *   `log_restore_cut_off` when an earlier run left what only a person can put right; `log_memory_damaged`
 */
export async function beginLogAnew(
  database: Database,
  parts: { readonly directory: string; readonly name: string; readonly random: Random; readonly at: Date },
): Promise<string | undefined> {
  const { directory, name, random, at } = parts;
  const epoch = nextEpoch(directory);
  // Before the key is read: where it was put aside and nothing more, reading would make a new one.
  requireNothingAside(directory, epoch - 1);
  const old = readLogKey(directory, name, random);
  const storage = postgresStorage(database);
  const head = await storage.head();
  // A copy from before an earlier restore is signed by the key of that time.
  const signedBy = head && [old, ...readOldLogKeys(directory)].find((key) => openCheckpoint(head.note, key));
  const behind = await logBehind(database, directory, old);
  if (!behind && (!head || signedBy === old)) return undefined;
  const tree = head ? await recomputed(database, head.note, signedBy ?? old) : emptyTree();
  putAside(directory, epoch - 1);
  const signer = readLogKey(directory, `${old.name.replace(/\/\d+$/, '')}/${epoch}`, random);
  const was = behind?.was ?? emptyTree();
  const line = ({ size, root }: TreeHead): string => `${size} ${root.toString('base64')}`;
  const statement = signNote(
    `tellerline log restored\n${at.toISOString()}\n${old.text} ${line(was)}\n${signer.text} ${line(tree)}\n`,
    old,
  );
  // Before the new key signs: once it has, a run that was cut off would find nothing left to do.
  await replaceDurably(join(directory, `log-restored.${epoch}`), statement);
  const note = signCheckpoint(tree, signer);
  await database.transaction(async (tx) => {
    if (head) await tx.execute(sql`update log_head set note = ${note}, signed_at = ${at}`);
    await tx.execute(sql`delete from log_witnesses`);
  });
  return statement;
}

/** What is put aside: the old log's key, and its last checkpoint. */
const oldFiles = ['log-key', 'log-checkpoint'] as const;

/** @throws TellerlineError `log_restore_cut_off` when something lies already where the old key would be put */
function requireNothingAside(directory: string, epoch: number): void {
  const there = oldFiles.filter((file) => existsSync(join(directory, `${file}.${epoch}`)));
  if (there.length === 0) return;
  const moves = there.map((file) => `${file}.${epoch} in the place of ${file}`).join(' and ');
  throw new TellerlineError(
    'log_restore_cut_off',
    409,
    `An earlier restore was cut off after it had put the log's key or its last checkpoint aside. In the key folder put ${moves}, and run it again.`,
  );
}

/**
 * Puts the old log's key and last checkpoint aside: a start in between finds no memory and a new key over an
 * old checkpoint, and refuses. Linking fails where renaming would overwrite: the old key may be nowhere else.
 */
function putAside(directory: string, epoch: number): void {
  for (const file of oldFiles) {
    const path = join(directory, file);
    if (!existsSync(path)) continue;
    linkSync(path, `${path}.${epoch}`);
    syncFolder(directory);
    rmSync(path);
  }
  syncFolder(directory);
}

const emptyTree = (): TreeHead => ({ size: 0, root: new CompactRange().root() });

/** Which log this will be: the first has no number. */
function nextEpoch(directory: string): number {
  let epoch = 2;
  while (existsSync(join(directory, `log-restored.${epoch}`))) epoch += 1;
  return epoch;
}

async function recomputed(database: Database, note: string, signer: Signer): Promise<TreeHead> {
  const damaged = new TellerlineError('log_damaged', 500, 'What the copy holds of the log is not what was signed.');
  const signed = openCheckpoint(note, signer);
  if (!signed) throw damaged;
  const { size } = signed;
  const range = new CompactRange();
  while (range.size < size) {
    const to = Math.min(size, range.size + leavesPerReading);
    const leaves = await postgresStorage(database).leaves(range.size, to);
    if (leaves.length !== to - range.size) throw damaged;
    for (const leaf of leaves) range.append(leafHash(leaf));
  }
  if (!range.root().equals(signed.root)) throw damaged;
  return signed;
}
