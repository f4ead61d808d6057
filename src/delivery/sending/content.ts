import type { MessageId } from '#base';
import type { Detail, Message, Purpose } from '#contract';
import type { Manner } from '../draw.ts';
import type { OpenDelivery } from './store.ts';

/** What a message says to one identity now. */
export interface Readable {
  /** At the identity's level of detail. */
  readonly message: Message;
  /** The level at which it is said: the identity's, and `full` of what no bank told. */
  readonly detail: Detail;
  /** What it is told for; null when no bank told it. */
  readonly purpose: Purpose | null;
  readonly manner: Manner;
}

/** To whom, and where. */
export type ReadFor = Pick<OpenDelivery, 'customerId' | 'conversationId' | 'identityId' | 'channel' | 'detail'>;

/**
 * Reads messages for one channel identity. What is gone, or may not or cannot be read now, is missing from
 * the answer.
 */
export type ReadContent = (to: ReadFor, messageIds: readonly MessageId[]) => Promise<ReadonlyMap<MessageId, Readable>>;
