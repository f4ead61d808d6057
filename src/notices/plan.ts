import type { LinkId, MessageId, RecordId } from '#base';
import { newId } from '#base';
import { PURPOSE_OF_EVENT, type EventType } from '#contract';
import type { Change, Thread } from '#delivery';
import type { AccountWishes } from '#linking';
import type { AlertContent, ToldRecord } from '#vault';
import { isHeard } from './hearing.ts';

/** An event that was stored for one link, and what became of its record. */
export interface StoredEvent {
  readonly type: EventType;
  readonly thread: Thread;
  readonly linkId: LinkId;
  readonly stored: ToldRecord;
  /** What its customer wants to be told of its account. */
  readonly wishes: AccountWishes;
}

/**
 * Who is told what: a purchase is one message, which changes in place when the bank says more of it. Where
 * a messenger cannot edit, a posting that changes nothing is silent, and another amount, or that it was
 * reversed, is worth one message more.
 * What changes nothing that is shown (a balance alone, a late repeat) is kept without a word, and so is what
 * the customer does not want to hear; of a purchase that was told once, every change is told.
 *
 * @param shown the messages that show the records already
 */
export function planNotices(
  events: readonly StoredEvent[],
  shown: ReadonlyMap<RecordId, MessageId>,
  nowMs: number,
): Change[] {
  const messageOf = new Map(shown);
  return events.flatMap(({ type, thread, linkId, stored, wishes }): Change[] => {
    const { recordId, content } = stored;
    const purpose = PURPOSE_OF_EVENT[type];
    if (content.kind === 'alert')
      return stored.outcome === 'kept' ? [] : alerted(thread, linkId, recordId, content, shown, nowMs);
    if (content.kind !== 'transaction' || purpose === null || stored.outcome === 'kept') return [];
    const earlier = messageOf.get(recordId);
    if (earlier === undefined && !isHeard(wishes.hearing, content.transaction, content.balance)) return [];
    // An authorization that takes the place of one says another amount; which, is known of postings alone.
    const isWorthSaying = stored.amountChanged || type !== 'transaction.posted';
    const messageId = earlier ?? newId<MessageId>();
    messageOf.set(recordId, messageId);
    const body = { from: 'record', linkId, purpose, recordId, shown: content } as const;
    const said = { ...thread, messageId, author: 'bank', atMs: nowMs, body } as const;
    if (earlier === undefined) return [{ ...said, entry: 'message' }];
    return [{ ...said, entry: 'edit', ...(isWorthSaying && { worthSaying: true }) }];
  });
}

/** A held purchase is told past every wish: one message, in which the customer answers. */
function alerted(
  thread: Thread,
  linkId: LinkId,
  recordId: RecordId,
  content: AlertContent,
  shown: ReadonlyMap<RecordId, MessageId>,
  atMs: number,
): Change[] {
  const body = { from: 'record', linkId, purpose: 'fraud-alerts', recordId, shown: content } as const;
  const { messageId } = content;
  const said = { ...thread, messageId, author: 'bank', atMs, body } as const;
  return [shown.has(recordId) ? { ...said, entry: 'edit', worthSaying: true } : { ...said, entry: 'message' }];
}
