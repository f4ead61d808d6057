import { setImmediate } from 'node:timers/promises';
import type { Clock, Timers } from '#base';

/** Time that goes on only when it is told to: for running an engine over hours in milliseconds. */
export class VirtualTime implements Clock, Timers {
  #ms = Date.UTC(2026, 10, 20);
  #timers: { readonly at: number; readonly work: () => void }[] = [];

  nowMs(): number {
    return this.#ms;
  }

  monotonicMs(): number {
    return this.#ms;
  }

  after(delayMs: number, work: () => void): () => void {
    const timer = { at: this.#ms + delayMs, work };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((one) => one !== timer);
    };
  }

  /** Lets so much time pass, timer by timer; after each everything that follows from it is done. */
  async pass(forMs: number): Promise<void> {
    const until = this.#ms + forMs;
    for (;;) {
      await setImmediate();
      const next = this.#timers.toSorted((a, b) => a.at - b.at).find(({ at }) => at <= until);
      if (!next) break;
      this.#timers = this.#timers.filter((one) => one !== next);
      this.#ms = Math.max(this.#ms, next.at);
      next.work();
    }
    this.#ms = until;
    await setImmediate();
  }

  /** Time passes and nobody's timer runs: a process that is stopped and goes on. */
  jump(forMs: number): void {
    this.#ms += forMs;
  }
}
