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
  readonly due: (nowMs: number) => Sql;
  readonly tend: (tx: Transaction, parts: DeskParts, row: LiveCase) => Promise<void>;
  readonly whatFailed: string;
}

const tasks: readonly Task[] = [
  { due: ofPeopleGone, tend: putBack, whatFailed: 'cases of staff who are gone could not be put back' },
  { due: missed, tend: tellMissed, whatFailed: 'missed promises could not be told' },
];

/** So many cases are looked at in one go; what is left has its turn in the next. */
const atOnce = 200;

/** Makes it, idle. */
export function createUpkeep(parts: DeskParts): Upkeep {
  const { log, lookMs = limits.deskLookMs } = parts;
  let timer: NodeJS.Timeout | undefined;
  let tending = Promise.resolve();
  let isStopping = false;
  const once = async (): Promise<void> => {
    for (const task of tasks) await tendAll(parts, task);
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

/** Each case in a transaction of its own: one that cannot be tended holds up no other, and is tried again. */
async function tendAll(parts: DeskParts, task: Task): Promise<void> {
  const { database, clock, log } = parts;
  const found = await database.query<Pick<CaseRow, 'bankId' | 'caseId'>>(sql`
    select bank_id as "bankId", case_id as "caseId" from cases where ${task.due(clock.nowMs())}
    order by due_at limit ${atOnce}`);
  const asked = new Set<BankId>();
  const failed: unknown[] = [];
  for (const one of found) {
    try {
      if (!asked.has(one.bankId)) await parts.vault.askAhead({ bankId: one.bankId });
      asked.add(one.bankId);
      await tendOne(parts, task, one);
    } catch (error) {
      // Its link has ended meanwhile: there is nobody to tell.
      if (isTellerlineError(error, 'link_ended')) continue;
      failed.push(error);
    }
  }
  // A bank's key service that does not answer is one line, and not one for each of its cases.
  if (failed.length > 0) log.warn({ err: failed[0], cases: failed.length }, task.whatFailed);
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
