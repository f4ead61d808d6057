import type { MessageId } from '#base';
import { limits, TellerlineError } from '#base';
import { ownSender, type Advertising, type AdvertisingCount } from '#contract';
import { operation, sql, type Database, type Queryable, type Transaction } from '#db';
import type { Vault } from '#vault';
import type { Thread, Written } from './change.ts';

/** What customers call advertising, counted by sender and in public. */
export interface AdvertisingMarks {
  /**
   * Counts a message as advertising, once however often the customer says so.
   *
   * @throws TellerlineError `message_unknown` 404 for one that is gone, of another conversation, or the customer's own
   */
  mark(thread: Thread, messageId: MessageId): Promise<void>;
  /** Takes that back. */
  unmark(thread: Thread, messageId: MessageId): Promise<void>;
  /** What the public page shows. */
  counts(nowMs: number): Promise<Advertising>;
}

/** Makes the marks over a database and a vault, whose index says who marked what to nobody. */
export function createAdvertisingMarks(parts: {
  readonly database: Database;
  readonly vault: Pick<Vault, 'index'>;
}): AdvertisingMarks {
  const { database, vault } = parts;
  const indexOf = ({ customerId }: Thread, messageId: MessageId): Buffer =>
    vault.index('advertising', `${customerId}|${messageId}`);
  return {
    mark: async (thread, messageId) => {
      const [message] = await database.query<{ sender: string; at: Date }>(sql`
        select coalesce(bank_id, ${ownSender}) as sender, at from messages
        where conversation_id = ${thread.conversationId} and message_id = ${messageId} and author <> 'customer'`);
      if (!message) throw new TellerlineError('message_unknown', 404, 'There is no such message here.');
      await database.execute(sql`insert into advertising_marks (mark_index, sender, month)
        values (${indexOf(thread, messageId)}, ${message.sender}, ${monthOf(message.at)}::date) on conflict do nothing`);
    },
    unmark: async (thread, messageId) => {
      await database.execute(sql`delete from advertising_marks where mark_index = ${indexOf(thread, messageId)}`);
    },
    counts: (nowMs) => count(database, nowMs),
  };
}

async function count(database: Database, nowMs: number): Promise<Advertising> {
  const { advertisingSentMin: sentMin, advertisingMarkedMin: markedMin, advertisingMonths } = limits;
  const rows = await database.query<{ sender: string; month: string; sent: bigint; marked: bigint }>(sql`
    with sent as (
      select sender, month, sum(sent)::bigint as sent from messages_sent
      where month > ${firstMonth(nowMs, advertisingMonths)}::date group by sender, month
    ), marked as (
      select sender, month, count(*) as marked from advertising_marks group by sender, month
    )
    select sender, to_char(month, 'YYYY-MM') as month, sent, coalesce(marked, 0) as marked
    from sent left join marked using (sender, month) order by month desc, sender`);
  const counts = rows.map(({ sender, month, ...of }): AdvertisingCount => {
    const [sent, marked] = [Number(of.sent), Number(of.marked)];
    const few = sent < sentMin;
    const hidden = few || (marked > 0 && marked < markedMin);
    return { sender, month, sent: few ? null : sent, marked: hidden ? null : marked };
  });
  return { sentMin, markedMin, counts };
}

/** Adds a count of messages sent, as a row of its own: nobody waits for a lock. */
export const addSent = operation<object>()(
  'messages.sent',
  { senders: 'text[]', months: 'date[]', sent: 'int8[]' },
  `insert into messages_sent (sender, month, sent) select * from unnest($senders, $months, $sent)`,
);

/** Adds to the senders' counts of a month, in the transaction that writes the messages. */
export function countSent(tx: Transaction, written: readonly (Written & { bankId: string | null })[]): void {
  const sent = new Map<string, number>();
  for (const { change, bankId } of written) {
    if (change.entry !== 'message' || change.author === 'customer') continue;
    const key = `${bankId ?? ownSender}|${monthOf(new Date(change.atMs))}`;
    sent.set(key, (sent.get(key) ?? 0) + 1);
  }
  if (sent.size === 0) return;
  const keys = [...sent.keys()].map((key) => key.split('|'));
  tx.send(addSent, {
    senders: keys.map(([sender = '']) => sender),
    months: keys.map(([, month = '']) => month),
    sent: [...sent.values()],
  });
}

/** Adds the rows of each month up, and forgets the months that are shown no more. */
export async function tidyCounts(db: Queryable, nowMs: number): Promise<void> {
  const oldest = firstMonth(nowMs, limits.advertisingMonths);
  await db.execute(sql`with gone as (delete from messages_sent returning sender, month, sent)
    insert into messages_sent (sender, month, sent)
    select sender, month, sum(sent) from gone where month > ${oldest}::date group by sender, month`);
  await db.execute(sql`delete from advertising_marks where month <= ${oldest}::date`);
}

/** The first day of the month, of UTC. */
function monthOf(at: Date): string {
  return `${at.toISOString().slice(0, 7)}-01`;
}

/** The month before the oldest of the last `months`, the present one included. */
function firstMonth(nowMs: number, months: number): string {
  const now = new Date(nowMs);
  return monthOf(new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - months, 1)));
}
