import { limits, newId, TellerlineError, type CasePictureId, type MessageId } from '#base';
import { reopenCaseConsent, staffMay } from '#consent';
import { CHAT_FIELDS, type CaseBrief, type CaseEntry, type Look, type Proposal } from '#contract';
import { sql, type Transaction } from '#db';
import type { DeskParts } from '../parts.ts';
import { hoursOf } from '../queue/hours.ts';
import { enterHold, promised } from '../queue/standing.ts';
import type { Staff } from '../staff-desk.ts';
import type { ToldMessage } from '../tell-customer.ts';
import { caseClosed, neverDue, toldOf, type LiveCase } from './case-row.ts';
import { enterHappened, lockVisible, notClaimed } from './claiming.ts';
import { endCase } from './customer-side.ts';
import {
  addEntry,
  announce,
  briefNow,
  entryOfClient,
  sealerOf,
  type EnteredBefore,
  type EntryDraft,
} from './entries.ts';
import { propose } from './proposals.ts';
import { entriesAfter } from './reading.ts';
import { enterAsk, isAsked } from './asks.ts';
import { keepPicture, takePicture } from './pictures.ts';

/** What staff write to the customer. */
export interface StaffWords {
  readonly text: string;
  readonly clientId: string;
  /** Up to which entry of the case its writer had seen it: a colleague's answer after that refuses this one. */
  readonly seenSeq?: number;
  /** "One moment": said, and no answer yet. What was promised stands. */
  readonly keepsTurn?: boolean;
}

function requireWords(text: string): string {
  const words = text.trim();
  if (words === '' || words.length > limits.staffWordsCharactersMax)
    throw new TellerlineError('words_invalid', 400, 'Write something, of at most a page.', {
      max: limits.staffWordsCharactersMax,
    });
  return words;
}

/** A case that this person has, its row and key locked. @throws TellerlineError `case_not_claimed`, `case_closed` */
export async function requireOwn(tx: Transaction, parts: DeskParts, staff: Staff, caseId: string): Promise<LiveCase> {
  return holding(tx, parts, staff, await lockVisible(tx, staff, caseId));
}

async function holding(tx: Transaction, parts: DeskParts, staff: Staff, row: LiveCase): Promise<LiveCase> {
  if (row.state === 'closed') throw caseClosed();
  if (row.claimedBy !== staff.staffId) throw notClaimed();
  await sealerOf(tx, parts, row.linkId);
  return row;
}

async function requireNoCollision(
  tx: Transaction,
  { bankId, caseId }: LiveCase,
  { name }: Staff,
  seen: number,
): Promise<void> {
  const [other] = await tx.query<{ by: string }>(sql`select by_staff as by from case_entries
    where bank_id = ${bankId} and case_id = ${caseId} and seq > ${seen} and kind in ('said', 'picture')
      and by_staff is not null and (by_staff <> ${name} or own_system) limit 1`);
  if (other)
    throw new TellerlineError('answer_collides', 409, 'Somebody else has answered meanwhile. Read it first.', other);
}

/**
 * The entry that a client id was stored as, for whoever sends it again: nothing is said twice, and it was said, whatever
 * has become of the case since. Words come back as they were sent: the case may not be readable any more.
 */
async function repeated(
  parts: DeskParts,
  staff: Staff,
  caseId: string,
  { seq, at }: EnteredBefore,
  words?: { readonly entry: 'said' | 'note'; readonly text: string },
): Promise<CaseEntry> {
  const place = { by: staff.name, seq, at: at.toISOString() };
  if (words) return { ...words, ...place, ...(words.entry === 'said' && { mark: 'sent' as const }) };
  const { entries } = await entriesAfter(parts, staff, caseId, seq - 1);
  const [entry] = entries;
  if (!entry) throw caseClosed();
  return entry;
}

/** Enters what is told the customer in the same transaction, and all that an answer changes of the case. */
async function tellCustomer(
  parts: DeskParts,
  staff: Staff,
  caseId: string,
  words: Omit<StaffWords, 'text'>,
  say: (tx: Transaction, row: LiveCase) => Promise<{ told: ToldMessage | undefined; said: EntryDraft['said'] }>,
  text?: string,
): Promise<CaseEntry> {
  const { database, clock } = parts;
  const entered = await database.transaction(async (tx) => {
    const row = await lockVisible(tx, staff, caseId);
    const before = await entryOfClient(tx, row, words.clientId);
    if (before !== undefined) return { before };
    await holding(tx, parts, staff, row);
    if (words.seenSeq !== undefined) await requireNoCollision(tx, row, staff, words.seenSeq);
    const { told, said } = await say(tx, row);
    const place = told && { messageId: told.messageId, threadSeq: told.seq };
    const nowMs = clock.nowMs();
    const sealer = await sealerOf(tx, parts, row.linkId);
    const entry = await addEntry(tx, sealer, row, { said, clientId: words.clientId, ...place }, nowMs);
    if (words.keepsTurn !== true) await enterAnswered(tx, row, words.seenSeq, nowMs);
    await announce(tx, parts, row, [entry]);
    return { entry };
  });
  parts.outlets.typing(staff.bankId, caseId, staff.name, false);
  if (entered.entry) return entered.entry;
  return repeated(parts, staff, caseId, entered.before, text === undefined ? undefined : { entry: 'said', text });
}

/** What the customer said after that number: how much, and since when it waits. */
async function saidSince(
  tx: Transaction,
  { bankId, caseId }: LiveCase,
  seen: number | undefined,
): Promise<{ readonly unseen: number; readonly since: Date | null }> {
  const [row] = await tx.query<{ unseen: number; since: Date | null }>(sql`
    select count(*)::integer as unseen, min(at) as since from case_entries
    where bank_id = ${bankId} and case_id = ${caseId} and seq > ${seen ?? Number.MAX_SAFE_INTEGER}
      and kind in ('said', 'picture') and by_staff is null`);
  return row ?? { unseen: 0, since: null };
}

/** It is the customer's turn, unless they have written something that whoever answered had not seen. */
export async function enterAnswered(
  tx: Transaction,
  row: LiveCase,
  seenSeq: number | undefined,
  nowMs: number,
): Promise<void> {
  const now = new Date(nowMs);
  const { unseen, since } = await saidSince(tx, row, seenSeq);
  const dueAt = since ? promised(await hoursOf(tx, row.bankId), row.team, since.getTime()) : neverDue;
  // From being taken, or from the customer's last word, to the answer: what holds up whoever waits behind.
  const { claimedAt } = row;
  if (row.state === 'claimed' && claimedAt) await enterHold(tx, { ...row, claimedAt }, nowMs);
  await tx.execute(sql`update cases set state = ${since ? 'claimed' : 'with-customer'}, due_at = ${dueAt},
      unread = ${unseen}, claimed_at = case when ${unseen > 0} then ${now}::timestamptz else claimed_at end, updated_at = ${now},
      first_answer_at = coalesce(first_answer_at, ${now}), came_at = coalesce(came_at, ${now})
    where bank_id = ${row.bankId} and case_id = ${row.caseId}`);
}

/** See `StaffDesk.answer`. */
export function answer(parts: DeskParts, staff: Staff, caseId: string, words: StaffWords): Promise<CaseEntry> {
  const text = requireWords(words.text);
  const by = staff.name;
  return tellCustomer(
    parts,
    staff,
    caseId,
    words,
    async (tx, row) => ({
      told: await parts.tell.saidByStaff(tx, toldOf(row), { by, text }),
      said: { entry: 'said', by, text },
    }),
    text,
  );
}

/** See `StaffDesk.sendPicture`. */
export async function sendPicture(
  parts: DeskParts,
  staff: Staff,
  caseId: string,
  bytes: Buffer,
  words: Omit<StaffWords, 'text'>,
): Promise<CaseEntry> {
  const picture = await takePicture(bytes);
  const by = staff.name;
  return tellCustomer(parts, staff, caseId, words, async (tx, row) => {
    const pictureId = newId<CasePictureId>();
    const sealer = await sealerOf(tx, parts, row.linkId);
    await keepPicture(tx, sealer, row, pictureId, picture, parts.clock.nowMs());
    return {
      told: await parts.tell.sentPictureByStaff(tx, toldOf(row), { by, pictureId }),
      said: { entry: 'picture', by, pictureId },
    };
  });
}

/** See `StaffDesk.note`. */
export async function note(
  parts: DeskParts,
  staff: Staff,
  caseId: string,
  { text, clientId }: StaffWords,
): Promise<CaseEntry> {
  const words = requireWords(text);
  const entered = await parts.database.transaction(async (tx) => {
    const row = await lockVisible(tx, staff, caseId);
    const before = await entryOfClient(tx, row, clientId);
    if (before !== undefined) return { before };
    if (row.state === 'closed') throw caseClosed();
    const sealer = await sealerOf(tx, parts, row.linkId);
    const draft = { said: { entry: 'note', by: staff.name, text: words }, clientId } as const;
    const entry = await addEntry(tx, sealer, row, draft, parts.clock.nowMs());
    await announce(tx, parts, row, [entry]);
    return { entry };
  });
  return entered.entry ?? repeated(parts, staff, caseId, entered.before, { entry: 'note', text: words });
}

/** See `StaffDesk.close`. */
export async function closeByStaff(
  parts: DeskParts,
  staff: Staff,
  caseId: string,
  seenSeq?: number,
): Promise<CaseBrief> {
  return parts.database.transaction(async (tx) => {
    const row = await lockVisible(tx, staff, caseId);
    if (row.state === 'closed') return briefNow(parts, row);
    if (row.claimedBy !== staff.staffId && staff.role !== 'supervisor') throw notClaimed();
    if ((await saidSince(tx, row, seenSeq)).unseen > 0)
      throw new TellerlineError('customer_wrote', 409, 'The customer has written meanwhile. Read it before you close.');
    await sealerOf(tx, parts, row.linkId);
    await endCase(tx, parts, row, 'staff');
    await parts.tell.closed(tx, toldOf(row), staff.name);
    return enterHappened(tx, parts, row, { entry: 'happened', what: 'closed', by: staff.name });
  });
}

/** See `StaffDesk.reopen`: what staff have closed themselves, within its time; what its customer has closed stays so. */
export async function reopen(parts: DeskParts, staff: Staff, caseId: string): Promise<CaseBrief> {
  const { clock, vault } = parts;
  return parts.database.transaction(async (tx) => {
    const row = await lockVisible(tx, staff, caseId);
    if (row.state !== 'closed') return briefNow(parts, row);
    await sealerOf(tx, parts, row.linkId);
    const nowMs = clock.nowMs();
    const since = new Date(nowMs - limits.caseReopenHoursMax * 3_600_000);
    const consent = await reopenCaseConsent(tx, row.caseId, since);
    if (!consent)
      throw new TellerlineError('reopen_refused', 409, 'Only the customer can begin this again: by another case.');
    const { customerId, linkId, bankId, fields } = consent;
    await vault.ledger.enter(tx, [
      { type: 'case-consent', customerId, linkId, bankId, caseId: row.caseId, change: 'reopened', by: 'staff', fields },
    ]);
    const dueAt = promised(await hoursOf(tx, bankId), row.team, nowMs);
    await tx.execute(sql`update cases set state = 'claimed', closed_at = null, closed_by = null, due_at = ${dueAt},
        claimed_by = ${staff.staffId}, claimed_name = ${staff.name}, claimed_at = ${new Date(nowMs)}
      where bank_id = ${bankId} and case_id = ${row.caseId}`);
    await parts.tell.reopened(tx, toldOf(row), staff.name);
    return enterHappened(tx, parts, row, { entry: 'happened', what: 'reopened', by: staff.name });
  });
}

/** See `StaffDesk.propose`. */
export async function proposeOnce(
  parts: DeskParts,
  staff: Staff,
  caseId: string,
  { clientId, ...wanted }: Pick<Proposal, 'action' | 'cardLast4' | 'limit'> & { readonly clientId?: string },
): Promise<CaseEntry> {
  const entered = await parts.database.transaction(async (tx) => {
    const row = await lockVisible(tx, staff, caseId);
    const before = clientId === undefined ? undefined : await entryOfClient(tx, row, clientId);
    if (before) return { before };
    return { entry: await propose(tx, parts, await holding(tx, parts, staff, row), staff, wanted, clientId) };
  });
  return entered.entry ?? repeated(parts, staff, caseId, entered.before);
}

/** See `StaffDesk.askFor`: of a field that is shared already, or for which an ask is open, nothing is asked. */
export async function askFor(parts: DeskParts, staff: Staff, caseId: string, field: Look['field']): Promise<void> {
  if (!CHAT_FIELDS.includes(field)) throw new TellerlineError('field_unknown', 404, 'There is no such field.');
  await parts.database.transaction(async (tx) => {
    const row = await requireOwn(tx, parts, staff, caseId);
    const nowMs = parts.clock.nowMs();
    const may = await staffMay(tx, row, nowMs);
    if (may.fields.has(field) || (await isAsked(tx, row, field, nowMs))) return;
    const told = await parts.tell.askedForField(tx, toldOf(row), { by: staff.name, field });
    await enterAsk(tx, row, field, nowMs, told?.messageId);
  });
}

/** See `StaffDesk.read`: whoever has the case has seen what the customer said up to there. */
export async function markSeen(parts: DeskParts, staff: Staff, caseId: string, seq: number): Promise<void> {
  await parts.database.transaction(async (tx) => {
    const row = await lockVisible(tx, staff, caseId);
    if (row.claimedBy !== staff.staffId || row.unread === 0) return;
    await tx.execute(sql`update cases c set unread = (select count(*) from case_entries e
        where e.bank_id = c.bank_id and e.case_id = c.case_id and e.seq > ${seq} and e.kind in ('said', 'picture')
          and e.by_staff is null)
      where c.bank_id = ${row.bankId} and c.case_id = ${row.caseId}`);
    const [last] = await tx.query<{ messageId: MessageId }>(sql`select message_id as "messageId" from case_entries
      where bank_id = ${row.bankId} and case_id = ${row.caseId} and seq <= ${seq} and kind in ('said', 'picture')
        and by_staff is null and message_id is not null order by seq desc limit 1`);
    if (last) await parts.tell.readByStaff(tx, toldOf(row), last.messageId);
    await announce(tx, parts, row);
  });
}
