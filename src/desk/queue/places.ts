import type { BankId } from '#base';
import { sql, type Transaction } from '#db';
import { requireLive, selectCases, toldOf } from '../cases/case-row.ts';
import type { DeskParts } from '../parts.ts';
import type { CaseTold } from '../tell-customer.ts';
import type { Standing } from '../customer-desk.ts';
import { standingOf } from './standing.ts';

/** Whoever is further back is told by tens, so that a queue of thousands does not write thousands of edits at each step. */
const toldOneByOne = 10;
const atOnce = 50;

/**
 * Tells those who wait and have come forward: each of the first ten, of the others whoever has passed another ten.
 * Cases are locked with `skip locked`: what is being taken or answered just now is told by that.
 */
export async function tellPlaces(parts: DeskParts, bankId: BankId): Promise<void> {
  await parts.database.transaction(async (tx) => {
    const due = await placesToTell(tx, bankId);
    if (due.length === 0) return;
    const places: (CaseTold & { readonly standing: Standing })[] = [];
    const ids = due.map(({ caseId }) => caseId);
    const rows = await selectCases(
      tx,
      sql`where bank_id = ${bankId} and case_id = any(${ids}::uuid[]) and state = 'waiting' order by case_id for update skip locked`,
    );
    for (const row of rows) {
      requireLive(row);
      places.push({ ...toldOf(row), standing: await standingOf(tx, parts, row) });
    }
    if (places.length === 0) return;
    await tx.execute(sql`update cases c set place_told = u.place
      from unnest(${places.map(({ caseId }) => caseId)}::uuid[], ${places.map(({ standing }) => standing.place)}::integer[])
        as u (case_id, place)
      where c.bank_id = ${bankId} and c.case_id = u.case_id`);
    await parts.tell.placesChanged(tx, places);
  });
}

function placesToTell(tx: Transaction, bankId: BankId): Promise<{ caseId: string }[]> {
  return tx.query<{ caseId: string }>(sql`
    select case_id as "caseId" from (
      select case_id, place_told, link_id,
        row_number() over (partition by team order by priority, due_at, case_id)::integer as place
      from cases where bank_id = ${bankId} and state = 'waiting'
    ) w
    where link_id is not null and place_told is distinct from place
      and (place_told is null or (place < place_told
        and (place <= ${toldOneByOne} or (place - 1) / ${toldOneByOne} < (place_told - 1) / ${toldOneByOne})))
    order by place limit ${atOnce}`);
}
