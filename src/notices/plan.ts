import type { LinkId, MessageId, RecordId } from '#base';
import { newId } from '#base';
import { PURPOSE_OF_EVENT, type EventType } from '#contract';
import type { Change, Thread } from '#delivery';
import type { RecordContent, StoredRecord } from '#vault';

/** An event that was stored for one link, and what became of its record. */
export interface StoredEvent {
  readonly type: EventType;
  readonly thread: Thread;
  readonly linkId: LinkId;
  readonly content: RecordContent;
  readonly stored: StoredRecord;
}

/**
 * Who is told what: a purchase is one message, which changes in place when the bank says more of it.
 * What changes nothing that is shown (a balance alone, a late repeat) is kept without a word.
 *
 * @param shown the messages that show the records already
 */
export function planNotices(
  events: readonly StoredEvent[],
  shown: ReadonlyMap<RecordId, MessageId>,
  nowMs: number,
): Change[] {
  const messageOf = new Map(shown);
  return events.flatMap(({ type, thread, linkId, content, stored }): Change[] => {
    const purpose = PURPOSE_OF_EVENT[type];
    if (content.kind !== 'transaction' || purpose === null || stored.outcome === 'kept') return [];
    const earlier = messageOf.get(stored.recordId);
    const messageId = earlier ?? newId<MessageId>();
    messageOf.set(stored.recordId, messageId);
    const body = { from: 'record', linkId, purpose, recordId: stored.recordId, shown: content } as const;
    return [{ ...thread, entry: earlier ? 'edit' : 'message', messageId, author: 'bank', atMs: nowMs, body }];
  });
}
