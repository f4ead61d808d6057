import {
  chmodSync,
  closeSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { syncFolder, TellerlineError, type Random } from '#base';

/** Makes a folder that only its owner may look into. */
export function ownFolder(path: string): void {
  mkdirSync(path, { recursive: true, mode: 0o700 });
  chmodSync(path, 0o700);
}

/**
 * Reads a key file.
 *
 * @throws TellerlineError `key_file_open_to_others`
 */
export function readOwn(path: string): Buffer {
  const { mode } = statSync(path);
  if ((mode & 0o077) !== 0) {
    throw new TellerlineError(
      'key_file_open_to_others',
      500,
      `Others may read the key file ${path}. Set its mode to 0600.`,
    );
  }
  return readFileSync(path);
}

/** The same, or undefined when there is no such file. */
export function readIfThere(path: string): Buffer | undefined {
  try {
    return readOwn(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Writes a fresh file beside its place and links it there: two starts at once end with one key, never half of one. */
export function createOnce(path: string, content: Buffer, random: Random): void {
  const fresh = writeFresh(path, content, random);
  try {
    linkSync(fresh, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    rmSync(fresh);
  }
  syncFolder(dirname(path));
}

/** Puts new content in a file's place: whoever reads finds the old or the new, whole. */
export function replace(path: string, content: Buffer, random: Random): void {
  renameSync(writeFresh(path, content, random), path);
  syncFolder(dirname(path));
}

/**
 * Writes over a file's bytes before it is deleted. A disk that writes elsewhere keeps the old ones for
 * a time: there they are worth what the key-encrypting key is worth.
 */
export function overwrite(path: string, random: Random): void {
  const { size } = statSync(path);
  const file = openSync(path, 'r+');
  try {
    writeSync(file, random.bytes(size), 0, size, 0);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

function writeFresh(path: string, content: Buffer, random: Random): string {
  const fresh = `${path}.${random.bytes(6).toString('hex')}`;
  const file = openSync(fresh, 'wx', 0o600);
  try {
    writeSync(file, content);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  return fresh;
}
