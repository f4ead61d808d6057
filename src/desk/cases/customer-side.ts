import { newId, TellerlineError, type CasePictureId, type IdentityId } from '#base';
import { closeCaseConsent, staffMay, widenCaseConsent } from '#consent';
import type { CaseEntry, ChatField } from '#contract';
import { operation, sql, type Queryable, type Transaction } from '#db';
import type { Thread } from '#delivery';
import type { CaseOfCustomer, CustomerDesk, Talk } from '../customer-desk.ts';
import type { DeskParts } from '../parts.ts';
import { hoursOf, openAt } from '../queue/hours.ts';
import { promised, standingOf } from '../queue/standing.ts';
import {
  caseClosed,
  caseColumns,
  caseUnknown,
  isUuid,
  lockOwnCase,
  neverDue,
  requireLive,
  selectCases,
  talkOfRow,
  toldOf,
  type CaseRow,
  type LiveCase,
} from './case-row.ts';
import { addEntry, announce, entryOfClient, sealerOf, type EntryDraft } from './entries.ts';
import { endAsks } from './asks.ts';
import { customerHas } from './marks.ts';
import { leaveTalk, openCase } from './opening.ts';
import { keepPicture, ownPicture } from './pictures.ts';
import { expireProposals, settleProposal, waitingProposal } from './proposals.ts';

/** The case whose staff a conversation's words go to. */
export const readTalk = operation<CaseRow>()(
  'cases.talk',
  { conversationId: 'uuid' },
  `select ${caseColumns} from cases where conversation_id = $conversationId and is_talk`,
);

/** What the conversation does with cases for its customer, over the desk's parts. */
export function customerDesk(parts: DeskParts): CustomerDesk {
  return {
    open: (tx, thread, opening) => openCase(tx, parts, thread, opening),
    talkIn: async (tx, { conversationId }) => {
      const [row] = await selectCases(tx, sql`where conversation_id = ${conversationId} and is_talk for update`);
      if (!row) return undefined;
      requireLive(row);
      await sealerOf(tx, parts, row.linkId);
      return talkOfRow(row);
    },
    talkOf: async (db, conversationId) => {
      const [row] = await db.run(readTalk, { conversationId });
      return row?.linkId ? talkOfRow(row as LiveCase) : undefined;
    },
    said: (tx, talk, { text, messageId, identityId }) =>
      enter(tx, parts, talk, { said: { entry: 'said', text }, clientId: messageId, messageId }, identityId),
    sentPicture: async (tx, talk, { bytes, messageId, identityId }) => {
      const pictureId = newId<CasePictureId>();
      const sealer = await sealerOf(tx, parts, talk.linkId);
      await keepPicture(tx, sealer, talk, pictureId, bytes, parts.clock.nowMs());
      await enter(
        tx,
        parts,
        talk,
        { said: { entry: 'picture', pictureId }, clientId: messageId, messageId },
        identityId,
      );
      return pictureId;
    },
    picture: (thread, identityId, pictureId) => ownPicture(parts, thread, identityId, pictureId),
    leave: (tx, thread, caseId) => leave(tx, parts, thread, caseId),
    resume: (tx, thread, caseId) => resume(tx, parts, thread, caseId),
    close: (tx, thread, caseId) => close(tx, parts, thread, caseId),
    rate: (tx, thread, caseId, rating) => rate(tx, parts, thread, caseId, rating),
    share: (tx, thread, caseId, field) => share(tx, parts, thread, caseId, field),
    proposal: (tx, thread, proposalId) => waitingProposal(tx, parts, thread, proposalId),
    settle: (tx, thread, proposalId, became) => settleProposal(tx, parts, thread, proposalId, became),
    hours: async (db, bankId) => {
      const nowMs = parts.clock.nowMs();
      const { isOpen, opensMs } = openAt(await hoursOf(db, bankId), nowMs);
      return { isOpen, ...(!isOpen && { opensAt: new Date(opensMs) }) };
    },
    cases: (db, thread) => casesOf(db, parts, thread),
    standing: async (db, { customerId }, caseId) => {
      if (!isUuid(caseId)) throw caseUnknown();
      const [row] = await selectCases(db, sql`where case_id = ${caseId} and customer_id = ${customerId}`);
      if (!row) throw caseUnknown();
      return standingOf(db, parts, row);
    },
    customerTyping: ({ bankId, caseId }, on) => parts.outlets.typing(bankId, caseId, undefined, on),
    customerHas: (conversationId, seq, what) => customerHas(parts, conversationId, seq, what),
  };
}

/**
 * Something of the customer's: whoever has the case is to answer by a new promise, when the one before was kept. The
 * same message is entered once.
 */
async function enter(
  tx: Transaction,
  parts: DeskParts,
  talk: Talk,
  draft: EntryDraft,
  identityId?: IdentityId,
): Promise<void> {
  const { bankId, caseId, linkId, customerId, team } = talk;
  const row = await lockOwnCase(tx, customerId, caseId);
  if (row.state === 'closed') throw caseClosed();
  const sealer = await sealerOf(tx, parts, linkId);
  if (draft.clientId !== undefined && (await entryOfClient(tx, row, draft.clientId)) !== undefined) return;
  const nowMs = parts.clock.nowMs();
  const entry = await addEntry(tx, sealer, row, draft, nowMs);
  if (row.state === 'with-customer') {
    const dueAt = promised(await hoursOf(tx, bankId), team, nowMs);
    await tx.execute(sql`update cases set state = case when claimed_by is null then 'waiting' else 'claimed' end,
      due_at = ${dueAt}, claimed_at = case when claimed_by is null then null else ${new Date(nowMs)}::timestamptz end
      where bank_id = ${bankId} and case_id = ${caseId}`);
  }
  // Staff's answers go where the customer wrote last.
  await tx.execute(
    sql`update cases set unread = unread + 1, identity_id = ${identityId ?? null} where bank_id = ${bankId} and case_id = ${caseId}`,
  );
  await announce(tx, parts, row, [entry]);
}

/**
 * An entry that says what became of the case. While a bank's key service does not answer there is none: what its customer
 * wants of a case holds all the same.
 */
async function happened(
  tx: Transaction,
  parts: DeskParts,
  row: LiveCase,
  what: Extract<CaseEntry, { entry: 'happened' }>['what'],
  rest: { readonly rating?: number } = {},
): Promise<void> {
  const sealer = (await parts.vault.readableLinkSealers(tx, [row.linkId])).get(row.linkId);
  const said = { entry: 'happened', what, ...rest } as const;
  const entries = sealer ? [await addEntry(tx, sealer, row, { said }, parts.clock.nowMs())] : [];
  await announce(tx, parts, row, entries);
}

async function leave(tx: Transaction, parts: DeskParts, { customerId }: Thread, caseId: string): Promise<void> {
  const row = await lockOwnCase(tx, customerId, caseId);
  if (!row.isTalk) return;
  await leaveTalk(tx, row.conversationId);
  await happened(tx, parts, row, 'left');
}

async function resume(tx: Transaction, parts: DeskParts, { customerId }: Thread, caseId: string): Promise<Talk> {
  const row = await lockOwnCase(tx, customerId, caseId);
  const talk = talkOfRow(row);
  if (!talk) throw caseClosed();
  if (!row.isTalk) {
    await leaveTalk(tx, row.conversationId);
    await tx.execute(sql`update cases set is_talk = true where bank_id = ${row.bankId} and case_id = ${row.caseId}`);
    await announce(tx, parts, row);
  }
  return talk;
}

async function close(tx: Transaction, parts: DeskParts, { customerId }: Thread, caseId: string): Promise<void> {
  const row = await lockOwnCase(tx, customerId, caseId);
  if (row.state === 'closed') return;
  await endCase(tx, parts, row, 'customer');
  await happened(tx, parts, row, 'closed');
}

/** Closes a case that is open, its row locked: nothing of it is readable for staff from COMMIT on. */
export async function endCase(
  tx: Transaction,
  parts: DeskParts,
  row: LiveCase,
  by: 'customer' | 'staff',
): Promise<void> {
  const { bankId, caseId, linkId, customerId } = row;
  const nowMs = parts.clock.nowMs();
  await closeCaseConsent(tx, caseId, by, nowMs);
  await parts.vault.ledger.enter(tx, [
    { type: 'case-consent', customerId, linkId, bankId, caseId, change: 'closed', by, fields: [] },
  ]);
  const { told, entries } = await expireProposals(tx, parts, row);
  for (const over of told) await parts.tell.proposalOver(tx, toldOf(row), over);
  await endAsks(tx, parts, row);
  // Before it is closed: desks that show it are told nothing of a closed case but that it is one.
  if (entries.length > 0) await announce(tx, parts, row, entries);
  const now = new Date(nowMs);
  await tx.execute(sql`update cases set state = 'closed', is_talk = false, closed_at = ${now}, closed_by = ${by},
      due_at = ${neverDue}, updated_at = ${now}, proposals_waiting = 0, unread = 0
    where bank_id = ${bankId} and case_id = ${caseId}`);
}

async function rate(
  tx: Transaction,
  parts: DeskParts,
  { customerId }: Thread,
  caseId: string,
  rating: number,
): Promise<void> {
  if (!Number.isInteger(rating) || rating < 1 || rating > 5)
    throw new TellerlineError('rating_invalid', 400, 'A rating is a number from one to five.');
  const row = await lockOwnCase(tx, customerId, caseId);
  await tx.execute(sql`update cases set rating = ${rating} where bank_id = ${row.bankId} and case_id = ${row.caseId}`);
  await happened(tx, parts, row, 'rated', { rating });
}

async function share(
  tx: Transaction,
  parts: DeskParts,
  { customerId }: Thread,
  caseId: string,
  field: ChatField,
): Promise<void> {
  const row = await lockOwnCase(tx, customerId, caseId);
  const { bankId, linkId } = row;
  await sealerOf(tx, parts, linkId);
  const widened = await widenCaseConsent(tx, row.caseId, field);
  if (!widened) throw caseClosed();
  const { fields } = widened;
  const of = { customerId, linkId, bankId, caseId: row.caseId };
  await parts.vault.ledger.enter(tx, [{ ...of, type: 'case-consent', change: 'widened', by: 'customer', fields }]);
  const now = new Date(parts.clock.nowMs());
  await tx.execute(sql`update cases set updated_at = ${now}, asked = asked - ${field}::text
    where bank_id = ${bankId} and case_id = ${row.caseId}`);
  await announce(tx, parts, { ...row, shares: true });
}

const casesShownMax = 50;

async function casesOf(db: Queryable, parts: DeskParts, { customerId }: Thread): Promise<readonly CaseOfCustomer[]> {
  const rows = await selectCases(
    db,
    sql`where customer_id = ${customerId} order by opened_at desc, case_id limit ${casesShownMax}`,
  );
  const cases: CaseOfCustomer[] = [];
  for (const row of rows) {
    if (row.linkId === null) continue;
    requireLive(row);
    const { fields } = await staffMay(db, row, parts.clock.nowMs());
    cases.push(ofCustomer(row, [...fields]));
  }
  return cases;
}

function ofCustomer(row: LiveCase, shares: readonly ChatField[]): CaseOfCustomer {
  const { thread, identityId: _, ...told } = toldOf(row);
  const isDue = row.state === 'waiting' || row.state === 'claimed';
  return {
    ...told,
    ...thread,
    state: row.state,
    openedAt: row.openedAt,
    shares,
    ...(row.claimedName !== null && { staff: row.claimedName }),
    ...(row.closedAt && { closedAt: row.closedAt }),
    ...(row.closedBy && { closedBy: row.closedBy }),
    ...(row.rating !== null && { rating: row.rating }),
    ...(isDue && { answerBy: row.dueAt }),
  };
}
