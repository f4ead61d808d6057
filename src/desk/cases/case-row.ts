import {
  TellerlineError,
  type BankId,
  type CaseId,
  type ConversationId,
  type CustomerId,
  type IdentityId,
  type LinkId,
} from '#base';
import type { CaseBrief, CaseState, Locale, Team } from '#contract';
import { sql, type Queryable, type Sql, type Transaction } from '#db';
import type { Talk } from '../customer-desk.ts';
import type { CaseTold } from '../tell-customer.ts';

/** A case as its row says: metadata, and the question as it stands sealed. */
export interface CaseRow {
  readonly bankId: BankId;
  readonly caseId: CaseId;
  readonly number: bigint;
  /** Null, with whose it was, once the link has ended. */
  readonly linkId: LinkId | null;
  readonly customerId: CustomerId | null;
  readonly conversationId: ConversationId | null;
  readonly identityId: IdentityId | null;
  readonly topic: string;
  readonly team: Team;
  readonly locale: Locale;
  readonly priority: number;
  readonly state: CaseState;
  readonly isTalk: boolean;
  readonly openedAt: Date;
  readonly updatedAt: Date;
  readonly dueAt: Date;
  /** The promise that was missed and told so; another one is another time. */
  readonly lateFor: Date | null;
  readonly claimedBy: string | null;
  readonly claimedName: string | null;
  readonly claimedAt: Date | null;
  readonly cameAt: Date | null;
  readonly firstAnswerAt: Date | null;
  readonly closedAt: Date | null;
  readonly closedBy: 'customer' | 'staff' | 'link' | null;
  readonly lastSeq: bigint;
  readonly unread: number;
  readonly hadSeq: bigint;
  readonly readSeq: bigint;
  readonly proposalsWaiting: number;
  readonly rating: number | null;
  readonly placeTold: number | null;
  readonly sealedQuestion: Buffer | null;
}

/** A case whose link stands. */
export type LiveCase = CaseRow & {
  readonly linkId: LinkId;
  readonly customerId: CustomerId;
  readonly conversationId: ConversationId;
  readonly sealedQuestion: Buffer;
};

/** The columns of a row. */
export const caseColumns = `bank_id as "bankId", case_id as "caseId", number, link_id as "linkId", customer_id as "customerId",
  conversation_id as "conversationId", identity_id as "identityId", topic, team, locale, priority, state,
  is_talk as "isTalk", opened_at as "openedAt", updated_at as "updatedAt", due_at as "dueAt", late_for as "lateFor", claimed_by as "claimedBy",
  claimed_name as "claimedName", claimed_at as "claimedAt", came_at as "cameAt", first_answer_at as "firstAnswerAt",
  closed_at as "closedAt", closed_by as "closedBy", last_seq as "lastSeq", unread, had_seq as "hadSeq",
  read_seq as "readSeq", proposals_waiting as "proposalsWaiting", rating, place_told as "placeTold",
  sealed_question as "sealedQuestion"`;

/** Cases, by what stands behind the columns of a selection. */
export function selectCases(db: Queryable, rest: Sql): Promise<CaseRow[]> {
  return db.query<CaseRow>({ text: `select ${caseColumns} from cases ${rest.text}`, values: rest.values });
}

/** While it is the customer's turn nothing is due: a day that no order of due cases reaches. */
export const neverDue = new Date('9999-01-01T00:00:00Z');

const priorities = ['fraud', 'high', 'normal'] as const;

/** How a priority is ordered. */
export const priorityNumber = (priority: CaseBrief['priority']): number => priorities.indexOf(priority);

/** A row of the inbox. `typing`: who writes there now. */
export function briefOf(row: CaseRow, typing: readonly string[] = []): CaseBrief {
  const isDue = row.state === 'waiting' || row.state === 'claimed';
  return {
    caseId: row.caseId,
    number: Number(row.number),
    topic: row.topic,
    team: row.team,
    locale: row.locale,
    priority: priorities[row.priority] ?? 'normal',
    state: row.state,
    openedAt: row.openedAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
    ...(isDue && { answerBy: row.dueAt.toISOString() }),
    ...(isLate(row) && { late: true }),
    ...(row.claimedName !== null && { claimedBy: row.claimedName }),
    ...(typing.length > 0 && { typing: [...typing] }),
    unread: row.unread,
    ...(row.proposalsWaiting > 0 && { proposalWaits: true }),
    ...(row.rating !== null && { rating: row.rating }),
  };
}

/**
 * Whether its promise was missed and nobody has taken it since: anybody of the team may take it, also from whoever had it
 * then. Whoever takes it after that keeps it: else it would go from hand to hand, and its customer be told of each.
 */
export const isLate = (row: Pick<CaseRow, 'state' | 'dueAt' | 'lateFor' | 'claimedAt'>): boolean =>
  (row.state === 'waiting' || row.state === 'claimed') &&
  row.lateFor?.getTime() === row.dueAt.getTime() &&
  (row.claimedAt === null || row.claimedAt < row.dueAt);
/** The same of rows that somebody has, as a condition. */
export const heldLate = sql`state = 'claimed' and late_for = due_at and claimed_at < due_at`;

/** The refusal for a case that is not there, for whoever asks. */
export const caseUnknown = (): TellerlineError =>
  new TellerlineError('case_unknown', 404, 'There is no such case here.');

/** The refusal for a case that is over. */
export const caseClosed = (): TellerlineError =>
  new TellerlineError('case_closed', 410, 'This case is closed. Nothing of it can be read any more.');

/** The refusal for a case whose link has ended. */
export const caseLinkEnded = (): TellerlineError =>
  new TellerlineError('link_ended', 410, 'This link was stopped. Its data can no longer be read.');

/** Passes for a case whose link stands. @throws TellerlineError `link_ended` */
export function requireLive(row: CaseRow): asserts row is LiveCase {
  if (row.linkId === null || row.customerId === null || row.conversationId === null || row.sealedQuestion === null)
    throw caseLinkEnded();
}

/** A case of this bank, its row locked. @throws TellerlineError `case_unknown` */
export async function lockCase(tx: Transaction, bankId: BankId, caseId: string): Promise<CaseRow> {
  if (!isUuid(caseId)) throw caseUnknown();
  const [row] = await selectCases(tx, sql`where bank_id = ${bankId} and case_id = ${caseId} for update`);
  if (!row) throw caseUnknown();
  return row;
}

/** One of this customer's own cases, its row locked; closed ones too. @throws TellerlineError `case_unknown` */
export async function lockOwnCase(tx: Transaction, customerId: CustomerId, caseId: string): Promise<LiveCase> {
  if (!isUuid(caseId)) throw caseUnknown();
  const [row] = await selectCases(tx, sql`where case_id = ${caseId} and customer_id = ${customerId} for update`);
  if (!row) throw caseUnknown();
  requireLive(row);
  return row;
}

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
/** Whether it may name a row at all. */
export const isUuid = (text: string): boolean => uuid.test(text);

/** How the customer is told of a case. */
export function toldOf(row: LiveCase): CaseTold {
  const { caseId, bankId, linkId, customerId, conversationId, topic, team, locale, isTalk, identityId } = row;
  return {
    thread: { customerId, conversationId },
    caseId,
    number: Number(row.number),
    bankId,
    linkId,
    topic,
    team,
    locale,
    isTalk,
    ...(identityId && { identityId }),
  };
}

/** The talk that an open case is. */
export function talkOfRow(row: LiveCase): Talk | undefined {
  const { caseId, bankId, linkId, customerId, conversationId, topic, team, locale, state, claimedName } = row;
  if (state === 'closed') return undefined;
  return {
    caseId,
    number: Number(row.number),
    bankId,
    linkId,
    customerId,
    conversationId,
    topic,
    team,
    locale,
    state,
    ...(claimedName !== null && { staff: claimedName }),
  };
}

/** What is compared when a case has changed. */
type Standing = Pick<CaseRow, 'team' | 'claimedBy' | 'state' | 'dueAt' | 'lateFor' | 'claimedAt'>;

/**
 * Whether a change moved a case in the queue, from one hand to another, past its promise or to another one: words alone do
 * not. Of an unknown before: yes.
 */
export const hasMoved = (
  row: CaseRow,
  { state, team, claimedBy, dueAt, lateFor, claimedAt }: Partial<Standing>,
): boolean =>
  state !== row.state ||
  team !== row.team ||
  claimedBy !== row.claimedBy ||
  dueAt === undefined ||
  lateFor === undefined ||
  claimedAt === undefined ||
  isLate({ state, dueAt, lateFor, claimedAt }) !== isLate(row);
