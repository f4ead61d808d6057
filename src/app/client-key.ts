import { generateKeyPairSync, randomUUID, type webcrypto } from 'node:crypto';
import { join } from 'node:path';
import { readOwnKey } from './own-key.ts';

type PrivateJwk = webcrypto.JsonWebKey & { readonly kid?: string };

/**
 * Our own key at the sandbox's banks (ES256), made at the first start beside the key-encrypting key.
 *
 * @throws TellerlineError `key_file_open_to_others`
 */
export function readClientKey(directory: string): PrivateJwk {
  const made = (): string => {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    return JSON.stringify({ ...privateKey.export({ format: 'jwk' }), kid: randomUUID(), alg: 'ES256', use: 'sig' });
  };
  return JSON.parse(readOwnKey(join(directory, 'sandbox-client.jwk'), made)) as PrivateJwk;
}
