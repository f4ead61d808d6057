import {
  TellerlineError,
  type ActionId,
  type BankId,
  type CustomerId,
  type LinkId,
  type MessageId,
  type RecordId,
} from '#base';
import type { CaseCard } from '#contract';
import { sql, type Queryable, type Transaction } from '#db';
import { subjectsOf } from '#vault';
import type { Tell } from './action-store.ts';
import {
  addEvidence,
  begin,
  columnsOf,
  follow,
  openRow,
  showAgain,
  toldOf,
  withRecord,
  type DisputeParts,
  type Row,
} from './dispute-standing.ts';

/** A dispute that a customer may still add to. */
export interface OpenDispute {
  readonly linkId: LinkId;
  readonly bankId: BankId;
  readonly actionId: ActionId;
  readonly messageId: MessageId;
}

/** A dispute, opened for an act on it. */
export interface KnownDispute extends OpenDispute {
  readonly customerId: CustomerId;
  readonly disputeId: string;
  readonly card: CaseCard;
  /** Our record of the purchase, where there is one. */
  readonly recordId?: RecordId;
  /** Our records of the receipts that the bank has, or that are on their way to it. */
  readonly receiptIds: readonly RecordId[];
}

/** Disputes, from the customer's button to the bank's decision. */
export interface Disputes {
  /** Those of a customer that the bank has opened and not decided, the newest first. */
  open(db: Queryable, customerId: CustomerId): Promise<readonly OpenDispute[]>;
  /** The customer's links at whose banks a dispute is in hand: it goes on there when the link is stopped. */
  linksWithOpen(customerId: CustomerId): Promise<ReadonlySet<LinkId>>;
  /** One of them, for adding to it, held until the transaction ends; undefined when it is decided, gone or another customer's. */
  find(tx: Transaction, customerId: CustomerId, linkId: LinkId, actionId: ActionId): Promise<KnownDispute | undefined>;
  /** Those of a link that are kept, newest first, for whoever has entered the use already: staff of the bank, in a case of this customer. */
  ofLink(tx: Transaction, linkId: LinkId): Promise<readonly CaseCard[]>;
  /** Which of these purchases are disputed already: asked for, or open at the bank. */
  disputedAmong(db: Queryable, linkId: LinkId, recordIds: readonly RecordId[]): Promise<ReadonlySet<RecordId>>;
  /** Whether a purchase is not disputed yet, and holds it until the transaction ends: nobody else disputes it meanwhile. */
  mayDispute(tx: Transaction, linkId: LinkId, recordId: RecordId): Promise<boolean>;
  /** A bank has told something that may go with a decision: the open ones of these links are asked about soon. */
  lookAgain(tx: Transaction, linkIds: readonly LinkId[]): Promise<void>;
  /**
   * Passes when a purchase may be disputed, and holds it until the transaction ends: nobody else disputes it meanwhile.
   *
   * @throws TellerlineError `disputed_already`
   */
  requireUndisputed(tx: Transaction, linkId: LinkId, recordId: RecordId): Promise<void>;
  /** Receipts were found for these purchases: the cases that are about one of them say so. Never waits. */
  receiptsFound(purchases: readonly { readonly recordId: RecordId }[]): void;
  /** Says how far the opening of one has come. */
  readonly tell: Tell<Transaction>;
  /** Enters what is added: a receipt from its button on, everything once the bank has it. */
  readonly tellEvidence: Tell<Transaction>;
}

/** Makes them over controls' parts. */
export function createDisputes(parts: DisputeParts): Disputes {
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
    disputedAmong,
    mayDispute,
    lookAgain: async (tx, linkIds) => {
      const now = new Date(parts.clock.nowMs());
      await tx.execute(sql`update disputes set next_at = least(next_at, ${now}), asked = 0
        where link_id = any(${[...linkIds]}::uuid[]) and next_at is not null`);
    },
    requireUndisputed: async (tx, linkId, recordId) => {
      if (await mayDispute(tx, linkId, recordId)) return;
      throw new TellerlineError(
        'disputed_already',
        409,
        'This purchase is disputed already. Its case stands in the chat.',
      );
    },
    receiptsFound: (purchases) => {
      const recordIds = purchases.map(({ recordId }) => recordId);
      if (recordIds.length === 0) return;
      parts.run(`cases|${recordIds.join()}`, async () => {
        for (const row of await ofPurchases(parts.database, recordIds)) await showAgain(parts, row);
      });
    },
    tell: async (tx, action, isNew) => {
      if (isNew) await begin(tx, parts, action);
      // What is told anew may have come further meanwhile.
      if (!isNew || action.state !== 'requested') await follow(tx, parts, action);
    },
    tellEvidence: (tx, action) => addEvidence(tx, parts, action),
  };
}

async function find(
  tx: Transaction,
  { vault }: DisputeParts,
  customerId: CustomerId,
  linkId: LinkId,
  actionId: ActionId,
): Promise<KnownDispute | undefined> {
  const sealer = (await vault.linkSealers(tx, [linkId])).get(linkId);
  const [row] = await tx.query<Row>({
    text: `select ${columnsOf('')} from disputes where link_id = $1 and action_id = $2 and customer_id = $3 and next_at is not null for update`,
    values: [linkId, actionId, customerId],
  });
  return sealer && row ? toldOf(await withRecord(tx, row), openRow(sealer, row)) : undefined;
}

const shownMax = 20;

async function cardsOfLink(tx: Transaction, { vault }: DisputeParts, linkId: LinkId): Promise<readonly CaseCard[]> {
  const sealer = (await vault.linkSealers(tx, [linkId])).get(linkId);
  const rows = await tx.query<Row>({
    text: `select ${columnsOf('')} from disputes where link_id = $1 order by opened_at desc limit ${shownMax}`,
    values: [linkId],
  });
  return sealer ? rows.map((row) => openRow(sealer, row).card) : [];
}

async function mayDispute(tx: Transaction, linkId: LinkId, recordId: RecordId): Promise<boolean> {
  await tx.execute(sql`select pg_advisory_xact_lock(hashtextextended(${`dispute|${recordId}`}, 0))`);
  return (await disputedAmong(tx, linkId, [recordId])).size === 0;
}

/** Records that came after the dispute of their purchase are entered with it. */
async function adopt(db: Queryable, recordIds: readonly RecordId[]): Promise<void> {
  const told = await subjectsOf(db, recordIds);
  if (told.length === 0) return;
  await db.query(sql`update disputes d set record_id = u.record_id
    from unnest(${told.map((one) => one.linkId)}::uuid[], ${told.map((one) => one.subjectIndex)}::bytea[],
      ${told.map((one) => one.recordId)}::uuid[]) as u (link_id, subject_index, record_id)
    where d.link_id = u.link_id and d.purchase_index = u.subject_index and d.record_id is null`);
}

async function disputedAmong(
  db: Queryable,
  linkId: LinkId,
  recordIds: readonly RecordId[],
): Promise<ReadonlySet<RecordId>> {
  await adopt(db, recordIds);
  const rows = await db.query<{ recordId: RecordId }>(sql`
    select d.record_id as "recordId" from disputes d
    left join bank_actions a on a.link_id = d.link_id and a.action_id = d.action_id
    where d.link_id = ${linkId} and d.record_id = any(${[...recordIds]}::uuid[])
      and (d.next_at is not null or a.state in ('requested', 'sent', 'unknown'))`);
  return new Set(rows.map(({ recordId }) => recordId));
}

/** The open disputes of purchases. */
async function ofPurchases(db: Queryable, recordIds: readonly RecordId[]): Promise<Row[]> {
  await adopt(db, recordIds);
  return db.query<Row>({
    text: `select ${columnsOf('')} from disputes where record_id = any($1::uuid[]) and next_at is not null`,
    values: [[...recordIds]],
  });
}
