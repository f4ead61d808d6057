import { join } from 'node:path';
import { secretName, type Random } from '#base';
import { readOwnKey } from './own-key.ts';

/** Where the operator finds it: a file that only who runs the hub may read. */
export const operatorSecretPath = (directory: string): string => join(directory, 'operator.secret');

/**
 * What the operator's pages ask for, made at the first start beside the key-encrypting key. Whoever replaces the file
 * and starts again ends every operator's session.
 *
 * @throws TellerlineError `key_file_open_to_others`
 */
export function readOperatorSecret(directory: string, random: Random): string {
  return readOwnKey(operatorSecretPath(directory), () => `${secretName(random, 32)}\n`).trim();
}
