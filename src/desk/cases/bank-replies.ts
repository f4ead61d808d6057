import { isTellerlineError, type BankId, type CaseId } from '#base';
import { sql, type Transaction } from '#db';
import type { DeskParts } from '../parts.ts';
import { enterCame } from '../queue/standing.ts';
import { staffNameOf } from '../staff/names.ts';
import { enterAnswered } from './answering.ts';
import { isUuid, lockCase, requireLive, selectCases, toldOf } from './case-row.ts';
import { addEntry, announce, sealerOf } from './entries.ts';

/** What a bank's own system answers in cases, in the transaction that takes its event. */
export interface BankReplies {
  /** The open case of that bank by the number or the id that staff see; undefined when there is none, or its link has ended. */
  find(tx: Transaction, bankId: BankId, named: string): Promise<CaseId | undefined>;
  /** Answers it: an entry of the case and a message in the thread. @throws TellerlineError `case_unknown`, `link_ended` */
  answer(
    tx: Transaction,
    bankId: BankId,
    caseId: CaseId,
    said: { readonly by: string; readonly text: string },
  ): Promise<void>;
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
  said: { readonly by: string; readonly text: string },
): Promise<void> {
  const row = await lockCase(tx, bankId, caseId);
  requireLive(row);
  const nowMs = parts.clock.nowMs();
  const sealer = await sealerOf(tx, parts, row.linkId);
  const by = nameOf(parts, bankId, said.by);
  const told = await parts.tell.saidByStaff(tx, toldOf(row), { by, text: said.text });
  const place = told && { messageId: told.messageId, threadSeq: told.seq };
  const draft = { said: { entry: 'said', by, text: said.text, ownSystem: true }, ...place } as const;
  const entry = await addEntry(tx, sealer, row, draft, nowMs);
  // Whoever waited has an answer: it is their turn, and nobody of the desk need take the case for it.
  await enterCame(tx, parts, row, nowMs);
  await enterAnswered(tx, row, undefined, nowMs);
  await announce(tx, parts, row, [entry]);
}

/** As staff are called, when it may be shown: else the bank speaks as itself. */
function nameOf({ faces }: DeskParts, bankId: BankId, given: string): string {
  try {
    return staffNameOf(given);
  } catch (error) {
    if (!isTellerlineError(error, 'staff_name_refused')) throw error;
    return faces().find(({ id }) => id === bankId)?.name ?? bankId;
  }
}
