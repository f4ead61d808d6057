import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { exportJWK, generateKeyPair } from 'jose';
import * as oauth from 'openid-client';
import * as z from 'zod';
import { createLog, systemClock, type Clock, type Log } from '#base';
import { openDatabase, type Database } from '#db';
import { testDatabase } from '#test/database';
import { bankById, fdxBase } from './banks.ts';
import { createSandbox, type Sandbox } from './sandbox.ts';

/** For tests alone: a hub that serves its keys and takes events, and a browser that fills in a bank's pages. */

/** A batch of events as it came in. */
export interface ReceivedBatch {
  readonly bank: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
  /** What it was answered with. */
  readonly status: number;
}

export interface StandInHub {
  readonly url: string;
  readonly received: ReceivedBatch[];
  /** What the next batches are answered with; 202 otherwise. */
  readonly answers: number[];
  readonly privateKey: CryptoKey;
  /** Waits until a batch arrived that the test looks for. */
  until(holds: () => boolean): Promise<void>;
  close(): Promise<void>;
}

export async function startStandInHub(): Promise<StandInHub> {
  const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true });
  const jwks = { keys: [{ ...(await exportJWK(publicKey)), kid: 'hub', use: 'sig', alg: 'ES256' }] };
  const received: ReceivedBatch[] = [];
  const answers: number[] = [];
  const waiting = new Set<() => void>();
  const server = createServer((request, response) => {
    const [, bank] = /^\/v1\/banks\/([\w-]+)\/events$/.exec(request.url ?? '') ?? [];
    if (bank) {
      void text(request).then((body) => {
        const status = answers.shift() ?? 202;
        received.push({ bank, headers: request.headers, body, status });
        response
          .writeHead(status, { 'content-type': 'application/json' })
          .end('{"accepted":1,"duplicates":0,"dropped":0}');
        for (const look of waiting) look();
      });
    } else if (request.url === '/.well-known/jwks.json') {
      response.setHeader('content-type', 'application/json').end(JSON.stringify(jwks));
    } else {
      response.setHeader('content-type', 'text/plain').end('back at the hub');
    }
  });
  const url = await listen(server);
  return {
    url,
    received,
    answers,
    privateKey,
    until: (holds) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          if (!holds()) return;
          settle();
          resolve();
        };
        // Far beyond what it takes: a test that waits in vain fails, and lets the others run.
        const tooLong = setTimeout(() => {
          settle();
          reject(new Error('what the test waits for did not come'));
        }, 30_000);
        const settle = (): void => {
          clearTimeout(tooLong);
          waiting.delete(look);
        };
        waiting.add(look);
        look();
      }),
    close: () => stop(server),
  };
}

async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://localhost:${(server.address() as AddressInfo).port}`;
}

async function stop(server: Server): Promise<void> {
  const closed = new Promise((resolve) => server.close(resolve));
  server.closeAllConnections();
  await closed;
}

/** The sandbox on a fresh database, with a hub beside it. */
export interface Trial {
  readonly sandbox: Sandbox;
  readonly hub: StandInHub;
  /** As the sandbox's own role. */
  readonly database: Database;
  control(method: string, path: string, body?: unknown): Promise<{ status: number; body: unknown }>;
  /** Stops the sandbox and starts it again on the same port and database. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

export async function startTrial(options: { clock?: Clock; seedCustomers?: number; log?: Log } = {}): Promise<Trial> {
  const log = options.log ?? createLog(process.env['TEST_LOG'] ?? 'silent');
  const base = await testDatabase();
  const hub = await startStandInHub();
  const database = openDatabase(base.sandboxUrl, { log, connectionsMax: 2 });
  const start = (port: number): Promise<Sandbox> =>
    createSandbox({
      databaseUrl: base.sandboxUrl,
      port,
      hubUrl: () => hub.url,
      clock: options.clock ?? systemClock,
      log,
      seedCustomers: options.seedCustomers ?? 1,
    });
  let sandbox = await start(0);
  return {
    get sandbox() {
      return sandbox;
    },
    hub,
    database,
    restart: async () => {
      await sandbox.close();
      sandbox = await start(Number(new URL(sandbox.url).port));
    },
    control: async (method, path, body) => {
      const response = await fetch(`${sandbox.url}/control/banks${path}`, {
        method,
        ...(body !== undefined && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
      });
      const answer = await response.text();
      return { status: response.status, body: answer === '' ? undefined : JSON.parse(answer) };
    },
    close: async () => {
      await sandbox.close();
      await hub.close();
      await database.close();
      await base.close();
    },
  };
}

/** A browser with cookies and no script, which is all that a bank's page asks for. */
export class TestBrowser {
  readonly #cookies = new Map<string, { value: string; path: string }>();

  /** Follows redirects until a page comes, or an address that is not the sandbox's. */
  async open(
    address: string,
    form?: URLSearchParams,
  ): Promise<{ url: string; status: number; text: string; headers: Headers }> {
    let url = address;
    let body = form;
    const home = new URL(address).origin;
    for (let hops = 0; hops < 10; hops += 1) {
      const { pathname } = new URL(url);
      const cookies = [...this.#cookies]
        .filter(([, cookie]) => pathname.startsWith(cookie.path))
        .map(([name, { value }]) => `${name}=${value}`);
      const response = await fetch(url, {
        redirect: 'manual',
        headers: { cookie: cookies.join('; '), accept: 'text/html' },
        ...(body && { method: 'POST', body }),
      });
      for (const line of response.headers.getSetCookie()) this.#keep(line);
      const location = response.headers.get('location');
      if (!location) return { url, status: response.status, text: await response.text(), headers: response.headers };
      url = new URL(location, url).href;
      body = undefined;
      if (new URL(url).origin !== home) return { url, status: response.status, text: '', headers: response.headers };
    }
    throw new Error('redirected in circles');
  }

  #keep(line: string): void {
    const [pair = '', ...attributes] = line.split(/;\s*/);
    const [name = '', value = ''] = pair.split(/=(.*)/s);
    const path = attributes.find((attribute) => attribute.toLowerCase().startsWith('path='))?.slice(5) ?? '/';
    if (value === '' || attributes.some((attribute) => /^expires=Thu, 01 Jan 1970/i.test(attribute)))
      this.#cookies.delete(name);
    else this.#cookies.set(name, { value, path });
  }

  /** Signs in and allows the accounts whose row the test chooses (all, if not said); answers where the bank sends the browser. */
  async signInAndAllow(address: string, customer: string, choose: (row: string) => boolean = () => true): Promise<URL> {
    const login = await this.open(address);
    const consent = await this.open(
      `${login.url}/login`,
      new URLSearchParams({ username: customer, password: 'sandbox' }),
    );
    if (!consent.text.includes('name="account"'))
      throw new Error(`no consent page: ${consent.status} ${consent.text.slice(0, 800)}`);
    const form = new URLSearchParams();
    for (const [row] of consent.text.matchAll(/<label class="row"[^]*?<\/label/g)) {
      const [, accountId] = /name="account" value="([^"]+)"/.exec(row) ?? [];
      if (accountId && choose(row)) form.append('account', accountId);
    }
    const returned = await this.open(`${consent.url}/consent`, form);
    return new URL(returned.url);
  }
}

/** What a customer is asked for, unless a test says otherwise. */
export const usualConsent = {
  durationType: 'TIME_BOUND',
  durationPeriod: 365,
  lookbackPeriod: 365,
  chat: 'Tellerline chat on this computer',
  resources: [{ resourceType: 'ACCOUNT', dataClusters: ['ACCOUNT_BASIC', 'ACCOUNT_DETAILED', 'TRANSACTIONS'] }],
} as const;

/** A bank as the hub sees it: its metadata, and the hub's client there. */
export async function clientAt(
  trial: Trial,
  bank: string,
  as: { clientId: string; key: CryptoKey; kid: string } = {
    clientId: 'tellerline',
    key: trial.hub.privateKey,
    kid: 'hub',
  },
): Promise<oauth.Configuration> {
  return oauth.discovery(
    new URL(`${trial.sandbox.url}/${bank}`),
    as.clientId,
    undefined,
    oauth.PrivateKeyJwt({ key: as.key, kid: as.kid }),
    { execute: [oauth.allowInsecureRequests] },
  );
}

/** One login under way: what the client keeps between push and return. */
export interface Login {
  readonly configuration: oauth.Configuration;
  readonly address: URL;
  readonly verifier: string;
  readonly dpop: oauth.DPoPHandle;
  readonly dpopKeys: oauth.CryptoKeyPair;
}

/** Pushes an authorization request, as FAPI 2.0 asks. */
export async function pushRequest(
  trial: Trial,
  configuration: oauth.Configuration,
  consentRequest: object = usualConsent,
  extra: Record<string, string> = {},
): Promise<Login> {
  const dpopKeys = await oauth.randomDPoPKeyPair('ES256', { extractable: true });
  const dpop = oauth.getDPoPHandle(configuration, dpopKeys);
  const verifier = oauth.randomPKCECodeVerifier();
  const address = await oauth.buildAuthorizationUrlWithPAR(
    configuration,
    {
      redirect_uri: `${trial.hub.url}/link/return`,
      scope: 'openid offline_access',
      prompt: 'consent',
      state: 'state-of-test',
      code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
      authorization_details: JSON.stringify([{ type: 'fdx_v1.0', consentRequest }]),
      ...extra,
    },
    { DPoP: dpop },
  );
  return { configuration, address, verifier, dpop, dpopKeys };
}

/** Redeems the code that the browser came back with. */
export function redeem(
  login: Login,
  returned: URL,
): Promise<oauth.TokenEndpointResponse & oauth.TokenEndpointResponseHelpers> {
  return oauth.authorizationCodeGrant(
    login.configuration,
    returned,
    { expectedState: 'state-of-test', pkceCodeVerifier: login.verifier },
    undefined,
    { DPoP: login.dpop },
  );
}

/** A linked customer: tokens, and a way to call the bank's FDX API with them. */
export interface Linked {
  readonly login: Login;
  readonly tokens: oauth.TokenEndpointResponse & oauth.TokenEndpointResponseHelpers;
  readonly grantId: string;
  fdx(method: string, path: string, options?: { body?: unknown; headers?: Record<string, string> }): Promise<FdxReply>;
}

export interface FdxReply {
  readonly status: number;
  readonly headers: Headers;
  // The tests assert what is in it; naming every member here would say nothing.
  // oxlint-disable-next-line typescript/no-explicit-any
  readonly body: Record<string, any>;
}

export async function linkCustomer(
  trial: Trial,
  bank: string,
  customer = 'customer-1',
  options: { consentRequest?: object; choose?: (row: string) => boolean } = {},
): Promise<Linked> {
  const login = await pushRequest(trial, await clientAt(trial, bank), options.consentRequest);
  const returned = await new TestBrowser().signInAndAllow(login.address.href, customer, options.choose);
  const tokens = await redeem(login, returned);
  const base = fdxBase(trial.sandbox.url, bankById(bank));
  return {
    login,
    tokens,
    grantId: z.string().parse(tokens['grant_id']),
    fdx: async (method, path, { body, headers = {} } = {}) => {
      const response = await oauth
        .fetchProtectedResource(
          login.configuration,
          tokens.access_token,
          new URL(`${base}${path}`),
          method,
          body === undefined ? undefined : JSON.stringify(body),
          new Headers({
            'x-fapi-interaction-id': crypto.randomUUID(),
            'fdx-api-actor-type': 'USER',
            ...(body !== undefined && { 'content-type': 'application/json' }),
            ...headers,
          }),
          { DPoP: login.dpop },
        )
        .catch((error: unknown) => {
          if (error instanceof oauth.WWWAuthenticateChallengeError) return error.response;
          throw error;
        });
      const answer = await response.text();
      const isJson = response.headers.get('content-type')?.startsWith('application/json');
      return {
        status: response.status,
        headers: response.headers,
        body: isJson && answer !== '' ? JSON.parse(answer) : { text: answer },
      };
    },
  };
}
