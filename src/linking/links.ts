import type { AccountRef, BankId, ConsentId, CustomerId, LinkId, MessageId } from '#base';
import { TellerlineError } from '#base';
import { consentsOf } from '#consent';
import { isShopId, labelOf, type AccountLabel, type LinkFace, type Purpose } from '#contract';
import { operation, sql, type Queryable, type Transaction } from '#db';
import type { LinkSealer } from '#vault';
import type { BankAccount, BankTokens } from './bank-api.ts';
import type { LinkingParts } from './parts.ts';

/** A customer's connection to one bank, as its row says. */
export interface Link {
  readonly linkId: LinkId;
  readonly customerId: CustomerId;
  readonly bankId: BankId;
  /** `stopping`: its stop was asked for and is being carried out; nothing new goes to it. */
  readonly state: 'linked' | 'reconnect' | 'stopping' | 'stopped';
  readonly cardMessageId: MessageId;
  readonly subscribed: boolean;
  /** The grant at the bank that it stands on, as a blind index. */
  readonly grantIndex: Buffer;
  readonly sealedTokens: Buffer | null;
  readonly sealedGrant: Buffer | null;
}

/** What an account's row keeps sealed. */
export type AccountDetail = AccountLabel & { readonly accountId: string; readonly currency: string };

const columns = `link_id as "linkId", customer_id as "customerId", bank_id as "bankId", state,
  card_message_id as "cardMessageId", subscribed, grant_index as "grantIndex",
  sealed_tokens as "sealedTokens", sealed_grant as "sealedGrant"`;

/** The link, or undefined; stopped ones included. */
export async function findLink(db: Queryable, linkId: LinkId): Promise<Link | undefined> {
  const [link] = await db.query<Link>({ text: `select ${columns} from links where link_id = $1`, values: [linkId] });
  return link;
}

/**
 * The live link of a reference that its customer has read out; see `referenceOf`.
 *
 * @param reference twelve hexadecimal digits
 * @param ofBank the only bank whose link it may be
 * @throws TellerlineError `reference_unknown` 404
 */
export async function linkOfReference(
  db: Queryable,
  reference: string,
  ofBank?: string,
): Promise<Link & { readonly createdAt: Date }> {
  const [link, another] = await db.query<Link & { readonly createdAt: Date }>({
    text: `select ${columns}, created_at as "createdAt" from links
      where right(link_id::text, 12) = $1 and state in ('linked', 'reconnect')`,
    values: [reference],
  });
  // Of two with one reference, one in 10^14, neither is meant for sure.
  if (link && !another && (ofBank === undefined || link.bankId === ofBank)) return link;
  throw new TellerlineError('reference_unknown', 404, 'No link has this reference. It may have been stopped already.');
}

/** A customer's links that are not stopped, oldest first. */
export async function linksOf(db: Queryable, customerId: CustomerId): Promise<Link[]> {
  return db.query<Link>({
    text: `select ${columns} from links where customer_id = $1 and state in ('linked', 'reconnect') order by created_at`,
    values: [customerId],
  });
}

/** The links that a grant at a bank stands behind, found by its blind index. */
export async function linksOfGrant(
  parts: LinkingParts,
  db: Queryable,
  bankId: BankId,
  grantId: string,
): Promise<Link[]> {
  return db.query<Link>({
    text: `select ${columns} from links where grant_index = $1 and state <> 'stopped'`,
    values: [grantIndex(parts, bankId, grantId)],
  });
}

/** Locks a link's row for a change of its state; undefined when it is stopped. */
export async function lockLink(tx: Transaction, linkId: LinkId): Promise<Link | undefined> {
  const [link] = await tx.query<Link>({
    text: `select ${columns} from links where link_id = $1 and state <> 'stopped' for update`,
    values: [linkId],
  });
  return link;
}

/**
 * Marks links as stopping, before the act that stops them waits for their keys: events find no way to
 * them from now on, so that a bank that tells without pause cannot hold the stop up.
 */
export async function markStopping(tx: Transaction, customerId: CustomerId, linkId: LinkId | undefined): Promise<void> {
  await tx.execute(sql`update links set state = 'stopping' where customer_id = ${customerId}
    and (${linkId ?? null}::uuid is null or link_id = ${linkId ?? null}) and state in ('linked', 'reconnect')`);
}

/**
 * Links whose stop was asked for and has not been carried out: a process ended in between. Those of a bank
 * that has withdrawn end with it.
 */
export async function stoppingLinks(db: Queryable): Promise<LinkId[]> {
  const rows = await db.query<{ linkId: LinkId }>(sql`select link_id as "linkId" from links
    where state = 'stopping' and bank_id not in (select bank_id from withdrawals where returned_at is null)`);
  return rows.map((row) => row.linkId);
}

/** A customer's live link to a bank, locked; there is at most one. */
export async function lockLinkTo(tx: Transaction, customerId: CustomerId, bankId: BankId): Promise<Link | undefined> {
  const [link] = await tx.query<Link>({
    text: `select ${columns} from links where customer_id = $1 and bank_id = $2 and state <> 'stopped' for update`,
    values: [customerId, bankId],
  });
  return link;
}

/**
 * Locks all of a customer's links and their keys for an act on several at once, links before keys and
 * each in the order of their ids, so that two such acts cannot wait for each other.
 */
export async function lockLinksOf(tx: Transaction, parts: LinkingParts, customerId: CustomerId): Promise<Link[]> {
  const links = await tx.query<Link>({
    text: `select ${columns} from links where customer_id = $1 and state <> 'stopped' order by link_id for update`,
    values: [customerId],
  });
  await parts.vault.lockKeys(
    tx,
    links.map((link) => link.linkId),
  );
  return links;
}

/** The blind index of a grant at a bank: how the end of a consent finds its link. */
export function grantIndex(parts: Pick<LinkingParts, 'vault'>, bankId: BankId, grantId: string): Buffer {
  return parts.vault.index('grant', `${bankId}|${grantId}`);
}

/** The blind index of an account at a bank: how an event finds its links. */
export function accountIndex(parts: Pick<LinkingParts, 'vault'>, bankId: BankId, accountId: string): Buffer {
  return parts.vault.index('account', `${bankId}|${accountId}`);
}

/** The code by which a connected shop knows its customer: it is what the shop's grant is. */
export async function shopCode({ database, vault }: LinkingParts, linkId: LinkId): Promise<string | undefined> {
  return database.transaction(async (tx) => {
    const link = await findLink(tx, linkId);
    if (!link?.sealedGrant || !isShopId(link.bankId)) return undefined;
    const { sealedGrant } = link;
    const sealer = (await vault.readableLinkSealers(tx, [linkId])).get(linkId);
    return sealer?.openState<string>('links.grant', linkId, sealedGrant).use((code) => code);
  });
}

/** The blind indexes of the accounts of links: by them their routes are read. */
export async function accountIndexesOf(db: Queryable, linkIds: readonly LinkId[]): Promise<Buffer[]> {
  const rows = await db.query<{ index: Buffer }>(sql`
    select account_index as index from accounts where link_id = any(${[...linkIds]}::uuid[])`);
  return rows.map((row) => row.index);
}

/**
 * Makes a link's accounts those that the bank gives now. Answers the references by the bank's ids, how
 * many are new, and which accounts are gone.
 */
export async function storeAccounts(
  tx: Transaction,
  parts: LinkingParts,
  link: { readonly linkId: LinkId; readonly bankId: BankId },
  sealer: LinkSealer,
  accounts: readonly BankAccount[],
): Promise<{ refs: Map<string, AccountRef>; added: number; gone: AccountRef[] }> {
  const refs = new Map<string, AccountRef>();
  const before = await tx.query<{ accountRef: AccountRef }>(sql`
    select account_ref as "accountRef" from accounts where link_id = ${link.linkId} and not left_out`);
  const known = new Set(before.map((row) => row.accountRef));
  for (const [ordinal, account] of accounts.entries()) {
    const index = accountIndex(parts, link.bankId, account.accountId);
    const { accountId, currency } = account;
    const detail: AccountDetail = { accountId, currency, ...labelOf(account) };
    const [row] = await tx.query<{ accountRef: AccountRef }>(sql`
      insert into accounts (link_id, account_ref, bank_id, account_index, ordinal, sealed)
      values (${link.linkId}, gen_random_uuid(), ${link.bankId}, ${index}, ${ordinal},
        ${sealer.sealState('accounts.detail', index.toString('hex'), detail)})
      on conflict (link_id, account_index) do update set ordinal = excluded.ordinal, sealed = excluded.sealed, left_out = false
      returning account_ref as "accountRef"`);
    if (row) refs.set(accountId, row.accountRef);
  }
  const gone = await tx.query<{ accountRef: AccountRef }>(sql`
    delete from accounts where link_id = ${link.linkId} and account_ref <> all(${[...refs.values()]}::uuid[])
    returning account_ref as "accountRef"`);
  const added = [...refs.values()].filter((ref) => !known.has(ref)).length;
  return { refs, added, gone: gone.map((row) => row.accountRef) };
}

/** An account that the customer shares. */
type SharedAccount = AccountDetail & { readonly accountRef: AccountRef };

/** The accounts of a link that the customer shares, with what they are called, opened as the link's own state. */
export async function accountsOf(tx: Transaction, sealer: LinkSealer): Promise<SharedAccount[]> {
  const rows = await sealedAccountsOf(tx, [sealer.linkId]);
  return openAccounts(rows, new Map([[sealer.linkId, sealer]])).get(sealer.linkId) ?? [];
}

interface SealedAccount {
  readonly linkId: LinkId;
  readonly accountRef: AccountRef;
  readonly index: Buffer;
  readonly sealed: Buffer;
}

/** The accounts of links that are shared, each link's in their order. */
export const sharedAccounts = operation<SealedAccount>()(
  'accounts.shared',
  { linkIds: 'uuid[]' },
  `select link_id as "linkId", account_ref as "accountRef", account_index as index, sealed from accounts
  where link_id = any($linkIds) and not left_out order by link_id, ordinal`,
);

async function sealedAccountsOf(tx: Transaction, linkIds: readonly LinkId[]): Promise<SealedAccount[]> {
  return linkIds.length === 0 ? [] : tx.run(sharedAccounts, { linkIds });
}

function openAccounts(
  rows: readonly SealedAccount[],
  byLink: ReadonlyMap<LinkId, LinkSealer>,
): ReadonlyMap<LinkId, SharedAccount[]> {
  const opened = rows.flatMap(({ linkId, accountRef, index, sealed }) => {
    const detail = byLink.get(linkId)?.openState<AccountDetail>('accounts.detail', index.toString('hex'), sealed);
    return detail ? [detail.use((known) => ({ linkId, account: { ...known, accountRef } }))] : [];
  });
  const grouped = Map.groupBy(opened, ({ linkId }) => linkId);
  return new Map([...grouped].map(([linkId, some]) => [linkId, some.map(({ account }) => account)]));
}

/** A link as the customer's own screens show it. */
export interface LinkView extends LinkFace {
  readonly linkId: LinkId;
  readonly bankId: BankId;
  /** In the order of `accounts`. */
  readonly accountRefs: readonly AccountRef[];
  readonly grantedAt: string;
  /** Where the signed copy of its consent is shown. */
  readonly copy: string;
  /** The local day from which on all transactions are here; null while the first reading goes on. */
  readonly completeFrom: string | null;
}

/**
 * A customer's links with their accounts and consents, for the customer's own screens and questions. One whose
 * bank does not release its key is there with what stands in the clear, so that it can be stopped.
 */
export async function viewLinks(parts: LinkingParts, customerId: CustomerId): Promise<LinkView[]> {
  await parts.vault.askAhead({ customerId });
  return parts.database.transaction(async (tx) => {
    const [links, consented] = await Promise.all([
      tx.run(linksToView, { customerId }),
      consentsOf(tx, customerId, parts.clock.nowMs()),
    ]);
    const consents = new Map(consented.map((one) => [one.linkId, one]));
    // What stands as the account of a shop is its customer's code.
    const ofBanks = links.filter(({ bankId }) => !isShopId(bankId)).map(({ linkId }) => linkId);
    const [sealers, accounts] = await Promise.all([
      parts.vault.readableLinkSealers(
        tx,
        links.map(({ linkId }) => linkId),
      ),
      sealedAccountsOf(tx, ofBanks),
    ]);
    const accountsByLink = openAccounts(accounts, sealers);
    const views: LinkView[] = [];
    for (const { linkId, bankId, state, isRead, completeFrom, unreadFrom } of links) {
      const consent = consents.get(linkId);
      if (!consent) continue;
      const own = accountsByLink.get(linkId) ?? [];
      views.push({
        id: linkId,
        linkId,
        bankId,
        bank: bankId,
        state,
        purposes: [...consent.purposes],
        ...(consent.purposes.includes('customer-chat') && { chatFields: [...(consent.chatFields ?? [])] }),
        accounts: own.map(labelOf),
        accountRefs: own.map((account) => account.accountRef),
        grantedAt: consent.grantedAt.toISOString(),
        copy: copyAddress(consent.consentId),
        expiresAt: consent.expiresAt.toISOString(),
        historyRead: isRead,
        ...(unreadFrom && { unreadSince: unreadFrom.toISOString() }),
        completeFrom,
        ...(!sealers.has(linkId) && { unreadable: true }),
      });
    }
    return views;
  });
}

/** A link that is not stopped, with how far its history is read and since when nothing more could be. */
interface LinkToView {
  readonly linkId: LinkId;
  readonly bankId: BankId;
  readonly state: 'linked' | 'reconnect';
  readonly isRead: boolean;
  readonly completeFrom: string | null;
  readonly unreadFrom: Date | null;
}

/** A customer's links that are not stopped, oldest first. */
export const linksToView = operation<LinkToView>()(
  'links.view',
  { customerId: 'uuid' },
  `select l.link_id as "linkId", l.bank_id as "bankId", l.state, coalesce(b.read, true) as "isRead",
    b.complete_from::text as "completeFrom", f.unread_since as "unreadFrom"
  from links l
  left join lateral (
    select bool_and(state = 'done') as read,
      case when bool_and(complete_from is not null) then max(complete_from) end as complete_from
    from lookbacks where link_id = l.link_id
  ) b on true
  left join fetches f on f.link_id = l.link_id
  where l.customer_id = $customerId and l.state in ('linked', 'reconnect') order by l.created_at`,
);

/** Where the signed copy of a consent is shown, on our own origin. */
export function copyAddress(consentId: ConsentId): string {
  return `/consents/${consentId}`;
}

/** Where a receipt is fetched, on our own origin, by whoever holds its id. */
export function receiptAddress(id: string): string {
  return `/api/receipts/${id}`;
}

/** Stores a link's tokens, sealed under its key. */
export async function storeTokens(tx: Transaction, sealer: LinkSealer, tokens: BankTokens): Promise<void> {
  await tx.execute(sql`update links set sealed_tokens = ${sealer.sealState('links.tokens', sealer.linkId, tokens)}
    where link_id = ${sealer.linkId}`);
}

/** Passes a link that is there and linked. @throws TellerlineError `link_ended`, `bank_consent_lost` */
export function requireLinked(link: Link | undefined): asserts link is Link {
  if (!link || link.state === 'stopping' || link.state === 'stopped') throw linkEnded();
  if (link.state === 'reconnect') {
    throw new TellerlineError('bank_consent_lost', 409, 'The bank ended the login. Sign in there again.');
  }
}

/** The refusal for a link that is stopped. */
export function linkEnded(): TellerlineError {
  return new TellerlineError('link_ended', 410, 'This link was stopped.');
}

/** Which purposes an older consent had that a newer one has not. */
export function purposesDropped(before: readonly Purpose[], after: readonly Purpose[]): Purpose[] {
  return before.filter((purpose) => !after.includes(purpose));
}
