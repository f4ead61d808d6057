import type { BankId } from '#base';
import type { Team } from '#contract';
import type { Queryable } from '#db';
import type { CaseRow } from '../cases/case-row.ts';
import type { DeskOutlets } from '../outlets.ts';
import type { DeskGiven } from '../parts.ts';
import { createForecastAlarm } from './forecast-alarm.ts';
import { foreseeBank, roughWait, waitBy, type Foresight } from './foresight.ts';
import { createLearnedOfBanks } from './learned-from.ts';
import { drawOf } from './lognormal.ts';
import { readQueue, serversHere } from './queue-now.ts';
import type { ForeseenWait } from './telling-time.ts';

/**
 * What those who wait are told of how long, by bank: one run foresees all of a bank's, outside any transaction, and stands
 * in memory with its time; everybody reads from it.
 */
export interface Forecasts {
  /**
   * How long a case at a place will go on waiting; 0 at place 0. Undefined: nobody is here who could take it.
   * Runs nothing: before the first run it is reckoned from who is here, with `db`.
   */
  of(db: Queryable, row: CaseRow, place: number): Promise<ForeseenWait | undefined>;
  /** What somebody who came to a team now would be told; undefined: nobody is here for it. */
  ofNext(bankId: BankId, team: Team): ForeseenWait | undefined;
  /** Something has changed that waits depend on: the next run is one that is needed. */
  changed(bankId: BankId): void;
  /** Runs when something has changed, not more often than every two seconds. Never within a transaction. */
  foresee(bankId: BankId): Promise<void>;
  /** The same for whoever reads: waits for a run only where none stands. */
  ready(bankId: BankId): Promise<void>;
  /** A wait has come to its end: an alarm when what was told has been wrong more often than right of late. */
  cameTrue(bankId: BankId): void;
}

/** What stands of one bank. */
interface Standing {
  hasChanged: boolean;
  startedMs: number;
  foresight: Foresight | undefined;
  running: Promise<void> | undefined;
}

/** Runs of one bank begin so far apart at least. */
export const foreseenEveryMs = 2000;
/** Time alone changes what is foreseen: after so long it is foreseen anew, and after so long it is nothing to tell by. */
const agedMs = 60_000;
const oldMs = 10 * 60_000;

/** Makes them; nothing is known of any bank yet. */
export function createForecasts(given: DeskGiven, outlets: DeskOutlets): Forecasts {
  const { database, clock, log } = given;
  const learned = createLearnedOfBanks();
  const alarm = createForecastAlarm(given);
  const draw = drawOf(given.random);
  const banks = new Map<BankId, Standing>();
  const standingOf = (bankId: BankId): Standing => {
    const of = banks.get(bankId) ?? {
      hasChanged: true,
      startedMs: -Infinity,
      foresight: undefined,
      running: undefined,
    };
    banks.set(bankId, of);
    return of;
  };

  const run = async (bankId: BankId, of: Standing): Promise<void> => {
    const queue = await readQueue(database, outlets, bankId, clock.nowMs());
    const what = await learned.read(database, bankId, queue.people, clock.nowMs());
    of.foresight = await foreseeBank(queue, what, draw, clock);
  };
  const foresee = (bankId: BankId): Promise<void> => {
    const of = standingOf(bankId);
    if (of.running) return of.running;
    const nowMs = clock.monotonicMs();
    const isAged = !of.foresight || clock.nowMs() - of.foresight.atMs >= agedMs;
    if (!(of.hasChanged || isAged) || nowMs - of.startedMs < foreseenEveryMs) return Promise.resolve();
    of.hasChanged = false;
    of.startedMs = nowMs;
    of.running = run(bankId, of)
      .catch((error: unknown) => {
        of.hasChanged = true;
        throw error;
      })
      .finally(() => {
        of.running = undefined;
      });
    return of.running;
  };
  const begin = (bankId: BankId): void =>
    void foresee(bankId).catch((error: unknown) =>
      log.warn({ err: error, bank: bankId }, 'waits could not be foreseen'),
    );
  /** What stands, while it is something to tell by. */
  const foreseen = (bankId: BankId): Foresight | undefined => {
    const { foresight } = standingOf(bankId);
    const age = foresight ? clock.nowMs() - foresight.atMs : Infinity;
    if (age >= agedMs) begin(bankId);
    return age < oldMs ? foresight : undefined;
  };

  return {
    of: async (db, row, place) => {
      if (place === 0) return { seconds: 0, fromSeconds: 0, toSeconds: 0 };
      const nowMs = clock.nowMs();
      const by = foreseen(row.bankId);
      if (by) return waitBy(by, row, place, nowMs);
      const people = await serversHere(db, outlets, row.bankId, nowMs);
      return roughWait(people, learned.known(row.bankId, nowMs), row, place);
    },
    ofNext: (bankId, team) => foreseen(bankId)?.next.get(team),
    changed: (bankId) => {
      standingOf(bankId).hasChanged = true;
    },
    foresee,
    ready: async (bankId) => {
      if (foreseen(bankId)) begin(bankId);
      else await foresee(bankId);
    },
    cameTrue: (bankId) => alarm.look(bankId),
  };
}
