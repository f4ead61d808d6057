import { isTellerlineError, limits, type BankId, type CaseId } from '#base';
import { sql } from '#db';
import { selectCases, type CaseRow } from '../cases/case-row.ts';
import { marksOf } from '../cases/marks.ts';
import { entriesAfter } from '../cases/reading.ts';
import type { ConnectedDesk } from '../outlets.ts';
import type { DeskParts } from '../parts.ts';
import { readLive } from './live.ts';

/** Looks for what other processes did in cases, for the desks that are connected to this one. */
export interface CatchingUp {
  start(): void;
  /** Waits for the look that is under way. */
  stop(): Promise<void>;
}

/** What was committed while it was being looked for stands in the next look as well. */
const overlapMs = 5000;
const changedMax = 500;
/** Before every case, by the order of their ids. */
const nobody = '00000000-0000-0000-0000-000000000000' as CaseId;

/** Makes it, idle. */
export function createCatchingUp(parts: DeskParts): CatchingUp {
  const { outlets, clock, log, lookMs = limits.deskLookMs } = parts;
  const since = new Map<BankId, Date>();
  let timer: NodeJS.Timeout | undefined;
  let looking = Promise.resolve();
  let isStopping = false;

  const look = async (): Promise<void> => {
    const banks = outlets.banks();
    for (const bankId of since.keys()) if (!banks.includes(bankId)) since.delete(bankId);
    for (const bankId of banks) {
      const from = since.get(bankId);
      since.set(bankId, new Date(clock.nowMs() - overlapMs));
      if (from) await tellChanged(parts, bankId, from);
      await tellMarks(parts, bankId);
      await tellLive(parts, bankId);
    }
  };
  const next = (): void => {
    if (isStopping) return;
    timer = setTimeout(() => {
      looking = look()
        .catch((error: unknown) => log.warn({ err: error }, 'what changed in cases could not be looked for'))
        .finally(next);
    }, lookMs).unref();
  };
  return {
    start: next,
    stop: async () => {
      isStopping = true;
      clearTimeout(timer);
      await looking;
    },
  };
}

async function tellChanged(parts: DeskParts, bankId: BankId, since: Date): Promise<void> {
  let after: Pick<CaseRow, 'updatedAt' | 'caseId'> | undefined = { updatedAt: since, caseId: nobody };
  while (after) {
    const { updatedAt, caseId } = after;
    const changed: CaseRow[] = await parts.desks.of(bankId).transaction((tx) =>
      selectCases(
        tx,
        sql`where bank_id = ${bankId} and (updated_at, case_id) > (${updatedAt}, ${caseId}::uuid)
          order by updated_at, case_id limit ${changedMax}`,
      ),
    );
    if (changed.length > 0) parts.forecasts.changed(bankId);
    for (const row of changed) await tellRow(parts, row);
    after = changed.length < changedMax ? undefined : changed.at(-1);
  }
}

async function tellRow(parts: DeskParts, row: CaseRow): Promise<void> {
  if (parts.isTold(row)) return;
  parts.changed(row, { shares: true });
  for (const desk of parts.outlets.ofBank(row.bankId)) await tellEntries(parts, desk, row);
}

/** Brings a desk of a case that it shows what it lacks by now. */
export async function catchUp(parts: DeskParts, desk: ConnectedDesk, caseId: string): Promise<void> {
  const { bankId } = desk.outlet.staff;
  const [row] = await parts.desks
    .of(bankId)
    .transaction((tx) => selectCases(tx, sql`where bank_id = ${bankId} and case_id = ${caseId}`));
  if (row) await tellEntries(parts, desk, row);
}

/** What a desk that shows the case lacks of it; checked as any reading of it is. */
async function tellEntries(parts: DeskParts, desk: ConnectedDesk, row: CaseRow): Promise<void> {
  const shown = desk.shown.get(row.caseId);
  if (!shown || shown.isOpening || shown.after >= Number(row.lastSeq)) return;
  try {
    const { entries } = await entriesAfter(parts, desk.outlet.staff, row.caseId, shown.after);
    // Some of it may have been brought while it was read.
    const lacked = entries.filter(({ seq }) => seq > shown.after);
    if (lacked.length > 0) parts.outlets.entries(row, lacked, parts.clock.nowMs(), desk);
  } catch (error) {
    // It was closed, its link ended, or the look has grown old: nothing of it is shown any more.
    if (!isTellerlineError(error)) throw error;
    desk.shown.delete(row.caseId);
  }
}

/** How far staff's words have come, in the cases that are shown here: another process may have been told by a messenger. */
async function tellMarks(parts: DeskParts, bankId: BankId): Promise<void> {
  const desks = parts.outlets.ofBank(bankId);
  const shown = new Set(desks.flatMap(({ shown: cases }) => [...cases.keys()]));
  if (shown.size === 0) return;
  const marks = await parts.desks.of(bankId).transaction((tx) => marksOf(tx, bankId, [...shown]));
  for (const one of marks)
    for (const { outlet, shown: cases } of desks) {
      const at = cases.get(one.caseId);
      // What it was told before it need not be told again.
      if (!at || at.marked === `${one.deliveredSeq} ${one.readSeq}`) continue;
      at.marked = `${one.deliveredSeq} ${one.readSeq}`;
      outlet.frame(one);
    }
}

/** The bank's figures, read once for all supervisors who watch. */
async function tellLive(parts: DeskParts, bankId: BankId): Promise<void> {
  const watching = parts.outlets.ofBank(bankId).filter(({ outlet }) => outlet.staff.role === 'supervisor');
  const [first] = watching;
  if (!first) return;
  const live = await readLive(parts, first.outlet.staff);
  for (const { outlet } of watching) outlet.frame({ frame: 'live', live });
}
