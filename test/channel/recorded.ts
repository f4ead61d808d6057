/** Bodies that other projects recorded, beside this one: `../shared/data/channels`, where they are. */
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** A row of the list of what was recorded. */
export interface Recorded {
  readonly file: string;
  readonly direction: string;
  readonly platform: 'messenger' | 'whatsapp';
  readonly shape: string;
  /** What the list calls it. */
  readonly kind: string;
  /** Whether the platform still takes it: `current`, `retired-feature`, or a tag that is dead. */
  readonly status: string;
  /** The bytes. */
  readonly raw: Buffer;
}

const folder = resolve(import.meta.dirname, '../../../shared/data/channels');

/** Why there is nothing to read, for `skip`; false where there is. */
export const recordedAbsent: string | false = existsSync(folder) ? false : `${folder} is not here`;

/** Everything that was recorded in one direction: `incoming`, `responses`. */
export function recorded(direction: string): readonly Recorded[] {
  if (recordedAbsent !== false) return [];
  const [, ...lines] = readFileSync(join(folder, 'index.tsv'), 'utf8').trimEnd().split(/\r?\n/);
  return lines
    .map((line) => line.split('\t'))
    .filter(([, of]) => of === direction)
    .map(([file = '', , platform, shape = '', kind = '', , , , , , status = '']) => ({
      file,
      direction,
      platform: platform === 'whatsapp' ? 'whatsapp' : 'messenger',
      shape,
      kind,
      status,
      raw: readFileSync(join(folder, file)),
    }));
}

/** A known-answer vector of a signature. */
export interface Vector {
  readonly app_secret: string;
  readonly raw_body: string;
  readonly header: string;
  readonly signature: string;
}

/** One of the vectors, by its file's name. */
export function vector(name: string): Vector {
  return JSON.parse(readFileSync(join(folder, 'signatures', `${name}.json`), 'utf8')) as Vector;
}
