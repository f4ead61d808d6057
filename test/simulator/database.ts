import type { Database, ScopedDatabase, Sql, Transaction } from '#db';
import { carryOut } from './model.ts';
import { Tables } from './tables.ts';
import type { World } from './world.ts';

/** One process of the hub, from its start to its end: what belongs to a dead one is heard of no more. */
export interface Life {
  alive: boolean;
  /** Until then nothing of it runs: it was stopped and will go on. */
  pausedUntilMs: number;
}

/** How often things go wrong, as shares of one. */
export interface Faults {
  /** An operation finds its connection lost; its transaction is undone. */
  readonly lost: number;
  /** The connection is lost at COMMIT: the transaction may be committed or not, and nobody says which. */
  readonly unknown: number;
}

/** What is committed, and what happens then whoever learns of it. */
const atCommit = new WeakMap<Transaction, (() => void)[]>();

/** Runs when the storage has committed a transaction, also when its process never learns of it. */
export function onCommit(tx: Transaction, work: () => void): void {
  atCommit.get(tx)?.push(work);
}

/**
 * The storage of a whole hub in memory. Transactions run one after the other; each operation takes its time,
 * and between any two a process may die, pause or lose its connection.
 */
export class ModelDatabase {
  readonly tables = new Tables();
  readonly #world: World;
  readonly #faults: Faults;
  /** From now on things go wrong. */
  isIll = false;
  /** Who waits for the transaction before. */
  #waiting: (() => void)[] = [];
  #busy: { readonly life: Life; readonly undo: () => void } | undefined;
  /** Counts restarts: a connection from before one is lost. */
  #era = 0;
  #downUntilMs = 0;

  constructor(world: World, faults: Faults) {
    this.#world = world;
    this.#faults = faults;
  }

  /** A process's way to it. */
  of(life: Life): Database & { scoped: ScopedDatabase } {
    const transaction: Database['transaction'] = (work) => this.#transaction(life, work);
    const unknown = (statement?: Sql): never => {
      throw new Error(`the model runs operations alone, and not: ${statement?.text.slice(0, 80) ?? ''}`);
    };
    const database: Database = {
      transaction,
      query: async (statement) => unknown(statement),
      execute: async (statement) => unknown(statement),
      run: (what, input) => transaction((tx) => tx.run(what, input)),
      apart: async () => unknown(),
      connect: async () => unknown(),
      pressure,
      close: () => Promise.resolve(),
    };
    return { ...database, scoped: { of: () => database, pressure, close: () => Promise.resolve() } };
  }

  /** A process died: what it had begun is undone, and its connection is somebody else's. */
  forget(life: Life): void {
    if (this.#busy?.life !== life) return;
    this.#busy.undo();
    this.#release();
  }

  /** The server dies and comes back: whatever is open is undone. */
  restart(forMs: number): void {
    this.#era += 1;
    this.#downUntilMs = this.#world.ms + forMs;
    this.#busy?.undo();
    this.#release();
  }

  #goesWrong(share: number): boolean {
    return this.isIll && this.#world.chance.in(share);
  }

  #release(): void {
    this.#busy = undefined;
    this.#waiting.shift()?.();
  }

  /** Lets an operation take its time; never ends for a process that died meanwhile. */
  async #turn(life: Life): Promise<void> {
    await this.#world.pause(this.#world.chance.between(0, 3));
    while (life.alive && life.pausedUntilMs > this.#world.ms)
      await this.#world.pause(life.pausedUntilMs - this.#world.ms);
    if (!life.alive) await new Promise<never>(() => undefined);
  }

  async #transaction<Result>(life: Life, work: (tx: Transaction) => Promise<Result>): Promise<Result> {
    await this.#turn(life);
    if (this.#world.ms < this.#downUntilMs) throw connectionLost();
    while (this.#busy) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    if (!life.alive) {
      this.#waiting.shift()?.();
      return new Promise<never>(() => undefined);
    }
    const undos: (() => void)[] = [];
    const busy = {
      life,
      undo: () => {
        for (const undo of undos.toReversed()) undo();
        undos.length = 0;
      },
    };
    this.#busy = busy;
    const era = this.#era;
    const committed: (() => void)[] = [];
    const ended: (() => void)[] = [];
    const hooks: (() => void)[] = [];
    const { run, send, sent } = inOrder(async (what, input) => {
      await this.#turn(life);
      if (era !== this.#era || this.#goesWrong(this.#faults.lost)) throw connectionLost();
      return carryOut(this.tables, what, input, (undo) => undos.push(undo));
    });
    const tx: Transaction = {
      query: async (statement) => {
        throw new Error(`the model runs operations alone, and not: ${statement.text.slice(0, 80)}`);
      },
      execute: async (statement) => {
        throw new Error(`the model runs operations alone, and not: ${statement.text.slice(0, 80)}`);
      },
      run,
      send,
      afterCommit: (after) => committed.push(after),
      atEnd: (end) => ended.push(end),
    };
    atCommit.set(tx, hooks);
    try {
      const result = await work(tx);
      await Promise.all(sent);
      await this.#turn(life);
      if (era !== this.#era) throw connectionLost();
      const unknown = this.#goesWrong(this.#faults.unknown);
      if (unknown) this.#world.count('outcomes of COMMIT that nobody knew');
      if (unknown && this.#world.chance.in(0.5)) throw connectionLost();
      undos.length = 0;
      for (const hook of hooks) hook();
      if (this.#busy === busy) this.#release();
      if (unknown) throw connectionLost();
      for (const end of ended) end();
      for (const after of committed) after();
      return result;
    } catch (error) {
      if (this.#busy === busy) {
        busy.undo();
        this.#release();
      }
      for (const end of ended) end();
      throw error;
    }
  }
}

/** As on a connection: what is asked for later is carried out later, and `sent` ends when all that was sent was. */
function inOrder(carry: Transaction['run']): Pick<Transaction, 'run' | 'send'> & { readonly sent: Promise<unknown>[] } {
  let before: Promise<unknown> = Promise.resolve();
  const sent: Promise<unknown>[] = [];
  const run: Transaction['run'] = (what, input) => {
    const one = before.then(() => carry(what, input));
    before = one.catch(() => undefined);
    return one;
  };
  const send: Transaction['send'] = (what, input) => {
    const one = run(what, input);
    one.catch(() => undefined);
    sent.push(one);
  };
  return { run, send, sent };
}

/** Nobody waits for a connection of the model. */
const pressure = () => ({ pool: 'model', connections: 1, idle: 1, waiting: 0 });

const connectionLost = (): Error => Object.assign(new Error('Connection terminated unexpectedly'), { code: '08006' });
