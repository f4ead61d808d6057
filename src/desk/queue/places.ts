import type { BankId } from '#base';
import type { Team } from '#contract';
import { sql, type Queryable } from '#db';
import { requireLive, selectCases, toldOf } from '../cases/case-row.ts';
import type { DeskParts } from '../parts.ts';
import type { Standing } from '../customer-desk.ts';
import { hoursOf, type DeskHours } from './hours.ts';
import { standsAt } from './standing.ts';

/** Whoever is further back is told by tens, so that a queue of thousands does not write thousands of edits at each step. */
const toldOneByOne = 10;
/** Being overtaken is told coarsely: a step back and forth with each case of fraud would be noise. */
const worseBy = 5;
const atOnce = 50;

/** A place that is not the one that was told. */
interface ToTell {
  readonly caseId: string;
  readonly place: number;
  readonly placeTold: number | null;
}

/**
 * Tells those who wait in these teams and have moved: of the first ten each step forward, of the others whoever has passed
 * another ten; back likewise, but of the first ten only five places at a time. Places are counted without a lock, and each
 * case is locked alone, for as long as it takes to write: what is being taken just now is told by that.
 *
 * @returns whether there may be more to tell
 */
export async function tellPlaces(parts: DeskParts, bankId: BankId, teams: readonly Team[]): Promise<boolean> {
  const due: ToTell[] = [];
  let isMore = false;
  // A team at a time: each is short, and read in the order of its index.
  for (const team of teams) {
    const some = await placesToTell(parts.database, bankId, team);
    due.push(...some);
    isMore ||= some.length === atOnce;
  }
  if (due.length === 0) return false;
  const hours = await hoursOf(parts.database, bankId);
  for (const one of due) await tellPlace(parts, bankId, hours, one);
  return isMore;
}

async function tellPlace(parts: DeskParts, bankId: BankId, hours: DeskHours, one: ToTell): Promise<void> {
  const { caseId, place, placeTold } = one;
  await parts.database.transaction(async (tx) => {
    const [row] = await selectCases(
      tx,
      sql`where bank_id = ${bankId} and case_id = ${caseId} and state = 'waiting' and link_id is not null
        and place_told is not distinct from ${placeTold}::integer for no key update skip locked`,
    );
    if (!row) return;
    requireLive(row);
    await tx.execute(sql`update cases set place_told = ${place} where bank_id = ${bankId} and case_id = ${caseId}`);
    const standing: Standing = await standsAt(tx, parts, row, place, hours);
    await parts.tell.placesChanged(tx, [{ ...toldOf(row), standing }]);
  });
}

function placesToTell(db: Queryable, bankId: BankId, team: Team): Promise<ToTell[]> {
  return db.query<ToTell>(sql`
    select case_id as "caseId", place, place_told as "placeTold" from (
      select case_id, place_told, link_id,
        row_number() over (order by priority, due_at, case_id)::integer as place
      from cases where bank_id = ${bankId} and state = 'waiting' and team = ${team}
    ) w
    where link_id is not null and place_told is distinct from place
      and (place_told is null
        or (place < place_told and place <= ${toldOneByOne})
        or (place > place_told and place_told <= ${toldOneByOne} and place - place_told >= ${worseBy})
        or (least(place, place_told) > ${toldOneByOne} and (place - 1) / ${toldOneByOne} <> (place_told - 1) / ${toldOneByOne}))
    order by place limit ${atOnce}`);
}
