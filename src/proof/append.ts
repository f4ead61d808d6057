import { invariant } from '#base';
import { operation, type Transaction } from '#db';
import { commitmentOf, leafOf, saltOf, type LogEntry } from './entry.ts';

/** Where an entry stands: its transaction's leaf, and its position among the entries of that leaf. */
export interface EntryPlace {
  readonly leafId: bigint;
  readonly position: number;
}

/** The leaf that a transaction has already written, so that each has one, however often it appends. */
const leafOfTransaction = new WeakMap<Transaction, { readonly leafId: bigint; readonly commitments: Buffer[] }>();

/** Enters a leaf; its id is never given again, even when the transaction is rolled back. */
export const insertLeaf = operation<{ leafId: bigint }>()(
  'log.append',
  { leaf: 'bytea', commitments: 'bytea' },
  `insert into log_leaves (leaf, commitments) values ($leaf, $commitments) returning leaf_id as "leafId"`,
);

/** Replaces a leaf that has no place in the log yet; no row when it has one. */
export const amendLeaf = operation<{ leafId: bigint }>()(
  'log.amend',
  { leafId: 'int8[]', leaf: 'bytea', commitments: 'bytea' },
  `update log_leaves set leaf = $leaf, commitments = $commitments
  where leaf_id = any($leafId) and leaf_index is null returning leaf_id as "leafId"`,
);

/** Entries of one transaction; well above what a batch of events makes. */
const entriesPerLeafMax = 100_000;

/**
 * Enters records in the caller's transaction: they are in the log when that commits, and only then. A
 * second call in the same transaction adds to the same leaf.
 *
 * @returns the place of each record, in their order
 */
export async function append(tx: Transaction, entries: readonly LogEntry[]): Promise<EntryPlace[]> {
  if (entries.length === 0) return [];
  const before = leafOfTransaction.get(tx);
  const added = entries.map(({ record, saltKey }) => commitmentOf(record, saltOf(saltKey, record.id)));
  const commitments = [...(before?.commitments ?? []), ...added];
  invariant(commitments.length <= entriesPerLeafMax, 'a transaction enters a bounded number of records');
  const leaf = leafOf(commitments);
  const joined = Buffer.concat(commitments);
  const [row] = before
    ? await tx.run(amendLeaf, { leafId: [before.leafId], leaf, commitments: joined })
    : await tx.run(insertLeaf, { leaf, commitments: joined });
  invariant(row, 'a leaf stands in its transaction until that commits');
  leafOfTransaction.set(tx, { leafId: row.leafId, commitments });
  const first = before?.commitments.length ?? 0;
  return added.map((_, n) => ({ leafId: row.leafId, position: first + n }));
}
