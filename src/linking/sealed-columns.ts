import type { LinkId } from '#base';
import { sql } from '#db';
import type { SealedColumn } from '#vault';

/** The columns of this folder that are sealed under a link's key: all of them are resealed when that is renewed. */
export function sealedColumnsOf(linkId: LinkId): SealedColumn[] {
  return [
    tokens(linkId),
    grant(linkId),
    accountDetails(linkId),
    hearings(linkId),
    lowSides(linkId),
    watched(linkId),
    cursors(linkId),
    fetchCursors(linkId),
  ];
}

// A link's own row is one of each column: there is nothing after it.
const tokens = (linkId: LinkId): SealedColumn => ({
  place: 'links.tokens',
  after: (tx, id) =>
    tx.query(sql`select link_id as id, link_id as row, sealed_tokens as sealed from links
      where link_id = ${linkId} and link_id > ${id}::uuid`),
  replace: async (tx, [row]) => {
    await tx.execute(sql`update links set sealed_tokens = ${row?.sealed ?? null} where link_id = ${linkId}`);
  },
});

const grant = (linkId: LinkId): SealedColumn => ({
  place: 'links.grant',
  after: (tx, id) =>
    tx.query(sql`select link_id as id, link_id as row, sealed_grant as sealed from links
      where link_id = ${linkId} and link_id > ${id}::uuid`),
  replace: async (tx, [row]) => {
    await tx.execute(sql`update links set sealed_grant = ${row?.sealed ?? null} where link_id = ${linkId}`);
  },
});

const accountDetails = (linkId: LinkId): SealedColumn => ({
  place: 'accounts.detail',
  after: (tx, id, max) =>
    tx.query(sql`select account_ref as id, encode(account_index, 'hex') as row, sealed from accounts
      where link_id = ${linkId} and account_ref > ${id}::uuid order by account_ref limit ${max}`),
  replace: async (tx, rows) => {
    await tx.execute(sql`update accounts a set sealed = u.sealed
      from unnest(${rows.map((row) => row.id)}::uuid[], ${rows.map((row) => row.sealed)}::bytea[]) as u (id, sealed)
      where a.link_id = ${linkId} and a.account_ref = u.id`);
  },
});

const hearings = (linkId: LinkId): SealedColumn => ({
  place: 'accounts.hearing',
  after: (tx, id, max) =>
    tx.query(sql`select account_ref as id, encode(account_index, 'hex') as row, sealed_hearing as sealed from accounts
      where link_id = ${linkId} and account_ref > ${id}::uuid order by account_ref limit ${max}`),
  replace: async (tx, rows) => {
    await tx.execute(sql`update accounts a set sealed_hearing = u.sealed
      from unnest(${rows.map((row) => row.id)}::uuid[], ${rows.map((row) => row.sealed)}::bytea[]) as u (id, sealed)
      where a.link_id = ${linkId} and a.account_ref = u.id`);
  },
});

const lowSides = (linkId: LinkId): SealedColumn => ({
  place: 'accounts.low',
  after: (tx, id, max) =>
    tx.query(sql`select account_ref as id, encode(account_index, 'hex') as row, sealed_low as sealed from accounts
      where link_id = ${linkId} and account_ref > ${id}::uuid order by account_ref limit ${max}`),
  replace: async (tx, rows) => {
    await tx.execute(sql`update accounts a set sealed_low = u.sealed
      from unnest(${rows.map((row) => row.id)}::uuid[], ${rows.map((row) => row.sealed)}::bytea[]) as u (id, sealed)
      where a.link_id = ${linkId} and a.account_ref = u.id`);
  },
});

const watched = (linkId: LinkId): SealedColumn => ({
  place: 'accounts.watch',
  after: (tx, id, max) =>
    tx.query(sql`select account_ref as id, encode(account_index, 'hex') as row, sealed_watch as sealed from accounts
      where link_id = ${linkId} and account_ref > ${id}::uuid order by account_ref limit ${max}`),
  replace: async (tx, rows) => {
    await tx.execute(sql`update accounts a set sealed_watch = u.sealed
      from unnest(${rows.map((row) => row.id)}::uuid[], ${rows.map((row) => row.sealed)}::bytea[]) as u (id, sealed)
      where a.link_id = ${linkId} and a.account_ref = u.id`);
  },
});

const cursors = (linkId: LinkId): SealedColumn => ({
  place: 'lookbacks.cursor',
  after: (tx, id, max) =>
    tx.query(sql`select account_ref as id, account_ref as row, sealed_cursor as sealed from lookbacks
      where link_id = ${linkId} and account_ref > ${id}::uuid order by account_ref limit ${max}`),
  replace: async (tx, rows) => {
    await tx.execute(sql`update lookbacks l set sealed_cursor = u.sealed
      from unnest(${rows.map((row) => row.id)}::uuid[], ${rows.map((row) => row.sealed)}::bytea[]) as u (id, sealed)
      where l.link_id = ${linkId} and l.account_ref = u.id`);
  },
});

const fetchCursors = (linkId: LinkId): SealedColumn => ({
  place: 'fetch_accounts.cursor',
  after: (tx, id, max) =>
    tx.query(sql`select account_ref as id, account_ref as row, sealed_cursor as sealed from fetch_accounts
      where link_id = ${linkId} and account_ref > ${id}::uuid order by account_ref limit ${max}`),
  replace: async (tx, rows) => {
    await tx.execute(sql`update fetch_accounts f set sealed_cursor = u.sealed
      from unnest(${rows.map((row) => row.id)}::uuid[], ${rows.map((row) => row.sealed)}::bytea[]) as u (id, sealed)
      where f.link_id = ${linkId} and f.account_ref = u.id`);
  },
});
