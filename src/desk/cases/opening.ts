import { limits, newId, TellerlineError, type CaseId } from '#base';
import { openCaseConsent } from '#consent';
import type { CaseEntry } from '#contract';
import { sql, type Transaction } from '#db';
import type { Thread } from '#delivery';
import type { OpenedCase, Opening } from '../customer-desk.ts';
import type { DeskParts } from '../parts.ts';
import { enterWait, promised, standingOf } from '../queue/standing.ts';
import { hoursOf } from '../queue/hours.ts';
import { priorityOf, teamOf } from '../topics.ts';
import { priorityNumber } from './case-row.ts';
import { addEntry, announce, sealerOf } from './entries.ts';

/** The question as it stands sealed: nobody repeats themselves. */
export interface Question {
  readonly asked?: string;
  readonly sortedAs: string;
  readonly confidence?: number;
  readonly tried: readonly string[];
}

const triedMax = 10;

/** Opens a case: see `CustomerDesk.open`. */
export async function openCase(
  tx: Transaction,
  parts: DeskParts,
  { customerId, conversationId }: Thread,
  { linkId, topic, confidence, asked, tried, locale, identityId }: Opening,
): Promise<OpenedCase> {
  const { clock, vault } = parts;
  const nowMs = clock.nowMs();
  await requireRoom(tx, customerId);
  await leaveTalk(tx, conversationId);
  const sealer = await sealerOf(tx, parts, linkId);
  const { bankId } = sealer;
  const caseId = newId<CaseId>();
  const team = teamOf(topic);
  const question: Question = {
    ...(asked !== undefined && { asked: asked.slice(0, limits.staffWordsCharactersMax) }),
    sortedAs: topic,
    ...(confidence !== undefined && { confidence }),
    tried: tried.slice(0, triedMax),
  };
  await openCaseConsent(tx, { caseId, customerId, linkId, bankId }, nowMs);
  await vault.ledger.enter(tx, [
    { type: 'case-consent', customerId, linkId, bankId, caseId, change: 'opened', by: 'customer', fields: [] },
  ]);
  const dueAt = promised(await hoursOf(tx, bankId), team, nowMs);
  const [numbered] = await tx.query<{ number: bigint }>(sql`
    insert into desk_numbers as n (bank_id, last_number) values (${bankId}, 1001)
    on conflict (bank_id) do update set last_number = n.last_number + 1 returning last_number as number`);
  const number = numbered?.number ?? 0n;
  const now = new Date(nowMs);
  await tx.execute(sql`insert into cases (bank_id, case_id, number, link_id, customer_id, conversation_id, identity_id,
      topic, team, locale, priority, state, is_talk, opened_at, updated_at, due_at, sealed_question)
    values (${bankId}, ${caseId}, ${number}, ${linkId}, ${customerId}, ${conversationId}, ${identityId ?? null},
      ${topic}, ${team}, ${locale}, ${priorityNumber(priorityOf(topic))}, 'waiting', true, ${now}, ${now}, ${dueAt},
      ${sealer.sealCase('cases.question', caseId, question)})`);
  const entries: CaseEntry[] = [
    await addEntry(tx, sealer, { bankId, caseId }, { said: { entry: 'happened', what: 'opened' } }, nowMs),
  ];
  const row = await announce(tx, parts, { bankId, caseId }, entries);
  const standing = await standingOf(tx, parts, row);
  await enterWait(tx, row, standing, nowMs);
  await tx.execute(
    sql`update cases set place_told = ${standing.place} where bank_id = ${bankId} and case_id = ${caseId}`,
  );
  return { ...standing, caseId, number: Number(number), team };
}

async function requireRoom(tx: Transaction, customerId: Thread['customerId']): Promise<void> {
  const [counted] = await tx.query<{ open: number }>(sql`select count(*)::integer as open from cases
    where customer_id = ${customerId} and state <> 'closed'`);
  if ((counted?.open ?? 0) >= limits.openCasesMax)
    throw new TellerlineError(
      'cases_too_many',
      429,
      'You have several open cases already. Go on with one of them, or close one first.',
      { max: limits.openCasesMax },
    );
}

/** What its customer types goes to no case any more. */
export async function leaveTalk(tx: Transaction, conversationId: Thread['conversationId']): Promise<void> {
  await tx.execute(sql`update cases set is_talk = false where conversation_id = ${conversationId} and is_talk`);
}
