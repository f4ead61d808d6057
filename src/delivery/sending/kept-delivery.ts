import type { ConversationId, CustomerId, IdentityId } from '#base';
import type { Purpose } from '#contract';
import type { Transaction } from '#db';
import type { Detail } from './sender.ts';
import type { OpenDelivery, Otherwise, Settled } from './store.ts';

/** What the model of the store keeps of a delivery, and what follows from that alone. */

type State = 'waiting' | 'attempted' | 'unknown' | 'delivered' | 'skipped' | 'parked';

/** A delivery with everything that is kept of it. */
export type KeptDelivery = {
  -readonly [Field in keyof Omit<OpenDelivery, 'detail'>]: OpenDelivery[Field];
} & {
  readonly purpose: Purpose | null;
  readonly asked: boolean;
  state: State;
  fence: number | undefined;
  platformId: string | undefined;
  shownRevision: number | undefined;
  /** How often nobody knew what had become of a call, of which part, and what came last before it failed to be shown. */
  unknowns: number;
  unknownPart: number | undefined;
  failedAttempt: number;
  code: string | undefined;
  atMs: number;
  nextMs: number;
};

/** Where a conversation is brought to. */
export interface ModelDestination {
  readonly conversationId: ConversationId;
  readonly customerId: CustomerId;
  readonly identityId: IdentityId;
  readonly channel: string;
  detail: Detail;
  readonly details?: Readonly<Partial<Record<Purpose, Detail | 'off'>>>;
  readonly otherwise?: Otherwise;
  readonly spare?: boolean;
}

/** What a transaction has to be for the model: it says when it is committed. */
export type ModelTransaction = Pick<Transaction, 'afterCommit'>;

/** Whether something is still to be done with it. */
export const isOpen = ({ state }: { readonly state: State }): boolean =>
  state === 'waiting' || state === 'attempted' || state === 'unknown';

/** What the engine is told of it once it is settled. */
export const settledOf = (one: KeptDelivery): Settled => ({
  deliveryId: one.deliveryId,
  shard: one.shard,
  channel: one.channel,
  isOpen: isOpen(one),
  isParked: one.state === 'parked',
});

/** At which level it goes there, undefined when not at all: as `delivery_detail` of the database. */
export function detailOf(
  { detail, details = {} }: ModelDestination,
  { purpose, asked }: Pick<KeptDelivery, 'purpose' | 'asked'>,
): Detail | undefined {
  const chosen = purpose === null ? undefined : details[purpose];
  if (chosen === 'off') return asked ? 'pointer' : undefined;
  return chosen ?? detail;
}

/** What names a lane. */
export type LaneName = Pick<KeptDelivery, 'conversationId' | 'identityId'>;

/** Names its lane: what goes to one identity of one conversation. */
export const laneKey = ({ conversationId, identityId }: LaneName): string => `${conversationId}|${identityId}`;

/** Whether both go to one identity of one conversation. */
export const sameLane = (a: LaneName, b: LaneName): boolean =>
  a.conversationId === b.conversationId && a.identityId === b.identityId;

type Place = Pick<OpenDelivery, 'shard' | 'conversationId' | 'identityId' | 'seq'>;

/** The order in which deliveries are claimed. */
export function comparePlaces(a: Place, b: Place): number {
  if (a.shard !== b.shard) return a.shard - b.shard;
  if (a.conversationId !== b.conversationId) return a.conversationId < b.conversationId ? -1 : 1;
  if (a.identityId !== b.identityId) return a.identityId < b.identityId ? -1 : 1;
  return a.seq - b.seq;
}

/** What the engine is given of it. */
export function openOf(one: KeptDelivery, detail: Detail): OpenDelivery {
  const { deliveryId, shard, channel, customerId, conversationId, identityId, seq, entry } = one;
  const { messageId, revision, attempts, failures, windowOver } = one;
  return {
    deliveryId,
    shard,
    channel,
    customerId,
    conversationId,
    identityId,
    detail,
    seq,
    entry,
    messageId,
    revision,
    attempts,
    failures,
    windowOver,
  };
}
