import { setTimeout as sleep } from 'node:timers/promises';
import { isTellerlineError, newId, type ConsentId, type CustomerId, type LinkId, type MessageId } from '#base';
import { endConsents, type Consent } from '#consent';
import { gistOfConsent, type ConsentCard } from '#contract';
import { findCustomers } from '#customers';
import { sql, type Queryable, type Transaction } from '#db';
import type { Change, Thread } from '#delivery';
import type { LedgerDraft } from '#vault';
import { forgetFetches } from './fetches.ts';
import { copyAddress, receiptAddress, type Link } from './links.ts';
import { faceOf, type LinkingParts } from './parts.ts';
import { grantOf, keepForRevocations } from './stop.ts';
import { enterReceipt } from './withdrawal-receipt.ts';
import { closeBank, openWithdrawals, type Withdrawal } from './withdrawal.ts';

/** Links of one batch: some hundred milliseconds, in which their conversations wait. */
const batchMax = 500;
/** Two at once keep the database at work while the other seals. */
const batchesAtOnce = 2;
/** Another process holds what is left. */
const waitMs = 200;

/**
 * Carries every open withdrawal on to its end, batch by batch. What is done is committed with each batch,
 * so that a process that ends is taken up by the next one; several at once share the links between them.
 */
export async function carryOutWithdrawals(parts: LinkingParts, isStopping: () => boolean): Promise<void> {
  for (const withdrawal of await openWithdrawals(parts.database)) {
    if (isStopping()) return;
    await carryOut(parts, withdrawal, isStopping);
  }
}

async function carryOut(parts: LinkingParts, withdrawal: Withdrawal, isStopping: () => boolean): Promise<void> {
  await closeBank(parts, withdrawal);
  const goOn = async (step: (tx: Transaction) => Promise<number>, left: () => Promise<boolean>): Promise<void> => {
    const run = async (): Promise<void> => {
      while (!isStopping()) {
        const done = await parts.database.transaction(step);
        if (done > 0) continue;
        if (!(await left())) return;
        await sleep(waitMs);
      }
    };
    await Promise.all(Array.from({ length: batchesAtOnce }, run));
  };
  const { bankId } = withdrawal;
  if (withdrawal.step !== 'keys-gone') {
    // A bank that withdraws itself is not told of each grant.
    if (withdrawal.by === 'operator')
      await goOn(
        (tx) => takeKeys(tx, parts, withdrawal),
        () => linksLeft(parts.database, bankId, 'keys'),
      );
    if (isStopping()) return;
    await endKeys(parts, withdrawal);
  }
  await destroyRoot(parts, withdrawal);
  await goOn(
    (tx) => endLinks(tx, parts, withdrawal),
    () => linksLeft(parts.database, bankId, 'rows'),
  );
  if (isStopping()) return;
  await destroyRoot(parts, withdrawal);
  await parts.database.transaction((tx) => enterReceipt(tx, parts, withdrawal.withdrawalId));
}

async function linksLeft(db: Queryable, bankId: string, of: 'keys' | 'rows'): Promise<boolean> {
  const rows = await db.query(sql`select from links where bank_id = ${bankId} and state = 'stopping'
    and (${of} = 'rows' or sealed_tokens is not null) limit 1`);
  return rows.length > 0;
}

/** Takes out what the calls need that end the grants, and destroys the keys of these links. */
async function takeKeys(tx: Transaction, parts: LinkingParts, { bankId, withdrawalId }: Withdrawal): Promise<number> {
  const links = await tx.query<Link>(sql`
    select link_id as "linkId", customer_id as "customerId", sealed_tokens as "sealedTokens", sealed_grant as "sealedGrant"
    from links where bank_id = ${bankId} and state = 'stopping' and sealed_tokens is not null
    order by link_id limit ${batchMax} for update skip locked`);
  if (links.length === 0) return 0;
  const withMessages = links.map((link) => ({ ...link, messageId: newId<MessageId>() }));
  await keepForRevocations(tx, parts, bankId, withMessages);
  const linkIds = links.map((link) => link.linkId);
  const keys = await parts.vault.withdrawing.destroy(tx, linkIds);
  await tx.execute(
    sql`update links set sealed_tokens = null, sealed_grant = null where link_id = any(${linkIds}::uuid[])`,
  );
  await tx.execute(sql`update withdrawals set keys = keys + ${keys} where withdrawal_id = ${withdrawalId}`);
  return links.length;
}

/** Destroys what keys are left, of links that had no tokens. */
async function endKeys({ database, vault, clock }: LinkingParts, { withdrawalId, bankId }: Withdrawal): Promise<void> {
  await database.transaction(async (tx) => {
    const keys = await vault.withdrawing.destroyAll(tx, bankId);
    await tx.execute(sql`update withdrawals set keys = keys + ${keys}, step = 'keys-gone', keys_gone_at = ${new Date(clock.nowMs())}
      where withdrawal_id = ${withdrawalId} and step = 'closed'`);
  });
}

/**
 * Puts a new root in the place of the bank's: of what stood under the old one only the calls that end its
 * grants are carried over, and every backup is dead. One that cannot be had now, as the bank's key service
 * does not answer, is due at the next rotation, and the receipt says so by its window.
 */
async function destroyRoot(parts: LinkingParts, { withdrawalId, bankId }: Withdrawal): Promise<void> {
  const { database, vault, clock, log } = parts;
  const rows = await database.query(
    sql`select from withdrawals where withdrawal_id = ${withdrawalId} and root_gone_at is null`,
  );
  if (rows.length === 0) return;
  try {
    await vault.rotation.rotate(bankId);
  } catch (error) {
    // A bank that nobody ever linked has no root.
    if (!isTellerlineError(error, 'no_such_root')) {
      if (!isTellerlineError(error)) throw error;
      log.warn({ err: error, bank: bankId }, 'the root of a bank that has withdrawn is not destroyed yet');
      return;
    }
  }
  await database.execute(sql`update withdrawals set root_gone_at = ${new Date(clock.nowMs())}
    where withdrawal_id = ${withdrawalId} and root_gone_at is null`);
}

/** Ends one batch of links: consents, records, accounts, messages; enters it, and says why in each chat. */
async function endLinks(tx: Transaction, parts: LinkingParts, withdrawal: Withdrawal): Promise<number> {
  const { vault, delivery, clock } = parts;
  const { bankId, by, withdrawalId } = withdrawal;
  const now = new Date(clock.nowMs());
  const links = await tx.query<EndedLink>(sql`
    select link_id as "linkId", customer_id as "customerId" from links where bank_id = ${bankId} and state = 'stopping'
    order by link_id limit ${batchMax} for update skip locked`);
  if (links.length === 0) return 0;
  const linkIds = links.map((link) => link.linkId);
  const consents = await endConsents(tx, linkIds, by, now.getTime());
  const records = await vault.withdrawing.eraseRecords(tx, linkIds);
  const accounts = await eraseAccounts(tx, parts, linkIds, by);
  await tx.execute(sql`update links set state = 'stopped', sealed_tokens = null, sealed_grant = null, ended_at = ${now}
    where link_id = any(${linkIds}::uuid[])`);
  const threads = await delivery.threadsOf(
    tx,
    links.map((link) => link.customerId),
  );
  const withThreads = links.flatMap(({ linkId, customerId }) => {
    const thread = threads.get(customerId);
    return thread ? [{ linkId, thread }] : [];
  });
  const told = await revocationsOf(tx, linkIds);
  const derived = await delivery.messagesOfLinks(tx, withThreads);
  const messages = Map.groupBy(derived, (one) => one.linkId);
  const ended = links.map((link) => ({
    ...link,
    thread: threads.get(link.customerId),
    consent: consents.get(link.linkId),
    records: records.get(link.linkId) ?? 0,
    accounts: accounts.get(link.linkId) ?? 0,
    messages: messages.get(link.linkId)?.length ?? 0,
    told: told.get(link.linkId),
  }));
  const removals = derived.map(({ thread, messageId }): Change => {
    return { ...thread, entry: 'removal', messageId, atMs: now.getTime() };
  });
  const receipts = await enterEnds(tx, parts, withdrawal, ended);
  await delivery.write(tx, [...removals, ...(await sayings(tx, parts, withdrawal, ended, receipts))]);
  const sum = (of: (link: (typeof ended)[number]) => number): number => ended.reduce((all, one) => all + of(one), 0);
  // Last, for it is the one row that all batches change.
  await tx.execute(sql`update withdrawals set ended = ended + ${links.length},
    records = records + ${sum((one) => one.records)}, messages = messages + ${sum((one) => one.messages)}
    where withdrawal_id = ${withdrawalId}`);
  return links.length;
}

interface EndedLink {
  readonly linkId: LinkId;
  readonly customerId: CustomerId;
}

/** What became of one link of a batch. */
interface Ended extends EndedLink {
  readonly thread: Thread | undefined;
  readonly consent: Consent | undefined;
  readonly records: number;
  readonly accounts: number;
  readonly messages: number;
  /** How its bank is told; undefined when that is not. */
  readonly told: Told | undefined;
}

async function eraseAccounts(
  tx: Transaction,
  { dependents }: LinkingParts,
  linkIds: readonly LinkId[],
  by: Withdrawal['by'],
): Promise<Map<LinkId, number>> {
  await tx.execute(sql`delete from lookbacks where link_id = any(${[...linkIds]}::uuid[])`);
  await forgetFetches(tx, linkIds);
  for (const one of dependents) await one.forget(tx, linkIds, by);
  const rows = await tx.query<{ linkId: LinkId; accounts: bigint }>(sql`
    with gone as (delete from accounts where link_id = any(${[...linkIds]}::uuid[]) returning link_id)
    select link_id as "linkId", count(*) as accounts from gone group by link_id`);
  return new Map(rows.map((row) => [row.linkId, Number(row.accounts)]));
}

/** Enters what became of each link; answers the receipts' ids by link. */
async function enterEnds(
  tx: Transaction,
  { vault }: LinkingParts,
  withdrawal: Withdrawal,
  ended: readonly Ended[],
): Promise<Map<LinkId, string>> {
  const drafts = ended.flatMap((link) => draftsOf(withdrawal, link).map((draft) => ({ draft, linkId: link.linkId })));
  const entered = await vault.ledger.enter(
    tx,
    drafts.map(({ draft }) => draft),
  );
  return new Map(
    drafts.flatMap(({ linkId }, n): [LinkId, string][] => {
      const receipt = entered[n]?.receipt;
      return receipt === undefined ? [] : [[linkId, receipt]];
    }),
  );
}

function draftsOf({ bankId, by }: Withdrawal, link: Ended): LedgerDraft[] {
  const { linkId, customerId, consent, accounts, records, messages, told } = link;
  const of = { customerId, linkId, bankId, by };
  const revoked: LedgerDraft[] = consent
    ? [{ ...of, type: 'consent', change: 'revoked', accounts, ...grantOf(consent) }]
    : [];
  const untold: LedgerDraft[] = told?.untold ? [{ ...of, type: 'untold' }] : [];
  return [...revoked, ...untold, { ...of, type: 'deletion', what: 'bank', keys: 1, records, messages }];
}

/** The message in each chat that says why. Its id is the one by which the bank's confirmation finds it. */
async function sayings(
  tx: Transaction,
  parts: LinkingParts,
  { bankId, by }: Withdrawal,
  ended: readonly Ended[],
  receipts: ReadonlyMap<LinkId, string>,
): Promise<Change[]> {
  const customers = await findCustomers(
    tx,
    ended.map((link) => link.customerId),
  );
  const byId = new Map(customers.map((customer) => [customer.customerId, customer]));
  const face = faceOf(parts, bankId);
  const atMs = parts.clock.nowMs();
  return ended.flatMap(({ linkId, customerId, thread, consent, records, told }): Change[] => {
    const customer = byId.get(customerId);
    if (!customer || !thread) return [];
    const bankConfirmed = by === 'bank' || told?.confirmed === true;
    const card = withdrawnCard(bankId, atMs, {
      by,
      recordsErased: records,
      bankConfirmed,
      ...(told?.untold && { bankUntold: true }),
      consentId: consent?.consentId,
      receipt: receipts.get(linkId),
    });
    const text = gistOfConsent(card, face.name, customer.locale, customer.timeZone);
    const messageId = told?.messageId ?? newId<MessageId>();
    tx.afterCommit(() => parts.delivery.outlets.send(thread.conversationId, { frame: 'changed' }));
    const body = { from: 'customer', said: { content: { kind: 'card', card, text } } } as const;
    return [{ ...thread, entry: 'message', messageId, author: 'tellerline', atMs, body }];
  });
}

function withdrawnCard(
  bank: string,
  atMs: number,
  ending: {
    readonly by: Withdrawal['by'];
    readonly recordsErased: number;
    readonly bankConfirmed: boolean;
    readonly bankUntold?: boolean;
    readonly consentId: ConsentId | undefined;
    readonly receipt: string | undefined;
  },
): ConsentCard {
  const { consentId, receipt, ...ended } = ending;
  return {
    card: 'consent',
    bank,
    state: 'revoked',
    purposes: [],
    accounts: [],
    ...(consentId && { copy: copyAddress(consentId) }),
    ended: {
      at: new Date(atMs).toISOString(),
      ...ended,
      withdrawn: true,
      ...(receipt !== undefined && { receipt: receiptAddress(receipt) }),
    },
  };
}

interface Told {
  readonly messageId: MessageId | null;
  readonly confirmed: boolean;
  /** Its bank's key service kept from being opened what tells the bank. */
  readonly untold: boolean;
}

async function revocationsOf(tx: Transaction, linkIds: readonly LinkId[]): Promise<Map<LinkId, Told>> {
  const rows = await tx.query<Told & { linkId: LinkId }>(sql`
    select link_id as "linkId", message_id as "messageId", confirmed_at is not null as confirmed,
      given_up_at is not null and attempts = 0 as untold
    from revocations where link_id = any(${[...linkIds]}::uuid[]) and message_id is not null`);
  return new Map(rows.map((row) => [row.linkId, row]));
}
