import {
  chmodSync,
  closeSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { createHmac, hkdfSync } from 'node:crypto';
import { join } from 'node:path';
import type { Random } from '#base';
import { TellerlineError } from '#base';
import { dataKey, open, seal, type DataKey } from './cipher.ts';

/**
 * Holds the key-encrypting key. Wraps and unwraps data keys; the key itself never leaves it. A cloud
 * key service or an HSM implements the same three.
 */
export interface KeyProvider {
  /** Wraps a 32-byte key for one place (`context`). */
  wrap(context: string, secret: Buffer): Buffer;
  /** @throws TellerlineError `sealed_unreadable` */
  unwrap(context: string, wrapped: Buffer): Buffer;
  /** Keyed hash (HMAC-SHA-256, a key of its own) for finding a value without storing it: a blind index. */
  index(domain: string, value: string): Buffer;
}

const keyBytes = 32;

/**
 * A key in a file of the operator's: made at the first start, mode 0600, refused when others may read it.
 *
 * @param directory outside the data folder, so that a copy of the data is no copy of the key
 * @throws TellerlineError `key_file_open_to_others`, `key_file_damaged`
 */
export function fileKeyProvider(directory: string, random: Random): KeyProvider {
  const secret = readOrCreate(join(directory, 'kek'), directory, random);
  const wrapping: DataKey = dataKey(secret);
  const indexKey = Buffer.from(hkdfSync('sha256', secret, '', 'tellerline blind index v1', keyBytes));
  return {
    wrap: (context, key) => seal(wrapping, `wrap|${context}`, key, random),
    unwrap: (context, wrapped) => open(wrapping, `wrap|${context}`, wrapped),
    index: (domain, value) => createHmac('sha256', indexKey).update(`${domain}\0${value}`).digest(),
  };
}

function readOrCreate(path: string, directory: string, random: Random): Buffer {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  chmodSync(directory, 0o700);
  createOnce(path, random);
  const { mode } = statSync(path);
  if ((mode & 0o077) !== 0) {
    throw new TellerlineError(
      'key_file_open_to_others',
      500,
      `Others may read the key file ${path}. Set its mode to 0600.`,
    );
  }
  const secret = readFileSync(path);
  if (secret.length !== keyBytes) {
    throw new TellerlineError(
      'key_file_damaged',
      500,
      `The key file ${path} does not hold a key of ${keyBytes} bytes.`,
    );
  }
  return secret;
}

/** Writes a fresh key beside its place and links it there: two starts at once end with one key, never half of one. */
function createOnce(path: string, random: Random): void {
  const fresh = `${path}.${random.bytes(6).toString('hex')}`;
  const file = openSync(fresh, 'wx', 0o600);
  try {
    writeSync(file, random.bytes(keyBytes));
    fsyncSync(file);
    linkSync(fresh, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    closeSync(file);
    rmSync(fresh);
  }
}
