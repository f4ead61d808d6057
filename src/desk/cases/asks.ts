import { limits, type MessageId } from '#base';
import type { ChatField } from '#contract';
import { sql, type Transaction } from '#db';
import type { DeskParts } from '../parts.ts';
import { toldOf, type LiveCase } from './case-row.ts';

/** Whether this field was asked for and the ask is open, as long as a proposal is; the row is locked. */
export async function isAsked(
  tx: Transaction,
  { bankId, caseId }: LiveCase,
  field: ChatField,
  nowMs: number,
): Promise<boolean> {
  const openSince = nowMs - limits.proposalMinutesMax * 60_000;
  const open = await tx.query(sql`select from cases where bank_id = ${bankId} and case_id = ${caseId}
    and (asked -> ${field}::text ->> 0)::bigint > ${openSince}`);
  return open.length > 0;
}

/** Enters when a field was asked for, and in which message. */
export async function enterAsk(
  tx: Transaction,
  { bankId, caseId }: LiveCase,
  field: ChatField,
  nowMs: number,
  messageId: MessageId | undefined,
): Promise<void> {
  await tx.execute(sql`update cases
    set asked = asked || jsonb_build_object(${field}::text, jsonb_build_array(${nowMs}::bigint, ${messageId ?? null}::text))
    where bank_id = ${bankId} and case_id = ${caseId}`);
}

/** Ends what was asked for in a case that closes: the customer's buttons go, as nothing can be shared with it any more. */
export async function endAsks(tx: Transaction, parts: DeskParts, row: LiveCase): Promise<void> {
  const { bankId, caseId } = row;
  const asks = await tx.query<{ messageId: MessageId | null }>(sql`select one.value ->> 1 as "messageId"
    from cases, jsonb_each(asked) one where bank_id = ${bankId} and case_id = ${caseId}`);
  for (const { messageId } of asks) if (messageId !== null) await parts.tell.askOver(tx, toldOf(row), messageId);
  if (asks.length > 0)
    await tx.execute(sql`update cases set asked = '{}' where bank_id = ${bankId} and case_id = ${caseId}`);
}
