import type { Message, Formats } from '#contract';
import type { ShownMessage } from './entry-log.ts';
import type { Outgoing } from './outbox.ts';
import type { ConversationState } from './state.ts';

/** Where a message of the customer's own stands, said under the newest one and under each that is not stored. */
export type Mark = 'waiting' | 'sent' | 'delivered' | 'read';

/**
 * Which ways on a message still offers: all while it is the newest; the way back to a bank that waits for a
 * new sign-in for as long as it does; else none, for they have had their time.
 */
export type Ways = 'all' | 'reconnect' | 'none';

/** One line of the thread, with a key that stays the same from typed to stored. */
export type Row =
  | { readonly row: 'day'; readonly key: string; readonly at: string }
  | { readonly row: 'unread'; readonly key: string; readonly count: number }
  | {
      readonly row: 'message';
      readonly key: string;
      readonly shown: ShownMessage;
      readonly mark: Mark | undefined;
      readonly ways: Ways;
    }
  | { readonly row: 'outgoing'; readonly key: string; readonly outgoing: Outgoing };

type Source = Pick<ConversationState, 'me' | 'messages' | 'outgoing' | 'marks' | 'unreadAfter'>;

/** The thread from top to bottom: messages with a divider where the day changes and where the unread begin. */
export function rowsOf(state: Source, formats: Pick<Formats, 'daysAgo'>, nowMs: number): readonly Row[] {
  const rows: Row[] = [];
  const answered = state.messages.findLast(({ message }) => answers(message))?.seq ?? 0;
  const newestOwn = state.messages.findLast(({ message }) => message.author === 'customer');
  const reconnects = reconnectsOf(state);
  let day = Infinity;
  // Days only go on: a clock that was set back opens none a second time.
  const openDay = (at: string): void => {
    const daysAgo = formats.daysAgo(at, nowMs);
    if (daysAgo < day) rows.push({ row: 'day', key: `day ${daysAgo}`, at });
    day = Math.min(day, daysAgo);
  };
  let unreadShown = state.unreadAfter === undefined;
  for (const shown of state.messages) {
    const { message, seq } = shown;
    openDay(message.at);
    if (!unreadShown && seq > (state.unreadAfter ?? 0) && message.author !== 'customer') {
      unreadShown = true;
      rows.push({ row: 'unread', key: 'unread', count: unreadCount(state) });
    }
    const mark = shown === newestOwn ? markOf(seq, answered, state.marks) : undefined;
    const ways = shown === state.messages.at(-1) ? 'all' : reconnects.has(shown) ? 'reconnect' : 'none';
    rows.push({ row: 'message', key: message.clientId ?? message.id, shown, mark, ways });
  }
  for (const outgoing of state.outgoing) {
    const at = new Date(outgoing.atMs).toISOString();
    openDay(at);
    rows.push({ row: 'outgoing', key: outgoing.clientId, outgoing });
  }
  return rows;
}

/** The newest message that leads back to each bank that waits for a new sign-in. */
function reconnectsOf({ me, messages }: Source): ReadonlySet<ShownMessage> {
  const lost = (me?.links ?? []).filter(({ state }) => state === 'reconnect').map(({ bank }) => bank);
  const leading = lost.map((bank) =>
    messages.findLast(({ message }) => message.waysOn?.some((on) => on.way === 'reconnect' && on.bank === bank)),
  );
  return new Set(leading.filter((shown) => shown !== undefined));
}

function unreadCount({ messages, unreadAfter = 0 }: Source): number {
  return messages.filter(({ seq, message }) => seq > unreadAfter && message.author !== 'customer').length;
}

/** A purchase tells itself, and so does what staff looked at; everything else that comes after a question answers it. */
function answers({ author, content, aside }: Message): boolean {
  return author !== 'customer' && !aside && !(content.kind === 'card' && content.card.card === 'transaction');
}

/** What the hub has entered is delivered; what it has answered is read. */
function markOf(seq: number, answered: number, marks: Source['marks']): Mark {
  return seq <= Math.max(marks.readSeq, answered) ? 'read' : 'delivered';
}
