import {
  closeSync,
  existsSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { TellerlineError, type Random } from '#base';
import { noteSigner, type Signer } from './note.ts';

const fileName = 'log-key';
const form = /^PRIVATE\+KEY\+([^+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]+=*)\n?$/;

/**
 * The key that signs checkpoints, in signed-note form (`PRIVATE+KEY+<name>+<hash>+<base64>`), beside the
 * other keys; made at the first start. The name stands in every checkpoint, so the file keeps it: a log
 * does not change its name when the address changes.
 *
 * @param name of the log, used when the key is made
 * @throws TellerlineError `key_file_open_to_others`, `key_file_damaged`
 */
export function readLogKey(directory: string, name: string, random: Random): Signer {
  const path = join(directory, fileName);
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  if (!existsSync(path)) createOnce(path, name, random);
  return readKeyFile(path);
}

/** The keys of the logs before this one, which were put aside when an older copy of the database was restored. */
export function readOldLogKeys(directory: string): Signer[] {
  const keys: Signer[] = [];
  for (let epoch = 1; existsSync(join(directory, `${fileName}.${epoch}`)); epoch += 1)
    keys.push(readKeyFile(join(directory, `${fileName}.${epoch}`)));
  return keys;
}

function readKeyFile(path: string): Signer {
  if ((statSync(path).mode & 0o077) !== 0) {
    throw new TellerlineError(
      'key_file_open_to_others',
      500,
      `Others may read the key file ${path}. Set its mode to 0600.`,
    );
  }
  const [, kept = '', keyHash, encoded = ''] = form.exec(readFileSync(path, 'utf8')) ?? [];
  const data = Buffer.from(encoded, 'base64');
  const signer = data.length === 33 && data[0] === 1 ? noteSigner(kept, data.subarray(1)) : undefined;
  if (signer?.keyHash.toString('hex') !== keyHash || !signer) {
    throw new TellerlineError('key_file_damaged', 500, `The key file ${path} does not hold the key of a log.`);
  }
  return signer;
}

/** Two starts at once end with one key, never half of one. */
function createOnce(path: string, name: string, random: Random): void {
  const seed = random.bytes(32);
  const { keyHash } = noteSigner(name, seed);
  const data = Buffer.concat([Buffer.of(1), seed]).toString('base64');
  const fresh = `${path}.${random.bytes(6).toString('hex')}`;
  const file = openSync(fresh, 'wx', 0o600);
  try {
    writeSync(file, `PRIVATE+KEY+${name}+${keyHash.toString('hex')}+${data}\n`);
    fsyncSync(file);
    linkSync(fresh, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    closeSync(file);
    rmSync(fresh);
  }
}
