import { createHash } from 'node:crypto';
import { isTellerlineError, type BankId, type Clock, type Log } from '#base';
import type { BankFace } from '#contract';
import type { ControlsApi } from '#controls';
import type { BankAccount, BankApi, BankSession, TransactionPage } from '#linking';
import * as z from 'zod';
import { createControlsApi } from '../card-control/api.ts';
import { readAccount, type AccountFacts, type ReadAccount } from './accounts.ts';
import { callFdx, type CallDependencies, type FdxAnswer, type FdxRequest } from './call.ts';
import type { BankConnection } from './connection.ts';
import { bankAnswerUnreadable, bankConsentLost } from './faults.ts';
import { Lanes } from './lanes.ts';
import { beginIdentification, beginLogin, finishIdentification, finishLogin, type LoginDependencies } from './login.ts';
import { MetadataCache } from './metadata.ts';
import { nextPlace, pagedSchema, pageQuery, readPlace, writePlace, type Place } from './paging.ts';
import { readPart } from './reading.ts';
import { TokenKeeper } from './tokens.ts';
import { isPendingWithoutId, readTransaction } from './transactions.ts';

/** What the client of FDX is given. Addresses are functions, as ports may be chosen at the start. */
export interface FdxApiOptions {
  readonly faces: () => readonly BankFace[];
  readonly news: BankApi['news'];
  readonly pace: BankApi['pace'];
  /** @throws TellerlineError `bank_not_configured`, `bank_unknown` */
  readonly connection: (bank: BankId) => BankConnection;
  readonly redirectUri: () => string;
  /** Where a bank is to push events to. */
  readonly eventsUrl: (bank: BankId) => string;
  readonly clock: Clock;
  readonly log: Log;
}

/** Linking's port to banks, spoken as FDX behind FAPI 2.0, and controls' port beside it: one client, one set of tokens. */
export function createFdxApi(options: FdxApiOptions): { readonly api: BankApi; readonly controls: ControlsApi } {
  const { connection, clock, log } = options;
  const metadata = new MetadataCache(clock);
  const tokens = new TokenKeeper({ metadata, clock, log });
  const calls: CallDependencies = { metadata, tokens, lanes: new Lanes(), clock, log };
  const login: LoginDependencies = { metadata, clock, redirectUri: options.redirectUri };
  const known = new KnownAccounts();

  const api: BankApi = {
    faces: options.faces,
    news: options.news,
    pace: options.pace,
    allowance: (bank) => connection(bank).dialect.allowance,
    beginAuthorization: async (bank, request) => beginLogin(login, connection(bank), request),
    finishAuthorization: async (bank, returned, pending) => finishLogin(login, connection(bank), returned, pending),
    beginIdentification: async (bank, request) => beginIdentification(login, connection(bank), request),
    finishIdentification: async (bank, returned, pending) =>
      finishIdentification(login, connection(bank), returned, pending),
    accounts: async (session) => readAccounts(calls, connection(session.bank), session, known),
    transactions: async (session, query) => readTransactions(calls, connection(session.bank), session, query, known),
    subscribe: async (session) => {
      const news = options.news(session.bank);
      // A bank that tells nothing has nothing to subscribe to.
      if (news !== 'poll')
        await subscribe(calls, connection(session.bank), session, { news, url: options.eventsUrl(session.bank) });
    },
    revoke: async (session) => revoke(calls, connection(session.bank), session),
  };
  return { api, controls: createControlsApi(calls, connection) };
}

/**
 * Currency and kind of accounts met lately, so that a page of transactions needs no second call. Keyed by
 * a hash: a bank's account ids are not kept in the open, not even in memory.
 */
class KnownAccounts {
  readonly #facts = new Map<string, AccountFacts>();
  readonly #most = 10_000;

  get(session: BankSession, accountId: string): AccountFacts | undefined {
    return this.#facts.get(keyOf(session, accountId));
  }

  set(session: BankSession, accountId: string, facts: AccountFacts): void {
    const oldest = this.#facts.keys().next().value;
    if (this.#facts.size >= this.#most && oldest !== undefined) this.#facts.delete(oldest);
    this.#facts.set(keyOf(session, accountId), facts);
  }
}

function keyOf(session: BankSession, accountId: string): string {
  return createHash('sha256')
    .update(JSON.stringify([session.bank, session.grantId, accountId]))
    .digest('base64');
}

/**
 * A call within the grant's reach. A bare refusal (403, FDX 602) does not say whether the consent ended or
 * does not reach that far, so the grant itself is asked.
 */
async function callWithinGrant(
  calls: CallDependencies,
  connection: BankConnection,
  session: BankSession,
  request: FdxRequest,
): Promise<FdxAnswer> {
  try {
    return await callFdx(calls, connection, session, request);
  } catch (error) {
    const unclear =
      isTellerlineError(error, 'bank_refused') && (error.detail.httpStatus === 403 || error.detail.bankCode === '602');
    if (unclear && (await readGrantStatus(calls, connection, session)) !== 'ACTIVE') {
      throw bankConsentLost(connection.bank, 'the grant is no longer active');
    }
    throw error;
  }
}

const accountListSchema = pagedSchema.extend({ accounts: z.array(z.unknown()) });

async function readAccounts(
  calls: CallDependencies,
  connection: BankConnection,
  session: BankSession,
  known: KnownAccounts,
): Promise<readonly BankAccount[]> {
  const accounts: BankAccount[] = [];
  let place: Place | undefined;
  do {
    const query = { ...pageQuery(connection.dialect, place), resultType: 'details' };
    const { body } = await callWithinGrant(calls, connection, session, {
      operation: 'accounts',
      method: 'GET',
      path: ['accounts'],
      query,
    });
    const list = readPart(connection.bank, accountListSchema, body);
    for (const [index, item] of list.accounts.entries()) {
      const read = readAccount(connection, item, `accounts.${index}`, calls.clock);
      if (read) accounts.push(remember(known, session, read));
      else calls.log.warn({ bank: connection.bank.id }, 'the bank could not read one of the accounts');
    }
    place = nextPlace(connection.bank, connection.dialect, list, place);
  } while (place);
  return accounts;
}

function remember(known: KnownAccounts, session: BankSession, read: ReadAccount): BankAccount {
  known.set(session, read.account.accountId, read.facts);
  return read.account;
}

/** What reading an account's transactions needs to know of it, when it was not met lately. */
async function readFacts(
  calls: CallDependencies,
  connection: BankConnection,
  session: BankSession,
  accountId: string,
  known: KnownAccounts,
): Promise<AccountFacts> {
  const { bank } = connection;
  const { body } = await callWithinGrant(calls, connection, session, {
    operation: 'account',
    method: 'GET',
    path: ['accounts', accountId],
  });
  const read = readAccount(connection, body, '', calls.clock);
  if (!read) throw bankAnswerUnreadable(bank, 'error', 'the bank could not read the account');
  if (read.account.accountId !== accountId)
    throw bankAnswerUnreadable(bank, 'accountId', 'another account than the one asked for');
  remember(known, session, read);
  return read.facts;
}

const transactionListSchema = pagedSchema.extend({ transactions: z.array(z.unknown()) });

async function readTransactions(
  calls: CallDependencies,
  connection: BankConnection,
  session: BankSession,
  query: Parameters<BankApi['transactions']>[1],
  known: KnownAccounts,
): Promise<TransactionPage> {
  const { bank, dialect } = connection;
  const facts =
    known.get(session, query.accountId) ?? (await readFacts(calls, connection, session, query.accountId, known));
  const place = query.next === undefined ? undefined : readPlace(query.next);
  let answer: FdxAnswer;
  try {
    answer = await callWithinGrant(calls, connection, session, {
      operation: 'transactions',
      method: 'GET',
      path: ['accounts', query.accountId, 'transactions'],
      // FDX reads seven days when the window is left out, so it never is.
      query: { startTime: query.from, endTime: query.to, ...pageQuery(dialect, place) },
    });
  } catch (error) {
    // FDX 1107: there is nothing in this window. Some banks say it as an error.
    if (isTellerlineError(error, 'bank_refused') && error.detail.bankCode === '1107') return { transactions: [] };
    throw error;
  }
  const list = readPart(bank, transactionListSchema, answer.body);
  const transactions = list.transactions.flatMap((item, index) =>
    isPendingWithoutId(item) ? [] : [readTransaction(connection, item, `transactions.${index}`, facts)],
  );
  const next = nextPlace(bank, dialect, list, place);
  return next ? { transactions, next: writePlace(next) } : { transactions };
}

async function subscribe(
  calls: CallDependencies,
  connection: BankConnection,
  session: BankSession,
  to: { readonly news: 'push' | 'thin'; readonly url: string },
): Promise<void> {
  try {
    await callWithinGrant(calls, connection, session, {
      operation: 'subscribe',
      method: 'POST',
      path: ['notification-subscriptions'],
      body: {
        // FDX's own notifications carry ids alone; what we agree with a bank to push whole is a custom one.
        type: to.news === 'push' ? 'CUSTOM' : 'BALANCE',
        category: 'NEW_DATA',
        callbackUrl: to.news === 'push' ? to.url : to.url.replace(/events$/, 'notifications'),
        subscriber: { name: 'Tellerline', type: 'DATA_RECIPIENT' },
      },
    });
  } catch (error) {
    // 409: it is subscribed already, which is what was asked for.
    if (!isTellerlineError(error, 'bank_refused') || error.detail.httpStatus !== 409) throw error;
  }
}

const grantSchema = z.object({ status: z.enum(['ACTIVE', 'EXPIRED', 'REVOKED']) });

async function readGrantStatus(
  calls: CallDependencies,
  connection: BankConnection,
  session: BankSession,
): Promise<'ACTIVE' | 'EXPIRED' | 'REVOKED'> {
  const { body } = await callFdx(calls, connection, session, {
    operation: 'grant',
    method: 'GET',
    path: ['consents', session.grantId],
  });
  return readPart(connection.bank, grantSchema, body).status;
}

/**
 * Ends the grant, then its refresh token. A grant that the bank says is gone already is as good as ended;
 * tokens that it no longer takes (`bank_consent_lost`) are not: it has confirmed nothing then.
 */
async function revoke(calls: CallDependencies, connection: BankConnection, session: BankSession): Promise<void> {
  try {
    await callFdx(calls, connection, session, {
      operation: 'revoke',
      method: 'PUT',
      path: ['consents', session.grantId, 'revocation'],
      body: { reason: 'USER_ACTION', initiator: 'INDIVIDUAL' },
    });
  } catch (error) {
    const gone = isTellerlineError(error, 'bank_refused') && [404, 409, 410].includes(Number(error.detail.httpStatus));
    if (!gone) throw error;
  }
  try {
    await calls.tokens.end(connection, session.tokens());
  } catch (error) {
    // The grant is over, so the token opens nothing any more; ending it too is tidiness.
    calls.log.info({ bank: connection.bank.id, err: error }, 'the bank did not end the refresh token');
  }
}
