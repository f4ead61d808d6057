import { randomUUID } from 'node:crypto';
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { TellerlineError } from '#base';
import { processMark } from './process.ts';

interface Owner {
  pid: number;
  /** The process's start mark, so that a number used again is not mistaken for the owner. */
  mark: string;
  /** When it took the folder, RFC 3339. */
  since: string;
}

/**
 * Makes this process the one owner of a data folder, by the file `owner` in it. The file of a process
 * that no longer runs is taken over.
 *
 * @returns a function that gives the folder back
 * @throws TellerlineError `data_folder_held`, naming the process and since when
 */
export function takeOwnership(directory: string): () => void {
  const file = join(directory, 'owner');
  const mine: Owner = { pid: process.pid, mark: processMark(process.pid) ?? '', since: new Date().toISOString() };
  const text = JSON.stringify(mine);

  for (;;) {
    if (writeWhole(file, text)) return () => release(file, text);
    const found = read(file);
    if (found === undefined) continue;
    const owner = parseOwner(found);
    if (owner !== undefined && processMark(owner.pid) === owner.mark) throw held(directory, owner);
    moveAside(file, found);
  }
}

/** Writes the file complete or not at all: a link to a finished file fails when another is there. */
function writeWhole(file: string, text: string): boolean {
  const draft = `${file}.${randomUUID()}`;
  writeFileSync(draft, text, { mode: 0o600 });
  try {
    linkSync(draft, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(draft, { force: true });
  }
}

/**
 * Takes the file of a dead owner away. Another process may have done so and become the owner meanwhile:
 * a rename takes whatever is there, so what was taken is compared, and put back when it is not the old one.
 */
function moveAside(file: string, expected: string): void {
  const aside = `${file}.${randomUUID()}`;
  try {
    renameSync(file, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  const taken = read(aside);
  if (taken !== undefined && taken !== expected) writeWhole(file, taken);
  rmSync(aside, { force: true });
}

function release(file: string, text: string): void {
  if (read(file) === text) rmSync(file, { force: true });
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

function parseOwner(text: string): Owner | undefined {
  try {
    const value = JSON.parse(text) as Partial<Owner> | null;
    const complete =
      typeof value?.pid === 'number' && typeof value.mark === 'string' && typeof value.since === 'string';
    return complete ? (value as Owner) : undefined;
  } catch {
    return undefined;
  }
}

function held(directory: string, owner: Owner): TellerlineError {
  return new TellerlineError(
    'data_folder_held',
    409,
    `The data folder ${directory} is held by process ${owner.pid} since ${owner.since}. Stop that process, or choose another folder with TELLERLINE_DATA.`,
    { pid: owner.pid, since: owner.since },
  );
}
