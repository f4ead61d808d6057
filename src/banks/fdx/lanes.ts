/** Work that waits for its turn at one bank. */
interface Waiting {
  readonly actor: 'USER' | 'BATCH';
  readonly go: () => void;
}

/**
 * Bounds how many calls to a bank are in flight. A customer who is there and waits (USER) goes before
 * look-backs and chores (BATCH); within each, first come, first served.
 */
export class Lanes {
  readonly #byBank = new Map<string, { inFlight: number; readonly waiting: Waiting[] }>();

  async run<Result>(
    bank: string,
    atOnceMax: number,
    actor: Waiting['actor'],
    call: () => Promise<Result>,
  ): Promise<Result> {
    const lane = this.#byBank.get(bank) ?? { inFlight: 0, waiting: [] };
    this.#byBank.set(bank, lane);
    if (lane.inFlight >= atOnceMax) {
      await new Promise<void>((go) => {
        const firstBatch = actor === 'USER' ? lane.waiting.findIndex((other) => other.actor === 'BATCH') : -1;
        lane.waiting.splice(firstBatch === -1 ? lane.waiting.length : firstBatch, 0, { actor, go });
      });
    } else {
      lane.inFlight += 1;
    }
    try {
      return await call();
    } finally {
      // The place is handed to the next in line, or given back.
      const next = lane.waiting.shift();
      if (next) next.go();
      else lane.inFlight -= 1;
    }
  }
}
