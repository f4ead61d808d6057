import type { AccountRef, LinkId } from '#base';
import { isTellerlineError, limits } from '#base';
import { consentsOf, requireConsent } from '#consent';
import { labelOf, type ConsentCard } from '#contract';
import { sql, type Queryable, type Transaction } from '#db';
import type { RecordDraft } from '#vault';
import type { BankSession, BankTransaction } from './bank-api.ts';
import { withBank } from './bank-session.ts';
import { accountsOf, copyAddress, lockLink, type AccountDetail } from './links.ts';
import type { LinkingParts } from './parts.ts';
import { sayConsent, whoIsTold } from './say.ts';
import { transactionDraft } from './transaction-record.ts';

/** The span of history that is read, as local dates of the customer's zone, both included. */
export interface Window {
  readonly from: string;
  readonly to: string;
}

/** The longest look-back that a consent allows, ending today. */
export function lookbackWindow(nowMs: number, timeZone: string): Window {
  const today = Temporal.Instant.fromEpochMilliseconds(nowMs).toZonedDateTimeISO(timeZone).toPlainDate();
  return { from: today.subtract({ days: limits.lookbackDaysMax }).toString(), to: today.add({ days: 1 }).toString() };
}

/**
 * Enters the reading of each account's history; `readLookback` does it. A window that was read is not read
 * again; one that was being read begins anew, for a bank's cursor belongs to the grant that it was given under.
 */
export async function startLookback(
  tx: Transaction,
  linkId: LinkId,
  accountRefs: readonly AccountRef[],
  window: Window,
): Promise<void> {
  await tx.execute(sql`
    insert into lookbacks (link_id, account_ref, from_date, to_date, state)
    select ${linkId}, account_ref, ${window.from}::date, ${window.to}::date, 'reading'
    from unnest(${[...accountRefs]}::uuid[]) as a (account_ref)
    on conflict (link_id, account_ref) do update set
      from_date = case when lookbacks.state = 'done' then lookbacks.to_date - 7 else lookbacks.from_date end,
      to_date = excluded.to_date, state = 'reading', sealed_cursor = null, pages = lookbacks.pages + 1`);
}

/** Links whose history is not read to its end yet. */
export async function unfinishedLookbacks(db: Queryable): Promise<LinkId[]> {
  const rows = await db.query<{ linkId: LinkId }>(
    sql`select distinct link_id as "linkId" from lookbacks where state = 'reading'`,
  );
  return rows.map((row) => row.linkId);
}

interface Reading {
  readonly accountRef: AccountRef;
  readonly from: string;
  readonly to: string;
  readonly pages: number;
  readonly sealedCursor: Buffer | null;
}

/**
 * Reads a link's history to its end: page by page, each page and the place to go on in one transaction,
 * so that a restart in the middle repeats nothing and skips nothing. At the end the card in the chat
 * says so.
 *
 * @throws TellerlineError those of BankApi; call again to go on
 */
export async function readLookback(parts: LinkingParts, linkId: LinkId, isStopping: () => boolean): Promise<void> {
  await withBank(parts, linkId, 'BATCH', async (session) => {
    while (!isStopping()) {
      const next = await nextReading(parts, linkId);
      if (!next) return sayRead(parts, linkId);
      if (!(await readPage(parts, session, linkId, next.reading, next.account, next.cursor))) return;
    }
  });
}

async function nextReading(
  parts: LinkingParts,
  linkId: LinkId,
): Promise<{ reading: Reading; account: AccountDetail; cursor: string | undefined } | undefined> {
  return parts.database.transaction(async (tx) => {
    const sealer = (await parts.vault.linkSealers(tx, [linkId])).get(linkId);
    if (!sealer) return undefined;
    const [reading] = await tx.query<Reading>(sql`
      select account_ref as "accountRef", from_date::text as from, to_date::text as to, pages, sealed_cursor as "sealedCursor"
      from lookbacks where link_id = ${linkId} and state = 'reading' order by account_ref limit 1`);
    if (!reading) return undefined;
    await requireConsent(tx, linkId, 'transactions', parts.clock.nowMs());
    const account = (await accountsOf(tx, sealer)).find((one) => one.accountRef === reading.accountRef);
    if (!account) return undefined;
    const cursor = reading.sealedCursor
      ? sealer.openState<string>('lookbacks.cursor', reading.accountRef, reading.sealedCursor).use((value) => value)
      : undefined;
    return { reading, account, cursor };
  });
}

/** Reads and stores one page; false when somebody else has gone on meanwhile, or the link is gone. */
async function readPage(
  parts: LinkingParts,
  session: BankSession,
  linkId: LinkId,
  reading: Reading,
  account: AccountDetail,
  cursor: string | undefined,
): Promise<boolean> {
  const { accountRef, from, to, pages } = reading;
  const page = await parts.banks.transactions(session, {
    accountId: account.accountId,
    from,
    to,
    ...(cursor !== undefined && { next: cursor }),
  });
  return parts.database.transaction(async (tx) => {
    const sealers = await parts.vault.linkSealers(tx, [linkId]);
    const sealer = sealers.get(linkId);
    if (!sealer) return false;
    await requireConsent(tx, linkId, 'transactions', parts.clock.nowMs());
    const next = page.next === undefined ? null : sealer.sealState('lookbacks.cursor', accountRef, page.next);
    const moved = await tx.execute(sql`
      update lookbacks set sealed_cursor = ${next}, pages = pages + 1, state = ${next ? 'reading' : 'done'},
        transactions = transactions + ${page.transactions.length},
        complete_from = case when ${next === null} then least(complete_from, from_date) else complete_from end
      where link_id = ${linkId} and account_ref = ${accountRef} and pages = ${pages} and state = 'reading'`);
    if (moved === 0) return false;
    const drafts = page.transactions.map((one) => draftOf(parts, session, linkId, accountRef, account, one));
    await parts.vault.storeRecords(tx, sealers, drafts, 'history');
    return true;
  });
}

function draftOf(
  parts: LinkingParts,
  session: BankSession,
  linkId: LinkId,
  accountRef: AccountRef,
  account: AccountDetail,
  transaction: BankTransaction,
): RecordDraft {
  const { occurredAt, ...rest } = transaction;
  return transactionDraft(parts.vault, { bank: session.bank, linkId, accountRef, account: labelOf(account) }, rest, {
    occurredAt,
  });
}

/** Says in the link's card that the history is read. */
async function sayRead(parts: LinkingParts, linkId: LinkId): Promise<void> {
  await parts.database.transaction(async (tx) => {
    const link = await lockLink(tx, linkId);
    const sealers = await parts.vault.linkSealers(tx, [linkId]);
    const sealer = sealers.get(linkId);
    const told = link && (await whoIsTold(tx, parts, link.customerId, link.bankId));
    const consent =
      link && (await consentsOf(tx, link.customerId, parts.clock.nowMs())).find((one) => one.linkId === linkId);
    if (!link || !sealer || !told || !consent) return;
    const [read] = await tx.query<{ transactions: bigint }>(sql`
      select sum(transactions) as transactions from lookbacks where link_id = ${linkId} having count(*) > 0`);
    // Of a link that shares no purchases, and of a shop, there is no history to have been read.
    if (!read) return;
    const card: ConsentCard = {
      card: 'consent',
      bank: link.bankId,
      state: 'granted',
      purposes: [...consent.purposes],
      accounts: (await accountsOf(tx, sealer)).map(labelOf),
      grantedAt: consent.grantedAt.toISOString(),
      expiresAt: consent.expiresAt.toISOString(),
      copy: copyAddress(consent.consentId),
      reading: { done: true, transactions: Number(read.transactions) },
    };
    await sayConsent(tx, parts, told, { entry: 'edit', messageId: link.cardMessageId, card, linkId }, sealers);
  });
}

/** Whether a failed reading is worth another try, and after how long. */
export function retryAfterMs(error: unknown, attempt: number): number | undefined {
  const over = ['bank_consent_lost', 'link_ended', 'purpose_not_consented'];
  if (over.some((code) => isTellerlineError(error, code))) return undefined;
  if (isTellerlineError(error, 'bank_rate_limited')) return Number(error.detail['retryAfterSeconds'] ?? 30) * 1000;
  return Math.min(60_000, 500 * 2 ** attempt);
}
