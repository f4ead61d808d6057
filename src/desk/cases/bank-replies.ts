import { isTellerlineError, type BankId, type CaseId } from '#base';
import { sql, type Transaction } from '#db';
import type { DeskParts } from '../parts.ts';
import { enterCame } from '../queue/standing.ts';
import { staffNameOf } from '../staff/names.ts';
import { isNameOfStaff } from '../staff/people.ts';
import { enterAnswered } from './answering.ts';
import { isUuid, lockCase, requireLive, selectCases, toldOf, type LiveCase } from './case-row.ts';
import { addEntry, announce, sealerOf } from './entries.ts';

/** What a bank's own system answers in cases, in the transaction that takes its event. */
export interface BankReplies {
  /** The open case of that bank by the number or the id that staff see; undefined when there is none, or its link has ended. */
  find(tx: Transaction, bankId: BankId, named: string): Promise<CaseId | undefined>;
  /** Answers it: an entry of the case and a message in the thread. @throws TellerlineError `case_unknown`, `link_ended` */
  answer(tx: Transaction, bankId: BankId, caseId: CaseId, said: ReplyOfBank): Promise<void>;
}

/** What a bank's own system says in a case. */
export interface ReplyOfBank {
  readonly by: string;
  readonly text: string;
  /** When it was composed: what the customer wrote after that it does not answer. */
  readonly saidAt: Date;
  /** "We have received your message": it is no answer yet. */
  readonly keepsTurn?: boolean;
}

const numberForm = /^#?(\d{1,15})$/;

/** Makes it over the desk's parts. */
export function bankReplies(parts: DeskParts): BankReplies {
  return {
    find: async (tx, bankId, named) => {
      const number = numberForm.exec(named.trim())?.[1];
      if (number === undefined && !isUuid(named)) return undefined;
      const which = number === undefined ? sql`case_id = ${named}` : sql`number = ${number}::bigint`;
      const [row] = await selectCases(
        tx,
        sql`where bank_id = ${bankId} and ${which} and state <> 'closed' and link_id is not null for update`,
      );
      return row?.caseId;
    },
    answer: (tx, bankId, caseId, said) => answer(tx, parts, bankId, caseId, said),
  };
}

async function answer(
  tx: Transaction,
  parts: DeskParts,
  bankId: BankId,
  caseId: CaseId,
  { text, saidAt, keepsTurn = false, ...said }: ReplyOfBank,
): Promise<void> {
  const row = await lockCase(tx, bankId, caseId);
  requireLive(row);
  const nowMs = parts.clock.nowMs();
  const sealer = await sealerOf(tx, parts, row.linkId);
  const by = await nameOf(tx, parts, bankId, said.by);
  const told = await parts.tell.saidByStaff(tx, toldOf(row), { by, text });
  const place = told && { messageId: told.messageId, threadSeq: told.seq };
  const draft = { said: { entry: 'said', by, text, ownSystem: true }, ...place } as const;
  const entry = await addEntry(tx, sealer, row, draft, nowMs);
  // Whoever waited has an answer: it is their turn, and nobody of the desk need take the case for it. Whoever has a case
  // answers it themselves, and what the customer wrote meanwhile waits on by what was promised.
  if (!keepsTurn && row.state === 'waiting' && !(await hasWrittenAfter(tx, row, saidAt))) {
    await enterCame(tx, parts, row, nowMs);
    await enterAnswered(tx, row, undefined, nowMs);
  }
  await announce(tx, parts, row, [entry]);
}

/** Whether the customer has said something since, by the hub's clock. */
async function hasWrittenAfter(tx: Transaction, { bankId, caseId }: LiveCase, at: Date): Promise<boolean> {
  const [later] = await tx.query(sql`select from case_entries where bank_id = ${bankId} and case_id = ${caseId}
    and at >= ${at} and kind in ('said', 'picture') and by_staff is null limit 1`);
  return later !== undefined;
}

/** As staff are called, when it may be shown and is not like the name of anybody at the desk: else the bank speaks as itself. */
async function nameOf(tx: Transaction, { faces }: DeskParts, bankId: BankId, given: string): Promise<string> {
  const bank = faces().find(({ id }) => id === bankId)?.name ?? bankId;
  try {
    const name = staffNameOf(given);
    return (await isNameOfStaff(tx, bankId, name)) ? bank : name;
  } catch (error) {
    if (!isTellerlineError(error, 'staff_name_refused')) throw error;
    return bank;
  }
}
