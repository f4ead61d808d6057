import { sql } from '#db';
import type { LinkDependents } from '#linking';
import type { SealedColumn } from '#vault';
import { forgetRefundsOf } from './keeping/early-refunds.ts';

/**
 * What is followed under a link, and refunds that wait there for their orders, go with it; a carrier's scans then lead
 * nowhere.
 */
export const ordersOfLinks: LinkDependents = {
  forget: async (tx, linkIds) => {
    await tx.execute(sql`delete from followed_parcels where link_id = any(${[...linkIds]}::uuid[])`);
    await forgetRefundsOf(tx, linkIds);
  },
  // A carrier is asked for nothing that cannot be undone.
  goesOn: async () => false,
  forgetGivenUp: async (tx, linkId, { purposes }) => {
    if (purposes.includes('shipping')) await tx.execute(sql`delete from followed_parcels where link_id = ${linkId}`);
    if (purposes.includes('receipts')) await forgetRefundsOf(tx, [linkId]);
  },
  sealedColumns: (linkId) => [followed(linkId), earlyRefunds(linkId)],
};

type Of = Parameters<LinkDependents['sealedColumns']>[0];

const followed = (linkId: Of): SealedColumn => ({
  place: 'followed_parcels.number',
  after: (tx, id, max) =>
    tx.query(sql`select follow_id as id, follow_id as row, sealed from followed_parcels
      where link_id = ${linkId} and follow_id > ${id}::uuid order by follow_id limit ${max}`),
  replace: async (tx, rows) => {
    await tx.execute(sql`update followed_parcels f set sealed = u.sealed
      from unnest(${rows.map((row) => row.id)}::uuid[], ${rows.map((row) => row.sealed)}::bytea[]) as u (id, sealed)
      where f.link_id = ${linkId} and f.follow_id = u.id`);
  },
});

const earlyRefunds = (linkId: Of): SealedColumn => ({
  place: 'early_refunds.refund',
  after: (tx, id, max) =>
    tx.query(sql`select refund_id as id, refund_id as row, sealed from early_refunds
      where link_id = ${linkId} and refund_id > ${id}::uuid order by refund_id limit ${max}`),
  replace: async (tx, rows) => {
    await tx.execute(sql`update early_refunds e set sealed = u.sealed
      from unnest(${rows.map((row) => row.id)}::uuid[], ${rows.map((row) => row.sealed)}::bytea[]) as u (id, sealed)
      where e.link_id = ${linkId} and e.refund_id = u.id`);
  },
});
