import { sql } from '#db';
import type { LinkDependents } from '#linking';
import type { SealedColumn } from '#vault';
import { purposeOfKind } from './bank-action.ts';

/**
 * What is kept here of a link goes with it: what was not sent is not sent any more, and what was sent nobody can ask
 * about, for the bank's tokens are gone too.
 */
export const controlsOfLinks: LinkDependents = {
  forget: async (tx, linkIds) => {
    await tx.execute(sql`delete from bank_actions where link_id = any(${[...linkIds]}::uuid[])`);
    await tx.execute(sql`delete from bank_cards where link_id = any(${[...linkIds]}::uuid[])`);
    await tx.execute(sql`delete from alerts where link_id = any(${[...linkIds]}::uuid[])`);
    await tx.execute(sql`delete from disputes where link_id = any(${[...linkIds]}::uuid[])`);
    await tx.execute(sql`delete from dispute_pictures where link_id = any(${[...linkIds]}::uuid[])`);
  },
  forgetGivenUp: async (tx, linkId, { purposes, accounts }) => {
    const kinds = Object.entries(purposeOfKind).flatMap(([kind, purpose]) =>
      purposes.includes(purpose) ? [kind] : [],
    );
    // What was entered without its account may be about one of these.
    const ofAccounts = accounts.length > 0;
    await tx.execute(sql`delete from bank_actions where link_id = ${linkId} and (kind = any(${kinds}::text[])
      or (${ofAccounts} and (account_ref is null or account_ref = any(${[...accounts]}::uuid[]))))`);
    // Answers of the link went with them (delivery removes them all): what goes on is told in a message of its own.
    if (ofAccounts)
      await tx.execute(sql`update bank_actions set unsaid = true, message_id = gen_random_uuid()
        where link_id = ${linkId} and state in ('requested', 'sent', 'unknown')`);
    const ofCards = purposes.includes('account-management');
    // Which account an alert or a dispute is about stands sealed, so of accounts that are given up all of them go.
    if (ofAccounts || ofCards) {
      await tx.execute(sql`delete from disputes where link_id = ${linkId}`);
      await tx.execute(sql`delete from dispute_pictures where link_id = ${linkId}`);
    }
    if (ofAccounts || purposes.includes('fraud-alerts'))
      await tx.execute(sql`delete from alerts where link_id = ${linkId}`);
    await tx.execute(sql`delete from bank_cards where link_id = ${linkId} and (${ofCards}
      or (${ofAccounts} and (account_ref is null or account_ref = any(${[...accounts]}::uuid[]))))`);
  },
  sealedColumns: (linkId) => [actions(linkId), cards(linkId), disputes(linkId), pictures(linkId)],
};

const actions = (linkId: Parameters<LinkDependents['sealedColumns']>[0]): SealedColumn => ({
  place: 'bank_actions.ask',
  after: (tx, id, max) =>
    tx.query(sql`select action_id as id, action_id as row, sealed from bank_actions
      where link_id = ${linkId} and action_id > ${id}::uuid order by action_id limit ${max}`),
  replace: async (tx, rows) => {
    await tx.execute(sql`update bank_actions a set sealed = u.sealed
      from unnest(${rows.map((row) => row.id)}::uuid[], ${rows.map((row) => row.sealed)}::bytea[]) as u (id, sealed)
      where a.link_id = ${linkId} and a.action_id = u.id`);
  },
});

const cards = (linkId: Parameters<LinkDependents['sealedColumns']>[0]): SealedColumn => ({
  place: 'bank_cards.detail',
  after: (tx, id, max) =>
    tx.query(sql`select card_ref as id, encode(card_index, 'hex') as row, sealed from bank_cards
      where link_id = ${linkId} and card_ref > ${id}::uuid order by card_ref limit ${max}`),
  replace: async (tx, rows) => {
    await tx.execute(sql`update bank_cards c set sealed = u.sealed
      from unnest(${rows.map((row) => row.id)}::uuid[], ${rows.map((row) => row.sealed)}::bytea[]) as u (id, sealed)
      where c.link_id = ${linkId} and c.card_ref = u.id`);
  },
});

const disputes = (linkId: Parameters<LinkDependents['sealedColumns']>[0]): SealedColumn => ({
  place: 'disputes.case',
  after: (tx, id, max) =>
    tx.query(sql`select action_id as id, action_id as row, sealed from disputes
      where link_id = ${linkId} and action_id > ${id}::uuid order by action_id limit ${max}`),
  replace: async (tx, rows) => {
    await tx.execute(sql`update disputes d set sealed = u.sealed
      from unnest(${rows.map((row) => row.id)}::uuid[], ${rows.map((row) => row.sealed)}::bytea[]) as u (id, sealed)
      where d.link_id = ${linkId} and d.action_id = u.id`);
  },
});

const pictures = (linkId: Parameters<LinkDependents['sealedColumns']>[0]): SealedColumn => ({
  place: 'dispute_pictures.picture',
  after: (tx, id, max) =>
    tx.query(sql`select picture_id as id, picture_id as row, sealed from dispute_pictures
      where link_id = ${linkId} and picture_id > ${id}::uuid order by picture_id limit ${max}`),
  replace: async (tx, rows) => {
    await tx.execute(sql`update dispute_pictures p set sealed = u.sealed
      from unnest(${rows.map((row) => row.id)}::uuid[], ${rows.map((row) => row.sealed)}::bytea[]) as u (id, sealed)
      where p.link_id = ${linkId} and p.picture_id = u.id`);
  },
});
