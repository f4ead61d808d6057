import type { LinkId, Random, RecordId } from '#base';
import { sql, type Sql, type Transaction } from '#db';
import { forgetKey } from './cipher.ts';
import { keyGone, type KeyTable } from './keys.ts';
import { linkSealer, recordRow, reseal, type LinkSealer, type ResealedPlace } from './sealing.ts';
import { firstId } from './wrapped-keys.ts';

/** One row of a column that is sealed under a link's key. */
export interface SealedRow {
  /** Orders the column's rows. */
  readonly id: string;
  /** What the content is bound to beside its column, link and epoch. */
  readonly row: string;
  /** Null where the row holds nothing of its own. */
  readonly sealed: Buffer | null;
}

/** What of one link stands in one column, as the folder that owns the table finds it and puts it back. */
export interface SealedColumn {
  readonly place: ResealedPlace;
  /** The next rows in the order of their ids. */
  after(tx: Transaction, id: string, max: number): Promise<readonly SealedRow[]>;
  replace(tx: Transaction, rows: readonly Pick<SealedRow, 'id' | 'sealed'>[], epoch: number): Promise<void>;
}

/** Where a column stands, as pieces of SQL of the folder that owns the table. */
export interface ColumnPlace {
  readonly place: ResealedPlace;
  /** Such as "from accounts" and "update accounts". */
  readonly from: Sql;
  readonly update: Sql;
  /** The column by which a link's rows are told apart and ordered: a UUID. */
  readonly id: Sql;
  /** What the seal is bound to as its row, where that is not the id. */
  readonly row?: Sql;
  readonly sealed: Sql;
}

/** A column of a table whose rows name their link. */
export function columnOfLink(linkId: LinkId, { place, from, update, id, row = id, sealed }: ColumnPlace): SealedColumn {
  return {
    place,
    after: (tx, after, max) =>
      tx.query(sql`select ${id} as id, ${row} as row, ${sealed} as sealed ${from}
        where link_id = ${linkId} and ${id} > ${after}::uuid order by ${id} limit ${max}`),
    replace: async (tx, rows) => {
      await tx.execute(sql`${update} t set ${sealed} = u.sealed
        from unnest(${rows.map((one) => one.id)}::uuid[], ${rows.map((one) => one.sealed)}::bytea[]) as u (id, sealed)
        where t.link_id = ${linkId} and t.${id} = u.id`);
    },
  };
}

/** Rows held in memory at once: some hundred kilobytes. */
const batchMax = 500;

/**
 * Gives a link a fresh key and moves everything of it that is left under that key, in one transaction: what was
 * deleted before opens in no older copy of the database once the bank's root is renewed, for the key that it
 * was sealed under is wrapped under no later root. Readers wait meanwhile, and find the new key.
 *
 * This is no use of data: bytes are opened and sealed again without anything reading what they say, nothing of
 * them leaves the vault, and no purpose is needed for it. So nothing is entered.
 *
 * @throws TellerlineError `key_gone`, `sealed_unreadable`
 */
export async function renewLinkKey(
  tx: Transaction,
  keys: KeyTable,
  random: Random,
  linkId: LinkId,
  columns: readonly SealedColumn[],
): Promise<LinkSealer> {
  await keys.lock(tx, [linkId]);
  const held = (await keys.ofLinks(tx, [linkId])).get(linkId);
  if (!held) throw keyGone();
  tx.atEnd(() => forgetKey(held.key));
  const renewed = await keys.renewOfLink(tx, held);
  tx.atEnd(() => forgetKey(renewed.key));
  for (const { place, after, replace } of [recordsOf(linkId), ...columns]) {
    let rows = await after(tx, firstId, batchMax);
    while (rows.length > 0) {
      const resealed = rows.map(({ id, row, sealed }) => ({
        id,
        sealed: sealed && reseal(held, renewed, { place, row, sealed }, random),
      }));
      await replace(tx, resealed, renewed.epoch);
      rows = await after(tx, rows.at(-1)?.id ?? firstId, batchMax);
    }
  }
  return linkSealer(renewed, random);
}

const recordsOf = (linkId: LinkId): SealedColumn => ({
  place: 'records.content',
  after: async (tx, id, max) => {
    const rows = await tx.query<{ id: RecordId; subject: Buffer; sealed: Buffer }>(sql`
      select record_id as id, subject_index as subject, sealed from records
      where link_id = ${linkId} and record_id > ${id}::uuid order by record_id limit ${max}`);
    return rows.map(({ subject, ...row }) => ({ ...row, row: recordRow(subject) }));
  },
  replace: async (tx, rows, epoch) => {
    await tx.execute(sql`update records r set sealed = u.sealed, epoch = ${epoch}
      from unnest(${rows.map((row) => row.id)}::uuid[], ${rows.map((row) => row.sealed)}::bytea[]) as u (id, sealed)
      where r.link_id = ${linkId} and r.record_id = u.id`);
  },
});
