import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { calculateJwkThumbprint, createLocalJWKSet, EmbeddedJWK, jwtVerify, type JSONWebKeySet } from 'jose';

/**
 * A bank for tests: an authorization server and an FDX API that check everything a FAPI 2.0 server
 * checks of its client, and that misbehave in one way at a time when told to. Serves the id `citi`.
 */
export interface HostileBank {
  /** What stands in for the sandbox's address. */
  readonly url: string;
  readonly issuer: string;
  /** How it misbehaves; empty: it does not. A test sets members and the bank obeys at once. */
  readonly faults: Faults;
  /** Answers FDX calls whose token and proof were found good. */
  fdx: (call: FdxCall) => FdxReply;
  /** Every request, oldest first: path and what was in it. */
  readonly requests: RecordedRequest[];
  /** The customer logs in and allows: where the bank's page sends the browser. */
  allow(continueTo: URL, changes?: (returned: URLSearchParams) => void): URL;
  /** Ends the access tokens given out so far. */
  endAccess(): void;
  close(): Promise<void>;
}

/** Ways in which the bank misbehaves; each member is one, and absent means that it does not. */
export interface Faults {
  metadata?: Record<string, unknown>;
  tokenAnswer?: Record<string, unknown>;
  tokenError?: { readonly status: number; readonly error: string };
  parError?: { readonly status: number; readonly error: string };
  rotateRefresh?: boolean;
  /** Takes over the answer of any path that contains `path`. */
  takeOver?: { readonly path: string; readonly answer: (response: ServerResponse) => void };
}

/** An FDX call whose token and proof were found good. */
export interface FdxCall {
  readonly method: string;
  /** Behind the FDX base: `/accounts`. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** What the bank answers: `json` or `text`, with 200 unless `status` says otherwise. */
export interface FdxReply {
  readonly status?: number;
  readonly headers?: Record<string, string>;
  readonly json?: unknown;
  readonly text?: string;
}

/** A request as it came, with the status that it was answered with. `form` is the body read as a form, whatever it was. */
export interface RecordedRequest {
  readonly path: string;
  readonly query: URLSearchParams;
  readonly form: URLSearchParams;
  readonly headers: IncomingMessage['headers'];
  readonly status: number;
}

/** One login, from its push to its tokens. */
interface Pushed {
  readonly form: URLSearchParams;
  readonly jkt: string;
}

interface State {
  readonly pushed: Map<string, Pushed>;
  readonly codes: Map<string, Pushed>;
  readonly refreshTokens: Map<string, string>;
  /** Access tokens by the thumbprint of the key that they are bound to. */
  readonly accessTokens: Map<string, string>;
}

type Reply = { readonly status: number; readonly body: unknown; readonly headers?: Record<string, string> };
const nonce = 'nonce-of-today';

/** Starts the bank on a free port of this machine. */
export async function startHostileBank(clientJwks: JSONWebKeySet, redirectUri: string): Promise<HostileBank> {
  const state: State = { pushed: new Map(), codes: new Map(), refreshTokens: new Map(), accessTokens: new Map() };
  const faults: Faults = {};
  const requests: RecordedRequest[] = [];
  const server = createServer((request, response) => {
    void serve(request, response);
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const bank: HostileBank = {
    url,
    issuer: `${url}/citi`,
    faults,
    fdx: () => ({ status: 404, json: { code: '701', message: 'no such account' } }),
    requests,
    allow: (continueTo, changes) => allow(state, bank.issuer, redirectUri, continueTo, changes),
    endAccess: () => state.accessTokens.clear(),
    close: () => closed(server),
  };

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const address = new URL(request.url ?? '/', url);
    const body = await text(request);
    const call = { request, address, form: new URLSearchParams(body), body };
    if (faults.takeOver && address.pathname.includes(faults.takeOver.path)) {
      faults.takeOver.answer(response);
      return;
    }
    const reply = await route(bank, state, clientJwks, call);
    requests.push({
      path: address.pathname,
      query: address.searchParams,
      form: call.form,
      headers: request.headers,
      status: reply.status,
    });
    response.writeHead(reply.status, {
      'content-type': typeof reply.body === 'string' ? 'text/html' : 'application/json',
      ...reply.headers,
    });
    response.end(typeof reply.body === 'string' ? reply.body : JSON.stringify(reply.body));
  }
  return bank;
}

interface Call {
  readonly request: IncomingMessage;
  readonly address: URL;
  readonly form: URLSearchParams;
  readonly body: string;
}

async function route(bank: HostileBank, state: State, clientJwks: JSONWebKeySet, call: Call): Promise<Reply> {
  const path = call.address.pathname.slice('/citi'.length);
  if (path === '/.well-known/openid-configuration')
    return { status: 200, body: { ...metadataOf(bank.issuer), ...bank.faults.metadata } };
  if (path.startsWith('/fdx/v6')) return fdxReply(bank, state, call, path.slice('/fdx/v6'.length));
  const controls = '/card-control/v1';
  if (path.startsWith(controls)) return fdxReply(bank, state, call, path.slice(controls.length));
  if (!['/par', '/token', '/revocation'].includes(path)) return { status: 404, body: { error: 'not_found' } };

  const assertion = call.form.get('client_assertion') ?? '';
  try {
    await jwtVerify(assertion, createLocalJWKSet(clientJwks), {
      issuer: 'tellerline',
      subject: 'tellerline',
      audience: bank.issuer,
      algorithms: ['ES256'],
    });
  } catch {
    return { status: 401, body: { error: 'invalid_client' } };
  }
  if (path === '/revocation') return { status: 200, body: undefined };
  const jkt = await provenKey(call, call.address);
  if (jkt === undefined) return { status: 400, body: { error: 'use_dpop_nonce' }, headers: { 'dpop-nonce': nonce } };
  return path === '/par' ? push(bank, state, call.form, jkt) : token(bank, state, call.form, jkt);
}

function metadataOf(issuer: string): Record<string, unknown> {
  return {
    issuer,
    authorization_endpoint: `${issuer}/authorize`,
    token_endpoint: `${issuer}/token`,
    pushed_authorization_request_endpoint: `${issuer}/par`,
    revocation_endpoint: `${issuer}/revocation`,
    authorization_response_iss_parameter_supported: true,
  };
}

/** The thumbprint of the key that the DPoP proof was signed with; undefined when the proof or its nonce is not good. */
async function provenKey(call: Call, address: URL): Promise<string | undefined> {
  const proof = call.request.headers.dpop;
  if (typeof proof !== 'string') return undefined;
  const { payload, protectedHeader } = await jwtVerify(proof, EmbeddedJWK, { typ: 'dpop+jwt', algorithms: ['ES256'] });
  const isForThisCall = payload.htm === call.request.method && payload.htu === `${address.origin}${address.pathname}`;
  if (!isForThisCall || payload.nonce !== nonce || !protectedHeader.jwk) return undefined;
  return calculateJwkThumbprint(protectedHeader.jwk);
}

function push(bank: HostileBank, state: State, form: URLSearchParams, jkt: string): Reply {
  const { parError } = bank.faults;
  if (parError) return { status: parError.status, body: { error: parError.error } };
  const isGood =
    form.get('code_challenge_method') === 'S256' &&
    form.get('dpop_jkt') === jkt &&
    form.get('response_type') === 'code';
  if (!isGood) return { status: 400, body: { error: 'invalid_request' } };
  const requestUri = `urn:ietf:params:oauth:request_uri:${name()}`;
  state.pushed.set(requestUri, { form, jkt });
  return { status: 201, body: { request_uri: requestUri, expires_in: 60 } };
}

function allow(
  state: State,
  issuer: string,
  redirectUri: string,
  continueTo: URL,
  changes?: (returned: URLSearchParams) => void,
): URL {
  const pushed = state.pushed.get(continueTo.searchParams.get('request_uri') ?? '');
  if (!pushed) throw new Error('the browser came with a request that was never pushed');
  const code = name();
  state.codes.set(code, pushed);
  const returned = new URL(redirectUri);
  returned.searchParams.set('code', code);
  returned.searchParams.set('state', pushed.form.get('state') ?? '');
  returned.searchParams.set('iss', issuer);
  changes?.(returned.searchParams);
  return returned;
}

async function token(bank: HostileBank, state: State, form: URLSearchParams, jkt: string): Promise<Reply> {
  const { tokenError, tokenAnswer, rotateRefresh } = bank.faults;
  if (tokenError) return { status: tokenError.status, body: { error: tokenError.error } };
  const isRefresh = form.get('grant_type') === 'refresh_token';
  const bound = isRefresh ? state.refreshTokens.get(form.get('refresh_token') ?? '') : await redeem(state, form);
  if (bound !== jkt) return { status: 400, body: { error: 'invalid_grant' } };
  const accessToken = name();
  const refreshToken = name();
  state.accessTokens.set(accessToken, jkt);
  if (!isRefresh || rotateRefresh) state.refreshTokens.set(refreshToken, jkt);
  if (isRefresh && rotateRefresh) state.refreshTokens.delete(form.get('refresh_token') ?? '');
  const answer = {
    access_token: accessToken,
    token_type: 'DPoP',
    expires_in: 900,
    ...(isRefresh ? {} : { grant_id: 'grant-1' }),
    ...(isRefresh && !rotateRefresh ? {} : { refresh_token: refreshToken }),
  };
  return { status: 200, body: { ...answer, ...tokenAnswer } };
}

/** Redeems a code once, against its PKCE verifier and redirect_uri; the thumbprint it is bound to, or nothing. */
async function redeem(state: State, form: URLSearchParams): Promise<string | undefined> {
  const code = form.get('code') ?? '';
  const pushed = state.codes.get(code);
  state.codes.delete(code);
  if (!pushed || form.get('redirect_uri') !== pushed.form.get('redirect_uri')) return undefined;
  const verifier = new TextEncoder().encode(form.get('code_verifier') ?? '');
  const challenge = Buffer.from(await crypto.subtle.digest('SHA-256', verifier)).toString('base64url');
  return challenge === pushed.form.get('code_challenge') ? pushed.jkt : undefined;
}

async function fdxReply(bank: HostileBank, state: State, call: Call, path: string): Promise<Reply> {
  const [scheme, accessToken] = (call.request.headers.authorization ?? '').split(' ');
  const echo = { 'x-fapi-interaction-id': String(call.request.headers['x-fapi-interaction-id']) };
  const jkt = await provenKey(call, call.address);
  if (scheme !== 'DPoP' || !accessToken || !jkt || state.accessTokens.get(accessToken) !== jkt) {
    return {
      status: 401,
      body: { code: '603', message: 'not authenticated' },
      headers: { 'www-authenticate': 'DPoP error="invalid_token"', ...echo },
    };
  }
  const reply = bank.fdx({
    method: call.request.method ?? '',
    path,
    query: call.address.searchParams,
    headers: call.request.headers,
    body: call.body,
  });
  return { status: reply.status ?? 200, body: reply.text ?? reply.json, headers: { ...echo, ...reply.headers } };
}

function name(): string {
  return randomBytes(16).toString('base64url');
}

async function text(request: IncomingMessage): Promise<string> {
  let all = '';
  for await (const part of request) all += String(part);
  return all;
}

function closed(server: Server): Promise<void> {
  return new Promise((done) => {
    server.close(() => done());
    server.closeAllConnections();
  });
}
