import type { LinkId } from '#base';
import { closeCaseConsentsOf } from '#consent';
import { sql, type Transaction } from '#db';
import type { LinkDependents } from '#linking';
import type { SealedColumn } from '#vault';
import { neverDue } from './case-row.ts';

/**
 * What was said in cases stands under the link's key and goes with it, and whose they were is forgotten; what is
 * counted of a case stays with the bank. From COMMIT on staff read nothing of it.
 */
export function casesOfLinks(nowMs: () => number): LinkDependents {
  return {
    forget: (tx, linkIds) => forget(tx, linkIds, nowMs()),
    forgetGivenUp: async (tx, linkId, { purposes, accounts }) => {
      // Which account staff looked at stands sealed in the cases, so of accounts that are given up all of them go.
      if (purposes.includes('customer-chat') || accounts.length > 0) await forget(tx, [linkId], nowMs());
    },
    sealedColumns: (linkId) => [questions(linkId), entries(linkId), pictures(linkId), proposals(linkId)],
  };
}

async function forget(tx: Transaction, linkIds: readonly LinkId[], nowMs: number): Promise<void> {
  const ids = [...linkIds];
  const now = new Date(nowMs);
  await closeCaseConsentsOf(tx, linkIds, nowMs);
  await tx.execute(sql`delete from case_entries where link_id = any(${ids}::uuid[])`);
  await tx.execute(sql`delete from case_pictures where link_id = any(${ids}::uuid[])`);
  await tx.execute(sql`delete from case_proposals where link_id = any(${ids}::uuid[])`);
  await tx.execute(sql`update cases set state = 'closed', is_talk = false, link_id = null, customer_id = null,
      conversation_id = null, identity_id = null, sealed_question = null, due_at = ${neverDue}, unread = 0,
      proposals_waiting = 0, closed_at = coalesce(closed_at, ${now}), closed_by = coalesce(closed_by, 'link'), updated_at = ${now}
    where link_id = any(${ids}::uuid[])`);
}

const questions = (linkId: LinkId): SealedColumn => ({
  place: 'cases.question',
  after: (tx, id, max) =>
    tx.query(sql`select case_id as id, case_id as row, sealed_question as sealed from cases
      where link_id = ${linkId} and case_id > ${id}::uuid order by case_id limit ${max}`),
  replace: async (tx, rows) => {
    await tx.execute(sql`update cases c set sealed_question = u.sealed
      from unnest(${rows.map((row) => row.id)}::uuid[], ${rows.map((row) => row.sealed)}::bytea[]) as u (id, sealed)
      where c.link_id = ${linkId} and c.case_id = u.id`);
  },
});

const entries = (linkId: LinkId): SealedColumn => ({
  place: 'case_entries.content',
  after: (tx, id, max) =>
    tx.query(sql`select entry_id as id, entry_id as row, sealed from case_entries
      where link_id = ${linkId} and entry_id > ${id}::uuid order by entry_id limit ${max}`),
  replace: async (tx, rows) => {
    await tx.execute(sql`update case_entries e set sealed = u.sealed
      from unnest(${rows.map((row) => row.id)}::uuid[], ${rows.map((row) => row.sealed)}::bytea[]) as u (id, sealed)
      where e.link_id = ${linkId} and e.entry_id = u.id`);
  },
});

const pictures = (linkId: LinkId): SealedColumn => ({
  place: 'case_pictures.picture',
  after: (tx, id, max) =>
    tx.query(sql`select picture_id as id, picture_id as row, sealed from case_pictures
      where link_id = ${linkId} and picture_id > ${id}::uuid order by picture_id limit ${max}`),
  replace: async (tx, rows) => {
    await tx.execute(sql`update case_pictures p set sealed = u.sealed
      from unnest(${rows.map((row) => row.id)}::uuid[], ${rows.map((row) => row.sealed)}::bytea[]) as u (id, sealed)
      where p.link_id = ${linkId} and p.picture_id = u.id`);
  },
});

const proposals = (linkId: LinkId): SealedColumn => ({
  place: 'case_proposals.ask',
  after: (tx, id, max) =>
    tx.query(sql`select proposal_id as id, proposal_id as row, sealed from case_proposals
      where link_id = ${linkId} and proposal_id > ${id}::uuid order by proposal_id limit ${max}`),
  replace: async (tx, rows) => {
    await tx.execute(sql`update case_proposals p set sealed = u.sealed
      from unnest(${rows.map((row) => row.id)}::uuid[], ${rows.map((row) => row.sealed)}::bytea[]) as u (id, sealed)
      where p.link_id = ${linkId} and p.proposal_id = u.id`);
  },
});
