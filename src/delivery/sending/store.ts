import type { ConversationId, CustomerId, DeliveryId, IdentityId, MessageId, NodeId } from '#base';
import type { Entry } from '#contract';
import type { Written } from '../change.ts';
import type { Detail, Sender } from './sender.ts';

/** One entry on its way to one channel identity. */
export interface OpenDelivery {
  readonly deliveryId: DeliveryId;
  readonly shard: number;
  readonly channel: string;
  readonly customerId: CustomerId;
  readonly conversationId: ConversationId;
  readonly identityId: IdentityId;
  /** As it is chosen now. */
  readonly detail: Detail;
  readonly seq: number;
  readonly entry: Entry['entry'];
  readonly messageId: MessageId;
  readonly revision: number;
  /** How often it was tried. */
  readonly attempts: number;
  /** How often it failed for its own sake, or could not be read. */
  readonly failures: number;
  /** The messenger said that the person wrote too long ago: only what needs no window goes. */
  readonly windowOver: boolean;
}

/** A delivery that was just written. */
export interface PutDelivery extends OpenDelivery {
  /** The number of the newest one before it that was still open to the same identity; undefined when none was. */
  readonly afterSeq: number | undefined;
}

/** What becomes of a delivery to a destination that may not be written to now. */
export type Otherwise = 'wait' | 'elsewhere' | 'drop';

/** It waits as long again as it has waited, at least this and until it is this old, for its person to write. */
export const closedWaitMs = { least: 60_000, most: 7 * 86_400_000 } as const;
/** Its code while it waits: what is released when the person writes. */
export const closedCode = 'may-not-write';
/** Failures of its own after which a delivery is parked. */
export const failuresMax = 12;
/** Outcomes of one part that nobody knew after which it is sent no more: it is resent once. */
export const unknownsMax = 2;
/** The pause before what a messenger failed to show is sent again, after so many attempts, where it names none. */
export const failedPauseMs = { first: 5_000, most: 300_000 } as const;

/** What the messengers can do, by their names. */
export interface Abilities {
  /** Can take back what they have shown. */
  readonly removing: readonly string[];
  /** Cannot change what they have shown. */
  readonly unchanging: readonly string[];
}

/** What the messengers named by a hub's senders can do. */
export function abilitiesOf(senders: readonly Pick<Sender, 'channel' | 'removes' | 'edits'>[]): Abilities {
  return {
    removing: senders.filter(({ removes }) => removes).map(({ channel }) => channel),
    unchanging: senders.filter(({ edits }) => edits === false).map(({ channel }) => channel),
  };
}

/** What a process may work on. */
export interface Lease {
  /** The shards, each with its fence. */
  readonly shards: ReadonlyMap<number, number>;
  /** How many processes there are, this one included. */
  readonly nodes: number;
}

/** Where a claim goes on: the last delivery of the one before. */
export type ClaimPlace = Pick<OpenDelivery, 'shard' | 'conversationId' | 'identityId' | 'seq'>;

/** What a claim asks for. */
export interface Claim {
  readonly node: NodeId;
  readonly channel: string;
  readonly shards: readonly number[];
  readonly after?: ClaimPlace | undefined;
  readonly limit: number;
}

/** The lease under which a process writes of a delivery, and how often that had been tried as far as it knows. */
export interface Held {
  readonly deliveryId: DeliveryId;
  readonly shard: number;
  readonly fence: number;
  readonly attempts: number;
}

/** An attempt that is about to be made. */
export interface Attempt extends Held {
  /**
   * Whether its content could be read, at this level of detail. Of what could not be read nothing is sent: that
   * counts as a failure, and it waits, or is parked when it is not waited for any longer.
   */
  readonly content: 'read' | 'unreadable' | 'given-up';
  readonly detail: Detail;
  /** If nothing is heard of the attempt, it may be made again after this; so long waits what cannot be read. */
  readonly forMs: number;
}

/** What became of the wish to make an attempt. */
export type Begun =
  /** It is stored: call the messenger. */
  | { readonly begun: 'attempted'; readonly replaces: string | undefined }
  /**
   * Nothing is to be sent and it is settled: message or destination are gone, or its revision was shown already, or
   * an earlier one of it is parked, or it could not be read and was given up, or nobody knows of the resend either
   * what became of it.
   */
  | {
      readonly begun: 'closed';
      readonly code: 'gone' | 'shown' | 'parked-before' | 'given-up' | 'unknown-twice';
    }
  /** It stands, and could not be read: it waits. */
  | { readonly begun: 'unreadable' }
  /** The lease is another's, the delivery or its level of detail has changed, or an earlier one is open: whoever asks knows too little. */
  | { readonly begun: 'stale' };

/** What is known of a delivery after an attempt. */
export type Settling =
  /**
   * The messenger has it. Its own word, so it holds whoever brings it, under whichever lease, at whatever time;
   * unless the messenger could not show what that attempt brought.
   */
  | {
      readonly as: 'delivered';
      readonly deliveryId: DeliveryId;
      readonly platformId: string | undefined;
      readonly shownRevision: number | undefined;
      /** Which one it took; absent where that cannot be told. */
      readonly attempt?: number;
    }
  /**
   * The messenger had taken it, or a part of it, and says later that it could not show it. What is missing is sent
   * again, or not, as the error asks for. Changes nothing while an attempt is under way: it is told again.
   */
  | {
      readonly as: 'failed';
      readonly deliveryId: DeliveryId;
      /** The keyed hash of the messenger's id of what it could not show: of the message, or of a part of it. */
      readonly platformIndex: Buffer;
      readonly code: string;
      readonly becomes: 'waiting' | 'closed' | 'parked';
      /** When it is tried again; absent: after a pause that grows with the attempts. */
      readonly inMs?: number;
      readonly windowOver?: boolean;
    }
  /** What this process found out by its own attempt; `failed` when that counts against the delivery. */
  | (Held & {
      readonly as: 'waiting';
      readonly inMs: number;
      readonly failed: boolean;
      readonly windowOver?: boolean;
      readonly code: string;
    })
  /** Nobody knows what became of the call; `part`: of which part of the message. */
  | (Held & { readonly as: 'unknown'; readonly inMs: number; readonly part: number; readonly code: string })
  | (Held & { readonly as: 'parked' | 'skipped'; readonly code: string })
  /** The person may not be written to there now: what is done then stands with the destination. */
  | (Held & { readonly as: 'closed'; readonly code: string });

/**
 * Whether that a messenger could not show something counts against its delivery, as the same answer to a call would:
 * not where it says when it may go again, or that another form may, for that is no fault of the message.
 */
export function countsAgainst({ becomes, inMs, windowOver }: Extract<Settling, { as: 'failed' }>): boolean {
  return becomes === 'waiting' && inMs === undefined && !windowOver;
}

/** What a messenger could not show: a message of ours, or a part of it. */
export type LostPart = Pick<Extract<Settling, { as: 'failed' }>, 'deliveryId' | 'platformIndex'>;

/** Where something changed, for whoever works on that shard. */
export type Settled = Pick<OpenDelivery, 'shard' | 'channel' | 'deliveryId'> & {
  /** It is to be tried again. */
  readonly isOpen: boolean;
  /** It was given up until somebody looks. */
  readonly isParked: boolean;
};

/** How much is open of one messenger. */
export interface Backlog {
  readonly channel: string;
  readonly waiting: number;
  /** Attempted, and nothing known yet. */
  readonly unknown: number;
  /** Given up until somebody looks. */
  readonly parked: number;
  /** Age of the oldest that is open, in seconds; 0 when none is. */
  readonly oldestSeconds: number;
}

/**
 * Everything that the engine keeps: deliveries, and who works on which of them. The time is the store's own,
 * so that a process whose clock jumps neither holds a lease longer nor loses one.
 *
 * @typeParam Tx the transaction in which deliveries are written together with their entries
 */
export interface DeliveryStore<Tx> {
  /**
   * Says that the process is there for `forMs` more, and gives it its share of the shards: what it has
   * beyond that is given up, what nobody has is taken. 0 gives up everything.
   */
  lease(node: NodeId, forMs: number): Promise<Lease>;
  /**
   * Writes a delivery for each entry and each destination of its conversation that it is meant for, but for spare
   * ones, and for those where nothing is told for its purpose; none for what the customer said, none of a removal
   * that a messenger cannot do, and none of a change that it cannot show and that is not worth a message. Answers
   * in order of number.
   */
  put(tx: Tx, written: readonly Written[], abilities: Abilities): Promise<PutDelivery[]>;
  /**
   * What is open in those of the shards that the process works on, by shard, identity and number, from each
   * identity whose oldest open delivery is due. Changes nothing.
   */
  claim(claim: Claim): Promise<OpenDelivery[]>;
  /** Stores that attempts are about to be made, at most one for an identity. Answers in the same order. */
  begin(node: NodeId, attempts: readonly Attempt[]): Promise<Begun[]>;
  /** Stores what is known. Answers in the same order; undefined where nothing changed, as the caller was fenced off or it was known. */
  settle(node: NodeId, settlings: readonly Settling[]): Promise<(Settled | undefined)[]>;
  /**
   * The person at this identity has written, or their thread is ours again: what waited for that is due, in any
   * form. Answers where something changed.
   */
  release(identityId: IdentityId): Promise<Settled[]>;
  /** How much is open, of each messenger that has any. */
  backlog(): Promise<Backlog[]>;
}
