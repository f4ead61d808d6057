import { createHmac, type KeyObject } from 'node:crypto';
import { unmetered, type DeliveryId, type Log } from '#base';
import type { Transaction } from '#db';
import { createDelivery, type Delivery } from '#delivery';
import { createIntake, type Intake, type IntakeParts } from '#intake';
import { createLinking, noRevocationMemory, type BankApi } from '#linking';
import type { Pairing } from '#orders';
import { createProofLog, type ProofLog } from '#proof';
import { createVault, type KeyProvider, type Vault } from '#vault';
import { MemoryStore } from '../../src/delivery/sending/memory-store.ts';
import type { DeliveryStore } from '../../src/delivery/sending/store.ts';
import { onCommit, type Life, type ModelDatabase } from './database.ts';
import type { SimulatedMessenger } from './messenger.ts';
import { NodeClock, rightMs, type World } from './world.ts';

/** No bank suspects fraud here: what an alert takes is tried over the real database. */
const noAlerts: IntakeParts['alerts'] = {
  draft: () => Promise.reject(new Error('no alert is told here')),
  watch: () => Promise.resolve(),
  lookAgain: () => Promise.resolve(),
  isKnownHere: () => Promise.resolve(true),
};

/** No run has a shop, so nobody waits for a purchase. */
const nobodyOrders: Pairing = {
  receiptsStored: () => Promise.resolve(),
  purchasesStored: () => undefined,
  receiptsOf: async () => [],
  pairedAmong: async () => new Set(),
  undo: () => Promise.resolve(false),
  start: () => undefined,
  stop: () => Promise.resolve(),
};

/** What all processes of one run share: its storage, its keys, its messenger, what is said between them. */
export interface Shared {
  readonly world: World;
  readonly database: ModelDatabase;
  readonly deliveries: MemoryStore;
  readonly provider: KeyProvider;
  readonly signer: Parameters<typeof createProofLog>[0]['signer'];
  readonly bankKey: KeyObject;
  readonly messenger: SimulatedMessenger;
  readonly log: Log;
  readonly nodes: HubNode[];
}

/** Wrapped keys are the keys themselves: the simulator is about the path, and not about who may open what. */
export function plainProvider(): KeyProvider {
  return {
    holders: new Set(),
    index: (domain, value) => createHmac('sha256', 'simulated').update(`${domain}\0${value}`).digest(),
    unwrapDirect: async (_, wrapped) => Buffer.from(wrapped),
    createRoot: async () => undefined,
    leaseRoot: () => Promise.reject(new Error('no roots are simulated')),
    destroyRootsBefore: async () => undefined,
    rotateKek: async () => undefined,
  };
}

/** The deliveries of a whole hub, in memory. */
export const sharedDeliveries = (world: World): MemoryStore => {
  let made = 0;
  return new MemoryStore(
    () => rightMs(world),
    () => `00000000-0000-7000-8000-${String((made += 1)).padStart(12, '0')}` as DeliveryId,
  );
};

/** No bank is called in a run. */
const noBanks: BankApi = {
  faces: () => [],
  news: () => 'push',
  pace: () => {
    throw notHere();
  },
  allowance: () => {
    throw notHere();
  },
  beginAuthorization: () => Promise.reject(notHere()),
  finishAuthorization: () => Promise.reject(notHere()),
  beginIdentification: () => Promise.reject(notHere()),
  finishIdentification: () => Promise.reject(notHere()),
  accounts: () => Promise.reject(notHere()),
  transactions: () => Promise.reject(notHere()),
  subscribe: () => Promise.reject(notHere()),
  revoke: () => Promise.reject(notHere()),
};

const notHere = (): Error => new Error('no bank is called here');

/** One process of a hub: the real intake, vault, delivery and recovery over what is shared. */
export class HubNode {
  readonly life: Life = { alive: true, pausedUntilMs: 0 };
  readonly clock: NodeClock;
  readonly intake: Intake;
  readonly vault: Vault;
  readonly delivery: Delivery;
  readonly proof: ProofLog;
  /** Who is told when the process dies: its sockets. */
  readonly onDeath = new Set<() => void>();
  readonly #shared: Shared;
  readonly hints: ((conversations: Iterable<string>, shards: Iterable<number>) => void)[] = [];

  constructor(shared: Shared) {
    this.#shared = shared;
    const { world, provider, signer, log, messenger, bankKey } = shared;
    this.clock = new NodeClock(world);
    const database = shared.database.of(this.life);
    const common = {
      database,
      readers: database.scoped,
      clock: this.clock,
      random: world.chance,
      log,
      meter: unmetered,
    };
    this.proof = createProofLog({ database, signer, log });
    this.vault = createVault({ ...common, provider, proof: this.proof });
    this.delivery = createDelivery({
      ...common,
      vault: this.vault,
      senders: [messenger.senderOf(this.life)],
      timers: { after: (delayMs, work) => world.after(delayMs, () => this.#runs(work)) },
      storage: ({ onHint }) => ({
        store: this.#store(),
        hints: {
          tell: (conversations, shards) => this.#tell([...conversations], [...shards]),
          start: () => {
            this.hints.push((conversations, shards) =>
              onHint({ conversations: new Set(conversations as never), shards: new Set(shards) }),
            );
          },
          stop: () => Promise.resolve(),
        },
      }),
    });
    const linking = createLinking({
      ...common,
      vault: this.vault,
      delivery: this.delivery,
      banks: noBanks,
      revocations: noRevocationMemory,
      dependents: [],
      operator: { name: 'Simulated', contact: 'simulated@example.org' },
    });
    this.intake = createIntake({
      ...common,
      events: database.scoped,
      vault: this.vault,
      delivery: this.delivery,
      linking,
      alerts: noAlerts,
      disputes: { lookAgain: () => Promise.resolve() },
      // Nobody has a case here.
      replies: { find: async () => undefined, answer: () => Promise.resolve() },
      acts: { sign: () => '' },
      orderSenders: { shops: [], carriers: [] },
      pairing: nobodyOrders,
      eventKeys: async () => [bankKey],
    });
  }

  /** Dies: nothing of it is heard of again. */
  die(): void {
    this.life.alive = false;
    this.#shared.database.forget(this.life);
    this.#shared.messenger.lost(this.life);
    for (const tell of this.onDeath) tell();
  }

  /** Is stopped, and goes on after that. */
  pause(forMs: number): void {
    this.life.pausedUntilMs = this.#shared.world.ms + forMs;
    this.#shared.messenger.lost(this.life);
  }

  /** What a timer of a dead process would do is not done, and of a paused one later. */
  #runs(work: () => void): void {
    if (!this.life.alive) return;
    const waitMs = this.life.pausedUntilMs - this.#shared.world.ms;
    if (waitMs > 0) this.#shared.world.after(waitMs, () => this.#runs(work));
    else work();
  }

  /** The shared deliveries as this process reaches them: each call takes its time and may fail. */
  #store(): DeliveryStore<Transaction> {
    const { world, deliveries } = this.#shared;
    const turn = async (): Promise<void> => {
      await world.pause(world.chance.between(0, 3));
      while (this.life.alive && this.life.pausedUntilMs > world.ms)
        await world.pause(this.life.pausedUntilMs - world.ms);
      if (!this.life.alive) await new Promise<never>(() => undefined);
    };
    const call =
      <Arguments extends unknown[], Result>(work: (...values: Arguments) => Promise<Result>) =>
      async (...values: Arguments): Promise<Result> => {
        await turn();
        const lost = world.chance.in(0.01);
        if (lost && world.chance.in(0.5)) throw new Error('Connection terminated unexpectedly');
        const result = await work(...values);
        // Done, and nobody hears of it.
        if (lost) throw new Error('Connection terminated unexpectedly');
        await turn();
        return result;
      };
    return {
      lease: call(deliveries.lease.bind(deliveries)),
      claim: call(deliveries.claim.bind(deliveries)),
      begin: call(deliveries.begin.bind(deliveries)),
      settle: call(deliveries.settle.bind(deliveries)),
      release: call(deliveries.release.bind(deliveries)),
      backlog: () => deliveries.backlog(),
      put: (tx, written, abilities) =>
        deliveries.put({ afterCommit: (work) => onCommit(tx, work) }, written, abilities),
    };
  }

  /** Hints reach the others after a while, or are lost. */
  #tell(conversations: readonly string[], shards: readonly number[]): void {
    const { world, nodes } = this.#shared;
    for (const node of nodes) {
      if (node === this || world.chance.in(0.1)) continue;
      world.after(world.chance.between(1, 20), () =>
        node.#runs(() => {
          for (const hint of node.hints) hint(conversations, shards);
        }),
      );
    }
  }
}
