import type { Clock } from './clock.ts';

/** Allows each name so many uses in a sliding minute. In memory: it bounds a flood, it is no ledger. */
export interface RateLimit {
  /** Counts a use; false when there were too many. */
  take(name: string): boolean;
  /** Whether the next use would be one too many; counts nothing. */
  isSpent(name: string): boolean;
}

const minuteMs = 60_000;
/** Beyond this many names the old ones are dropped at once. */
const namesMax = 10_000;

/** Makes a limit of `perMinute` uses for each name. Counts in this process alone. */
export function rateLimit(perMinute: number, clock: Clock): RateLimit {
  const uses = new Map<string, number[]>();
  return {
    isSpent: (name) => {
      const since = clock.monotonicMs() - minuteMs;
      return (uses.get(name) ?? []).filter((at) => at > since).length >= perMinute;
    },
    take: (name) => {
      const now = clock.monotonicMs();
      const recent = (uses.get(name) ?? []).filter((at) => at > now - minuteMs);
      if (recent.length >= perMinute) return false;
      uses.delete(name);
      uses.set(name, [...recent, now]);
      if (uses.size > namesMax)
        for (const [old, times] of uses) if ((times.at(-1) ?? 0) < now - minuteMs) uses.delete(old);
      return true;
    },
  };
}
