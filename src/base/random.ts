import { randomBytes, randomFillSync } from 'node:crypto';

/** Where randomness comes from. Passed in, so that a test or a simulator owns it. */
export interface Random {
  /** So many bytes that nobody can guess. */
  bytes(count: number): Buffer;
}

/** Nonces are asked for one by one and cost more than their encryption then, so they come out of a pool. */
const pool = Buffer.alloc(4_096);
const pooledMax = 16;
let taken = pool.length;

/** The operating system's generator, fit for keys. */
export const systemRandom: Random = {
  bytes: (count) => {
    // Keys never lie in the pool.
    if (count > pooledMax) return randomBytes(count);
    if (taken + count > pool.length) {
      randomFillSync(pool);
      taken = 0;
    }
    const bytes = Buffer.from(pool.subarray(taken, taken + count));
    taken += count;
    return bytes;
  },
};

/** An unguessable name for use in an address or a cookie: 128 bits or more, base64url. */
export function secretName(random: Random, bytes = 24): string {
  return random.bytes(bytes).toString('base64url');
}
