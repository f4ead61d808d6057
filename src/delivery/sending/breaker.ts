import type { Clock, Random } from '#base';
import { backoffMs, type Pauses } from './backoff.ts';

/** Failures in a row after which a messenger is left in peace. */
const failuresMax = 10;
/** For how long: as it goes on failing, longer. */
const pauses: Pauses = { firstMs: 1_000, maxMs: 60_000 };

/**
 * Decides how many calls a messenger may be given at once: all while it answers, none while it is left in
 * peace, and one when that is over, until one has succeeded.
 */
export class Breaker {
  readonly #clock: Pick<Clock, 'monotonicMs'>;
  readonly #random: Random;
  #failures = 0;
  #untilMs = 0;
  /** Left in peace, and nothing has succeeded since. */
  #isProbing = false;

  constructor(clock: Pick<Clock, 'monotonicMs'>, random: Random) {
    this.#clock = clock;
    this.#random = random;
  }

  /** How many calls may be under way now. */
  allowed(): number {
    if (!this.#isProbing) return Infinity;
    return this.waitMs() > 0 ? 0 : 1;
  }

  /** Until any call is allowed; 0 when one is. */
  waitMs(): number {
    return this.#isProbing ? Math.max(0, this.#untilMs - this.#clock.monotonicMs()) : 0;
  }

  succeeded(): void {
    this.#failures = 0;
    this.#isProbing = false;
  }

  /** Answers true when the messenger is left in peace from now on and was not before. */
  failed(): boolean {
    this.#failures += 1;
    if (this.#failures < failuresMax) return false;
    const isNew = !this.#isProbing;
    this.#leave(backoffMs(this.#random, this.#failures - failuresMax + 1, pauses));
    return isNew;
  }

  /** The messenger said itself for how long. */
  pause(forMs: number): void {
    this.#leave(forMs);
  }

  #leave(forMs: number): void {
    this.#isProbing = true;
    this.#untilMs = Math.max(this.#untilMs, this.#clock.monotonicMs() + forMs);
  }
}
