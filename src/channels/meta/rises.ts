import type { Clock } from '#base';

/** Counts what the platform calls our mistake, and says when that rises. */
export interface Rises {
  /** Counts one. Answers true once in a period that has far more than the one before. */
  count(): boolean;
}

const periodMs = 10 * 60_000;
/** So few are single messages, not a form that has died. */
const countMin = 5;
/** As many as in the period before, times this. */
const factor = 3;

/** Makes a counter. Meta retires what may be sent from one day to the next: that shows as a rise of error 100. */
export function rises(clock: Pick<Clock, 'monotonicMs'>): Rises {
  let period = 0;
  let before = 0;
  let now = 0;
  let isSaid = false;
  return {
    count: () => {
      const at = Math.floor(clock.monotonicMs() / periodMs);
      if (at !== period) {
        before = at === period + 1 ? now : 0;
        period = at;
        now = 0;
        isSaid = false;
      }
      now += 1;
      const isRise = now >= Math.max(countMin, before * factor);
      if (!isRise || isSaid) return false;
      isSaid = true;
      return true;
    },
  };
}
