import type { BankId } from '#base';
import type { Team } from '#contract';
import { briefOf, hasMoved, type CaseRow } from '../cases/case-row.ts';
import { maySee, type DeskOutlets } from '../outlets.ts';
import type { DeskGiven, DeskParts } from '../parts.ts';
import { foreseenEveryMs, type Forecasts } from './forecasts.ts';
import { countsFor, type CountsOfBanks } from './counts.ts';

/** Tells desks, and whoever waits, what a committed change moved. */
export interface Telling extends Pick<DeskParts, 'changed' | 'moved'> {
  stop(): Promise<void>;
}

/** Changes within so short a time are counted once: with a hundred desks each count goes to all of them. */
const countAfterMs = 50;
/** Places are told a little later: whoever is taken right now is told that instead. */
const placesAfterMs = foreseenEveryMs;

/** Makes it. Nothing is lost with it: a desk reads its inbox, and a place is told at the next change. */
export function createTelling(
  { log }: Pick<DeskGiven, 'log'>,
  outlets: DeskOutlets,
  counts: CountsOfBanks,
  forecasts: Forecasts,
  tellPlaces: (bankId: BankId, teams: readonly Team[]) => Promise<boolean>,
): Telling {
  const changed = new Map<BankId, Map<string, { row: CaseRow; before: Parameters<DeskParts['changed']>[1] }>>();
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
    for (const { outlet } of desks) {
      const own = countsFor(outlet.staff, groups);
      for (const { row, before } of some) {
        const sees = maySee(outlet.staff, row);
        const saw = maySee(outlet.staff, {
          team: before.team ?? row.team,
          claimedBy: before.claimedBy ?? row.claimedBy,
        });
        if (!sees && !saw) continue;
        const typing = outlets.typingIn(row.caseId).filter((name) => name !== outlet.staff.name);
        outlet.frame({ frame: 'case', case: briefOf(row, typing), counts: own, ...(!sees && { gone: true }) });
      }
    }
  };

  return {
    changed: (row, before) => {
      if (hasMoved(row, before)) counts.moved(row.bankId, before.team ? [row.team, before.team] : [row.team]);
      const ofBank = changed.get(row.bankId) ?? new Map();
      changed.set(row.bankId, ofBank);
      // What it was before the first of several changes decides who could see it.
      ofBank.set(row.caseId, { row, before: ofBank.get(row.caseId)?.before ?? before });
      briefs.soon(row.bankId);
    },
    moved,
    stop: async () => {
      await Promise.all([briefs.stop(), places.stop()]);
    },
  };
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
