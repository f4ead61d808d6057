import type { BankId } from '#base';
import type { CaseView, Inbox, Team } from '#contract';
import { briefOf, hasMoved, type CaseRow } from '../cases/case-row.ts';
import { sharesOf } from '../cases/shares.ts';
import { maySee, type ConnectedDesk, type DeskOutlets } from '../outlets.ts';
import type { CaseBefore, DeskGiven, DeskParts } from '../parts.ts';
import { foreseenEveryMs, type Forecasts } from './forecasts.ts';
import type { Staff } from '../staff-desk.ts';
import { countsFor, type CountsOfBanks } from './counts.ts';

/** Tells desks, and whoever waits, what a committed change moved. */
export interface Telling extends Pick<DeskParts, 'changed' | 'moved' | 'isTold' | 'listed'> {
  stop(): Promise<void>;
}

/** Changes within so short a time are counted once: with a hundred desks each count goes to all of them. */
const countAfterMs = 50;
/** Cases of which it is known what was told: far more than change between two looks for what others did. */
const toldMax = 5000;
/** Places are told a little later: whoever is taken right now is told that instead. */
const placesAfterMs = foreseenEveryMs;

/** Makes it. Nothing is lost with it: a desk reads its inbox, and a place is told at the next change. */
export function createTelling(
  given: Pick<DeskGiven, 'log' | 'desks' | 'clock'>,
  outlets: DeskOutlets,
  counts: CountsOfBanks,
  forecasts: Forecasts,
  tellPlaces: (bankId: BankId, teams: readonly Team[]) => Promise<boolean>,
): Telling {
  const { log } = given;
  const changed = new Map<BankId, Map<string, Change>>();
  const told = createTold();
  const seen = createSeen();
  const briefs = perBank(countAfterMs, 'desks could not be told of changed cases', log, (bankId) => tellDesks(bankId));
  const movedTeams = new Map<BankId, Set<Team>>();
  const places = perBank(placesAfterMs, 'places in the queue could not be told', log, async (bankId) => {
    const teams = [...(movedTeams.get(bankId) ?? [])];
    movedTeams.delete(bankId);
    await forecasts.foresee(bankId);
    if (await tellPlaces(bankId, teams)) moved(bankId, teams);
  });
  const moved: Telling['moved'] = (bankId, teams) => {
    forecasts.changed(bankId);
    movedTeams.set(bankId, new Set([...(movedTeams.get(bankId) ?? []), ...teams]));
    places.soon(bankId);
  };

  const tellDesks = async (bankId: BankId): Promise<void> => {
    const some = [...(changed.get(bankId)?.values() ?? [])];
    changed.delete(bankId);
    const desks = outlets.ofBank(bankId);
    if (some.length === 0 || desks.length === 0) return;
    const groups = await counts.now(bankId);
    const shares = await sharesShown(given, desks, some);
    for (const desk of desks) {
      const own = countsFor(desk.outlet.staff, groups);
      for (const change of some)
        if (concerns(change, desk)) tellCase(desk, change.row, own, outlets, shares.get(change.row.caseId));
    }
  };

  return {
    listed: (rows) => rows.forEach(seen.note),
    changed: (row, given) => {
      told.note(row);
      // What another process did is known without how it was before: as it was shown here last.
      const before = 'team' in given ? given : { ...seen.of(row), ...given };
      seen.note(row);
      if (hasMoved(row, before)) counts.moved(row.bankId, before.team ? [row.team, before.team] : [row.team]);
      const ofBank = changed.get(row.bankId) ?? new Map();
      changed.set(row.bankId, ofBank);
      const earlier = ofBank.get(row.caseId);
      const out = new Set([...(earlier?.out ?? []), ...outlets.shutOut(row)]);
      for (const { outlet } of out) outlets.typing(row.bankId, row.caseId, outlet.staff.name, false);
      const shares = before.shares === true || earlier?.before.shares === true;
      // What it was before the first of several changes decides who could see it.
      ofBank.set(row.caseId, { row, before: { ...(earlier?.before ?? before), shares }, out });
      briefs.soon(row.bankId);
    },
    isTold: told.knows,
    moved,
    stop: async () => {
      await Promise.all([briefs.stop(), places.stop()]);
    },
  };
}

/** Which cases the desks of this process know, and how far. */
function createTold(): { note(row: CaseRow): void; knows(row: CaseRow): boolean } {
  const told = new Map<string, Pick<CaseRow, 'updatedAt' | 'lastSeq'>>();
  return {
    note: ({ caseId, updatedAt, lastSeq }) => {
      // The newest last: of those that are looked for again there are never more.
      told.delete(caseId);
      told.set(caseId, { updatedAt, lastSeq });
      if (told.size > toldMax) told.delete(told.keys().next().value ?? '');
    },
    knows: ({ caseId, updatedAt, lastSeq }) => {
      const last = told.get(caseId);
      return last !== undefined && last.updatedAt >= updatedAt && last.lastSeq >= lastSeq;
    },
  };
}

/** By whom cases could be seen when they were shown here last. */
function createSeen(): { note(row: CaseRow): void; of(row: CaseRow): Pick<CaseBefore, 'team' | 'claimedBy'> } {
  const seen = new Map<string, Pick<CaseRow, 'team' | 'claimedBy'>>();
  return {
    note: ({ caseId, team, claimedBy }) => {
      seen.delete(caseId);
      seen.set(caseId, { team, claimedBy });
      if (seen.size > toldMax) seen.delete(seen.keys().next().value ?? '');
    },
    of: ({ caseId }) => seen.get(caseId) ?? {},
  };
}

interface Change {
  readonly row: CaseRow;
  readonly before: CaseBefore;
  /** Desks that showed it and may not any more. */
  readonly out: ReadonlySet<ConnectedDesk>;
}

const isGone = (row: CaseRow, staff: Staff): boolean => row.linkId === null || !maySee(staff, row);

/** Whether a desk may see the case, could until now, or showed it. */
function concerns({ row, before, out }: Change, desk: ConnectedDesk): boolean {
  const { staff } = desk.outlet;
  if (!isGone(row, staff) || out.has(desk)) return true;
  return maySee(staff, { team: before.team ?? row.team, claimedBy: before.claimedBy ?? row.claimedBy });
}

/** The case as it stands now, or that it is out of this desk's sight. */
function tellCase(
  { outlet, shown }: ConnectedDesk,
  row: CaseRow,
  counts: Inbox['counts'],
  outlets: DeskOutlets,
  shares: CaseView['shares'] | undefined,
): void {
  const gone = isGone(row, outlet.staff);
  const typing = outlets.typingIn(row.caseId).filter((name) => name !== outlet.staff.name);
  outlet.frame({
    frame: 'case',
    case: briefOf(row, typing),
    counts,
    ...(gone && { gone: true }),
    ...(!gone && shares && shown.has(row.caseId) && { shares }),
  });
}

/** What is shared in cases of which that may have changed, for the desks that show them: read once for all. */
async function sharesShown(
  { desks, clock }: Pick<DeskGiven, 'desks' | 'clock'>,
  connected: readonly ConnectedDesk[],
  changes: readonly Change[],
): Promise<Map<string, CaseView['shares']>> {
  const shares = new Map<string, CaseView['shares']>();
  for (const { row, before } of changes) {
    const { bankId, caseId, linkId } = row;
    if (before.shares !== true || linkId === null || !connected.some(({ shown }) => shown.has(caseId))) continue;
    shares.set(caseId, await desks.of(bankId).transaction((tx) => sharesOf(tx, { caseId, linkId }, clock.nowMs())));
  }
  return shares;
}

/** Work for a bank, a moment after it was asked for: once, however often it was, and never twice at a time. */
function perBank(
  afterMs: number,
  whatFailed: string,
  log: DeskGiven['log'],
  work: (bankId: BankId) => Promise<void>,
): { soon(bankId: BankId): void; stop(): Promise<void> } {
  const waiting = new Map<BankId, NodeJS.Timeout>();
  const running = new Map<BankId, Promise<void>>();
  const again = new Set<BankId>();
  let isStopping = false;
  const run = (bankId: BankId): void => {
    waiting.delete(bankId);
    const done = work(bankId)
      .catch((error: unknown) => log.warn({ err: error, bank: bankId }, whatFailed))
      .finally(() => {
        running.delete(bankId);
        if (again.delete(bankId)) soon(bankId);
      });
    running.set(bankId, done);
  };
  const soon = (bankId: BankId): void => {
    if (isStopping || waiting.has(bankId)) return;
    if (running.has(bankId)) again.add(bankId);
    else waiting.set(bankId, setTimeout(() => run(bankId), afterMs).unref());
  };
  return {
    soon,
    stop: async () => {
      isStopping = true;
      for (const timer of waiting.values()) clearTimeout(timer);
      waiting.clear();
      await Promise.all(running.values());
    },
  };
}
