import type { ConversationId } from '#base';

/** Into so many parts the conversations are divided; each is worked on by one process at a time. */
export const shardCount = 1024;

/** The shard of a conversation: the last ten bits of its id, which are random in every version of UUID that is used here. */
export function shardOf(conversationId: ConversationId): number {
  return Number.parseInt(conversationId.slice(-3), 16) % shardCount;
}
