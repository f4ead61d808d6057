import type { Clock } from './clock.ts';

/** How fast each name may go. */
export interface BucketRate {
  readonly perSecond: number;
  /** So many at once, after a pause. */
  readonly burst: number;
}

/**
 * A token bucket for each name, with places that may be reserved a little ahead. In memory, and of this process
 * alone: it keeps ahead of another's limit, it is no ledger.
 */
export interface Buckets {
  /**
   * Reserves the next place.
   *
   * @returns how long to wait for it, in milliseconds; `reserved` false: it would be longer than `waitMsMax`, nothing was taken
   */
  reserve(name: string, waitMsMax: number): { readonly reserved: boolean; readonly waitMs: number };
  /** Nothing goes under this name for so long. */
  pause(name: string, forMs: number): void;
}

/** Beyond this many names those that are full again are forgotten. */
const namesMax = 10_000;

/** Makes buckets of one rate. */
export function buckets({ perSecond, burst }: BucketRate, clock: Pick<Clock, 'monotonicMs'>): Buckets {
  /** When the next place would be free if nothing had been saved up: the bucket is full when that is long past. */
  const nextAt = new Map<string, number>();
  const everyMs = 1_000 / perSecond;
  const savedMs = everyMs * (burst - 1);
  const forget = (now: number): void => {
    if (nextAt.size > namesMax) for (const [name, at] of nextAt) if (at < now - savedMs) nextAt.delete(name);
  };
  return {
    reserve: (name, waitMsMax) => {
      const now = clock.monotonicMs();
      const at = Math.max(nextAt.get(name) ?? -Infinity, now - savedMs);
      const waitMs = Math.max(0, at - now);
      if (waitMs > waitMsMax) return { reserved: false, waitMs };
      nextAt.delete(name);
      nextAt.set(name, at + everyMs);
      forget(now);
      return { reserved: true, waitMs };
    },
    pause: (name, forMs) => {
      const until = clock.monotonicMs() + forMs;
      nextAt.set(name, Math.max(nextAt.get(name) ?? 0, until));
    },
  };
}
