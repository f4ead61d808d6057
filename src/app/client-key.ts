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
import { generateKeyPairSync, randomUUID, type webcrypto } from 'node:crypto';
import { join } from 'node:path';
import { TellerlineError } from '#base';

type PrivateJwk = webcrypto.JsonWebKey & { readonly kid?: string };

/**
 * Our own key at the sandbox's banks (ES256), made at the first start beside the key-encrypting key.
 *
 * @throws TellerlineError `key_file_open_to_others`
 */
export function readClientKey(directory: string): PrivateJwk {
  const path = join(directory, 'sandbox-client.jwk');
  if (!existsSync(path)) createOnce(path);
  if ((statSync(path).mode & 0o077) !== 0) {
    throw new TellerlineError(
      'key_file_open_to_others',
      500,
      `Others may read the key file ${path}. Set its mode to 0600.`,
    );
  }
  return JSON.parse(readFileSync(path, 'utf8')) as PrivateJwk;
}

/** Two starts at once end with one key, never half of one. */
function createOnce(path: string): void {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const fresh = `${path}.${randomUUID()}`;
  const file = openSync(fresh, 'wx', 0o600);
  try {
    writeSync(
      file,
      JSON.stringify({ ...privateKey.export({ format: 'jwk' }), kid: randomUUID(), alg: 'ES256', use: 'sig' }),
    );
    fsyncSync(file);
    linkSync(fresh, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    closeSync(file);
    rmSync(fresh);
  }
}
