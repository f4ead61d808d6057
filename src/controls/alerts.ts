import {
  limits,
  TellerlineError,
  type AccountRef,
  type BankId,
  type CustomerId,
  type LinkId,
  type MessageId,
  type RecordId,
} from '#base';
import { purposesInForce } from '#consent';
import type { BankEvent, HoldAnswer, Purpose } from '#contract';
import type { ActTokens } from '#customers';
import { sql, type Queryable, type Transaction } from '#db';
import type { Thread } from '#delivery';
import { purchaseSubject, type RecordPlace } from '#linking';
import { changeAlert, recordAbout, type AlertContent, type LinkSealer, type RecordDraft } from '#vault';
import { draftAlert, type FraudSuspected } from './alert-draft.ts';
import { answered, askedAgain, followed, isOver } from './alert-standing.ts';
import type { BankAction } from './bank-action.ts';
import { isKnownHere, type CardStatus } from './card-status.ts';
import type { ControlsParts } from './parts.ts';
import type { Reach } from './reach.ts';
import type { Requested, Wish } from './request.ts';

/** What alerts take. */
export interface AlertsParts extends Omit<ControlsParts, 'banks'> {
  readonly acts: ActTokens;
  readonly reach: Pick<Reach, 'fails'>;
}

/** An alert that nobody has answered. */
export interface OpenAlert {
  readonly linkId: LinkId;
  readonly bankId: BankId;
  /** In hex. */
  readonly caseIndex: string;
  readonly messageId: MessageId;
}

/** Purchases that banks hold and ask about. */
export interface Alerts {
  /** A bank's word as a record, with its buttons; its link's key is held. */
  draft(
    tx: Transaction,
    to: { readonly place: RecordPlace; readonly thread: Thread; readonly purposes: ReadonlySet<Purpose> },
    sealer: LinkSealer,
    event: FraudSuspected,
  ): Promise<RecordDraft>;
  /** Keeps watch over alerts that were stored just now: each is looked at when its time is over. */
  watch(tx: Transaction, customerId: CustomerId, stored: readonly WatchedAlert[]): Promise<void>;
  /** A bank has said how a card of a link stands: its open alerts may have been answered there. */
  lookAgain(tx: Transaction, linkIds: readonly LinkId[]): Promise<void>;
  /** Whether a bank's word of how a card stands tells nothing new; its link's key is held. See `isKnownHere`. */
  isKnownHere(tx: Transaction, sealer: LinkSealer, event: CardStatus): Promise<boolean>;
  /** Those that a customer has not answered, the newest first. */
  open(db: Queryable, customerId: CustomerId): Promise<readonly OpenAlert[]>;
  /** Says in an open alert that it was answered by words, which count once a button confirms them. */
  askedAgain(customerId: CustomerId, alert: OpenAlert): Promise<void>;
  /**
   * Takes an answer, in the transaction of its button; the first one counts. What an answer of "mine" takes besides
   * was proven before.
   *
   * @throws TellerlineError `alert_answered`, `link_ended`, `purpose_not_consented`
   */
  answer(tx: Transaction, customerId: CustomerId, linkId: LinkId, alert: AnsweredAlert): Promise<void>;
  /** Says in an alert's message what came of something that the bank was asked because of it. */
  follow(tx: Transaction, action: BankAction): Promise<void>;
}

/** An alert that was stored. */
export interface WatchedAlert {
  readonly linkId: LinkId;
  readonly accountRef: AccountRef;
  readonly content: AlertContent;
  readonly caseIndex: Buffer;
}

/** An answer, and the alert that it is to. */
export interface AnsweredAlert {
  readonly caseIndex: string;
  readonly answer: HoldAnswer;
}

/** What an alert's row says. */
export interface AlertRow {
  readonly customerId: CustomerId;
  readonly linkId: LinkId;
  readonly caseIndex: Buffer;
  readonly bankId: BankId;
  readonly messageId: MessageId;
  readonly state: 'open' | 'answered' | 'settled';
}

/** What an answer is carried out by. */
export interface AnsweringParts extends AlertsParts {
  /** Asks a bank for something in the transaction. */
  readonly request: (tx: Transaction, wish: Wish) => Promise<Requested>;
  /** Whether a purchase is not disputed yet; it is held until the transaction ends. */
  readonly mayDispute: (tx: Transaction, linkId: LinkId, recordId: RecordId) => Promise<boolean>;
}

/** Makes them. `look`: has what is due looked at. */
export function createAlerts(parts: AnsweringParts, look: () => void): Alerts {
  return {
    draft: (tx, ...what) => draftAlert(tx, parts, ...what),
    watch: async (tx, customerId, stored) => {
      for (const one of stored) await enter(tx, customerId, one, parts.clock.nowMs());
      tx.afterCommit(look);
    },
    lookAgain: async (tx, linkIds) => {
      const now = new Date(parts.clock.nowMs());
      await tx.execute(sql`update alerts set next_at = least(next_at, ${now}), woken = woken + 1
        where link_id = any(${[...linkIds]}::uuid[]) and state = 'open'`);
      tx.afterCommit(look);
    },
    isKnownHere,
    open: (db, customerId) =>
      db.query<OpenAlert>(sql`select link_id as "linkId", bank_id as "bankId", encode(case_index, 'hex') as "caseIndex",
          message_id as "messageId"
        from alerts where customer_id = ${customerId} and state = 'open' order by answer_by desc, case_index limit 5`),
    askedAgain: async (customerId, { linkId, caseIndex: index }) => {
      const caseIndex = Buffer.from(index, 'hex');
      await parts.vault.askAhead({ linkIds: [linkId] });
      await parts.database.transaction(async (tx) => {
        // Links' keys are locked before anything of theirs.
        await parts.vault.linkSealers(tx, [linkId]);
        const open = await tx.query(sql`select from alerts
          where link_id = ${linkId} and case_index = ${caseIndex} and customer_id = ${customerId} and state = 'open' for update`);
        if (open.length > 0) await moveAlert(tx, parts, { linkId, caseIndex, customerId }, askedAgain);
      });
    },
    answer: async (tx, ...what) => {
      await answer(tx, parts, ...what);
      tx.afterCommit(look);
    },
    follow: (tx, action) => follow(tx, parts, action),
  };
}

async function enter(
  tx: Transaction,
  customerId: CustomerId,
  { linkId, accountRef, content, caseIndex }: WatchedAlert,
  nowMs: number,
): Promise<void> {
  const { bank, messageId, card } = content;
  const answerBy = new Date(card.answerBy ?? 0);
  const lookMs = card.degraded ? limits.alertDegradedLookMs : limits.alertAskedMs;
  const nextAt = new Date(Math.min(answerBy.getTime(), nowMs + lookMs));
  await tx.execute(sql`
    insert into alerts (link_id, case_index, customer_id, bank_id, account_ref, message_id, answer_by, next_at, lease_until)
    values (${linkId}, ${caseIndex}, ${customerId}, ${bank}, ${accountRef}, ${messageId}, ${answerBy}, ${nextAt}, 'epoch')
    on conflict (link_id, case_index) do update set answer_by = excluded.answer_by,
      next_at = case when alerts.state = 'open' then excluded.next_at else alerts.next_at end`);
}

/** The refusal of a second answer. */
const answeredBefore = (): TellerlineError =>
  new TellerlineError('alert_answered', 409, 'This was answered before. Its message says how it stands.');

async function answer(
  tx: Transaction,
  parts: AnsweringParts,
  customerId: CustomerId,
  linkId: LinkId,
  { caseIndex, answer: given }: AnsweredAlert,
): Promise<void> {
  const { vault, clock, request, mayDispute } = parts;
  const nowMs = clock.nowMs();
  const at = new Date(nowMs).toISOString();
  const sealer = (await vault.linkSealers(tx, [linkId])).get(linkId);
  if (!sealer) throw new TellerlineError('link_ended', 410, 'This link was stopped. Nothing was asked of the bank.');
  const index = Buffer.from(caseIndex, 'hex');
  const [row] = await tx.query<Pick<AlertRow, 'state'>>(sql`select state from alerts
    where link_id = ${linkId} and case_index = ${index} and customer_id = ${customerId} for update`);
  if (row?.state !== 'open') throw answeredBefore();
  const purposes = (await purposesInForce(tx, [linkId], nowMs)).get(linkId);
  const freezes = given === 'not-mine' && purposes?.has('account-management') === true;
  const changed = await changeAlert(tx, sealer, index, (content) => answered(content, given, freezes, at));
  if (!changed) throw answeredBefore();
  const { content } = changed;
  const { accountRef } = changed;
  const of = { customerId, linkId, bankId: sealer.bankId, accountRef };
  const { actionId } = await request(tx, { ...of, ask: { kind: 'hold', caseId: content.caseId, answer: given } });
  const place = { bank: content.bank, accountRef };
  const told = purchaseSubject(vault, place, content.card.transaction.id);
  const recordId = freezes ? await recordAbout(tx, linkId, told) : undefined;
  // A purchase that the customer disputed by words before is not disputed twice.
  const disputes = freezes && (recordId === undefined || (await mayDispute(tx, linkId, recordId)));
  const dispute = disputes ? await request(tx, { ...of, ask: disputeOf(content, recordId) }) : undefined;
  await tx.execute(sql`update alerts set state = 'answered', answer_action = ${actionId},
    dispute_action = ${dispute?.actionId ?? null}, attempts = 0,
    next_at = ${new Date(freezes ? nowMs : nowMs + limits.alertDegradedMs)}
    where link_id = ${linkId} and case_index = ${index}`);
  await showAlert(tx, parts, sealer, customerId, changed.recordId, content);
}

/** With what is known filled in: which purchase, and that it was not the customer's. */
const disputeOf = ({ accountId, account, card }: AlertContent, recordId: RecordId | undefined): Wish['ask'] => ({
  kind: 'dispute',
  accountId,
  account,
  purchase: card.transaction,
  reason: 'not-mine',
  ...(recordId && { recordId }),
});

async function follow(tx: Transaction, parts: AlertsParts, action: BankAction): Promise<void> {
  const { linkId, actionId } = action;
  const [row] = await tx.query<Pick<AlertRow, 'caseIndex' | 'customerId'>>(sql`
    select case_index as "caseIndex", customer_id as "customerId" from alerts
    where link_id = ${linkId} and ${actionId} in (answer_action, freeze_action, dispute_action) for update`);
  if (!row) return;
  const at = new Date(parts.clock.nowMs()).toISOString();
  await moveAlert(tx, parts, { ...row, linkId }, (content) => followed(content, action, at));
}

/** Changes what is known of an alert and says so, in one transaction. Answers it as it stands then; undefined when it is gone. */
export async function moveAlert(
  tx: Transaction,
  parts: Pick<AlertsParts, 'vault' | 'delivery' | 'clock'>,
  { linkId, caseIndex, customerId }: Pick<AlertRow, 'linkId' | 'caseIndex' | 'customerId'>,
  change: (content: AlertContent) => AlertContent,
): Promise<AlertContent | undefined> {
  const sealer = (await parts.vault.linkSealers(tx, [linkId])).get(linkId);
  const changed = sealer && (await changeAlert(tx, sealer, caseIndex, change));
  if (!changed) return undefined;
  const { content, recordId, isChanged } = changed;
  if (isOver(content))
    await tx.execute(sql`update alerts set state = 'settled', next_at = null
      where link_id = ${linkId} and case_index = ${caseIndex}`);
  if (isChanged) await showAlert(tx, parts, sealer, customerId, recordId, content);
  return content;
}

/** Says how an alert stands: its one message changes. */
async function showAlert(
  tx: Transaction,
  { delivery, clock }: Pick<AlertsParts, 'delivery' | 'clock'>,
  { linkId }: LinkSealer,
  customerId: CustomerId,
  recordId: RecordId,
  content: AlertContent,
): Promise<void> {
  const thread = (await delivery.threadsOf(tx, [customerId])).get(customerId);
  if (!thread) return;
  const body = { from: 'record', linkId, purpose: 'fraud-alerts', recordId, shown: content } as const;
  // That a bank which is only asked is well again is seen by whoever looks.
  const { state, degraded } = content.card;
  const isWorthSaying = state !== 'sending' && state !== 'asked-again' && (state !== 'open' || degraded === true);
  await delivery.write(tx, [
    {
      ...thread,
      entry: 'edit',
      messageId: content.messageId,
      author: 'bank',
      atMs: clock.nowMs(),
      body,
      ...(isWorthSaying && { worthSaying: true as const }),
    },
  ]);
}

/** Whether an event is the bank's word that it holds a purchase. */
export const isFraudSuspected = (event: BankEvent): event is FraudSuspected => event.type === 'fraud.suspected';
