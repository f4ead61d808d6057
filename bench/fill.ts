import type { BankId } from '#base';
import { sql, type Database } from '#db';
import type { BulkLink } from './links.ts';

/** How many bytes the sealed columns of real rows have. */
export interface RowSizes {
  readonly record: number;
  readonly ledger: number;
}

/**
 * Adds `entriesEach` events to every conversation but those left out, straight into the tables that an event goes
 * to: rows as intake writes them, in their sizes, with ids and hashes as random as theirs; what is sealed in them is
 * filler and opens for nobody. The log's leaves, one a batch and never read on an event's way, are left out.
 */
export async function fillTables(
  database: Database,
  bank: BankId,
  {
    entriesEach,
    round,
    sizes,
    leaveOut,
  }: { entriesEach: number; round: number; sizes: RowSizes; leaveOut: readonly BulkLink[] },
): Promise<void> {
  const client = await database.connect();
  try {
    const run = async ({ text, values }: ReturnType<typeof sql>): Promise<void> => {
      await client.query(text, [...values]);
    };
    await run(sql`create temporary table told as
      select c.conversation_id, k.link_id, k.customer_id, a.account_ref, c.last_seq + g as seq, uuidv7() as message_id,
        uuidv7() as record_id, gen_random_uuid()::text as event_id
      from link_keys k join conversations c using (customer_id) join accounts a using (link_id)
        cross join generate_series(1, ${entriesEach}::integer) g
      where k.customer_id <> all(${leaveOut.map((link) => link.customerId)}::uuid[])
      order by c.conversation_id, g`);
    for (const statement of statementsOf(bank, round, sizes)) await run(statement);
    await run(sql`update conversations c set last_seq = c.last_seq + ${entriesEach}
      where c.customer_id <> all(${leaveOut.map((link) => link.customerId)}::uuid[])`);
  } finally {
    await client.end();
  }
}

function statementsOf(bank: BankId, round: number, sizes: RowSizes): ReturnType<typeof sql>[] {
  const filler = (bytes: number): Buffer => Buffer.alloc(bytes, 0xab);
  return [
    sql`insert into event_keys (sender, event_id, content_hash, received_at)
      select ${`bank:${bank}`}, event_id, sha256(event_id::bytea), now() from told order by event_id`,
    sql`insert into records (link_id, record_id, account_ref, bank_id, kind, subject_index, local_date, occurred_at,
        stored_at, stage, revision, epoch, sealed, match_key)
      select link_id, record_id, account_ref, ${bank}, 'transaction', sha256(record_id::text::bytea),
        current_date - ${20 - round}::integer, now(), now(), 1, 1, 1, ${filler(sizes.record)},
        substring(sha256(event_id::bytea) for 16) from told order by link_id`,
    sql`insert into messages (conversation_id, message_id, revision, author, at, link_id, bank_id, epoch, purpose, record_id)
      select conversation_id, message_id, 1, 'bank', now(), link_id, ${bank}, 1, 'transactions', record_id from told`,
    sql`insert into entries (conversation_id, seq, entry, message_id, at)
      select conversation_id, seq, 'message', message_id, now() from told`,
    sql`insert into ledger (customer_id, entry_id, at, leaf_id, leaf_position, sealed)
      select customer_id, uuidv7(), now(), ${round}, 0, ${filler(sizes.ledger)} from told order by customer_id`,
  ];
}
