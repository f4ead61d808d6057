import { TellerlineError, type CaseId } from '#base';
import { TEAMS, type CaseBrief, type CaseEntry, type Team } from '#contract';
import { sql, type Transaction } from '#db';
import type { DeskParts } from '../parts.ts';
import { hoursOf } from '../queue/hours.ts';
import { drawOf } from '../queue/lognormal.ts';
import { isAgedTurn } from '../queue/order.ts';
import { peopleHere } from '../queue/queue-now.ts';
import { enterCame, promised } from '../queue/standing.ts';
import type { Staff } from '../staff-desk.ts';
import { peopleOf } from '../staff/people.ts';
import { priorityIn } from '../topics.ts';
import {
  caseClosed,
  caseUnknown,
  isLate,
  lockCase,
  priorityNumber,
  requireLive,
  selectCases,
  toldOf,
  type LiveCase,
} from './case-row.ts';
import { addEntry, announce, briefNow, sealerOf } from './entries.ts';
import { maySee } from '../outlets.ts';
import { requireAgent } from './reading.ts';

/** A case of theirs, its row locked, for an act on it. @throws TellerlineError `case_unknown`, `link_ended`, `agents_only` */
export async function lockVisible(tx: Transaction, staff: Staff, caseId: string): Promise<LiveCase> {
  requireAgent(staff);
  const row = await lockCase(tx, staff.bankId, caseId);
  if (!maySee(staff, row)) throw caseUnknown();
  requireLive(row);
  return row;
}

/** The refusal for whoever answers what somebody else has, or nobody. */
export const notClaimed = (): TellerlineError =>
  new TellerlineError('case_not_claimed', 409, 'Take the case first: somebody else may have it.');

/** What became of a case. */
type Happened = Omit<Extract<CaseEntry, { entry: 'happened' }>, 'seq' | 'at'>;

/** An entry of what became of a case, and everything that follows from it. */
export async function enterHappened(
  tx: Transaction,
  parts: DeskParts,
  row: LiveCase,
  said: Happened,
): Promise<CaseBrief> {
  const sealer = await sealerOf(tx, parts, row.linkId);
  const entry = await addEntry(tx, sealer, row, { said }, parts.clock.nowMs());
  return briefNow(parts, await announce(tx, parts, row, [entry]));
}

/**
 * One claim at a time of each person, so that two at once cannot share the last place. Before the row of any case: two
 * who want the same one wait for each other in one order.
 */
async function lockClaims(tx: Transaction, { bankId, staffId }: Staff): Promise<void> {
  await tx.execute(sql`select pg_advisory_xact_lock(hashtextextended(${`staff claims ${bankId} ${staffId}`}, 0))`);
}

/** Whether somebody, their claims locked, has as many cases as they take; one that they have already does not count. */
async function isFull(tx: Transaction, { bankId, staffId, capacity }: Staff, except?: CaseId): Promise<boolean> {
  const [held] = await tx.query<{ cases: number }>(sql`select count(*)::integer as cases from cases
    where bank_id = ${bankId} and claimed_by = ${staffId} and state = 'claimed'
      and case_id is distinct from ${except ?? null}::uuid`);
  return (held?.cases ?? 0) >= capacity;
}

/** The one whose turn it is of those that fit (queue/order.ts, `nextOf`); what others are taking just now is passed over. */
async function nextFor(
  tx: Transaction,
  { clock, random }: DeskParts,
  { bankId, teams, locales }: Staff,
): Promise<LiveCase | undefined> {
  const fitting = sql`bank_id = ${bankId} and state = 'waiting' and team = any(${[...teams]}::text[])
    and locale = any(${[...locales]}::text[])`;
  const aged = sql`where ${fitting} and priority > 0 and due_at < ${new Date(clock.nowMs())}
    order by due_at, case_id limit 1 for update skip locked`;
  const first = sql`where ${fitting} order by priority, due_at, case_id limit 1 for update skip locked`;
  const isTurn = isAgedTurn(drawOf(random)());
  const row = (isTurn ? await selectCases(tx, aged) : [])[0] ?? (await selectCases(tx, first))[0];
  if (!row) return undefined;
  requireLive(row);
  return row;
}

/** See `StaffDesk.claim`. */
export async function claim(
  parts: DeskParts,
  staff: Staff,
  caseId: string | undefined,
): Promise<CaseBrief | undefined> {
  requireAgent(staff);
  return parts.database.transaction(async (tx) => {
    await lockClaims(tx, staff);
    if (await isFull(tx, staff)) return undefined;
    const row = caseId === undefined ? await nextFor(tx, parts, staff) : await lockVisible(tx, staff, caseId);
    if (!row) return undefined;
    if (row.state === 'closed') throw caseClosed();
    if (row.claimedBy === staff.staffId) return briefNow(parts, row);
    if (row.claimedBy !== null && !isLate(row))
      throw new TellerlineError('case_claimed', 409, 'Somebody else has this case already.', {
        by: row.claimedName ?? '',
      });
    return take(tx, parts, staff, row);
  });
}

async function take(tx: Transaction, parts: DeskParts, { staffId, name }: Staff, row: LiveCase): Promise<CaseBrief> {
  const nowMs = parts.clock.nowMs();
  const now = new Date(nowMs);
  await sealerOf(tx, parts, row.linkId);
  await tx.execute(sql`update cases set claimed_by = ${staffId}, claimed_name = ${name}, claimed_at = ${now},
      came_at = coalesce(came_at, ${now}), state = case when state = 'waiting' then 'claimed' else state end, updated_at = ${now}
    where bank_id = ${row.bankId} and case_id = ${row.caseId}`);
  await enterCame(tx, parts, row, nowMs);
  const told = toldOf(row);
  if (row.isTalk) await parts.tell.claimed(tx, told, name);
  else {
    await parts.tell.calledBack(tx, told, name);
    await enterHappened(tx, parts, row, { entry: 'happened', what: 'called-back' });
  }
  return enterHappened(tx, parts, row, { entry: 'happened', what: 'claimed', by: name });
}

/** Whoever has a case, or leads, may give it away. */
function requireHolder({ staffId, role }: Staff, { claimedBy, state }: LiveCase): void {
  if (state === 'closed') throw caseClosed();
  if (claimedBy !== staffId && role !== 'supervisor') throw notClaimed();
}

/** See `StaffDesk.release`. */
export async function release(parts: DeskParts, staff: Staff, caseId: string): Promise<CaseBrief> {
  return parts.database.transaction(async (tx) => {
    const row = await lockVisible(tx, staff, caseId);
    requireHolder(staff, row);
    await sealerOf(tx, parts, row.linkId);
    await giveAway(tx, parts, row, { team: row.team, passedOn: false });
    await parts.tell.passedOn(tx, toldOf(row));
    return enterHappened(tx, parts, row, { entry: 'happened', what: 'released', by: staff.name });
  });
}

/** See `StaffDesk.transfer`. */
export async function transfer(
  parts: DeskParts,
  staff: Staff,
  caseId: string,
  { team, name, note }: { readonly team: Team; readonly name?: string; readonly note: string },
): Promise<CaseBrief> {
  if (!TEAMS.includes(team)) throw new TellerlineError('team_unknown', 404, 'There is no such team.');
  const colleague = name === undefined ? undefined : await colleagueNamed(parts, staff, name, team);
  return parts.database.transaction(async (tx) => {
    if (colleague) await lockClaims(tx, colleague);
    const row = await lockVisible(tx, staff, caseId);
    if (row.claimedBy !== null || row.state === 'closed') requireHolder(staff, row);
    if (colleague && (await isFull(tx, colleague, row.caseId)))
      throw new TellerlineError(
        'colleague_full',
        409,
        'They have as many cases as they take now. Choose somebody else, or the team.',
      );
    await sealerOf(tx, parts, row.linkId);
    await giveAway(tx, parts, row, { team, passedOn: true, ...(colleague && { colleague }) });
    const told = { ...toldOf(row), team };
    if (colleague) await parts.tell.claimed(tx, told, colleague.name);
    else await parts.tell.passedOn(tx, told);
    const to = colleague && { to: colleague.name };
    const said = {
      entry: 'happened',
      what: 'transferred',
      by: staff.name,
      team,
      ...to,
      ...(note !== '' && { note }),
    } as const;
    return enterHappened(tx, parts, row, said);
  });
}

/** Whoever is passed a case has to be there for it: at their desk, and of the team. */
async function colleagueNamed(
  { database, outlets, clock }: DeskParts,
  { bankId }: Staff,
  name: string,
  team: Team,
): Promise<Staff> {
  const isMeant = (one: Staff): boolean => one.name === name && one.role !== 'privacy-officer';
  const here = (await peopleHere(database, outlets, bankId, clock.nowMs())).find(isMeant);
  if (!here) {
    const known = (await peopleOf(database, bankId, clock.nowMs())).some(isMeant);
    if (known)
      throw new TellerlineError(
        'colleague_away',
        409,
        'They are not at their desk now. Choose somebody else, or the team.',
      );
    throw new TellerlineError('staff_unknown', 404, 'There is nobody of that name at this desk.');
  }
  if (here.teams.includes(team)) return here;
  throw new TellerlineError(
    'colleague_other_team',
    409,
    'They do not answer for that team. Choose another team or person.',
  );
}

/**
 * Nobody's, or a colleague's. What is passed on waits for whoever gets it, also after an answer; what is put back after
 * an answer waits for its customer. What was promised before stands: another team makes it sooner and never later.
 */
export async function giveAway(
  tx: Transaction,
  parts: DeskParts,
  row: LiveCase,
  { team, colleague, passedOn }: { readonly team: Team; readonly colleague?: Staff; readonly passedOn: boolean },
): Promise<void> {
  const { bankId, caseId } = row;
  const to = colleague?.staffId ?? null;
  const nowMs = parts.clock.nowMs();
  const now = new Date(nowMs);
  const isDue = passedOn || row.state !== 'with-customer' || row.unread > 0;
  const inTeam = promised(await hoursOf(tx, bankId), team, nowMs);
  const dueAt = row.dueAt < inTeam ? row.dueAt : inTeam;
  await tx.execute(sql`update cases set team = ${team}, place_told = null, claimed_by = ${to}, claimed_name = ${colleague?.name ?? null},
      claimed_at = ${colleague ? now : null}, came_at = coalesce(came_at, ${colleague ? now : null}),
      state = ${isDue ? (colleague ? 'claimed' : 'waiting') : row.state}, due_at = ${isDue ? dueAt : row.dueAt},
      priority = ${priorityNumber(priorityIn(team, row.topic))}, updated_at = ${now}
    where bank_id = ${bankId} and case_id = ${caseId}`);
  if (colleague) await enterCame(tx, parts, row, nowMs);
}
