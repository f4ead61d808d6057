import { randomUUID } from 'node:crypto';
import type { Clock, Log } from '#base';
import type { BankSession, BankTokens } from '#linking';
import * as oauth from 'openid-client';
import type { BankConnection, BankRef } from './connection.ts';
import {
  bankAnswerUnreadable,
  bankConsentLost,
  bankRateLimited,
  bankRefused,
  bankUnreachable,
  plainCode,
} from './faults.ts';
import type { Lanes } from './lanes.ts';
import type { MetadataCache } from './metadata.ts';
import { retryAfterSecondsUnsaid } from './pauses.ts';
import { protocolFault } from './protocol-faults.ts';
import { dpopHandle, type TokenKeeper } from './tokens.ts';

/** What every call to a bank works with; one set for all banks, each keeps them apart by bank. */
export interface CallDependencies {
  readonly metadata: MetadataCache;
  readonly tokens: TokenKeeper;
  readonly lanes: Lanes;
  readonly clock: Clock;
  readonly log: Log;
}

/** One call to a bank's FDX API, or to its card-control API. */
export interface FdxRequest {
  /** What it is called in the log; never an address, as those name accounts. */
  readonly operation: string;
  readonly method: 'GET' | 'POST' | 'PUT';
  /** Segments behind the base address; each is escaped. */
  readonly path: readonly string[];
  /** Another API of the bank's than FDX, by where it begins. */
  readonly baseUrl?: string;
  /** The same at every repetition of what changes something. */
  readonly idempotencyKey?: string;
  /** What is asked for instead of JSON, such as `application/pdf`; it is handed over as bytes. */
  readonly document?: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** A successful answer: 2xx with JSON, with nothing (204), or with the document that was asked for. */
export interface FdxAnswer {
  readonly status: number;
  readonly body: unknown;
  readonly document?: Buffer;
}

/**
 * Calls the bank with the session's tokens. A refused token (401) is renewed once and the call repeated.
 *
 * @throws TellerlineError as `BankApi` lists
 */
export async function callFdx(
  dependencies: CallDependencies,
  connection: BankConnection,
  session: BankSession,
  request: FdxRequest,
): Promise<FdxAnswer> {
  const { lanes, tokens: keeper } = dependencies;
  const { bank, dialect } = connection;
  return lanes.run(bank.id, dialect.callsAtOnceMax, session.actor, async () => {
    const tokens = await keeper.usable(connection, session);
    await session.enterCall?.();
    const first = await sendOnce(dependencies, connection, session, tokens, request);
    if (first.status !== 401) return readAnswer(bank, first, request);
    const renewed = await keeper.renew(connection, session, tokens);
    await session.enterCall?.();
    const second = await sendOnce(dependencies, connection, session, renewed, request);
    if (second.status === 401) throw bankConsentLost(bank, 'a renewed token was refused');
    return readAnswer(bank, second, request);
  });
}

async function sendOnce(
  { metadata, clock, log }: CallDependencies,
  connection: BankConnection,
  session: BankSession,
  tokens: BankTokens,
  request: FdxRequest,
): Promise<Response> {
  const interactionId = randomUUID();
  const headers = new Headers({
    accept: request.document ?? 'application/json',
    'x-fapi-interaction-id': interactionId,
    'fdx-api-actor-type': session.actor,
  });
  if (request.idempotencyKey !== undefined) headers.set('idempotency-key', request.idempotencyKey);
  const body = request.body === undefined ? undefined : JSON.stringify(request.body);
  if (body !== undefined) headers.set('content-type', 'application/json');

  const startedMs = clock.monotonicMs();
  const server = await metadata.server(connection);
  const DPoP = dpopHandle(server, tokens.dpopKey);
  const address = addressOf(connection, request);
  const facts = { bank: connection.bank.id, operation: request.operation, actor: session.actor, interactionId };
  let response: Response;
  try {
    response = await oauth.fetchProtectedResource(
      server.configuration,
      tokens.accessToken,
      address,
      request.method,
      body,
      headers,
      { DPoP },
    );
  } catch (error) {
    if (!(error instanceof oauth.WWWAuthenticateChallengeError)) {
      const fault = protocolFault(connection.bank, error);
      log.debug({ ...facts, code: fault.code, ms: Math.round(clock.monotonicMs() - startedMs) }, 'bank called');
      throw fault;
    }
    refuseBadProof(connection.bank, error);
    response = error.response;
  }
  log.debug({ ...facts, status: response.status, ms: Math.round(clock.monotonicMs() - startedMs) }, 'bank called');
  checkEcho(connection.bank, response, interactionId);
  return response;
}

function addressOf(connection: BankConnection, request: FdxRequest): URL {
  const address = new URL(`${request.baseUrl ?? connection.baseUrl}/${request.path.map(encodeURIComponent).join('/')}`);
  address.search = new URLSearchParams(request.query).toString();
  return address;
}

/** A refused proof is our own fault (a clock, a wrong key), not the end of the customer's consent. */
function refuseBadProof(bank: BankRef, error: oauth.WWWAuthenticateChallengeError): void {
  const codes = error.cause.map((challenge) => challenge.parameters.error);
  if (codes.includes('invalid_dpop_proof')) throw bankRefused(bank, 'invalid_dpop_proof', error.status);
}

/** The answer to another call (a confused cache in between) could be another customer's. */
function checkEcho(bank: BankRef, response: Response, interactionId: string): void {
  const echo = response.headers.get('x-fapi-interaction-id');
  if (echo !== null && echo !== interactionId) {
    throw bankAnswerUnreadable(bank, 'x-fapi-interaction-id', 'the answer belongs to another call');
  }
}

/** Sorts an answer into success or one of the errors that `BankApi` promises. */
async function readAnswer(bank: BankRef, response: Response, { document }: FdxRequest): Promise<FdxAnswer> {
  const { status } = response;
  if (status >= 500) throw bankUnreachable(bank, { status });
  if (status >= 400) throw refusal(bank, status, await errorCode(response));
  if (status === 204) return { status, body: undefined };
  if (document !== undefined)
    return { status, body: undefined, document: await readDocument(bank, response, document) };
  return { status, body: await readJson(bank, response) };
}

/** FDX error codes that say that the customer's authorization is gone: 601 not found, 603 not authenticated. */
function refusal(bank: BankRef, status: number, code: string): Error {
  if (code === '601' || code === '603') return bankConsentLost(bank, `FDX ${code}`);
  if (code === '1207') return bankRateLimited(bank, retryAfterSecondsUnsaid);
  return bankRefused(bank, code, status);
}

/** The FDX code of an error body; an error without a readable one is known by its status alone. */
async function errorCode(response: Response): Promise<string> {
  const text = await response.text();
  const parsed = isJson(response) ? parseJson(text) : undefined;
  const code = typeof parsed === 'object' && parsed !== null && 'code' in parsed ? parsed.code : undefined;
  return code === undefined ? `http-${response.status}` : plainCode(code);
}

async function readJson(bank: BankRef, response: Response): Promise<unknown> {
  if (!isJson(response)) throw bankAnswerUnreadable(bank, 'content-type', 'not JSON');
  const parsed = parseJson(await response.text());
  if (parsed === undefined) throw bankAnswerUnreadable(bank, 'body', 'broken JSON');
  return parsed;
}

async function readDocument(bank: BankRef, response: Response, type: string): Promise<Buffer> {
  const told = (response.headers.get('content-type') ?? '').split(';')[0]?.trim().toLowerCase();
  if (told !== type) throw bankAnswerUnreadable(bank, 'content-type', `not ${type}`);
  return Buffer.from(await response.arrayBuffer());
}

function isJson(response: Response): boolean {
  const type = (response.headers.get('content-type') ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
  return type === 'application/json' || /^application\/[a-z0-9.-]+\+json$/.test(type);
}

/** Undefined when the text is not JSON: no JSON text reads as undefined. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
