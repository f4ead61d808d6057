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
  /** How long the next place is away, in milliseconds; nothing is taken. */
  waitMs(name: string): number;
  /** Takes the next place. Answers how long to wait for it, in milliseconds. */
  reserve(name: string): number;
  /** Nothing goes under this name for so long. */
  pause(name: string, forMs: number): void;
}

/** Beyond this many names those that are full again are forgotten. */
const namesMax = 10_000;

/**
 * Makes buckets of one rate.
 *
 * @param sharers how many processes share the rate, this one included: each has an equal part of it
 */
export function buckets(
  { perSecond, burst }: BucketRate,
  clock: Pick<Clock, 'monotonicMs'>,
  sharers: () => number = () => 1,
): Buckets {
  /** When the next place would be free if nothing had been saved up: the bucket is full when that is long past. */
  const nextAt = new Map<string, number>();
  const everyMs = (): number => (1_000 / perSecond) * sharers();
  const savedMs = (): number => Math.max(0, (1_000 / perSecond) * (burst - sharers()));
  const placeOf = (name: string): number => Math.max(nextAt.get(name) ?? -Infinity, clock.monotonicMs() - savedMs());
  const forget = (): void => {
    const full = clock.monotonicMs() - savedMs();
    if (nextAt.size > namesMax) for (const [name, at] of nextAt) if (at < full) nextAt.delete(name);
  };
  const waitMs = (name: string): number => Math.max(0, placeOf(name) - clock.monotonicMs());
  return {
    waitMs,
    reserve: (name) => {
      const wait = waitMs(name);
      const at = placeOf(name);
      nextAt.delete(name);
      nextAt.set(name, at + everyMs());
      forget();
      return wait;
    },
    pause: (name, forMs) => {
      const until = clock.monotonicMs() + forMs;
      nextAt.set(name, Math.max(nextAt.get(name) ?? 0, until));
    },
  };
}
