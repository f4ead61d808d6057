import { limits, type ActionId, type BankId, type CustomerId, type LinkId, type MessageId, type RecordId } from '#base';
import { gistOfCase, type BankDispute, type CaseCard, type Evidence, type Locale } from '#contract';
import { findCustomer } from '#customers';
import { sql, type Transaction } from '#db';
import type { Thread } from '#delivery';
import { purchaseSubject, type Runner } from '#linking';
import { recordAbout, type LinkSealer } from '#vault';
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
  /** Our records of the receipts that the bank has, or that are on their way to it. */
  readonly receiptIds?: readonly RecordId[];
}

/** A dispute's row. */
export interface Row {
  readonly linkId: LinkId;
  readonly bankId: BankId;
  readonly actionId: ActionId;
  readonly messageId: MessageId;
  readonly customerId: CustomerId;
  readonly recordId: RecordId | null;
  /** Keyed hash of the bank's id of the purchase: see `withRecord`. */
  readonly purchaseIndex: Buffer | null;
  readonly sealed: Buffer;
  /** How often its bank was asked since it last told something. */
  readonly asked: number;
  /** Its message is gone. */
  readonly unsaid: boolean;
}

/** The columns of a row, of the table by this alias. */
export const columnsOf = (
  of: string,
): string => `${of}link_id as "linkId", ${of}bank_id as "bankId", ${of}action_id as "actionId",
  ${of}message_id as "messageId", ${of}customer_id as "customerId", ${of}record_id as "recordId", ${of}sealed,
  ${of}purchase_index as "purchaseIndex", ${of}asked, ${of}unsaid`;

/** What a row keeps. */
export const openRow = (sealer: LinkSealer, { actionId, sealed }: Pick<Row, 'actionId' | 'sealed'>): Kept =>
  sealer.openState<Kept>('disputes.case', actionId, sealed).use((kept) => kept);

/** A dispute that its bank has opened; undefined before. */
export function toldOf(
  {
    linkId,
    bankId,
    actionId,
    messageId,
    customerId,
    recordId,
  }: Pick<Row, 'linkId' | 'actionId' | 'customerId' | 'bankId' | 'messageId' | 'recordId'>,
  { card, disputeId, receiptIds = [] }: Partial<Kept> & Pick<Kept, 'card'>,
): KnownDispute | undefined {
  if (disputeId === undefined) return undefined;
  return {
    linkId,
    bankId,
    actionId,
    messageId,
    customerId,
    disputeId,
    card,
    receiptIds,
    ...(recordId && { recordId }),
  };
}

/** A dispute with our record of its purchase, which may have come after it. */
export async function withRecord(tx: Transaction, row: Row): Promise<Row> {
  const { linkId, actionId, purchaseIndex } = row;
  if (row.recordId !== null || purchaseIndex === null) return row;
  const recordId = await recordAbout(tx, linkId, purchaseIndex);
  if (recordId === undefined) return row;
  await tx.execute(
    sql`update disputes set record_id = ${recordId} where link_id = ${linkId} and action_id = ${actionId}`,
  );
  return { ...row, recordId };
}

/** A dispute is asked for: its message stands in the chat from then on. */
export async function begin(tx: Transaction, parts: DisputeParts, action: BankAction): Promise<void> {
  const { ask, linkId, actionId, customerId, bankId, accountRef = null, messageId, requestedAtMs } = action;
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
  const { id } = ask.purchase;
  const hasIndex = accountRef !== null && id.trim() !== '';
  const purchaseIndex = hasIndex ? purchaseSubject(parts.vault, { bank: bankId, accountRef }, id) : null;
  await tx.execute(sql`insert into disputes
    (link_id, action_id, customer_id, bank_id, account_ref, message_id, record_id, purchase_index, sealed, opened_at, next_at, lease_until)
    values (${linkId}, ${actionId}, ${customerId}, ${bankId}, ${accountRef}, ${messageId}, ${recordId}, ${purchaseIndex},
      ${sealer.sealState('disputes.case', actionId, { card } satisfies Kept)}, ${new Date(requestedAtMs)}, null, 'epoch')`);
  await show(tx, parts, { linkId, actionId, customerId, bankId, messageId, recordId }, { card }, 'message');
}

/** The bank's word on what it was asked, or that it has none. */
export async function follow(tx: Transaction, parts: DisputeParts, action: BankAction): Promise<void> {
  const { linkId, actionId, state, settled } = action;
  await change(tx, parts, linkId, actionId, (kept) => {
    if (settled?.result === 'confirmed' && settled.dispute) return told(kept, settled.dispute);
    if (state === 'confirmed' || state === 'requested') return kept;
    // What a bank refuses to open is closed before it began.
    const became = state === 'refused' ? 'closed' : state;
    return { ...kept, card: { ...kept.card, state: became, updatedAt: new Date(parts.clock.nowMs()).toISOString() } };
  });
}

/** A dispute as its bank tells it; an answer that was overtaken by a newer one changes nothing. */
export function told(kept: Partial<Kept> & Pick<Kept, 'card'>, { disputeId, state, updatedAt }: BankDispute): Kept {
  const { card } = kept;
  if (kept.disputeId !== undefined && Date.parse(updatedAt) < Date.parse(card.updatedAt))
    return { ...kept, disputeId: kept.disputeId };
  const openedAt = card.openedAt ?? updatedAt;
  return { ...kept, disputeId, card: { ...card, caseNumber: disputeId, state, openedAt, updatedAt } };
}

/** Something is added: a receipt counts as there from its button on, until the bank refuses it; the rest once the bank has it. */
export async function addEvidence(tx: Transaction, parts: DisputeParts, action: BankAction): Promise<void> {
  const { ask, linkId, bankId, settled } = action;
  if (ask.kind !== 'evidence') return;
  const { receiptId } = ask;
  if (settled?.result !== 'confirmed' && !receiptId) return;
  const index = disputeIndex(parts, bankId, ask.disputeId);
  const [row] = await tx.query<{ actionId: ActionId }>(sql`
    select action_id as "actionId" from disputes where link_id = ${linkId} and dispute_index = ${index} limit 1`);
  if (!row) return;
  if (settled?.result !== 'confirmed') {
    await change(tx, parts, linkId, row.actionId, ({ receiptIds = [], ...kept }) => {
      const others = receiptIds.filter((one) => one !== receiptId);
      return { ...kept, receiptIds: settled || !receiptId ? others : [...others, receiptId] };
    });
    return;
  }
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

/** How long a bank is left in peace that was asked so often and told nothing new. */
export const pauseMs = (asked: number): number =>
  Math.min(limits.disputePauseMsMax, limits.disputeAskedMs * 2 ** Math.min(asked, 20));

/** Changes what is known of a dispute and says so, in one transaction. */
export async function change(
  tx: Transaction,
  parts: DisputeParts,
  linkId: LinkId,
  actionId: ActionId,
  next: (kept: Kept) => Partial<Kept> & Pick<Kept, 'card'>,
): Promise<void> {
  const sealer = (await parts.vault.linkSealers(tx, [linkId])).get(linkId);
  const [found] = await tx.query<Row>({
    text: `select ${columnsOf('')} from disputes where link_id = $1 and action_id = $2 for update`,
    values: [linkId, actionId],
  });
  if (!sealer || !found) return;
  const row = await withRecord(tx, found);
  const before = openRow(sealer, row);
  const after = next(before);
  const isSame = JSON.stringify(after.card) === JSON.stringify(before.card);
  const { disputeId } = after;
  const index = disputeId === undefined ? null : disputeIndex(parts, row.bankId, disputeId);
  const isOpen = index !== null && !isDecided(after.card);
  // What has just moved may move on; what stands still for days is asked about less and less.
  const asked = isSame ? row.asked : 0;
  const nowMs = parts.clock.nowMs();
  const nextAt = isOpen ? new Date(nowMs + pauseMs(asked)) : null;
  // Something that the bank told while it was being asked wants another look: that is not put off by this answer.
  await tx.execute(sql`update disputes set sealed = ${sealer.sealState('disputes.case', actionId, after)},
    dispute_index = ${index}, asked = ${asked}, unsaid = false, lease_until = 'epoch',
    next_at = case when ${isOpen} and asked = 0 and next_at <= ${new Date(nowMs)} then next_at else ${nextAt} end
    where link_id = ${linkId} and action_id = ${actionId}`);
  if (row.unsaid) await show(tx, parts, row, after, 'message');
  else if (!isSame) await show(tx, parts, row, after, 'edit');
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
    if (row.unsaid) return undefined;
    await show(tx, parts, row, kept, 'quiet-edit');
    return toldOf(row, kept);
  });
  if (dispute) await parts.cases.offer(dispute);
}

async function show(
  tx: Transaction,
  { delivery, clock, faces, cases }: DisputeParts,
  row: Pick<Row, 'linkId' | 'actionId' | 'customerId' | 'bankId' | 'messageId' | 'recordId'>,
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
