import { randomBytes } from 'node:crypto';

/** Where randomness comes from. Passed in, so that a test or a simulator owns it. */
export interface Random {
  /** So many bytes that nobody can guess. */
  bytes(count: number): Buffer;
}

/** The operating system's generator, fit for keys. */
export const systemRandom: Random = { bytes: (count) => randomBytes(count) };

/** An unguessable name for use in an address or a cookie: 128 bits or more, base64url. */
export function secretName(random: Random, bytes = 24): string {
  return random.bytes(bytes).toString('base64url');
}
