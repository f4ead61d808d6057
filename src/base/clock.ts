/** Where the time comes from. Passed in, so that a test or a simulator owns it. */
export interface Clock {
  /** Milliseconds since 1970-01-01T00:00:00Z; may jump when the machine's clock is set. */
  nowMs(): number;
  /** Milliseconds from an arbitrary start; never goes back. For durations and deadlines. */
  monotonicMs(): number;
}

/** The machine's own clock. */
export const systemClock: Clock = {
  nowMs: () => Date.now(),
  monotonicMs: () => performance.now(),
};

/** Where waiting comes from. Passed in, so that a test or a simulator owns it. */
export interface Timers {
  /** Runs `work` once, so many milliseconds from now; the answer calls it off. */
  after(delayMs: number, work: () => void): () => void;
}

/** The process's own timers. */
export const systemTimers: Timers = {
  after: (delayMs, work) => {
    const timer = setTimeout(work, delayMs);
    return () => clearTimeout(timer);
  },
};
