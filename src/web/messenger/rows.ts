import type { Formats } from '#web/words';
import type { ShownMessage } from './entry-log.ts';
import type { Outgoing } from './outbox.ts';
import type { ConversationState } from './state.ts';

/** Where a message of the customer's own stands, said under the newest one and under each that is not stored. */
export type Mark = 'waiting' | 'sent' | 'delivered' | 'read';

/** One line of the thread, with a key that stays the same from typed to stored. */
export type Row =
  | { readonly row: 'day'; readonly key: string; readonly at: string }
  | { readonly row: 'unread'; readonly key: string; readonly count: number }
  | { readonly row: 'message'; readonly key: string; readonly shown: ShownMessage; readonly mark: Mark | undefined }
  | { readonly row: 'outgoing'; readonly key: string; readonly outgoing: Outgoing };

type Source = Pick<ConversationState, 'messages' | 'outgoing' | 'marks' | 'unreadAfter'>;

/** The thread from top to bottom: messages with a divider where the day changes and where the unread begin. */
export function rowsOf(state: Source, formats: Pick<Formats, 'daysAgo'>, nowMs: number): readonly Row[] {
  const rows: Row[] = [];
  const answered = state.messages.findLast(({ message }) => message.author !== 'customer')?.seq ?? 0;
  const newestOwn = state.messages.findLast(({ message }) => message.author === 'customer');
  let day: number | undefined;
  let unreadShown = state.unreadAfter === undefined;
  for (const shown of state.messages) {
    const { message, seq } = shown;
    const daysAgo = formats.daysAgo(message.at, nowMs);
    if (daysAgo !== day) rows.push({ row: 'day', key: `day ${message.at.slice(0, 10)} ${daysAgo}`, at: message.at });
    day = daysAgo;
    if (!unreadShown && seq > (state.unreadAfter ?? 0) && message.author !== 'customer') {
      unreadShown = true;
      rows.push({ row: 'unread', key: 'unread', count: unreadCount(state) });
    }
    const mark = shown === newestOwn ? markOf(seq, answered, state.marks) : undefined;
    rows.push({ row: 'message', key: message.clientId ?? message.id, shown, mark });
  }
  for (const outgoing of state.outgoing) {
    const at = new Date(outgoing.atMs).toISOString();
    const daysAgo = formats.daysAgo(at, nowMs);
    if (daysAgo !== day) rows.push({ row: 'day', key: `day ${at.slice(0, 10)} ${daysAgo}`, at });
    day = daysAgo;
    rows.push({ row: 'outgoing', key: outgoing.clientId, outgoing });
  }
  return rows;
}

function unreadCount({ messages, unreadAfter = 0 }: Source): number {
  return messages.filter(({ seq, message }) => seq > unreadAfter && message.author !== 'customer').length;
}

/** What the hub has entered is delivered; what it has answered is read. */
function markOf(seq: number, answered: number, marks: Source['marks']): Mark {
  return seq <= Math.max(marks.readSeq, answered) ? 'read' : 'delivered';
}
