import type { Random } from '#base';

/** The pauses between tries that failed: the first, and the longest. */
export interface Pauses {
  readonly firstMs: number;
  readonly maxMs: number;
}

/** The pause after so many failures (from 1): doubled each time, of which the second half is chance, so that many do not come back at once. */
export function backoffMs(random: Random, failures: number, { firstMs, maxMs }: Pauses): number {
  const wholeMs = Math.min(maxMs, firstMs * 2 ** Math.min(30, failures - 1));
  return Math.round(wholeMs * (0.5 + random.bytes(4).readUInt32BE() / 2 ** 33));
}
