import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { TellerlineError } from '#base';

/** Makes the error that a file is refused with; `why` is a plain sentence that repeats no value of it. */
export type Refused = (path: string, why: string, cause?: unknown) => TellerlineError;

/**
 * Reads a file of the operator's as JSON.
 *
 * @throws what `refused` makes, when it cannot be read or is no JSON
 */
export function readSetup(path: string, refused: Refused): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as unknown;
  } catch (error) {
    const isThere = !(error instanceof Error && 'code' in error);
    throw refused(path, isThere ? 'It is not JSON.' : 'It cannot be read.', error);
  }
}

/**
 * Reads a secret that stands in a file of its own, which the file at `path` names from where it lies itself.
 *
 * @param what such as "A file that holds a secret"
 * @throws what `refused` makes, when it cannot be read or is empty
 */
export function readSecret(path: string, file: string, what: string, refused: Refused): string {
  let text: string;
  try {
    text = readFileSync(resolve(dirname(path), file), 'utf8').trim();
  } catch (error) {
    throw refused(path, `${what} cannot be read.`, error);
  }
  if (text === '') throw refused(path, `${what} is empty.`);
  return text;
}
