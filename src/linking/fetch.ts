import { isTellerlineError, TellerlineError, type AccountRef } from '#base';
import { purposesInForce, requireConsent } from '#consent';
import type { Balance, Purpose } from '#contract';
import type { Transaction } from '#db';
import { taskActor } from '#vault';
import type { BankSession, BankTransaction } from './bank-api.ts';
import { withBank } from './bank-session.ts';
import { backOffMs, fetchWindow, nextFetchMs, type FetchWindow } from './fetch-schedule.ts';
import { fetchPlace, forgetPlaces, giveBack, holdOn, moveOn, type FetchClaim, type FetchEnd } from './fetches.ts';
import { accountsOf, linkEnded } from './links.ts';
import type { LinkingParts } from './parts.ts';

/** What was fetched of one account. */
export interface Fetched {
  readonly accountId: string;
  readonly transactions: readonly BankTransaction[];
  readonly balance?: Balance;
}

/**
 * Stores what was fetched as if the bank had pushed it, and runs `within` in the same transaction; answers how
 * much of it was new. What `within` throws undoes all of it.
 */
export type StoreFetched = (
  claim: FetchClaim,
  fetched: Fetched,
  within: (tx: Transaction) => Promise<void>,
) => Promise<number>;

/** Somebody else has taken the fetch up: what this process still holds of it is thrown away. */
class Fenced extends Error {}

/**
 * Fetches what has happened at a link's bank and gives the fetch back. Each page is stored with the place where
 * the next begins; whatever ends it in between, the next fetch goes on from there.
 */
export async function fetchLink(
  parts: LinkingParts,
  claim: FetchClaim,
  store: StoreFetched,
  isStopping: () => boolean,
): Promise<FetchEnd['end'] | 'fenced'> {
  const fetching: Fetching = { parts, claim, store, isStopping };
  let end: FetchEnd;
  try {
    end = await readAll(fetching);
  } catch (error) {
    if (error instanceof Fenced) return 'fenced';
    const about = { err: error, bank: claim.bankId };
    if (error instanceof TellerlineError) parts.log.info(about, 'a fetch did not come to its end');
    else parts.log.error(about, 'a fetch failed');
    // A bank's place is good for the grant and the time that it was given in.
    if (isTellerlineError(error, 'bank_refused')) await forgetPlaces(parts.database, claim);
    end = endOf(parts, claim, error);
  }
  const isHeld = await giveBack(parts.database, claim, end, new Date(parts.clock.nowMs()));
  return isHeld ? end.end : 'fenced';
}

/** A fetch under way. */
interface Fetching {
  readonly parts: LinkingParts;
  readonly claim: FetchClaim;
  readonly store: StoreFetched;
  readonly isStopping: () => boolean;
}

function draw(parts: LinkingParts): number {
  return parts.random.bytes(4).readUInt32BE() / 2 ** 32;
}

const after = (parts: LinkingParts, ms: number): Date => new Date(parts.clock.nowMs() + ms);

function endOf(parts: LinkingParts, claim: FetchClaim, error: unknown): FetchEnd {
  // It is taken up again when the customer has signed in there again, and never when the link is gone.
  if (isTellerlineError(error, 'bank_consent_lost') || isTellerlineError(error, 'link_ended'))
    return { end: 'not-now', dueAt: null };
  // The customer allows less than when it was taken up.
  if (isTellerlineError(error, 'purpose_not_consented'))
    return { end: 'not-now', dueAt: after(parts, backOffMs(0, 0, draw(parts))) };
  const isLimited = isTellerlineError(error, 'bank_rate_limited');
  const askedMs = isLimited ? Number(error.detail['retryAfterSeconds'] ?? 60) * 1000 : 0;
  const why = isLimited ? (error.detail['spent'] === true ? 'quota-spent' : 'rate-limited') : 'unreachable';
  return { end: 'failed', why, dueAt: after(parts, backOffMs(claim.failures, askedMs, draw(parts))) };
}

async function readAll({ parts, claim, store, isStopping }: Fetching): Promise<FetchEnd> {
  const purposes = await purposesOf(parts, claim);
  if (purposes.size === 0) return { end: 'not-now', dueAt: null };
  const fetching = { parts, claim, store, isStopping };
  const fresh = await withBank(
    parts,
    claim.linkId,
    'BATCH',
    async (session) => {
      const told = purposes.has('transactions') ? await readTransactions(fetching, session) : 0;
      const balancesToo = told > 0 || claim.balanceTold || !purposes.has('transactions');
      if (purposes.has('balances') && balancesToo && !isStopping()) await readBalances(fetching, session);
      return told;
    },
    // Whoever was paused for longer than the lease asks the bank nothing more.
    (tx) => requireHeld(parts, tx, claim),
  );
  if (isStopping()) return { end: 'not-now', dueAt: after(parts, 0) };
  const quiet = fresh > 0 ? 0 : claim.quiet + 1;
  const { banks } = parts;
  const nextMs = nextFetchMs(banks.news(claim.bankId), banks.pace(claim.bankId), quiet, draw(parts));
  return { end: 'read', quiet, dueAt: nextMs === undefined ? null : after(parts, nextMs) };
}

/** What may be fetched of a link now. */
async function purposesOf(parts: LinkingParts, { linkId }: FetchClaim): Promise<ReadonlySet<Purpose>> {
  const inForce = await parts.database.transaction((tx) => purposesInForce(tx, [linkId], parts.clock.nowMs()));
  return new Set((['transactions', 'balances'] as const).filter((purpose) => inForce.get(linkId)?.has(purpose)));
}

/** Enters for what the bank is asked, before it is; checked against the consent. */
async function enterFetch(
  { parts, claim: { linkId, customerId } }: Fetching,
  purpose: 'transactions' | 'balances',
): Promise<void> {
  const fields = [purpose === 'transactions' ? 'transaction' : 'balance'] as const;
  const actor = taskActor('fetch', customerId);
  await parts.vault.gate.enter({ actor, purpose, linkId, fields, reason: 'bank-fetched' });
}

async function sharedAccounts({ parts, claim }: Fetching): Promise<Awaited<ReturnType<typeof accountsOf>>> {
  return parts.database.transaction(async (tx) => {
    const sealer = (await parts.vault.linkSealers(tx, [claim.linkId])).get(claim.linkId);
    return sealer ? accountsOf(tx, sealer) : [];
  });
}

/** Reads each shared account to the end of its window; answers how much of it was new. */
async function readTransactions(fetching: Fetching, session: BankSession): Promise<number> {
  await enterFetch(fetching, 'transactions');
  let fresh = 0;
  for (const { accountRef } of await sharedAccounts(fetching)) {
    let goesOn = true;
    while (goesOn && !fetching.isStopping()) {
      const page = await readPage(fetching, session, accountRef);
      fresh += page.fresh;
      goesOn = page.goesOn;
    }
  }
  return fresh;
}

/** Where one account's reading stands; undefined when it is no longer shared. */
async function placeOf(
  { parts, claim: { linkId } }: Fetching,
  accountRef: AccountRef,
): Promise<{ accountId: string; window: FetchWindow; cursor: string | undefined } | undefined> {
  await parts.vault.askAhead({ linkIds: [linkId] });
  return parts.database.transaction(async (tx) => {
    const sealer = (await parts.vault.linkSealers(tx, [linkId])).get(linkId);
    await requireConsent(tx, linkId, 'transactions', parts.clock.nowMs());
    const account = sealer && (await accountsOf(tx, sealer)).find((one) => one.accountRef === accountRef);
    if (!account) return undefined;
    const { window, cursor, readTo } = await fetchPlace(tx, sealer, accountRef);
    return { accountId: account.accountId, window: window ?? fetchWindow(parts.clock.nowMs(), readTo), cursor };
  });
}

/** Reads one page and stores it together with the place where the next begins. */
async function readPage(
  fetching: Fetching,
  session: BankSession,
  accountRef: AccountRef,
): Promise<{ fresh: number; goesOn: boolean }> {
  const { parts, claim, store } = fetching;
  const { linkId } = claim;
  const place = await placeOf(fetching, accountRef);
  if (!place) return { fresh: 0, goesOn: false };
  const { accountId, window, cursor } = place;
  const page = await parts.banks.transactions(session, {
    accountId,
    ...window,
    ...(cursor !== undefined && { next: cursor }),
  });
  // Banks give the newest first; what is told goes in the order in which it happened.
  const transactions = page.transactions.toSorted(
    (one, other) => Date.parse(one.occurredAt) - Date.parse(other.occurredAt),
  );
  const fresh = await store(claim, { accountId, transactions }, async (tx) => {
    await requireHeld(parts, tx, claim);
    const sealer = (await parts.vault.linkSealers(tx, [linkId])).get(linkId);
    // The link ended meanwhile: nothing of it was stored.
    if (!sealer) throw linkEnded();
    const sealedCursor =
      page.next === undefined ? null : sealer.sealState('fetch_accounts.cursor', accountRef, page.next);
    await moveOn(tx, claim, { accountRef, window, sealedCursor });
  });
  return { fresh, goesOn: page.next !== undefined };
}

async function requireHeld(parts: LinkingParts, tx: Transaction, claim: FetchClaim): Promise<void> {
  if (!(await holdOn(tx, claim, new Date(parts.clock.nowMs())))) throw new Fenced('fetched by another process');
}

async function readBalances(fetching: Fetching, session: BankSession): Promise<void> {
  const { parts, claim, store } = fetching;
  await enterFetch(fetching, 'balances');
  const accounts = await parts.banks.accounts(session);
  const shared = new Set((await sharedAccounts(fetching)).map((account) => account.accountId));
  for (const { accountId, balance } of accounts) {
    if (!balance || !shared.has(accountId)) continue;
    await store(claim, { accountId, transactions: [], balance }, (tx) => requireHeld(parts, tx, claim));
  }
}
