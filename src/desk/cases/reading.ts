import { limits, TellerlineError, type ConversationId } from '#base';
import type { CaseEntry, CaseView } from '#contract';
import { sql, type Transaction } from '#db';
import { staffActor, type Plaintext, type StaffActor } from '#vault';
import { maySee } from '../outlets.ts';
import type { DeskParts } from '../parts.ts';
import type { Staff } from '../staff-desk.ts';
import { caseUnknown, isUuid, requireLive, selectCases, type LiveCase } from './case-row.ts';
import { briefNow, entriesOf, entryRows, sealedEntry } from './entries.ts';
import { enterLook, lookedAt } from './looks.ts';
import type { Question } from './opening.ts';
import { pictureOf, sealedPicture, type CasePicture } from './pictures.ts';
import { proposalStates } from './proposals.ts';
import { sharesOf } from './shares.ts';

/** The refusal for whoever only sees how data is used. */
export const requireAgent = ({ role }: Staff): void => {
  if (role === 'privacy-officer')
    throw new TellerlineError('agents_only', 403, 'Cases are read by the staff who answer them.');
};

/**
 * A case that this person may see, its link standing: of their bank and their teams.
 *
 * @throws TellerlineError `case_unknown`, also for another bank's; `link_ended`, `agents_only`
 */
export async function visibleCase(tx: Transaction, staff: Staff, caseId: string): Promise<LiveCase> {
  requireAgent(staff);
  if (!isUuid(caseId)) throw caseUnknown();
  const [row] = await selectCases(tx, sql`where bank_id = ${staff.bankId} and case_id = ${caseId}`);
  if (!row || !maySee(staff, row)) throw caseUnknown();
  requireLive(row);
  return row;
}

/** Who uses a case: its customer's and no other's. */
export const actorIn = (staff: Staff, row: LiveCase): StaffActor => staffActor(staff, row);

/** The refusal for who reads on without having opened the case within the hour. */
const notOpened = (): TellerlineError => new TellerlineError('case_not_opened', 409, 'Open the case first.');

/** Opens a case: a look at its words, entered in ledger, log and budget before anything is opened. */
export async function openForStaff(parts: DeskParts, staff: Staff, caseId: string): Promise<CaseView> {
  const { desks, vault, clock } = parts;
  const read = await desks.of(staff.bankId).transaction(async (tx) => {
    const row = await visibleCase(tx, staff, caseId);
    const look = await enterLook(tx, parts, staff, row, 'case');
    const rows = await entryRows(tx, row, 0, limits.caseEntriesMax);
    const sealed = [
      { place: 'cases.question' as const, row: row.caseId, sealed: row.sealedQuestion },
      ...rows.map(sealedEntry),
    ];
    const use = { actor: actorIn(staff, row), linkId: row.linkId, fields: ['case'], reason: 'case-opened' };
    const opened = await vault.gate.openCase(tx, use, sealed, look === 'new');
    const shares = await sharesOf(tx, row, clock.nowMs());
    const proposals = await proposalStates(tx, row);
    const earlier = await tx.query<{ caseId: string; number: bigint; topic: string; closedAt: Date | null }>(sql`
      select case_id as "caseId", number, topic, closed_at as "closedAt" from cases
      where bank_id = ${staff.bankId} and customer_id = ${row.customerId} and case_id <> ${row.caseId}
      order by opened_at desc limit 20`);
    return { row, rows, opened, shares, proposals, earlier };
  });
  const { row, rows, shares, proposals, earlier } = read;
  return read.opened.use(([question, ...said]) => {
    const { asked, sortedAs, confidence, tried } = question as Question;
    return {
      brief: briefNow(parts, row),
      question: {
        ...(asked !== undefined && { asked }),
        sortedAs,
        ...(confidence !== undefined && { confidence }),
        tried: [...tried],
      },
      entries: entriesOf(rows, said, row, proposals),
      lastSeq: Number(row.lastSeq),
      shares,
      earlier: earlier.map(({ number, closedAt, ...one }) => ({
        ...one,
        number: Number(number),
        ...(closedAt && { closedAt: closedAt.toISOString() }),
      })),
    };
  });
}

/** Opens something of a case that was opened within the hour: checked, and the same look. @throws TellerlineError `case_not_opened` */
async function readOn<Result>(
  parts: DeskParts,
  staff: Staff,
  caseId: string,
  read: (tx: Transaction, row: LiveCase, open: OpenMore) => Promise<Result>,
): Promise<Result & { untilMs: number }> {
  const { desks, vault } = parts;
  return desks.of(staff.bankId).transaction(async (tx) => {
    const row = await visibleCase(tx, staff, caseId);
    const at = await lookedAt(tx, parts, staff, row.caseId);
    if (!at) throw notOpened();
    const use = { actor: actorIn(staff, row), linkId: row.linkId, fields: ['case'], reason: 'case-opened' };
    const result = await read(tx, row, (sealed) => vault.gate.openCase(tx, use, sealed, false));
    return { ...result, untilMs: at.getTime() + limits.staffLookMinutesMax * 60_000 };
  });
}

type OpenMore = (
  sealed: Parameters<DeskParts['vault']['gate']['openCase']>[2],
) => Promise<Plaintext<readonly unknown[]>>;

/** What came in an opened case after that number, and until when its look holds. */
export async function entriesAfter(
  parts: DeskParts,
  staff: Staff,
  caseId: string,
  after: number,
): Promise<{
  readonly entries: readonly CaseEntry[];
  readonly untilMs: number;
  readonly conversationId: ConversationId;
  readonly row: LiveCase;
}> {
  const read = await readOn(parts, staff, caseId, async (tx, row, open) => {
    const rows = await entryRows(tx, row, after, limits.caseEntriesMax);
    const opened = await open(rows.map(sealedEntry));
    return { row, rows, opened, proposals: await proposalStates(tx, row) };
  });
  const { row, rows, opened, proposals, untilMs } = read;
  const { conversationId } = row;
  return { entries: opened.use((said) => entriesOf(rows, said, row, proposals)), untilMs, conversationId, row };
}

/** A picture of a case that was opened within the hour. */
export async function pictureForStaff(
  parts: DeskParts,
  staff: Staff,
  caseId: string,
  pictureId: string,
): Promise<CasePicture> {
  const { opened } = await readOn(parts, staff, caseId, async (tx, row, open) => ({
    opened: await open([await sealedPicture(tx, row, pictureId)]),
  }));
  return opened.use(pictureOf);
}
