import type { Clock, LinkId } from '#base';
import { closeCaseConsentsOf, type CausedBy } from '#consent';
import { sql, type Transaction } from '#db';
import type { LinkDependents } from '#linking';
import { columnOfLink, type Vault } from '#vault';
import { neverDue, selectCases, type CaseRow } from './case-row.ts';

/** What the end of links takes. */
export interface CasesOfLinksParts {
  readonly clock: Pick<Clock, 'nowMs'>;
  readonly ledger: Pick<Vault['ledger'], 'enter'>;
  /** After COMMIT: a case is over or shares less. */
  readonly changed: (row: CaseRow) => void;
}

/**
 * What was said in cases stands under the link's key and goes with it, and whose they were is forgotten; what is
 * counted of a case stays with the bank. From COMMIT on staff read nothing of it.
 */
export function casesOfLinks(parts: CasesOfLinksParts): LinkDependents {
  return {
    forget: (tx, linkIds, by) => forget(tx, parts, linkIds, by),
    // Banks are asked for nothing by a case: what its customer confirmed is one of controls' actions.
    goesOn: () => Promise.resolve(false),
    forgetGivenUp: async (tx, linkId, { purposes }) => {
      if (purposes.includes('customer-chat')) await forget(tx, parts, [linkId], 'customer');
      else await tellShares(tx, parts, linkId);
    },
    sealedColumns: (linkId) => places.map((place) => columnOfLink(linkId, place)),
  };
}

async function forget(
  tx: Transaction,
  { clock, ledger, changed }: CasesOfLinksParts,
  linkIds: readonly LinkId[],
  by: CausedBy,
): Promise<void> {
  const ids = [...linkIds];
  const now = new Date(clock.nowMs());
  const closed = await closeCaseConsentsOf(tx, linkIds, clock.nowMs());
  if (closed.length > 0)
    await ledger.enter(
      tx,
      closed.map(({ customerId, linkId, bankId, caseId }) => {
        return { type: 'case-consent', customerId, linkId, bankId, caseId, change: 'closed', by, fields: [] } as const;
      }),
    );
  await tx.execute(sql`delete from case_entries where link_id = any(${ids}::uuid[])`);
  await tx.execute(sql`delete from desk_pictures where link_id = any(${ids}::uuid[])`);
  await tx.execute(sql`delete from case_proposals where link_id = any(${ids}::uuid[])`);
  const ended = await tx.query<
    Pick<CaseRow, 'caseId'>
  >(sql`update cases set state = 'closed', is_talk = false, link_id = null, customer_id = null,
      conversation_id = null, identity_id = null, sealed_question = null, due_at = ${neverDue}, unread = 0,
      proposals_waiting = 0, closed_at = coalesce(closed_at, ${now}), closed_by = coalesce(closed_by, 'link'), updated_at = ${now}
    where link_id = any(${ids}::uuid[]) returning case_id as "caseId"`);
  await tell(tx, changed, ended);
}

/** What staff may be shown in this link's cases may have become less. */
async function tellShares(tx: Transaction, { clock, changed }: CasesOfLinksParts, linkId: LinkId): Promise<void> {
  const open = await tx.query<Pick<CaseRow, 'caseId'>>(sql`update cases set updated_at = ${new Date(clock.nowMs())}
    where link_id = ${linkId} and state <> 'closed' returning case_id as "caseId"`);
  await tell(tx, changed, open);
}

/** After COMMIT: desks that show one of these learn what became of it. */
async function tell(
  tx: Transaction,
  changed: CasesOfLinksParts['changed'],
  cases: readonly Pick<CaseRow, 'caseId'>[],
): Promise<void> {
  if (cases.length === 0) return;
  const rows = await selectCases(tx, sql`where case_id = any(${cases.map(({ caseId }) => caseId)}::uuid[])`);
  tx.afterCommit(() => rows.forEach(changed));
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
