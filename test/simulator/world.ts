import { setImmediate } from 'node:timers/promises';
import type { Clock, Random, Timers } from '#base';

/** Chance of one run: the same seed, the same run (mulberry32). */
export class Chance implements Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** From 0 to below 1. */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = this.#state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  /** A whole number from `min` to `max`. */
  between(min: number, max: number): number {
    return min + Math.floor(this.next() * (max - min + 1));
  }

  /** True so often. */
  in(share: number): boolean {
    return this.next() < share;
  }

  pick<Item>(items: readonly Item[]): Item {
    return items[Math.floor(this.next() * items.length)] as Item;
  }

  bytes(count: number): Buffer {
    return Buffer.from(Array.from({ length: count }, () => Math.floor(this.next() * 256)));
  }
}

interface Due {
  readonly at: number;
  readonly n: number;
  readonly work: () => void;
  cancelled: boolean;
}

/** The time of one run, which goes on from one thing that happens to the next. */
export class World implements Timers {
  readonly chance: Chance;
  #ms = 0;
  #n = 0;
  #due: Due[] = [];
  /** What happened, counted. */
  readonly counts = new Map<string, number>();

  constructor(seed: number) {
    this.chance = new Chance(seed);
  }

  /** Time that passes for everybody alike, in milliseconds. */
  get ms(): number {
    return this.#ms;
  }

  count(what: string, by = 1): void {
    this.counts.set(what, (this.counts.get(what) ?? 0) + by);
  }

  after(delayMs: number, work: () => void): () => void {
    this.#n += 1;
    const due: Due = { at: this.#ms + Math.max(0, delayMs), n: this.#n, work, cancelled: false };
    // A heap by time, then by age.
    let place = this.#due.push(due) - 1;
    while (place > 0) {
      const parent = (place - 1) >> 1;
      if (!isBefore(due, this.#due[parent] as Due)) break;
      this.#due[place] = this.#due[parent] as Due;
      place = parent;
    }
    this.#due[place] = due;
    return () => (due.cancelled = true);
  }

  /** So much later, as somebody waits for it. */
  pause(delayMs: number): Promise<void> {
    return new Promise((resolve) => this.after(delayMs, resolve));
  }

  /** Lets everything happen that is due until then; after each, all that follows from it at once. */
  async run(untilMs: number): Promise<void> {
    for (let next = this.#due[0]; next && next.at <= untilMs; next = this.#due[0]) {
      this.#takeFirst();
      if (next.cancelled) continue;
      this.#ms = next.at;
      next.work();
      await setImmediate();
    }
    this.#ms = Math.max(this.#ms, untilMs);
  }

  #takeFirst(): void {
    const last = this.#due.pop() as Due;
    if (this.#due.length === 0) return;
    let place = 0;
    for (;;) {
      let child = 2 * place + 1;
      if (child >= this.#due.length) break;
      if (child + 1 < this.#due.length && isBefore(this.#due[child + 1] as Due, this.#due[child] as Due)) child += 1;
      if (!isBefore(this.#due[child] as Due, last)) break;
      this.#due[place] = this.#due[child] as Due;
      place = child;
    }
    this.#due[place] = last;
  }
}

const isBefore = (a: Due, b: Due): boolean => a.at < b.at || (a.at === b.at && a.n < b.n);

/** A day on which every run begins. */
const beginning = Date.UTC(2026, 10, 20, 12);

/** A machine's clock: its wall time may be set, its monotonic one may not. */
export class NodeClock implements Clock {
  readonly #world: World;
  /** How far its wall clock is off, in milliseconds. */
  offMs = 0;

  constructor(world: World) {
    this.#world = world;
  }

  nowMs(): number {
    return beginning + this.#world.ms + this.offMs;
  }

  monotonicMs(): number {
    return this.#world.ms;
  }
}

/** The wall time of those whose clocks are right. */
export const rightMs = (world: World): number => beginning + world.ms;
