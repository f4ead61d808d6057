import type { IdentityId, MessageId } from '#base';
import { operation, sql, type Database } from '#db';
import type { Thread } from '#delivery';

/** Something that was said and is not answered yet. */
export interface OpenTurn extends Thread {
  readonly messageId: MessageId;
  /** Where it was said; null: in a browser. */
  readonly identityId: IdentityId | null;
  /** How often it was taken up, this time included. */
  readonly attempts: number;
  /** What was said, of one that is answered as soon as it is stored; of any other it is read. */
  readonly text?: string;
}

/** Enters a turn. */
export const putTurn = operation<object>()(
  'turns.put',
  {
    conversationId: 'uuid',
    messageId: 'uuid',
    customerId: 'uuid',
    identityId: 'uuid',
    at: 'timestamptz',
    attempts: 'int4',
  },
  `insert into turns (conversation_id, message_id, customer_id, identity_id, at, attempts)
  values ($conversationId, $messageId, $customerId, $identityId, $at, $attempts)`,
);

/** A row when a turn of a conversation is open. */
export const anyOpen = operation<object>()(
  'turns.open',
  { conversationId: 'uuid' },
  `select from turns where conversation_id = $conversationId limit 1`,
);

/** Takes up the oldest open turn of a conversation. */
export const takeTurn = operation<OpenTurn>()(
  'turns.take',
  { conversationId: 'uuid' },
  `update turns set attempts = attempts + 1 where (conversation_id, message_id) = (
    select conversation_id, message_id from turns where conversation_id = $conversationId
    order by at, message_id limit 1)
  returning conversation_id as "conversationId", customer_id as "customerId", message_id as "messageId",
    identity_id as "identityId", attempts`,
);

/** Closes a turn; no row when it was closed before. */
export const endTurn = operation<{ isMore: boolean }>()(
  'turns.end',
  { conversationId: 'uuid', messageId: 'uuid' },
  `delete from turns where conversation_id = $conversationId and message_id = $messageId
  returning exists (select from turns where conversation_id = $conversationId and message_id <> $messageId) as "isMore"`,
);

/** The conversations in which something stands open. */
export async function openThreads(database: Database): Promise<Thread[]> {
  return database.query<Thread>(sql`
    select distinct conversation_id as "conversationId", customer_id as "customerId" from turns`);
}
