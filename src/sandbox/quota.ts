/** Calls of a grant are counted over this long. */
const WINDOW_MS = 60_000;

/** Counts the calls of each grant, USER and BATCH apart. */
export interface Quota {
  /** Counts one call; when there is none left, answers the seconds until there is. */
  take(key: string, callsMax: number): number | undefined;
}

/** Makes the counters, in windows of a minute by `monotonicMs` (milliseconds). */
export function createQuota(monotonicMs: () => number): Quota {
  let windowEnds = 0;
  const counts = new Map<string, number>();
  return {
    take: (key, callsMax) => {
      const at = monotonicMs();
      if (at >= windowEnds) {
        counts.clear();
        windowEnds = at + WINDOW_MS;
      }
      const count = (counts.get(key) ?? 0) + 1;
      counts.set(key, count);
      return count > callsMax ? Math.max(1, Math.ceil((windowEnds - at) / 1000)) : undefined;
    },
  };
}
