import { limits, TellerlineError } from '#base';
import { CASE_STATES, TEAMS, type Inbox } from '#contract';
import { sql, type Sql } from '#db';
import { heldLate, selectCases, type CaseRow } from '../cases/case-row.ts';
import { briefNow } from '../cases/entries.ts';
import { requireAgent } from '../cases/reading.ts';
import type { DeskParts } from '../parts.ts';
import type { InboxQuery, Staff } from '../staff-desk.ts';
import { countsFor, type CountsOfBanks } from './counts.ts';

/** Where a page ends: by what its rows are ordered. */
interface Place {
  readonly priority: number;
  readonly dueAt: string;
  readonly caseId: string;
}

const cursorOf = ({ priority, dueAt, caseId }: CaseRow): string =>
  Buffer.from(JSON.stringify([priority, dueAt.toISOString(), caseId])).toString('base64url');

function placeOfCursor(cursor: string): Place {
  try {
    const read: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    if (Array.isArray(read)) {
      const [priority, dueAt, caseId] = read as unknown[];
      if (typeof priority === 'number' && typeof dueAt === 'string' && typeof caseId === 'string')
        return { priority, dueAt, caseId };
    }
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw new TellerlineError('cursor_invalid', 400, 'This page cannot be continued. Load the inbox anew.');
}

const visible = ({ role, teams, staffId }: Staff): Sql =>
  role === 'supervisor' ? sql`true` : sql`(team = any(${[...teams]}::text[]) or claimed_by = ${staffId})`;

/** Which cases a view shows, of those that this person may see at all. */
function ofView(staff: Staff, { view }: InboxQuery, nowMs: number): Sql {
  const { staffId, teams, locales } = staff;
  switch (view) {
    case 'mine':
      return sql`claimed_by = ${staffId} and state <> 'closed'`;
    case 'waiting':
      // Also what was promised and missed, whoever has it: anybody of the team may take it.
      return sql`(state = 'waiting' or (${heldLate} and claimed_by <> ${staffId})) and team = any(${[...teams]}::text[]) and locale = any(${[...locales]}::text[])`;
    case 'all':
      return sql`state <> 'closed' and ${visible(staff)}`;
    case 'closed':
      return sql`state = 'closed' and closed_by = 'staff' and link_id is not null
        and closed_at > ${new Date(nowMs - limits.caseReopenHoursMax * 3_600_000)} and ${visible(staff)}`;
  }
}

/** What is looked for, among metadata alone: a number, a state, a priority, a team, who has it, a topic. */
function ofSearch(search: string): Sql {
  const words = search.trim().toLowerCase().split(/\s+/).slice(0, 5);
  const each = (word: string): Sql => {
    const number = /^#?(\d{1,15})$/.exec(word)?.[1];
    if (number !== undefined) return sql`number = ${number}::bigint`;
    if ((CASE_STATES as readonly string[]).includes(word)) return sql`state = ${word}`;
    if (word === 'high' || word === 'normal') return sql`priority = ${word === 'high' ? 1 : 2}`;
    if (word === 'fraud') return sql`(priority = 0 or team = 'fraud')`;
    if ((TEAMS as readonly string[]).includes(word)) return sql`(team = ${word} or topic = ${word})`;
    const like = `%${word.replaceAll(/[\\%_]/g, (one) => `\\${one}`)}%`;
    return sql`(topic ilike ${like} or lower(claimed_name) = ${word})`;
  };
  return words.map(each).reduce((all, one) => sql`${all} and ${one}`);
}

/** A number names one case, open or not; anything else is looked for among the open ones. */
const namesNumber = (search: string): boolean => /^\s*#?\d{1,15}\s*$/.test(search);

/** A page of the inbox: fraud first, then what is due first. */
export async function readInbox(
  parts: DeskParts,
  counts: CountsOfBanks,
  staff: Staff,
  query: InboxQuery,
): Promise<Inbox> {
  requireAgent(staff);
  const { bankId } = staff;
  const { search, after, team } = query;
  const wanted = search !== undefined && search.trim() !== '' ? search.slice(0, 100) : undefined;
  const isNumber = wanted !== undefined && namesNumber(wanted);
  const conditions = [
    sql`bank_id = ${bankId}`,
    isNumber ? visible(staff) : ofView(staff, query, parts.clock.nowMs()),
    ...(wanted === undefined ? [] : [ofSearch(wanted)]),
    ...(team === undefined ? [] : [sql`team = ${team}`]),
    ...(after === undefined ? [] : [afterPlace(placeOfCursor(after))]),
  ].reduce((all, one) => sql`${all} and ${one}`);
  const order = sql`order by priority, due_at, case_id limit ${limits.inboxPageMax + 1}`;
  const rows = await parts.desks.of(bankId).transaction((tx) => selectCases(tx, sql`where ${conditions} ${order}`));
  const page = rows.slice(0, limits.inboxPageMax);
  parts.listed(page);
  const last = rows.length > page.length ? page.at(-1) : undefined;
  return {
    cases: page.map((row) => briefNow(parts, row)),
    counts: countsFor(staff, await counts.now(bankId)),
    ...(last && { next: cursorOf(last) }),
  };
}

const afterPlace = ({ priority, dueAt, caseId }: Place): Sql =>
  sql`(priority, due_at, case_id) > (${priority}::smallint, ${dueAt}::timestamptz, ${caseId}::uuid)`;
