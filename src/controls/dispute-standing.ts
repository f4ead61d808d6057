import { limits, type ActionId, type BankId, type CustomerId, type LinkId, type MessageId, type RecordId } from '#base';
import { gistOfCase, type BankDispute, type CaseCard, type Evidence, type Locale } from '#contract';
import { findCustomer } from '#customers';
import { sql, type Transaction } from '#db';
import type { Thread } from '#delivery';
import type { Runner } from '#linking';
import type { LinkSealer } from '#vault';
import type { BankAction } from './bank-action.ts';
import type { KnownDispute } from './disputes.ts';
import type { ControlsParts } from './parts.ts';
import type { Aside } from './say-control.ts';

/** What became of a dispute: every change of its case in one place, each said in its one message. */

/** What the chat says beside a case that can be added to: the port that conversation implements. */
export interface CaseAsides {
  /** The buttons under the case, while the bank is at it. */
  beside(
    tx: Transaction,
    dispute: KnownDispute,
    to: { readonly thread: Thread; readonly locale: Locale },
  ): Promise<Aside>;
  /** The bank has opened a case, or a receipt was found for its purchase: what there is to add is offered. */
  offer(dispute: KnownDispute): Promise<void>;
}

/** What disputes take. */
export interface DisputeParts extends ControlsParts {
  readonly cases: CaseAsides;
  /** Runs what follows a change, after COMMIT. */
  readonly run: Runner['run'];
}

/** What is kept of a dispute, sealed. */
export interface Kept {
  readonly card: CaseCard;
  readonly disputeId?: string;
}

/** A dispute's row. */
export interface Row {
  readonly linkId: LinkId;
  readonly bankId: BankId;
  readonly actionId: ActionId;
  readonly messageId: MessageId;
  readonly customerId: CustomerId;
  readonly recordId: RecordId | null;
  readonly sealed: Buffer;
}

/** The columns of a row, of the table by this alias. */
export const columnsOf = (
  of: string,
): string => `${of}link_id as "linkId", ${of}bank_id as "bankId", ${of}action_id as "actionId",
  ${of}message_id as "messageId", ${of}customer_id as "customerId", ${of}record_id as "recordId", ${of}sealed`;

/** What a row keeps. */
export const openRow = (sealer: LinkSealer, { actionId, sealed }: Pick<Row, 'actionId' | 'sealed'>): Kept =>
  sealer.openState<Kept>('disputes.case', actionId, sealed).use((kept) => kept);

/** A dispute that its bank has opened; undefined before. */
export function toldOf(
  { sealed: _sealed, recordId, ...row }: Row,
  { card, disputeId }: Partial<Kept> & Pick<Kept, 'card'>,
): KnownDispute | undefined {
  return disputeId === undefined ? undefined : { ...row, disputeId, card, ...(recordId && { recordId }) };
}

/** A dispute is asked for: its message stands in the chat from then on. */
export async function begin(tx: Transaction, parts: DisputeParts, action: BankAction): Promise<void> {
  const { ask, linkId, actionId, customerId, bankId, messageId, requestedAtMs } = action;
  if (ask.kind !== 'dispute') return;
  const sealer = (await parts.vault.linkSealers(tx, [linkId])).get(linkId);
  if (!sealer) return;
  const at = new Date(requestedAtMs).toISOString();
  const telephone = parts.faces().find(({ id }) => id === bankId)?.telephone;
  const card: CaseCard = {
    card: 'case',
    bank: bankId,
    account: ask.account,
    kind: 'dispute',
    state: 'requested',
    purchase: ask.purchase,
    reason: ask.reason,
    evidence: ask.words === undefined ? [] : [{ kind: 'words', at }],
    updatedAt: at,
    ...(telephone && { telephone }),
  };
  const recordId = ask.recordId ?? null;
  await tx.execute(sql`insert into disputes
    (link_id, action_id, customer_id, bank_id, message_id, record_id, sealed, opened_at, next_at, lease_until)
    values (${linkId}, ${actionId}, ${customerId}, ${bankId}, ${messageId}, ${recordId},
      ${sealer.sealState('disputes.case', actionId, { card } satisfies Kept)}, ${new Date(requestedAtMs)}, null, 'epoch')`);
  const row = { linkId, actionId, customerId, bankId, messageId, recordId, sealed: Buffer.alloc(0) };
  await show(tx, parts, row, { card }, 'message');
}

/** The bank's word on what it was asked, or that it has none. */
export async function follow(tx: Transaction, parts: DisputeParts, action: BankAction): Promise<void> {
  const { linkId, actionId, state, settled } = action;
  await change(tx, parts, linkId, actionId, ({ card, disputeId }) => {
    if (settled?.result === 'confirmed' && settled.dispute) return told({ card, disputeId }, settled.dispute);
    if (state === 'confirmed' || state === 'requested') return { card, disputeId };
    // What a bank refuses to open is closed before it began.
    const became = state === 'refused' ? 'closed' : state;
    return { card: { ...card, state: became, updatedAt: new Date(parts.clock.nowMs()).toISOString() }, disputeId };
  });
}

/** A dispute as its bank tells it. */
export function told({ card }: Partial<Kept> & Pick<Kept, 'card'>, { disputeId, state, updatedAt }: BankDispute): Kept {
  const openedAt = card.openedAt ?? updatedAt;
  return { disputeId, card: { ...card, caseNumber: disputeId, state, openedAt, updatedAt } };
}

/** The bank has what was added. */
export async function addEvidence(tx: Transaction, parts: DisputeParts, action: BankAction): Promise<void> {
  const { ask, linkId, bankId, settled } = action;
  if (ask.kind !== 'evidence' || settled?.result !== 'confirmed') return;
  const index = disputeIndex(parts, bankId, ask.disputeId);
  const [row] = await tx.query<{ actionId: ActionId }>(sql`
    select action_id as "actionId" from disputes where link_id = ${linkId} and dispute_index = ${index} limit 1`);
  if (!row) return;
  const label = labelOf(ask.evidence);
  const item = { kind: ask.evidence.kind, at: settled.at, ...(label && { label }) } as const;
  await change(tx, parts, linkId, row.actionId, (kept) => {
    const added = { ...kept, card: { ...kept.card, evidence: [...kept.card.evidence, item] } };
    return settled.dispute ? told(added, settled.dispute) : added;
  });
}

const labelOf = (evidence: Evidence): string | undefined => (evidence.kind === 'receipt' ? evidence.shop : undefined);

const disputeIndex = ({ vault }: Pick<ControlsParts, 'vault'>, bankId: BankId, disputeId: string): Buffer =>
  vault.index('dispute', `${bankId}|${disputeId}`);

const isDecided = ({ state }: CaseCard): boolean => state === 'won' || state === 'lost' || state === 'closed';

/** Changes what is known of a dispute and says so, in one transaction. */
export async function change(
  tx: Transaction,
  parts: DisputeParts,
  linkId: LinkId,
  actionId: ActionId,
  next: (kept: Kept) => Partial<Kept> & Pick<Kept, 'card'>,
): Promise<void> {
  const sealer = (await parts.vault.linkSealers(tx, [linkId])).get(linkId);
  const [row] = await tx.query<Row>({
    text: `select ${columnsOf('')} from disputes where link_id = $1 and action_id = $2 for update`,
    values: [linkId, actionId],
  });
  if (!sealer || !row) return;
  const before = openRow(sealer, row);
  const after = next(before);
  const isSame = JSON.stringify(after.card) === JSON.stringify(before.card);
  const { disputeId } = after;
  const index = disputeId === undefined ? null : disputeIndex(parts, row.bankId, disputeId);
  const isOpen = index !== null && !isDecided(after.card);
  const nextAt = isOpen ? new Date(parts.clock.nowMs() + limits.disputeAskedMs) : null;
  await tx.execute(sql`update disputes set sealed = ${sealer.sealState('disputes.case', actionId, after)},
    dispute_index = ${index}, next_at = ${nextAt}, lease_until = 'epoch'
    where link_id = ${linkId} and action_id = ${actionId}`);
  if (!isSame) await show(tx, parts, row, after, 'edit');
  const opened = before.disputeId === undefined && isOpen ? toldOf(row, after) : undefined;
  if (opened) tx.afterCommit(() => parts.run(`case|${actionId}`, () => parts.cases.offer(opened)));
}

/** Says once more how a dispute stands, for there is something new to add to it, and offers that. */
export async function showAgain(parts: DisputeParts, { linkId, actionId }: Row): Promise<void> {
  await parts.vault.askAhead({ linkIds: [linkId] });
  const dispute = await parts.database.transaction(async (tx) => {
    const sealer = (await parts.vault.linkSealers(tx, [linkId])).get(linkId);
    const [row] = await tx.query<Row>({
      text: `select ${columnsOf('')} from disputes where link_id = $1 and action_id = $2 and next_at is not null for update`,
      values: [linkId, actionId],
    });
    if (!sealer || !row) return undefined;
    const kept = openRow(sealer, row);
    await show(tx, parts, row, kept, 'quiet-edit');
    return toldOf(row, kept);
  });
  if (dispute) await parts.cases.offer(dispute);
}

async function show(
  tx: Transaction,
  { delivery, clock, faces, cases }: DisputeParts,
  row: Row,
  kept: Partial<Kept> & Pick<Kept, 'card'>,
  entry: 'message' | 'edit' | 'quiet-edit',
): Promise<void> {
  const { linkId, customerId, messageId, bankId } = row;
  const { card } = kept;
  const customer = await findCustomer(tx, customerId);
  const thread = (await delivery.threadsOf(tx, [customerId])).get(customerId);
  if (!customer || !thread) return;
  const name = faces().find(({ id }) => id === bankId)?.name ?? bankId;
  const text = gistOfCase(card, name, customer.locale);
  const open = isDecided(card) ? undefined : toldOf(row, kept);
  const aside = open ? await cases.beside(tx, open, { thread, locale: customer.locale }) : {};
  const said = { content: { kind: 'card', card, text } as const, ...aside };
  const body = { from: 'link', linkId, purpose: 'account-management', said } as const;
  const of = { ...thread, messageId, author: 'bank', atMs: clock.nowMs(), body } as const;
  const isWorthSaying = card.state !== 'sent' && entry === 'edit';
  await delivery.write(tx, [
    entry === 'message'
      ? { ...of, entry: 'message' }
      : { ...of, entry: 'edit', ...(isWorthSaying && { worthSaying: true as const }) },
  ]);
}
