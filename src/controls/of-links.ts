import type { LinkId } from '#base';
import type { Purpose } from '#contract';
import { sql, type Queryable } from '#db';
import type { LinkDependents } from '#linking';
import { columnOfLink } from '#vault';
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
    await tx.execute(sql`delete from case_pictures where link_id = any(${[...linkIds]}::uuid[])`);
  },
  goesOn,
  forgetGivenUp: async (tx, linkId, { purposes, accounts }) => {
    const kinds = kindsOf(purposes);
    // What was entered without its account may be about one of these.
    const ofAccounts = accounts.length > 0;
    await tx.execute(sql`delete from bank_actions where link_id = ${linkId} and (kind = any(${kinds}::text[])
      or (${ofAccounts} and (account_ref is null or account_ref = any(${[...accounts]}::uuid[]))))`);
    // Answers of the link went with them (delivery removes them all): what goes on is told in a message of its own.
    if (ofAccounts)
      await tx.execute(sql`update bank_actions set unsaid = true, message_id = gen_random_uuid()
        where link_id = ${linkId} and state in ('requested', 'sent', 'unknown')`);
    const ofCards = purposes.includes('account-management');
    // What the bank has not opened yet is told anew with the action that asks for it.
    await tx.execute(sql`delete from disputes d where link_id = ${linkId} and (${ofCards}
      or (${ofAccounts} and (account_ref is null or account_ref = any(${[...accounts]}::uuid[])
        or exists (select from bank_actions a where a.link_id = d.link_id and a.action_id = d.action_id and a.unsaid))))`);
    if (ofAccounts)
      await tx.execute(sql`update disputes set unsaid = true, message_id = gen_random_uuid(), next_at = 'epoch'
        where link_id = ${linkId} and next_at is not null`);
    await tx.execute(sql`delete from case_pictures p where link_id = ${linkId}
      and not exists (select from disputes d where d.link_id = p.link_id and d.action_id = p.action_id)`);
    await tx.execute(sql`delete from alerts where link_id = ${linkId} and (${purposes.includes('fraud-alerts')}
      or (${ofAccounts} and (account_ref is null or account_ref = any(${[...accounts]}::uuid[]))))`);
    await tx.execute(sql`delete from bank_cards where link_id = ${linkId} and (${ofCards}
      or (${ofAccounts} and (account_ref is null or account_ref = any(${[...accounts]}::uuid[]))))`);
  },
  sealedColumns: (linkId) => places.map((place) => columnOfLink(linkId, place)),
};

const kindsOf = (purposes: readonly Purpose[]): string[] =>
  Object.entries(purposeOfKind).flatMap(([kind, purpose]) => (purposes.includes(purpose) ? [kind] : []));

/**
 * Whether a bank may still do something about purposes or accounts of a link: it was asked, and has not said yet what
 * became of it, or has a dispute in hand. What was never asked for goes unasked.
 */
export async function goesOn(
  db: Queryable,
  linkId: LinkId,
  { purposes, accounts }: Parameters<LinkDependents['goesOn']>[2],
): Promise<boolean> {
  const ofAccounts = accounts.length > 0;
  const open = await db.query(sql`select from bank_actions
    where link_id = ${linkId} and called and state in ('requested', 'sent', 'unknown')
      and (kind = any(${kindsOf(purposes)}::text[])
        or (${ofAccounts} and (account_ref is null or account_ref = any(${[...accounts]}::uuid[]))))
    limit 1`);
  if (open.length > 0) return true;
  const disputed = await db.query(sql`select from disputes
    where link_id = ${linkId} and next_at is not null and (${purposes.includes('account-management')}
      or (${ofAccounts} and (account_ref is null or account_ref = any(${[...accounts]}::uuid[]))))
    limit 1`);
  return disputed.length > 0;
}

const ofAction = { id: sql`action_id`, sealed: sql`sealed` } as const;
const places = [
  { ...ofAction, place: 'bank_actions.ask', from: sql`from bank_actions`, update: sql`update bank_actions` },
  {
    place: 'bank_cards.detail',
    from: sql`from bank_cards`,
    update: sql`update bank_cards`,
    id: sql`card_ref`,
    row: sql`encode(card_index, 'hex')`,
    sealed: sql`sealed`,
  },
  { ...ofAction, place: 'disputes.case', from: sql`from disputes`, update: sql`update disputes` },
  {
    place: 'case_pictures.picture',
    from: sql`from case_pictures`,
    update: sql`update case_pictures`,
    id: sql`picture_id`,
    sealed: sql`sealed`,
  },
] as const;
