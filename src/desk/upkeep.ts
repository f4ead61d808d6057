import { isTellerlineError, limits, type BankId } from '#base';
import { sql, type Sql, type Transaction } from '#db';
import { requireLive, selectCases, type CaseRow, type LiveCase } from './cases/case-row.ts';
import { putBack } from './cases/returning.ts';
import type { DeskParts } from './parts.ts';
import { missed, tellMissed } from './queue/missed.ts';
import { ofPeopleGone } from './staff/gone.ts';

/** Looks after cases by the clock: claims of people who are gone, and promises that were missed. */
export interface Upkeep {
  /** Does what is due now. Any process may, also several at once: each case is done by one of them. */
  once(): Promise<void>;
  start(): void;
  /** Waits for what is under way. */
  stop(): Promise<void>;
}

/** What is done to cases that stand so. */
interface Task {
  readonly name: string;
  readonly due: (nowMs: number) => Sql;
  readonly tend: (tx: Transaction, parts: DeskParts, row: LiveCase) => Promise<void>;
  readonly whatFailed: string;
}

const tasks: readonly Task[] = [
  { name: 'gone', due: ofPeopleGone, tend: putBack, whatFailed: 'cases of staff who are gone could not be put back' },
  { name: 'missed', due: missed, tend: tellMissed, whatFailed: 'missed promises could not be told' },
];

/** So many cases of a bank are looked at in one go; what is left has its turn in the next, also behind what cannot be tended. */
const atOnce = 200;
/** A bank of which so many cases in a row fail, as its key service does not answer, rests for so long. */
const failuresMax = 3;
const restMs = 60_000;

/** Where the looks at a bank's cases have come to. In memory: a process that starts begins with the oldest. */
interface Round {
  after: Pick<CaseRow, 'dueAt' | 'caseId'> | undefined;
  restsUntilMs: number;
}

/** What the looks have in common. */
interface Rounds {
  of(task: Task, bankId: BankId): Round;
  readonly isStopping: () => boolean;
}

/** Makes it, idle. */
export function createUpkeep(parts: DeskParts): Upkeep {
  const { log, lookMs = limits.deskLookMs } = parts;
  let timer: NodeJS.Timeout | undefined;
  let tending = Promise.resolve();
  let isStopping = false;
  const rounds = new Map<string, Round>();
  const of: Rounds['of'] = ({ name }, bankId) => {
    const round = rounds.get(`${name} ${bankId}`) ?? { after: undefined, restsUntilMs: 0 };
    rounds.set(`${name} ${bankId}`, round);
    return round;
  };
  const once = async (): Promise<void> => {
    for (const task of tasks) await tendAll(parts, task, { of, isStopping: () => isStopping });
  };
  const next = (): void => {
    if (isStopping) return;
    timer = setTimeout(() => {
      tending = once()
        .catch((error: unknown) => log.warn({ err: error }, 'cases could not be looked after'))
        .finally(next);
    }, lookMs).unref();
  };
  return {
    once,
    start: next,
    stop: async () => {
      isStopping = true;
      clearTimeout(timer);
      await tending;
    },
  };
}

/** Bank by bank, so that one whose cases cannot be tended holds up no other. */
async function tendAll(parts: DeskParts, task: Task, rounds: Rounds): Promise<void> {
  const { database, clock } = parts;
  const banks = await database.query<Pick<CaseRow, 'bankId'>>(sql`
    select distinct bank_id as "bankId" from cases where ${task.due(clock.nowMs())}`);
  for (const { bankId } of banks) {
    const round = rounds.of(task, bankId);
    if (rounds.isStopping()) return;
    if (round.restsUntilMs <= clock.nowMs()) await tendBank(parts, task, bankId, round, rounds.isStopping);
  }
}

/** Each case in a transaction of its own: one that cannot be tended is tried again when all behind it have had their turn. */
async function tendBank(
  parts: DeskParts,
  task: Task,
  bankId: BankId,
  round: Round,
  isStopping: () => boolean,
): Promise<void> {
  const { database, clock, log, vault } = parts;
  const behind = round.after ? sql`(due_at, case_id) > (${round.after.dueAt}, ${round.after.caseId}::uuid)` : sql`true`;
  const found = await database.query<Pick<CaseRow, 'bankId' | 'caseId' | 'dueAt'>>(sql`
    select bank_id as "bankId", case_id as "caseId", due_at as "dueAt" from cases
    where bank_id = ${bankId} and ${task.due(clock.nowMs())} and ${behind} order by due_at, case_id limit ${atOnce}`);
  round.after = found.length === atOnce ? found.at(-1) : undefined;
  const failed: unknown[] = [];
  let inARow = 0;
  try {
    // A dead key service is asked before a transaction holds anything.
    if (found.length > 0) await vault.askAhead({ bankId });
  } catch (error) {
    failed.push(error);
    inARow = failuresMax;
    round.after = undefined;
  }
  for (const one of found) {
    if (isStopping() || inARow >= failuresMax) break;
    try {
      await tendOne(parts, task, one);
      inARow = 0;
    } catch (error) {
      // Its link has ended meanwhile: there is nobody to tell.
      if (isTellerlineError(error, 'link_ended')) continue;
      failed.push(error);
      inARow += 1;
      if (inARow >= failuresMax) round.after = one;
    }
  }
  if (inARow >= failuresMax) round.restsUntilMs = clock.nowMs() + restMs;
  // What fails of one bank is one line, and not one for each of its cases.
  if (failed.length > 0) log.warn({ err: failed[0], bank: bankId, cases: failed.length }, task.whatFailed);
}

/** Looked at again under its lock: another process may have tended it, or somebody has come back. */
async function tendOne(
  parts: DeskParts,
  { due, tend }: Task,
  { bankId, caseId }: Pick<CaseRow, 'bankId' | 'caseId'>,
): Promise<void> {
  await parts.database.transaction(async (tx) => {
    const [row] = await selectCases(
      tx,
      sql`where bank_id = ${bankId} and case_id = ${caseId} and ${due(parts.clock.nowMs())} for update of cases skip locked`,
    );
    if (!row) return;
    requireLive(row);
    await tend(tx, parts, row);
  });
}
