import { sql, type Database } from '#db';
import type { Row, Tables } from './tables.ts';

/** What tables hold that operations write, each in the order of its key. */
export type State = Readonly<Record<string, readonly Row[]>>;

/** Everything that operations have written in PostgreSQL. */
export async function stateInPostgres(db: Database): Promise<State> {
  return {
    eventKeys: await db.query(sql`select sender, event_id as "eventId", content_hash as "contentHash" from event_keys
      order by (sender || '|' || event_id) collate "C"`),
    records: await db.query(sql`select link_id as "linkId", record_id as "recordId", account_ref as "accountRef",
        bank_id as "bankId", kind, subject_index as "subjectIndex", local_date::text as "localDate",
        occurred_at as "occurredAt", stage, revision, epoch, sealed, match_key as "matchKey"
      from records order by link_id, record_id`),
    conversations: await db.query(sql`select conversation_id as "conversationId", customer_id as "customerId",
        last_seq::integer as "lastSeq" from conversations order by conversation_id`),
    entries:
      await db.query(sql`select conversation_id as "conversationId", seq::integer, entry, message_id as "messageId", at
      from entries order by conversation_id, seq`),
    messages: await db.query(sql`select conversation_id as "conversationId", message_id as "messageId", author, at,
        client_id as "clientId", revision, link_id as "linkId", bank_id as "bankId", also_link_ids as also, epoch,
        purpose, record_id as "recordId", sealed
      from messages order by conversation_id, message_id`),
    ledger: await db.query(sql`select customer_id as "customerIds", entry_id as "entryIds", at, leaf_id as "leafIds",
        leaf_position as positions, sealed
      from ledger order by customer_id, entry_id`),
    leaves: await db.query(
      sql`select leaf_id::integer as "leafId", leaf, commitments from log_leaves order by leaf_id`,
    ),
    counts: await db.query(sql`select sender || '|' || day::text || '|' || what as counted, count::integer
      from intake_counts order by (sender || '|' || day::text || '|' || what) collate "C"`),
  };
}

const byKey = <Value>(map: ReadonlyMap<string, Value>): [string, Value][] =>
  [...map].toSorted(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b)));

/** The same of the model. */
export function stateInModel(tables: Tables): State {
  return {
    eventKeys: byKey(tables.eventKeys).map(([key, contentHash]) => {
      const [sender, eventId] = key.split('|');
      return { sender, eventId, contentHash };
    }),
    records: byKey(tables.recordsById).map(([, record]) => ({ ...record })),
    conversations: byKey(tables.conversations).map(([, conversation]) => ({ ...conversation })),
    entries: byKey(tables.entries).flatMap(([conversationId, entries]) =>
      entries.toSorted((a, b) => a.seq - b.seq).map((entry) => ({ conversationId, ...entry })),
    ),
    messages: byKey(tables.messages).map(([, message]) => ({ ...message })),
    ledger: byKey(tables.ledger).map(([, row]) => ({ ...row })),
    leaves: [...tables.leaves]
      .toSorted(([a], [b]) => a - b)
      .map(([leafId, { leaf, commitments }]) => ({ leafId, leaf, commitments })),
    counts: byKey(tables.counts).map(([counted, count]) => ({ counted, count })),
  };
}
