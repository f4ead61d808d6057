import type { BankId, ConversationId } from '#base';
import type { DeskServerFrame } from '#contract';
import { sql, type Queryable } from '#db';
import type { DeskParts } from '../parts.ts';
import type { CaseRow } from './case-row.ts';

type Marks = Extract<DeskServerFrame, { frame: 'marks' }>;

/** Moves the marks of open cases forward, never back, and shows them to whoever has one open. */
export async function customerHas(
  parts: DeskParts,
  conversationId: ConversationId,
  seq: number,
  what: 'delivered' | 'read',
): Promise<void> {
  const { database, outlets } = parts;
  const read = what === 'read';
  const moved = await database.query<Pick<CaseRow, 'bankId' | 'caseId'>>(sql`
    update cases set had_seq = greatest(had_seq, ${seq}), read_seq = greatest(read_seq, ${read ? seq : 0})
    where conversation_id = ${conversationId} and state <> 'closed'
      and (had_seq < ${seq} or (${read} and read_seq < ${seq}))
    returning bank_id as "bankId", case_id as "caseId"`);
  for (const { bankId, caseId } of moved)
    for (const marks of await marksOf(database, bankId, [caseId])) outlets.toShowing(bankId, caseId, marks);
}

/** How far what staff said in these cases has come, by the numbers of its entries. */
export async function marksOf(db: Queryable, bankId: BankId, caseIds: readonly string[]): Promise<Marks[]> {
  const rows = await db.query<Pick<CaseRow, 'caseId'> & { had: bigint | null; read: bigint | null }>(sql`
    select c.case_id as "caseId", max(e.seq) filter (where e.thread_seq <= c.had_seq) as had,
      max(e.seq) filter (where e.thread_seq <= c.read_seq) as read
    from cases c join case_entries e on e.bank_id = c.bank_id and e.case_id = c.case_id and e.thread_seq is not null
    where c.bank_id = ${bankId} and c.case_id = any(${[...caseIds]}::uuid[]) group by c.case_id`);
  return rows.map(({ caseId, had, read }) => {
    return { frame: 'marks', caseId, deliveredSeq: Number(had ?? 0), readSeq: Number(read ?? 0) };
  });
}
