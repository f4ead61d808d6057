import {
  newId,
  type Clock,
  type ConversationId,
  type IdentityId,
  type Log,
  type Meter,
  type NodeId,
  type Random,
  type Timers,
} from '#base';
import type { Database, ScopedDatabase, Transaction } from '#db';
import type { Vault } from '#vault';
import type { Written } from '../change.ts';
import { newerThan } from '../conversations.ts';
import type { Outlets } from '../outlets.ts';
import { DeliveryEngine } from './engine.ts';
import { PostgresHints, type HintParts, type Hints } from './hints.ts';
import { partsIn, takenBy, type Parts } from './parts.ts';
import { platformIds } from './platform-ids.ts';
import { postgresStore } from './postgres-store.ts';
import { contentReader } from './read-content.ts';
import { readReference } from './reference.ts';
import type { Failed, Sender } from './sender.ts';
import { abilitiesOf, type Backlog, type DeliveryStore, type LostPart, type Settling } from './store.ts';

/** What brings entries to whoever this process alone does not reach. */
export interface Sending {
  /**
   * Writes what is to be brought to other messengers, in the transaction of the entries; after COMMIT it is
   * on its way, and the other processes know of it.
   */
  putDeliveries(tx: Transaction, written: readonly Written[]): Promise<void>;
  /** Takes up work: a share of the deliveries, and hints from other processes. */
  start(): Promise<void>;
  /** Ends the calls under way and gives the share up. */
  stop(): Promise<void>;
  /** Stores what a messenger said by itself, an echo or a status. Answers whether anything changed. */
  settle(evidence: Extract<Settling, { as: 'delivered' | 'failed' }>): Promise<boolean>;
  /**
   * A messenger says by an echo or a status that it has what carries this reference, under this id of its own.
   * Answers whether that changed anything; what is no reference of ours changes nothing.
   */
  taken(reference: string, platformId: string): Promise<boolean>;
  /** A messenger says of what it had taken, or of a part of it, that it could not show it, and what that asks for. */
  failed(lost: LostPart, failed: Failed): Promise<boolean>;
  /** Processes of this hub that send, this one included. */
  processes(): number;
  /** Which parts of deliveries their messengers have, for senders that send in several. */
  readonly parts: Parts;
  /** The person at this identity has written just now, or their thread is ours again: what waited for that goes out. */
  release(identityId: IdentityId): Promise<void>;
  /** How much is open, of each messenger that has any. */
  backlog(): Promise<Backlog[]>;
}

/** What sending works with. */
export interface SendingParts {
  readonly database: Database;
  /** What reads for one customer, and sees rows of that customer alone. */
  readonly readers: ScopedDatabase;
  readonly vault: Vault;
  readonly outlets: Outlets;
  /** The messengers besides the browsers that are connected here. */
  readonly senders: readonly Sender[];
  readonly clock: Clock;
  readonly timers: Timers;
  readonly random: Random;
  readonly log: Log;
  readonly meter?: Meter;
  /** Where deliveries are kept and how processes tell each other of them; PostgreSQL's, unless a simulator brings its own. */
  readonly storage?: (hints: HintParts) => SendingStorage;
}

/** What sending keeps its state in. */
export interface SendingStorage {
  readonly store: DeliveryStore<Transaction>;
  readonly hints: Hints;
}

/**
 * Browsers that are connected look so often for what nobody told of: a hint was lost, or the outcome of a COMMIT,
 * after which nothing is handed on, and which was none the less done.
 */
const lookEveryMs = 5_000;

/** Makes sending, idle until `start`. */
export function createSending(parts: SendingParts): Sending {
  const { database, vault, outlets, senders, timers, log } = parts;
  const ids = platformIds(vault);
  const node = newId<NodeId>();
  const abilities = abilitiesOf(senders);
  const lookForNewer = createLook(database, outlets, log);
  const {
    storage = (hinting: HintParts) => ({ store: postgresStore(database, ids), hints: new PostgresHints(hinting) }),
  } = parts;
  const { store, hints } = storage({
    database,
    node,
    timers,
    log,
    isAlone: () => engine.nodes < 2,
    onHint: ({ conversations, shards }) => {
      outlets.newer(conversations);
      engine.wake([...shards]);
    },
    onGap: () => lookForNewer(),
  });
  const engine = new DeliveryEngine({
    ...parts,
    node,
    store,
    content: contentReader(parts),
    tellOthers: (shards) => hints.tell([], shards),
  });
  let cancelLook = (): void => undefined;
  const lookAgain = (): void => {
    cancelLook = timers.after(lookEveryMs, () => {
      lookForNewer();
      lookAgain();
    });
  };

  return {
    putDeliveries: async (tx, written) => {
      const put = senders.length === 0 ? [] : await store.put(tx, written, abilities);
      tx.afterCommit(() => {
        if (engine.nodes > 1)
          hints.tell(
            written.map(({ change }) => change.conversationId),
            [],
          );
        engine.offer(put);
      });
    },
    start: async () => {
      hints.start();
      await engine.start();
      lookAgain();
    },
    stop: async () => {
      cancelLook();
      await engine.stop();
      await hints.stop();
    },
    settle: (evidence) => engine.settle(evidence),
    taken: async (text, platformId) => {
      const reference = readReference(text);
      const settling = reference && (await takenBy(database, ids, reference, platformId));
      return settling === undefined ? false : engine.settle(settling);
    },
    failed: (lost, failed) => engine.settle(failedAs(lost, failed)),
    processes: () => engine.nodes,
    parts: partsIn(database, ids),
    release: async (identityId) => engine.changed(await store.release(identityId)),
    backlog: () => store.backlog(),
  };
}

/** What a delivery becomes of which a messenger says afterwards that it failed. */
function failedAs(lost: LostPart, failed: Failed): Extract<Settling, { as: 'failed' }> {
  const { outcome, code } = failed;
  const of = { as: 'failed', ...lost, code } as const;
  switch (outcome) {
    case 'refused':
      return { ...of, becomes: 'parked' };
    case 'closed':
      return { ...of, becomes: 'closed' };
    case 'window':
      return { ...of, becomes: 'waiting', inMs: 0, windowOver: true };
    case 'later':
      return { ...of, becomes: 'waiting', ...(failed.afterMs !== undefined && { inMs: failed.afterMs }) };
  }
}

/** Looks which of the conversations that somebody is connected to have gone on, one look at a time. */
function createLook(database: Database, outlets: Outlets, log: Log): () => void {
  let isLooking = false;
  const look = async (): Promise<void> => {
    const newer: ConversationId[] = await newerThan(database, outlets.standing());
    outlets.newer(newer);
  };
  return () => {
    if (isLooking) return;
    isLooking = true;
    look()
      .catch((error: unknown) => log.info({ err: error }, 'newer entries could not be looked for; it is tried again'))
      .finally(() => (isLooking = false));
  };
}
