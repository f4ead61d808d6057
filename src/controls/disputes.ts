import { limits, type ActionId, type BankId, type CustomerId, type LinkId, type MessageId } from '#base';
import { gistOfCase, type BankDispute, type CaseCard, type Evidence } from '#contract';
import { findCustomer } from '#customers';
import { sql, type Queryable, type Transaction } from '#db';
import { createRunner } from '#linking';
import { taskActor, type LinkSealer } from '#vault';
import type { Tell } from './action-store.ts';
import type { BankAction } from './bank-action.ts';
import type { ControlsJobs } from './jobs.ts';
import type { ControlsParts } from './parts.ts';

/** A dispute that a customer may still add to. */
export interface OpenDispute {
  readonly linkId: LinkId;
  readonly bankId: BankId;
  readonly actionId: ActionId;
  readonly messageId: MessageId;
}

/** A dispute, opened for an act on it. */
export interface KnownDispute extends OpenDispute {
  readonly disputeId: string;
  readonly card: CaseCard;
}

/** Disputes, from the customer's button to the bank's decision. */
export interface Disputes {
  /** Those of a customer that the bank has opened and not decided, the newest first. */
  open(db: Queryable, customerId: CustomerId): Promise<readonly OpenDispute[]>;
  /** The customer's links at whose banks a dispute is in hand: it goes on there when the link is stopped. */
  linksWithOpen(customerId: CustomerId): Promise<ReadonlySet<LinkId>>;
  /** One of them, for adding to it; undefined when it is decided, gone or another customer's. */
  find(tx: Transaction, customerId: CustomerId, linkId: LinkId, actionId: ActionId): Promise<KnownDispute | undefined>;
  /** Those of a link that are kept, newest first, for whoever has entered the use already: staff of the bank, in a case of this customer. */
  ofLink(tx: Transaction, linkId: LinkId): Promise<readonly CaseCard[]>;
  /** Says how far the opening of one has come. */
  readonly tell: Tell<Transaction>;
  /** Enters what was added, once the bank has it. */
  readonly tellEvidence: Tell<Transaction>;
}

interface Kept {
  readonly card: CaseCard;
  readonly disputeId?: string;
}

interface Row extends OpenDispute {
  readonly customerId: CustomerId;
  readonly sealed: Buffer;
}

const columnsOf = (
  of: string,
): string => `${of}link_id as "linkId", ${of}bank_id as "bankId", ${of}action_id as "actionId",
  ${of}message_id as "messageId", ${of}customer_id as "customerId", ${of}sealed`;
const columns = columnsOf('');

/** Makes them over controls' parts. */
export function createDisputes(parts: ControlsParts): Disputes {
  return {
    open: (db, customerId) =>
      db.query<OpenDispute>(sql`
        select link_id as "linkId", bank_id as "bankId", action_id as "actionId", message_id as "messageId"
        from disputes where customer_id = ${customerId} and dispute_index is not null and next_at is not null
        order by opened_at desc limit 3`),
    linksWithOpen: async (customerId) => {
      const rows = await parts.database.query<Pick<OpenDispute, 'linkId'>>(sql`
        select distinct link_id as "linkId" from disputes
        where customer_id = ${customerId} and dispute_index is not null and next_at is not null`);
      return new Set(rows.map(({ linkId }) => linkId));
    },
    find: (tx, ...which) => find(tx, parts, ...which),
    ofLink: (tx, linkId) => cardsOfLink(tx, parts, linkId),
    tell: (tx, action, isNew) => (isNew ? begin(tx, parts, action) : follow(tx, parts, action)),
    tellEvidence: (tx, action) => addEvidence(tx, parts, action),
  };
}

async function find(
  tx: Transaction,
  { vault }: ControlsParts,
  customerId: CustomerId,
  linkId: LinkId,
  actionId: ActionId,
): Promise<KnownDispute | undefined> {
  const sealer = (await vault.linkSealers(tx, [linkId])).get(linkId);
  const [row] = await tx.query<Row>({
    text: `select ${columns} from disputes where link_id = $1 and action_id = $2 and customer_id = $3 and next_at is not null`,
    values: [linkId, actionId, customerId],
  });
  if (!sealer || !row) return undefined;
  const { card, disputeId } = openRow(sealer, row);
  if (disputeId === undefined) return undefined;
  const { bankId, messageId } = row;
  return { linkId, bankId, actionId, messageId, disputeId, card };
}

const shownMax = 20;

async function cardsOfLink(tx: Transaction, { vault }: ControlsParts, linkId: LinkId): Promise<readonly CaseCard[]> {
  const sealer = (await vault.linkSealers(tx, [linkId])).get(linkId);
  const rows = await tx.query<Row>({
    text: `select ${columns} from disputes where link_id = $1 order by opened_at desc limit ${shownMax}`,
    values: [linkId],
  });
  return sealer ? rows.map((row) => openRow(sealer, row).card) : [];
}

const openRow = (sealer: LinkSealer, { actionId, sealed }: Pick<Row, 'actionId' | 'sealed'>): Kept =>
  sealer.openState<Kept>('disputes.case', actionId, sealed).use((kept) => kept);

/** A dispute is asked for: its message stands in the chat from then on. */
async function begin(tx: Transaction, parts: ControlsParts, action: BankAction): Promise<void> {
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
  await tx.execute(sql`insert into disputes
    (link_id, action_id, customer_id, bank_id, message_id, sealed, opened_at, next_at, lease_until)
    values (${linkId}, ${actionId}, ${customerId}, ${bankId}, ${messageId},
      ${sealer.sealState('disputes.case', actionId, { card } satisfies Kept)}, ${new Date(requestedAtMs)}, null, 'epoch')`);
  await show(tx, parts, { linkId, customerId, messageId, bankId }, card, 'message');
}

async function follow(tx: Transaction, parts: ControlsParts, action: BankAction): Promise<void> {
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
function told({ card }: Partial<Kept> & Pick<Kept, 'card'>, { disputeId, state, updatedAt }: BankDispute): Kept {
  const openedAt = card.openedAt ?? updatedAt;
  return { disputeId, card: { ...card, caseNumber: disputeId, state, openedAt, updatedAt } };
}

async function addEvidence(tx: Transaction, parts: ControlsParts, action: BankAction): Promise<void> {
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
async function change(
  tx: Transaction,
  parts: ControlsParts,
  linkId: LinkId,
  actionId: ActionId,
  next: (kept: Kept) => Partial<Kept> & Pick<Kept, 'card'>,
): Promise<void> {
  const sealer = (await parts.vault.linkSealers(tx, [linkId])).get(linkId);
  const [row] = await tx.query<Row>({
    text: `select ${columns} from disputes where link_id = $1 and action_id = $2 for update`,
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
  if (!isSame) await show(tx, parts, row, after.card, 'edit');
}

async function show(
  tx: Transaction,
  { delivery, clock, faces }: ControlsParts,
  { linkId, customerId, messageId, bankId }: Pick<Row, 'linkId' | 'customerId' | 'messageId' | 'bankId'>,
  card: CaseCard,
  entry: 'message' | 'edit',
): Promise<void> {
  const customer = await findCustomer(tx, customerId);
  const thread = (await delivery.threadsOf(tx, [customerId])).get(customerId);
  if (!customer || !thread) return;
  const name = faces().find(({ id }) => id === bankId)?.name ?? bankId;
  const text = gistOfCase(card, name, customer.locale);
  const said = { content: { kind: 'card', card, text } as const };
  const body = { from: 'link', linkId, purpose: 'account-management', said } as const;
  const of = { ...thread, messageId, author: 'bank', atMs: clock.nowMs(), body } as const;
  const isWorthSaying = card.state !== 'sent';
  await delivery.write(tx, [
    entry === 'message'
      ? { ...of, entry: 'message' }
      : { ...of, entry: 'edit', ...(isWorthSaying && { worthSaying: true as const }) },
  ]);
}

const atOnceMax = 16;
const roundMs = 2_000;

/** Asks banks now and then how far their disputes have come, until they are decided. */
export function startDisputes(parts: ControlsParts): ControlsJobs {
  const { database, clock, log } = parts;
  const { run, later, stop } = createRunner(log);
  const look = (): void =>
    run('look', async () => {
      const now = new Date(clock.nowMs());
      const due = await database.query<Row>({
        text: `with due as materialized (
            select link_id, action_id from disputes where next_at <= $1 and lease_until <= $1
            order by next_at, action_id limit $2 for update skip locked
          )
          update disputes d set lease_until = $3, next_at = $4 from due
          where d.link_id = due.link_id and d.action_id = due.action_id
          returning ${columnsOf('d.')}`,
        values: [
          now,
          atOnceMax,
          new Date(now.getTime() + limits.bankActionLeaseMs),
          new Date(now.getTime() + limits.disputeAskedMs),
        ],
      });
      for (const one of due) run(`dispute|${one.actionId}`, () => askBank(parts, one));
    });
  const round = (): void => {
    look();
    later(roundMs, round);
  };
  return { start: round, look, stop };
}

async function askBank(parts: ControlsParts, { linkId, customerId, actionId, ...row }: Row): Promise<void> {
  const { vault, linking, banks, database } = parts;
  const actor = taskActor('act', customerId);
  const use = { actor, purpose: 'account-management', linkId, fields: ['dispute'], reason: 'dispute-asked' } as const;
  await vault.gate.enter(use);
  const kept = await database.transaction(async (tx) => {
    const sealer = (await vault.linkSealers(tx, [linkId])).get(linkId);
    return sealer && openRow(sealer, { actionId, ...row });
  });
  const disputeId = kept?.disputeId;
  if (disputeId === undefined) return;
  const now = await linking.atBank(linkId, 'USER', (session) => banks.dispute(session, disputeId));
  await vault.askAhead({ linkIds: [linkId] });
  await database.transaction((tx) => change(tx, parts, linkId, actionId, (before) => told(before, now)));
}
