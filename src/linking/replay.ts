import type { AccountRef, BankId, CustomerId, LinkId } from '#base';
import { consentsStillInForce, lockConsent } from '#consent';
import type { ChatField, Purpose } from '#contract';
import { findCustomers } from '#customers';
import { sql } from '#db';
import { narrowLink } from './narrow.ts';
import type { LinkingParts } from './parts.ts';
import { noRevocationMemory, type Ending } from './revocation-file.ts';
import { deleteCustomer, stopLink } from './stop.ts';
import { carryOutWithdrawals } from './withdrawal-batches.ts';
import { replayWithdrawal, returnBank } from './withdrawal.ts';

/** What a replay ended that the database still held. */
export interface Replayed {
  readonly links: number;
  readonly narrowed: number;
  readonly accounts: number;
  readonly banks: number;
}

type Of<What extends Ending['what']> = Extract<Ending, { what: What }>;

/**
 * Ends again whatever was taken back and is still in the database: after an older copy of that was put in
 * its place. Runs at every start, before anything is read; when nothing is to be done it costs a query of
 * each kind.
 */
export async function replayEndings(given: LinkingParts): Promise<Replayed> {
  const endings = given.revocations.read();
  const parts = { ...given, revocations: noRevocationMemory };
  const of = <What extends Ending['what']>(what: What): Of<What>[] =>
    endings.filter((one): one is Of<What> => one.what === what);
  const accounts = await endAccounts(parts, of('account'));
  const banks = await endBanks(parts, of('bank'), of('returned'));
  const links = await endLinks(parts, of('link'));
  const narrowed = await narrowAgain(parts, of('narrowed'));
  return { links, narrowed, accounts, banks };
}

async function endAccounts(parts: LinkingParts, ended: readonly Of<'account'>[]): Promise<number> {
  const rows = await findCustomers(
    parts.database,
    ended.map((one) => one.customer as CustomerId),
  );
  for (const { customerId } of rows) await parts.database.transaction((tx) => deleteCustomer(tx, parts, customerId));
  return rows.length;
}

async function endBanks(
  parts: LinkingParts,
  ended: readonly Of<'bank'>[],
  returned: readonly Of<'returned'>[],
): Promise<number> {
  let replayed = 0;
  for (const one of ended) {
    if (!(await replayWithdrawal(parts, { ...one, bankId: one.bank as BankId }))) continue;
    replayed += 1;
    const back = returned.find((other) => other.withdrawal === one.withdrawal);
    if (!back) continue;
    await carryOutWithdrawals(parts, () => false);
    await parts.database.transaction((tx) => returnBank(tx, parts, one.bank as BankId, back.by));
  }
  // What came back without its withdrawal being replayed: the copy was taken between the two.
  for (const back of returned) {
    const rows = await parts.database.query(sql`select from withdrawals
      where withdrawal_id = ${back.withdrawal} and returned_at is null`);
    if (rows.length === 0) continue;
    await carryOutWithdrawals(parts, () => false);
    await parts.database.transaction((tx) => returnBank(tx, parts, back.bank as BankId, back.by));
  }
  return replayed;
}

async function endLinks(parts: LinkingParts, ended: readonly Of<'link'>[]): Promise<number> {
  const by = new Map(ended.map((one) => [one.link, one.by]));
  const rows = await parts.database.query<{ linkId: LinkId }>(sql`
    select link_id as "linkId" from links where link_id = any(${[...by.keys()]}::uuid[]) and state <> 'stopped'
      and bank_id not in (select bank_id from withdrawals where returned_at is null)`);
  for (const { linkId } of rows)
    await parts.database.transaction((tx) => stopLink(tx, parts, linkId, by.get(linkId) ?? 'operator'));
  return rows.length;
}

/**
 * Narrows again, in the order in which it was done. Each narrowing puts another consent in the place of the
 * one before, and the next is said of that; the copy has ids of its own for them, which are followed here.
 */
async function narrowAgain(parts: LinkingParts, ended: readonly Of<'narrowed'>[]): Promise<number> {
  const inForce = new Set<string>(
    await consentsStillInForce(
      parts.database,
      ended.map((one) => one.consent),
    ),
  );
  /** By the id that the file knows: the consent in force here that stands in its place. */
  const standing = new Map([...inForce].map((consent) => [consent, consent]));
  let narrowed = 0;
  for (const one of ended) {
    if (!standing.has(one.consent)) continue;
    const givenUp = {
      purposes: one.purposes as Purpose[],
      accounts: one.accounts as AccountRef[],
      chatFields: one.chatFields as ChatField[] | undefined,
    };
    const linkId = one.link as LinkId;
    const next = await parts.database.transaction(async (tx) => {
      await narrowLink(tx, parts, one.customer as CustomerId, linkId, givenUp);
      return lockConsent(tx, linkId, parts.clock.nowMs());
    });
    narrowed += 1;
    standing.delete(one.consent);
    if (next && one.becomes !== undefined) standing.set(one.becomes, next.consentId);
  }
  return narrowed;
}
