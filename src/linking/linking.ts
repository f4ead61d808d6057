import type { AccountRef, AttemptId, BankId, CustomerId, IdentityId, LinkId } from '#base';
import { limits, TellerlineError } from '#base';
import { consentDocument, consentRecord, linksToExpire, type CausedBy, type Consent } from '#consent';
import {
  referenceOf,
  type AccountLabel,
  type Balance,
  type DeletionReceipt,
  type Disclosure,
  type EndedLink,
  type HearingChange,
  type KeptReceipt,
  type LinkingStanding,
  type Locale,
  type SupportLink,
} from '#contract';
import { lockCustomer, type BrowserKind, type Session } from '#customers';
import { sql, type Queryable, type Transaction } from '#db';
import type { LinkSealer } from '#vault';
import {
  declineAttempt,
  isWalkedBy,
  openAttempt,
  requireAttempt,
  requireOwnAttempt,
  showAttempt,
  signAttempt,
  type Signing,
} from './attempts.ts';
import { accountsAtBank, readBalances } from './balances.ts';
import { withBank } from './bank-session.ts';
import { confirmCode, confirmInBrowser, type CodeAnswer, type SayingCode } from './confirm.ts';
import { giveBackLate, standingOf } from './confirming.ts';
import { claimAddress, openFromChat, type AskingChat, type ClaimedLinking } from './from-chat.ts';
import { findRoutes, type Routes } from './routes.ts';
import { endedLinks, keptReceipts } from './endings.ts';
import { createFetches, type Fetches } from './fetching.ts';
import { subscribe } from './finish.ts';
import { heldLinking, type HeldLinking } from './held.ts';
import { changeHearing, readHearings, type AccountHearing, type SeenMerchants } from './hearing.ts';
import { noteSides, type SideChange } from './low-side.ts';
import { noteWatched, type WatchedChange } from './watched.ts';
import { beginIdentifying, takeReturn, type Identification, type Returned } from './identify.ts';
import {
  accountIndex,
  accountIndexesOf,
  findLink,
  linkEnded,
  linkOfReference,
  linksOfGrant,
  lockLinksOf,
  markStopping,
  receiptAddress,
  shopCode,
  stoppingLinks,
  viewLinks,
  type AccountDetail,
  type LinkView,
} from './links.ts';
import { everLinked, vouchingBanks } from './logins.ts';
import type { BankSession } from './bank-api.ts';
import type { LinkingParts, ConsentDocument } from './parts.ts';
import { narrowLink, type GivenUp } from './narrow.ts';
import { remindOfEnds } from './remind.ts';
import { replayEndings, type Replayed } from './replay.ts';
import { openRevocations } from './revocations.ts';

import { startJobs, type Jobs } from './jobs.ts';
import { createWithdrawals, type Withdrawals } from './withdrawals.ts';
import { deleteCustomer, stopLink } from './stop.ts';

/** A signed disclosure with the consent that it gave and what has become of it. */
export interface SignedCopy extends ConsentDocument {
  readonly consent: Pick<Consent, 'consentId' | 'customerId' | 'linkId' | 'bankId' | 'state'>;
  readonly state: Consent['state'];
  readonly endedAt: Date | null;
  readonly endedBy: CausedBy | null;
}

/** The opt-in, from the disclosure to the bank and back, re-linking, and revocation from end to end. */
export interface Linking {
  /** Begins an attempt and answers its one-time address. @throws TellerlineError `bank_unknown`, `link_attempts_too_many` */
  open(session: Session, bank: string): Promise<AttemptId>;
  /** The same for a chat at another messenger: the path of an address that one browser may claim. @throws those of `openFromChat` */
  openFrom(chat: AskingChat, bank: string): Promise<string>;
  /** A browser takes such an address up. @throws those of `claimAddress` */
  claim(token: string, kind: BrowserKind): Promise<ClaimedLinking>;
  /** Whether a session walks an attempt, named by its address or by the state of a bank's return. */
  isWalkedBy(session: Session, of: { readonly attempt: string } | { readonly state: string }): Promise<boolean>;
  /** How a linking from another messenger stands, for the browser that walks it. @throws `link_address_unknown`, `link_address_foreign` */
  standing(session: Session, attemptId: string): Promise<LinkingStanding>;
  /** Takes what is said in a chat at another messenger for a linking's code; undefined when it is none. See `confirmCode`. */
  confirm(identityId: IdentityId, saying: SayingCode): Promise<CodeAnswer | undefined>;
  /** The same for the web messenger, where no code belongs. */
  confirmInBrowser(customerId: CustomerId, saying: SayingCode, locale: Locale): Promise<CodeAnswer | undefined>;
  /** Passes when the address may be walked by this browser; refused, here and below, as `requireAttempt` says. */
  check(session: Session, attemptId: string): Promise<void>;
  /** The text to be read before signing; in the customer's language unless another is named. */
  disclose(session: Session, attemptId: string, locale?: Locale): Promise<Disclosure>;
  /** Takes the signature and answers where the bank's login is. @throws those of `signAttempt` */
  sign(session: Session, attemptId: string, signing: Signing): Promise<URL>;
  /** The customer said no on our page; nothing of the attempt is kept. */
  decline(session: Session, attemptId: string): Promise<void>;
  /** Begins a login at a bank that only says who it is; answers where that is. @throws those of `beginIdentifying` */
  identify(session: Session, bank: string, what: Identification): Promise<URL>;
  /** The browser is back from the bank. */
  finish(session: Session, returned: URL): Promise<Returned>;

  /** The same as a record for programs, JSON-LD in the structure of ISO/IEC TS 27560; `origin` is our own. @throws TellerlineError `consent_unknown` */
  consentRecord(customerId: CustomerId, consentId: string, origin: string): Promise<object>;
  /** What a customer agreed to, word for word, with what has become of it. @throws TellerlineError `consent_unknown` */
  signedCopy(customerId: CustomerId, consentId: string): Promise<SignedCopy>;
  /** Whether a customer ever linked a bank; a link that was stopped counts. */
  everLinked(db: Queryable, customerId: CustomerId): Promise<boolean>;
  /** The banks whose login proves that it is the customer. */
  vouchingBanks(customerId: CustomerId): Promise<BankId[]>;
  /** A customer's links that are not stopped, with accounts, consent and how far history is read. */
  links(customerId: CustomerId): Promise<LinkView[]>;
  /** A customer's links that have ended; see `endedLinks`. */
  ended(customerId: CustomerId): Promise<EndedLink[]>;
  /** The receipts of what was deleted of a customer, for as long as they are kept; see `keptReceipts`. */
  receipts(customerId: CustomerId): Promise<KeptReceipt[]>;
  /** All that is kept of a customer's links and is not read through the gate; see `heldLinking`. */
  held(customerId: CustomerId): Promise<HeldLinking>;
  /** The balances of a link's accounts as the bank holds them now. */
  balances(
    linkId: LinkId,
    accountRefs?: readonly AccountRef[],
  ): Promise<(AccountLabel & { accountRef: AccountRef; balance: Balance })[]>;
  /**
   * Calls a link's bank with its own tokens, for what `BankApi` does not know.
   *
   * @throws TellerlineError those of `withBank`
   */
  atBank<Result>(
    linkId: LinkId,
    actor: 'USER' | 'BATCH',
    work: (session: BankSession) => Promise<Result>,
  ): Promise<Result>;
  /** The accounts of a link that the customer shares, with the bank's own ids. */
  accountsAtBank(linkId: LinkId): Promise<readonly (AccountDetail & { readonly accountRef: AccountRef })[]>;
  /** The same for all links of a customer at once. */
  stopAll(tx: Transaction, customerId: CustomerId): Promise<void>;
  /** Marks links as stopping: the first step of a customer's stop, in a transaction of its own. All when none is named. */
  markStopping(tx: Transaction, customerId: CustomerId, linkId: LinkId | undefined): Promise<void>;
  /** The bank's signed word or the customer's: see `stopLink`. */
  stop(tx: Transaction, linkId: LinkId, by: CausedBy): Promise<void>;
  /** Takes purposes and accounts out of a consent; see `narrowLink`. Answers the receipt's address, undefined when nothing was left to give up. */
  narrow(tx: Transaction, customerId: CustomerId, linkId: LinkId, givenUp: GivenUp): Promise<string | undefined>;
  /** The same in a transaction of its own. */
  narrowFor(customerId: CustomerId, linkId: LinkId, givenUp: GivenUp): Promise<string | undefined>;
  /** Stops one of a customer's links, on the word of the customer or, said to staff, through them; answers the receipt's address. @throws TellerlineError `link_ended` */
  stopFor(customerId: CustomerId, linkId: LinkId, by: 'customer' | 'staff'): Promise<string | undefined>;
  /** The live link whose reference a customer has read out to staff; `ofBank`: of that bank alone. @throws TellerlineError `reference_unknown` */
  byReference(reference: string, ofBank?: string): Promise<SupportLink>;
  /** Stops that link on the customer's word, by staff; the customer is told in the chat. @throws TellerlineError `reference_unknown` */
  stopByReference(reference: string, ofBank?: string): Promise<void>;
  /** Ends every link and removes all that is kept of a customer; the receipt counts it. */
  deleteCustomer(tx: Transaction, customerId: CustomerId): Promise<DeletionReceipt>;

  /** The blind index by which an account's events find their links. */
  accountIndex(bankId: BankId, accountId: string): Buffer;
  /** The code by which a connected shop knows its customer; undefined when the link is over or cannot be read. */
  shopCode(linkId: LinkId): Promise<string | undefined>;
  /** The blind indexes of the accounts of the links named. */
  accountIndexesOf(db: Queryable, linkIds: readonly LinkId[]): Promise<Buffer[]>;
  /** Routes of the accounts named, and the sealers of their links, locked until the transaction ends. */
  routes(tx: Transaction, accountIndexes: readonly Buffer[]): Promise<Routes>;
  /** What a customer wants to be told, an account each. */
  hearings(customerId: CustomerId): Promise<AccountHearing[]>;
  /** Changes what a customer wants to be told of the accounts chosen; answers of how many it was changed. */
  hear(
    customerId: CustomerId,
    change: HearingChange,
    accountRefs: readonly AccountRef[],
    seen?: SeenMerchants,
  ): Promise<number>;
  /** Remembers what the rules of watches have seen; see `noteWatched`. */
  noteWatched(
    tx: Transaction,
    sealers: ReadonlyMap<LinkId, LinkSealer>,
    changes: readonly WatchedChange[],
  ): Promise<void>;
  /** Remembers that accounts are on the other side of their customer's limit; see `noteSides`. */
  noteSides(
    tx: Transaction,
    sealers: ReadonlyMap<LinkId, LinkSealer>,
    changes: readonly SideChange[],
  ): Promise<ReadonlySet<AccountRef>>;
  /** What is fetched of banks that do not push. */
  readonly fetches: Fetches;
  /** The links, not stopped, that a grant of a bank's stands behind. */
  linksOfGrant(tx: Transaction, bankId: BankId, grantId: string): Promise<LinkId[]>;

  /** How many revocations each bank has not confirmed yet, and since when. */
  openRevocations(db: Queryable): Promise<{ bankId: string; open: number; oldestAt: Date }[]>;
  /** Counts of links by bank and state, for the operator. */
  counts(db: Queryable): Promise<{ bankId: string; state: string; links: number }[]>;
  /** A whole bank pulls out, and comes back. */
  readonly withdrawals: Withdrawals;
  /** Ends again what was taken back and an older copy of the database still holds: see `replayEndings`. */
  replay(): Promise<Replayed>;
  /** The banks that have withdrawn at some time, as it is remembered apart from the database. */
  withdrawnSince(): string[];
  /** Forgets attempts that have ended. */
  tidy(): Promise<void>;
  /** Work that runs by itself: look-backs, revocations, expiries, subscriptions. */
  readonly jobs: Jobs;
}

/** Makes linking over its parts. Its jobs are idle until `jobs.start`. */
export function createLinking(parts: LinkingParts): Linking {
  const jobs = startJobs(parts, {
    expire: async () => {
      await endWhatIsDue(parts);
      if ((await giveBackLate(parts)) > 0) jobs.revocations();
      await remindOfEnds(parts);
    },
    subscribe: (linkId) => withBank(parts, linkId, 'BATCH', (bank) => subscribe(parts, bank, linkId)),
  });
  const attempt = (session: Session, attemptId: string) => requireAttempt(parts, session, attemptId);

  return {
    jobs,
    withdrawals: createWithdrawals(parts, jobs.withdrawals),
    replay: () => replayEndings(parts),
    withdrawnSince: () => parts.revocations.read().flatMap((one) => (one.what === 'bank' ? [one.bank] : [])),
    open: (session, bank) => openAttempt(parts, session, bank),
    ...linkingFromChats(parts, jobs),
    check: async (session, attemptId) => {
      await attempt(session, attemptId);
    },
    disclose: async (session, attemptId, locale) => showAttempt(parts, await attempt(session, attemptId), locale),
    sign: async (session, attemptId, signing) => signAttempt(parts, await attempt(session, attemptId), signing),
    decline: async (session, attemptId) => declineAttempt(parts, await attempt(session, attemptId)),
    identify: (session, bank, what) => beginIdentifying(parts, session, bank, what),
    finish: (session, returned) => finishWalk(parts, jobs, session, returned),
    consentRecord: (customerId, consentId, origin) => recordOf(parts, customerId, consentId, origin),
    signedCopy: (customerId, consentId) => signedCopy(parts, customerId, consentId),
    everLinked,
    vouchingBanks: (customerId) => vouchingBanks(parts.database, customerId),
    links: (customerId) => viewLinks(parts, customerId),
    ended: (customerId) => endedLinks(parts, customerId),
    receipts: (customerId) => keptReceipts(parts, customerId),
    held: (customerId) => heldLinking(parts, customerId),
    balances: (linkId, accountRefs) => readBalances(parts, linkId, accountRefs),
    atBank: (linkId, actor, work) => withBank(parts, linkId, actor, work),
    accountsAtBank: (linkId) => accountsAtBank(parts, linkId),
    stop: async (tx, linkId, by) => {
      await stopLink(tx, parts, linkId, by);
      tx.afterCommit(() => jobs.revocations());
    },
    narrow: (tx, ...what) => narrow(tx, parts, jobs, ...what),
    narrowFor: (...what) => parts.database.transaction((tx) => narrow(tx, parts, jobs, ...what)),
    stopFor: (customerId, linkId, by) => stopInTwoSteps(parts, jobs, customerId, { linkId, by }),
    byReference: (...asked) => supportLink(parts.database, ...asked),
    stopByReference: (...asked) => stopByReference(parts, jobs, ...asked),
    markStopping,
    stopAll: async (tx, customerId) => {
      for (const { linkId } of await lockLinksOf(tx, parts, customerId)) await stopLink(tx, parts, linkId, 'customer');
      tx.afterCommit(() => jobs.revocations());
    },
    deleteCustomer: async (tx, customerId) => {
      tx.afterCommit(() => jobs.revocations());
      return deleteCustomer(tx, parts, customerId);
    },
    accountIndex: (bankId, accountId) => accountIndex(parts, bankId, accountId),
    accountIndexesOf,
    shopCode: (linkId) => shopCode(parts, linkId),
    hearings: (customerId) => readHearings(parts, customerId),
    hear: (...what) => changeHearing(parts, ...what),
    noteSides,
    noteWatched,
    routes: (tx, indexes) => findRoutes(tx, parts, indexes),
    fetches: createFetches(parts),
    linksOfGrant: async (tx, bankId, grantId) =>
      (await linksOfGrant(parts, tx, bankId, grantId)).map((link) => link.linkId),
    openRevocations,
    tidy: () => tidy(parts),
    counts: countLinks,
  };
}

/** See `Linking.finish`: what is open after a linking is taken up at once. */
async function finishWalk(parts: LinkingParts, jobs: Jobs, session: Session, returned: URL): Promise<Returned> {
  const came = await takeReturn(parts, session, returned);
  if (came.intent === 'link') {
    if (came.linkId) jobs.lookback(came.linkId);
    jobs.revocations();
  }
  return came;
}

/** The part of linking that chats at other messengers ask for. */
function linkingFromChats(
  parts: LinkingParts,
  jobs: Jobs,
): Pick<Linking, 'openFrom' | 'claim' | 'isWalkedBy' | 'standing' | 'confirm' | 'confirmInBrowser'> {
  return {
    openFrom: (chat, bank) => openFromChat(parts, chat, bank),
    claim: (token, kind) => claimAddress(parts, token, kind),
    isWalkedBy: (session, of) => isWalkedBy(parts, session, of),
    standing: async (session, attemptId) => standingOf(parts, await requireOwnAttempt(parts, session, attemptId)),
    confirm: async (identityId, saying) => {
      const answered = await confirmCode(parts, identityId, saying);
      if (answered?.linkId) jobs.lookback(answered.linkId);
      if (answered) jobs.revocations();
      return answered;
    },
    confirmInBrowser: async (customerId, saying, locale) => {
      const answered = await confirmInBrowser(parts, customerId, saying, locale);
      if (answered) jobs.revocations();
      return answered;
    },
  };
}

async function recordOf(
  parts: LinkingParts,
  customerId: CustomerId,
  consentId: string,
  origin: string,
): Promise<object> {
  const copy = await signedCopy(parts, customerId, consentId);
  const address = new URL(`/api/consents/${consentId}/record`, origin).href;
  return consentRecord({ ...copy, accounts: copy.accounts.length, operator: parts.operator, address });
}

async function supportLink(db: Queryable, ...asked: [reference: string, ofBank?: string]): Promise<SupportLink> {
  const { linkId, bankId, createdAt } = await linkOfReference(db, ...asked);
  return { reference: referenceOf(linkId), bank: bankId, linkedAt: createdAt.toISOString() };
}

async function stopByReference(
  parts: LinkingParts,
  jobs: Jobs,
  ...asked: [reference: string, ofBank?: string]
): Promise<void> {
  const { linkId, customerId } = await linkOfReference(parts.database, ...asked);
  await stopInTwoSteps(parts, jobs, customerId, { linkId, by: 'staff' });
}

async function signedCopy(parts: LinkingParts, customerId: CustomerId, consentId: string): Promise<SignedCopy> {
  const found = await consentDocument(parts.database, customerId, consentId);
  if (!found) throw new TellerlineError('consent_unknown', 404, 'There is no such consent in this chat.');
  const ledger = await parts.vault.customerSealer(parts.database, customerId, 'ledger');
  const signed = ledger.open<ConsentDocument>('consents.document', consentId, found.sealed).use((document) => document);
  return { ...signed, ...consentOf(found) };
}

function consentOf(
  found: Consent & { readonly endedAt: Date | null; readonly endedBy: CausedBy | null },
): Pick<SignedCopy, 'consent' | 'state' | 'endedAt' | 'endedBy'> {
  const { consentId, customerId, linkId, bankId, state, endedAt, endedBy } = found;
  return { consent: { consentId, customerId, linkId, bankId, state }, state, endedAt, endedBy };
}

async function tidy({ database, clock }: LinkingParts): Promise<void> {
  const dayAgo = new Date(clock.nowMs() - 86_400_000);
  await database.execute(sql`delete from link_attempts where expires_at < ${dayAgo}`);
  // What a bank confirmed, or never did, is shown for as long as the rest of the consent's story is kept.
  const kept = new Date(clock.nowMs() - limits.ledgerDaysKept * 86_400_000);
  await database.execute(sql`delete from revocations where sealed is null and created_at < ${kept}`);
}

async function countLinks(db: Queryable): Promise<{ bankId: string; state: string; links: number }[]> {
  const rows = await db.query<{ bankId: string; state: string; links: bigint }>(sql`
    select bank_id as "bankId", state, count(*) as links from links group by bank_id, state order by bank_id, state`);
  return rows.map((row) => ({ ...row, links: Number(row.links) }));
}

/** Marks a customer's link first, so that a flood of events cannot hold its end up, and then ends it. */
async function stopInTwoSteps(
  parts: LinkingParts,
  jobs: Jobs,
  customerId: CustomerId,
  { linkId, by }: { readonly linkId: LinkId; readonly by: 'customer' | 'staff' },
): Promise<string | undefined> {
  const link = await findLink(parts.database, linkId);
  if (link?.customerId !== customerId || link.state === 'stopped') throw linkEnded();
  await parts.database.transaction((tx) => markStopping(tx, customerId, linkId));
  await parts.vault.askAhead({ linkIds: [linkId] });
  return parts.database.transaction(async (tx) => {
    tx.afterCommit(() => jobs.revocations());
    await lockCustomer(tx, customerId);
    const receipt = (await stopLink(tx, parts, linkId, by))?.receipt;
    return receipt === undefined ? undefined : receiptAddress(receipt);
  });
}

/** See `Linking.narrow`: what is left of nothing is a stop, of which the bank is told. */
async function narrow(
  tx: Transaction,
  parts: LinkingParts,
  jobs: Jobs,
  ...[customerId, linkId, givenUp]: Parameters<Linking['narrowFor']>
): Promise<string | undefined> {
  tx.afterCommit(() => jobs.revocations());
  const receipt = await narrowLink(tx, parts, customerId, linkId, givenUp);
  return receipt === undefined ? undefined : receiptAddress(receipt);
}

/** Ends the links whose consent has run out, and those whose stop was begun by a process that ended. */
async function endWhatIsDue(parts: LinkingParts): Promise<void> {
  const end = (linkId: LinkId, by: CausedBy): Promise<void> =>
    parts.database
      .transaction((tx) => stopLink(tx, parts, linkId, by))
      .then(
        () => undefined,
        // One that fails does not keep the others from ending.
        (error: unknown) => parts.log.error({ err: error }, 'a link could not be ended and is tried again'),
      );
  for (const linkId of await linksToExpire(parts.database, parts.clock.nowMs())) await end(linkId, 'expiry');
  for (const linkId of await stoppingLinks(parts.database)) await end(linkId, 'customer');
}
