import { sql } from '#db';
import type { LinkDependents } from '#linking';
import { columnOfLink } from '#vault';
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
  sealedColumns: (linkId) => places.map((place) => columnOfLink(linkId, place)),
};

const sealed = sql`sealed`;
const places = [
  {
    place: 'followed_parcels.number',
    from: sql`from followed_parcels`,
    update: sql`update followed_parcels`,
    id: sql`follow_id`,
    sealed,
  },
  {
    place: 'early_refunds.refund',
    from: sql`from early_refunds`,
    update: sql`update early_refunds`,
    id: sql`refund_id`,
    sealed,
  },
] as const;
