import { sql } from '#db';
import type { LinkDependents } from '#linking';

/** What is followed under a link goes with it; the carrier's scans then lead nowhere. */
export const followingOfLinks: LinkDependents = {
  forget: async (tx, linkIds) => {
    await tx.execute(sql`delete from followed_parcels where link_id = any(${[...linkIds]}::uuid[])`);
  },
  // A carrier is asked for nothing that cannot be undone.
  goesOn: async () => false,
  forgetGivenUp: async (tx, linkId, { purposes }) => {
    if (purposes.includes('shipping')) await tx.execute(sql`delete from followed_parcels where link_id = ${linkId}`);
  },
  sealedColumns: (linkId) => [
    {
      place: 'followed_parcels.number',
      after: (tx, id, max) =>
        tx.query(sql`select follow_id as id, follow_id as row, sealed from followed_parcels
          where link_id = ${linkId} and follow_id > ${id}::uuid order by follow_id limit ${max}`),
      replace: async (tx, rows) => {
        await tx.execute(sql`update followed_parcels f set sealed = u.sealed
          from unnest(${rows.map((row) => row.id)}::uuid[], ${rows.map((row) => row.sealed)}::bytea[]) as u (id, sealed)
          where f.link_id = ${linkId} and f.follow_id = u.id`);
      },
    },
  ],
};
