import type { CustomerId, RecordId } from '#base';
import { sql, type Queryable, type Transaction } from '#db';
import type { RecordOf } from './compared.ts';

/** A receipt that was paid by a purchase. */
export interface StoredPair {
  readonly receipt: RecordOf;
  readonly purchase: RecordOf;
}

interface PairRow {
  readonly receiptLink: RecordOf['linkId'];
  readonly receiptRecord: RecordOf['recordId'];
  readonly purchaseLink: RecordOf['linkId'];
  readonly purchaseRecord: RecordOf['recordId'];
  readonly undone: boolean;
}

const pairOf = (row: PairRow): StoredPair & { readonly undone: boolean } => ({
  receipt: { linkId: row.receiptLink, recordId: row.receiptRecord },
  purchase: { linkId: row.purchaseLink, recordId: row.purchaseRecord },
  undone: row.undone,
});

/** Notes that the purchase of a receipt is to be looked for; in the transaction that stores the receipt. */
export async function beginSearches(
  tx: Transaction,
  receipts: readonly (RecordOf & { readonly customerId: CustomerId })[],
  nowMs: number,
  untilMs: number,
): Promise<void> {
  await tx.execute(sql`
    insert into receipt_searches (link_id, record_id, customer_id, next_at, until)
    select link_id, record_id, customer_id, ${new Date(nowMs)}, ${new Date(untilMs)}
    from unnest(${receipts.map((one) => one.linkId)}::uuid[], ${receipts.map((one) => one.recordId)}::uuid[],
      ${receipts.map((one) => one.customerId)}::uuid[]) as u (link_id, record_id, customer_id)
    where not exists (select from receipt_pairs p
      where p.receipt_link_id = u.link_id and p.receipt_record_id = u.record_id and not p.undone)
    on conflict do nothing`);
}

/** The customers who wait for a purchase: of those named, or those whose time has come, the longest waiting first. */
export async function customersSearching(
  db: Queryable,
  of: { readonly customerIds: readonly CustomerId[] } | { readonly dueMs: number; readonly max: number },
): Promise<CustomerId[]> {
  const rows =
    'dueMs' in of
      ? await db.query<{ customerId: CustomerId }>(sql`
          select customer_id as "customerId" from receipt_searches where next_at <= ${new Date(of.dueMs)}
          group by customer_id order by min(next_at) limit ${of.max}`)
      : await db.query<{ customerId: CustomerId }>(sql`
          select distinct customer_id as "customerId" from receipt_searches
          where customer_id = any(${[...of.customerIds]}::uuid[])`);
  return rows.map((row) => row.customerId);
}

/** A customer's receipts whose purchase is looked for. */
export async function searchesOf(db: Queryable, customerId: CustomerId): Promise<RecordOf[]> {
  return db.query<RecordOf>(sql`
    select link_id as "linkId", record_id as "recordId" from receipt_searches where customer_id = ${customerId}`);
}

/** Puts off a customer's searches, and ends those whose time is over. */
export async function putOffSearches(
  db: Queryable,
  customerId: CustomerId,
  { nowMs, nextMs }: { readonly nowMs: number; readonly nextMs: number },
): Promise<void> {
  await db.execute(sql`delete from receipt_searches where customer_id = ${customerId} and until < ${new Date(nowMs)}`);
  await db.execute(sql`update receipt_searches set next_at = ${new Date(nextMs)} where customer_id = ${customerId}`);
}

/** All of a customer's pairs, those that were undone included. */
export async function pairsOf(
  db: Queryable,
  customerId: CustomerId,
): Promise<(StoredPair & { readonly undone: boolean })[]> {
  const rows = await db.query<PairRow>(sql`
    select receipt_link_id as "receiptLink", receipt_record_id as "receiptRecord",
      purchase_link_id as "purchaseLink", purchase_record_id as "purchaseRecord", undone
    from receipt_pairs where customer_id = ${customerId}`);
  return rows.map(pairOf);
}

/** The receipts that are paired with a purchase, the newest first. */
export async function receiptsOf(db: Queryable, customerId: CustomerId, purchase: RecordOf): Promise<RecordOf[]> {
  return db.query<RecordOf>(sql`
    select receipt_link_id as "linkId", receipt_record_id as "recordId" from receipt_pairs
    where customer_id = ${customerId} and not undone
      and purchase_link_id = ${purchase.linkId} and purchase_record_id = ${purchase.recordId}
    order by made_at desc, receipt_record_id`);
}

/** Which of these purchases have a receipt. */
export async function pairedAmong(
  db: Queryable,
  customerId: CustomerId,
  purchases: readonly RecordId[],
): Promise<ReadonlySet<RecordId>> {
  const rows = await db.query<{ recordId: RecordId }>(sql`
    select distinct purchase_record_id as "recordId" from receipt_pairs
    where customer_id = ${customerId} and not undone and purchase_record_id = any(${[...purchases]}::uuid[])`);
  return new Set(rows.map(({ recordId }) => recordId));
}

/** Stores pairs, and ends the searches of their receipts; answers those that were not there, and whose purchase was free. */
export async function storePairs(
  tx: Transaction,
  customerId: CustomerId,
  pairs: readonly StoredPair[],
  nowMs: number,
): Promise<StoredPair[]> {
  const rows = await tx.query<PairRow>(sql`
    insert into receipt_pairs (receipt_link_id, receipt_record_id, purchase_link_id, purchase_record_id, customer_id, made_at)
    select u.receipt_link, u.receipt_record, u.purchase_link, u.purchase_record, ${customerId}, ${new Date(nowMs)}
    from unnest(${pairs.map((one) => one.receipt.linkId)}::uuid[], ${pairs.map((one) => one.receipt.recordId)}::uuid[],
      ${pairs.map((one) => one.purchase.linkId)}::uuid[], ${pairs.map((one) => one.purchase.recordId)}::uuid[])
      as u (receipt_link, receipt_record, purchase_link, purchase_record)
    join receipt_searches s on s.link_id = u.receipt_link and s.record_id = u.receipt_record
    for update of s
    on conflict do nothing
    returning receipt_link_id as "receiptLink", receipt_record_id as "receiptRecord",
      purchase_link_id as "purchaseLink", purchase_record_id as "purchaseRecord", undone`);
  await tx.execute(sql`
    delete from receipt_searches s using unnest(${rows.map((row) => row.receiptLink)}::uuid[],
      ${rows.map((row) => row.receiptRecord)}::uuid[]) as u (link_id, record_id)
    where s.link_id = u.link_id and s.record_id = u.record_id`);
  return rows.map(pairOf);
}

/** Undoes all pairs of a record for good; answers them. The receipt of each is looked for no more. */
export async function undoPairs(tx: Transaction, customerId: CustomerId, record: RecordOf): Promise<StoredPair[]> {
  const rows = await tx.query<PairRow>(sql`
    update receipt_pairs set undone = true
    where customer_id = ${customerId} and not undone
      and ((receipt_link_id = ${record.linkId} and receipt_record_id = ${record.recordId})
        or (purchase_link_id = ${record.linkId} and purchase_record_id = ${record.recordId}))
    returning receipt_link_id as "receiptLink", receipt_record_id as "receiptRecord",
      purchase_link_id as "purchaseLink", purchase_record_id as "purchaseRecord", undone`);
  return rows.map(pairOf);
}

/**
 * Takes the pairs of these receipts away, and ends their searches; answers the pairs. Unlike those that a customer
 * undid they may be made again. The searches go first: whoever is storing a pair of one holds it, and is waited for.
 */
export async function removePairs(
  tx: Transaction,
  customerId: CustomerId,
  receipts: readonly RecordOf[],
): Promise<StoredPair[]> {
  const [links, records] = [receipts.map((one) => one.linkId), receipts.map((one) => one.recordId)];
  await tx.execute(sql`
    delete from receipt_searches s using unnest(${links}::uuid[], ${records}::uuid[]) as u (link_id, record_id)
    where s.link_id = u.link_id and s.record_id = u.record_id`);
  const rows = await tx.query<PairRow>(sql`
    delete from receipt_pairs p using unnest(${links}::uuid[], ${records}::uuid[]) as u (link_id, record_id)
    where p.customer_id = ${customerId} and not p.undone
      and p.receipt_link_id = u.link_id and p.receipt_record_id = u.record_id
    returning receipt_link_id as "receiptLink", receipt_record_id as "receiptRecord",
      purchase_link_id as "purchaseLink", purchase_record_id as "purchaseRecord", undone`);
  return rows.map(pairOf);
}
