import type { BankId, CaseId } from '#base';
import type { BankEvent } from '#contract';
import type { Transaction } from '#db';
import { enterKeys, fatesOf } from './dedupe.ts';
import type { Fate } from './fate.ts';
import type { ParsedEvent } from './parse.ts';
import type { IntakeParts } from './parts.ts';

/** Whether an event is an answer of a bank's own system in a case. */
export const isReply = ({ type }: BankEvent): boolean => type === 'case.replied';

/**
 * Brings answers of a bank's own system into the cases that they name, each once: in one transaction the entry at the
 * desk, the message in the customer's thread and the key of the event. One for a case that is closed, or that nobody has
 * here, is dropped: the customer has not opened it to the bank, or no more.
 */
export async function answerCases(
  tx: Transaction,
  parts: IntakeParts,
  bankId: BankId,
  events: readonly ParsedEvent[],
  nowMs: number,
): Promise<Fate[]> {
  const open = new Map<ParsedEvent, CaseId>();
  for (const parsed of events) {
    if (parsed.event.type !== 'case.replied') continue;
    const caseId = await parts.replies.find(tx, bankId, parsed.event.caseId);
    if (caseId !== undefined) open.set(parsed, caseId);
  }
  const fresh = await enterKeys(tx, bankId, [...open.keys()], nowMs);
  for (const [parsed, caseId] of open) {
    if (!fresh.has(parsed) || parsed.event.type !== 'case.replied') continue;
    const { agent, text, occurredAt, keepsTurn } = parsed.event;
    const said = { by: agent, text, saidAt: new Date(occurredAt), ...(keepsTurn && { keepsTurn }) };
    await parts.replies.answer(tx, bankId, caseId, said);
  }
  // What was answered before finds a case that may be closed by now.
  return fatesOf(tx, bankId, events, { leading: open, fresh, elsewhere: 'notAllowed' });
}
