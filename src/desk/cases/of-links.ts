import type { LinkId } from '#base';
import { closeCaseConsentsOf } from '#consent';
import { sql, type Transaction } from '#db';
import type { LinkDependents } from '#linking';
import { columnOfLink } from '#vault';
import { neverDue } from './case-row.ts';

/**
 * What was said in cases stands under the link's key and goes with it, and whose they were is forgotten; what is
 * counted of a case stays with the bank. From COMMIT on staff read nothing of it.
 */
export function casesOfLinks(nowMs: () => number): LinkDependents {
  return {
    forget: (tx, linkIds) => forget(tx, linkIds, nowMs()),
    // Banks are asked for nothing by a case: what its customer confirmed is one of controls' actions.
    goesOn: () => Promise.resolve(false),
    forgetGivenUp: async (tx, linkId, { purposes }) => {
      if (purposes.includes('customer-chat')) await forget(tx, [linkId], nowMs());
    },
    sealedColumns: (linkId) => places.map((place) => columnOfLink(linkId, place)),
  };
}

async function forget(tx: Transaction, linkIds: readonly LinkId[], nowMs: number): Promise<void> {
  const ids = [...linkIds];
  const now = new Date(nowMs);
  await closeCaseConsentsOf(tx, linkIds, nowMs);
  await tx.execute(sql`delete from case_entries where link_id = any(${ids}::uuid[])`);
  await tx.execute(sql`delete from desk_pictures where link_id = any(${ids}::uuid[])`);
  await tx.execute(sql`delete from case_proposals where link_id = any(${ids}::uuid[])`);
  await tx.execute(sql`update cases set state = 'closed', is_talk = false, link_id = null, customer_id = null,
      conversation_id = null, identity_id = null, sealed_question = null, due_at = ${neverDue}, unread = 0,
      proposals_waiting = 0, closed_at = coalesce(closed_at, ${now}), closed_by = coalesce(closed_by, 'link'), updated_at = ${now}
    where link_id = any(${ids}::uuid[])`);
}

const places = [
  {
    place: 'cases.question',
    from: sql`from cases`,
    update: sql`update cases`,
    id: sql`case_id`,
    sealed: sql`sealed_question`,
  },
  {
    place: 'case_entries.content',
    from: sql`from case_entries`,
    update: sql`update case_entries`,
    id: sql`entry_id`,
    sealed: sql`sealed`,
  },
  {
    place: 'desk_pictures.picture',
    from: sql`from desk_pictures`,
    update: sql`update desk_pictures`,
    id: sql`picture_id`,
    sealed: sql`sealed`,
  },
  {
    place: 'case_proposals.ask',
    from: sql`from case_proposals`,
    update: sql`update case_proposals`,
    id: sql`proposal_id`,
    sealed: sql`sealed`,
  },
] as const;
