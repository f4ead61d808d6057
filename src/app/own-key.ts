import { randomUUID } from 'node:crypto';
import {
  closeSync,
  existsSync,
  fsyncSync,
  linkSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { TellerlineError } from '#base';

/**
 * A key of our own in a file of the key folder, mode 0600, made at the first call.
 *
 * @throws TellerlineError `key_file_open_to_others`
 */
export function readOwnKey(path: string, make: () => string): string {
  if (!existsSync(path)) createOnce(path, make());
  if ((statSync(path).mode & 0o077) !== 0) {
    throw new TellerlineError(
      'key_file_open_to_others',
      500,
      `Others may read the key file ${path}. Set its mode to 0600.`,
    );
  }
  return readFileSync(path, 'utf8');
}

/** Two starts at once end with one key, never half of one. */
function createOnce(path: string, key: string): void {
  const fresh = `${path}.${randomUUID()}`;
  const file = openSync(fresh, 'wx', 0o600);
  try {
    writeSync(file, key);
    fsyncSync(file);
    linkSync(fresh, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    closeSync(file);
    rmSync(fresh);
  }
}
