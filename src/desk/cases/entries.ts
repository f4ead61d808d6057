import { randomUUID } from 'node:crypto';
import type { BankId, CaseId, LinkId } from '#base';
import { TellerlineError } from '#base';
import type { CaseEntry, Proposal } from '#contract';
import { sql, type Queryable, type Transaction } from '#db';
import type { LinkSealer, SealedCasePart } from '#vault';
import type { CaseBefore, DeskParts } from '../parts.ts';
import { briefOf, caseColumns, caseLinkEnded, hasMoved, type CaseRow } from './case-row.ts';

/** What an entry says, as it stands sealed: all but its number, its moment, and who it is from. */
type WithoutPlace<Entry> = Entry extends CaseEntry ? Omit<Entry, 'seq' | 'at' | 'mark'> : never;
/** What an entry says. Of a proposal the state stands in its own row. */
export type EntrySaid = WithoutPlace<CaseEntry>;

/** An entry that is about to be made. */
export interface EntryDraft {
  readonly said: EntrySaid;
  /** The same is entered once. */
  readonly clientId?: string;
  readonly messageId?: string;
  readonly threadSeq?: number;
}

/** An entry as its row says. */
export interface EntryRow {
  readonly seq: bigint;
  readonly entryId: string;
  readonly at: Date;
  readonly kind: CaseEntry['entry'];
  readonly byStaff: string | null;
  readonly threadSeq: bigint | null;
  readonly sealed: Buffer;
}

/** Adds an entry under the case's next number. The row of the case is locked by the caller, or is by this. */
export async function addEntry(
  tx: Transaction,
  sealer: LinkSealer,
  { bankId, caseId }: { readonly bankId: BankId; readonly caseId: CaseId },
  { said, clientId, messageId, threadSeq }: EntryDraft,
  nowMs: number,
): Promise<CaseEntry> {
  const at = new Date(nowMs);
  const [taken] = await tx.query<{ seq: bigint }>(sql`
    update cases set last_seq = last_seq + 1, updated_at = ${at}
    where bank_id = ${bankId} and case_id = ${caseId} returning last_seq as seq`);
  if (!taken) throw caseLinkEnded();
  const entryId = randomUUID();
  const by = 'by' in said ? (said.by ?? null) : null;
  const isOwnSystem = said.entry === 'said' && said.ownSystem === true;
  await tx.execute(sql`insert into case_entries
    (bank_id, case_id, seq, entry_id, link_id, at, kind, by_staff, own_system, client_id, message_id, thread_seq, sealed)
    values (${bankId}, ${caseId}, ${taken.seq}, ${entryId}, ${sealer.linkId}, ${at}, ${said.entry}, ${by}, ${isOwnSystem},
      ${clientId ?? null}, ${messageId ?? null}, ${threadSeq ?? null},
      ${sealer.sealCase('case_entries.content', entryId, said)})`);
  const isSaid = said.entry === 'said' || said.entry === 'picture';
  const mark = isSaid && said.by !== undefined && threadSeq !== undefined ? ({ mark: 'sent' } as const) : {};
  return { ...said, ...mark, seq: Number(taken.seq), at: at.toISOString() };
}

/** The sealer of a case's link, its key locked until the transaction ends. @throws TellerlineError `link_ended` */
export async function sealerOf(tx: Transaction, { vault }: DeskParts, linkId: LinkId): Promise<LinkSealer> {
  const sealer = (await vault.linkSealers(tx, [linkId])).get(linkId);
  if (!sealer) throw caseLinkEnded();
  return sealer;
}

/** The place of an entry that is there already. */
export interface EnteredBefore {
  readonly seq: number;
  readonly at: Date;
}

/** The entry that a client id was stored as before. */
export async function entryOfClient(
  tx: Transaction,
  { bankId, caseId }: Pick<CaseRow, 'bankId' | 'caseId'>,
  clientId: string,
): Promise<EnteredBefore | undefined> {
  const [row] = await tx.query<{ seq: bigint; at: Date }>(sql`select seq, at from case_entries
    where bank_id = ${bankId} and case_id = ${caseId} and client_id = ${clientId}`);
  return row && { seq: Number(row.seq), at: row.at };
}

/** Rows of entries after a number, oldest first: the last ones, when there are more than are answered at once. */
export async function entryRows(
  db: Queryable,
  { bankId, caseId }: Pick<CaseRow, 'bankId' | 'caseId'>,
  after: number,
  most: number,
): Promise<EntryRow[]> {
  const rows = await db.query<EntryRow>(sql`
    select seq, entry_id as "entryId", at, kind, by_staff as "byStaff", thread_seq as "threadSeq", sealed
    from case_entries where bank_id = ${bankId} and case_id = ${caseId} and seq > ${after}
    order by seq desc limit ${most}`);
  return rows.toReversed();
}

/** An entry's content, for the gate. */
export const sealedEntry = ({ entryId, sealed }: EntryRow): SealedCasePart => ({
  place: 'case_entries.content',
  row: entryId,
  sealed,
});

/** Entries put together from their rows, what the gate has opened, and how things stand now. */
export function entriesOf(
  rows: readonly EntryRow[],
  opened: readonly unknown[],
  { hadSeq, readSeq }: Pick<CaseRow, 'hadSeq' | 'readSeq'>,
  proposals: ReadonlyMap<string, Proposal['state']>,
): CaseEntry[] {
  return rows.map(({ seq, at, threadSeq }, n): CaseEntry => {
    const said = opened[n] as EntrySaid;
    const place = { seq: Number(seq), at: at.toISOString() };
    if ((said.entry === 'said' || said.entry === 'picture') && said.by !== undefined && threadSeq !== null) {
      const mark = threadSeq <= readSeq ? 'read' : threadSeq <= hadSeq ? 'delivered' : 'sent';
      return { ...said, ...place, mark };
    }
    if (said.entry === 'proposed') {
      const state = proposals.get(said.proposal.proposalId) ?? said.proposal.state;
      return { ...said, ...place, proposal: { ...said.proposal, state } };
    }
    return { ...said, ...place };
  });
}

/** Notes when a case was changed last, by which other processes find it; answers how it stands now in this transaction. */
async function noteChange(
  tx: Transaction,
  { bankId, caseId }: Pick<CaseRow, 'bankId' | 'caseId'>,
  nowMs: number,
): Promise<CaseRow> {
  const { text, values } = sql`update cases set updated_at = greatest(updated_at, ${new Date(nowMs)})
    where bank_id = ${bankId} and case_id = ${caseId} returning`;
  const [row] = await tx.query<CaseRow>({ text: `${text} ${caseColumns}`, values });
  if (!row) throw new TellerlineError('case_unknown', 404, 'There is no such case here.');
  return row;
}

/**
 * After COMMIT: desks of the bank that may see it get the case as it stands, those that show it its new entries, and
 * the queue is looked at again. Answers the case.
 */
export async function announce(
  tx: Transaction,
  parts: DeskParts,
  before: Pick<CaseRow, 'bankId' | 'caseId'> & CaseBefore,
  entries: readonly CaseEntry[] = [],
): Promise<CaseRow> {
  const { outlets, clock } = parts;
  const row = await noteChange(tx, before, clock.nowMs());
  tx.afterCommit(() => {
    if (entries.length > 0) outlets.entries(row, entries, clock.nowMs());
    parts.changed(row, before);
    if (hasMoved(row, before)) parts.moved(row.bankId, before.team ? [row.team, before.team] : [row.team]);
  });
  return row;
}

/** A brief with who writes there now. */
export const briefNow = ({ outlets }: DeskParts, row: CaseRow): ReturnType<typeof briefOf> =>
  briefOf(row, outlets.typingIn(row.caseId));
