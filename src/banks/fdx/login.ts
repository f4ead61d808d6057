import type { Clock } from '#base';
import type { BankGrant, BankLoginRequest, PendingAuthorization } from '#linking';
import * as oauth from 'openid-client';
import * as z from 'zod';
import type { BankConnection, BankRef } from './connection.ts';
import { consentRequest } from './consent-request.ts';
import {
  authorizationDeclined,
  authorizationInvalid,
  bankAnswerUnreadable,
  bankRefused,
  bankUnreachable,
  plainCode,
} from './faults.ts';
import type { MetadataCache } from './metadata.ts';
import { protocolFault } from './protocol-faults.ts';
import { dpopHandle, newDpopKey, tokensOf } from './tokens.ts';

/**
 * The bank's own login by FAPI 2.0: pushed authorization request, PKCE S256, DPoP from the first call
 * on, private_key_jwt, rich authorization request. The browser carries client_id and request_uri there,
 * and code, state and iss back; nothing else.
 */
export interface LoginDependencies {
  readonly metadata: MetadataCache;
  readonly clock: Clock;
  /** Where the bank sends the browser back to. */
  readonly redirectUri: () => string;
}

/** What is remembered from the push to the return: bound to one browser session by linking, sealed. */
const pendingSchema = z.object({
  bank: z.string(),
  issuer: z.string(),
  state: z.string().min(1),
  codeVerifier: z.string().min(43),
  redirectUri: z.string(),
  dpopKey: z.record(z.string(), z.unknown()),
});

type DpopKey = z.infer<typeof pendingSchema>['dpopKey'];

/** Pushes the authorization request and answers where the browser goes. */
export function beginLogin(
  dependencies: LoginDependencies,
  connection: BankConnection,
  request: BankLoginRequest,
): Promise<{ readonly continueTo: URL; readonly pending: PendingAuthorization }> {
  return push(dependencies, connection, request, {
    scope: connection.scope,
    // Without it an OpenID server gives no refresh token for offline_access.
    prompt: 'consent',
    authorization_details: JSON.stringify(consentRequest(request)),
  });
}

/** The same for a login that grants nothing: the bank's ID token says who it is. */
export function beginIdentification(
  dependencies: LoginDependencies,
  connection: BankConnection,
  request: Pick<BankLoginRequest, 'state' | 'locale'>,
): Promise<{ readonly continueTo: URL; readonly pending: PendingAuthorization }> {
  // A login that the bank remembers proves nothing about who sits there now.
  return push(dependencies, connection, request, { scope: 'openid', prompt: 'login' });
}

async function push(
  { metadata, redirectUri }: LoginDependencies,
  connection: BankConnection,
  request: Pick<BankLoginRequest, 'state' | 'locale'>,
  asked: Readonly<Record<string, string>>,
): Promise<{ readonly continueTo: URL; readonly pending: PendingAuthorization }> {
  const server = await metadata.server(connection);
  const pending: z.infer<typeof pendingSchema> = {
    bank: connection.bank.id,
    issuer: connection.issuer,
    state: request.state,
    codeVerifier: oauth.randomPKCECodeVerifier(),
    redirectUri: redirectUri(),
    dpopKey: newDpopKey(),
  };
  const DPoP = dpopHandle(server, pending.dpopKey);
  const parameters = {
    redirect_uri: pending.redirectUri,
    state: pending.state,
    ...asked,
    code_challenge: await oauth.calculatePKCECodeChallenge(pending.codeVerifier),
    code_challenge_method: 'S256',
    dpop_jkt: await DPoP.calculateThumbprint(),
    ui_locales: request.locale,
  };
  try {
    const continueTo = await oauth.buildAuthorizationUrlWithPAR(server.configuration, parameters, { DPoP });
    return { continueTo, pending };
  } catch (error) {
    metadata.forget(connection);
    throw protocolFault(connection.bank, error);
  }
}

/** Checks the return and redeems its code. */
export async function finishLogin(
  { metadata, clock }: LoginDependencies,
  connection: BankConnection,
  returned: URL,
  remembered: PendingAuthorization,
): Promise<BankGrant> {
  const { bank } = connection;
  const { answer, dpopKey } = await redeemCode(metadata, connection, returned, remembered);
  const { grant_id: grantId } = answer;
  if (typeof grantId !== 'string' || grantId === '' || grantId.length > 256) {
    throw bankAnswerUnreadable(bank, 'grant_id', 'missing');
  }
  const subject = answer.claims()?.sub;
  return { grantId, tokens: tokensOf(connection, answer, dpopKey, clock.nowMs()), ...(subject && { subject }) };
}

/** Checks the return of a login that only says who it is; answers the subject of its ID token. */
export async function finishIdentification(
  { metadata }: LoginDependencies,
  connection: BankConnection,
  returned: URL,
  remembered: PendingAuthorization,
): Promise<string> {
  const { answer } = await redeemCode(metadata, connection, returned, remembered);
  const subject = answer.claims()?.sub;
  if (!subject) throw bankAnswerUnreadable(connection.bank, 'id_token', 'missing');
  return subject;
}

/** The tokens for a return's code, once the return is known to be the answer to this login. */
async function redeemCode(
  metadata: MetadataCache,
  connection: BankConnection,
  returned: URL,
  remembered: PendingAuthorization,
): Promise<{ answer: oauth.TokenEndpointResponse & oauth.TokenEndpointResponseHelpers; dpopKey: DpopKey }> {
  const { bank } = connection;
  const pending = pendingSchema.safeParse(remembered).data;
  if (!pending || pending.bank !== bank.id || pending.issuer !== connection.issuer) {
    throw authorizationInvalid(bank, 'begun at another bank');
  }
  checkReturn(connection, returned.searchParams, pending.state);

  const server = await metadata.server(connection);
  // The address as we gave it to the bank, not as a proxy in between may have made it.
  const current = new URL(pending.redirectUri);
  current.search = returned.search;
  try {
    const answer = await oauth.authorizationCodeGrant(
      server.configuration,
      current,
      { expectedState: pending.state, pkceCodeVerifier: pending.codeVerifier },
      undefined,
      { DPoP: dpopHandle(server, pending.dpopKey) },
    );
    return { answer, dpopKey: pending.dpopKey };
  } catch (error) {
    if (error instanceof oauth.ResponseBodyError && ['invalid_grant', 'invalid_request'].includes(error.error)) {
      throw authorizationInvalid(bank, 'code refused');
    }
    throw protocolFault(bank, error);
  }
}

/**
 * The return must be the answer of this issuer to this login: `iss` (RFC 9207) and `state` stand in it
 * once and are the expected ones. Only then is believed what else it says, a refusal included.
 *
 * @param issuerNamed false for a server that does not name itself in its returns; one that does all the same is held to it
 */
export function checkReturn(
  { bank, issuer }: Pick<BankConnection, 'bank' | 'issuer'>,
  returned: URLSearchParams,
  state: string,
  issuerNamed = true,
): void {
  if ((issuerNamed || returned.has('iss')) && onlyValue(returned, 'iss') !== issuer)
    throw authorizationInvalid(bank, 'iss missing or not the bank’s');
  if (onlyValue(returned, 'state') !== state) throw authorizationInvalid(bank, 'state missing or not this login’s');
  if (returned.has('error')) throw errorReturn(bank, onlyValue(returned, 'error'));
  if (onlyValue(returned, 'code') === undefined) throw authorizationInvalid(bank, 'no code');
}

function onlyValue(parameters: URLSearchParams, name: string): string | undefined {
  const [value, ...more] = parameters.getAll(name);
  return more.length === 0 ? value : undefined;
}

/** What an error that the bank's login page sent back means (RFC 6749 4.1.2.1). */
function errorReturn(bank: BankRef, error: string | undefined): Error {
  switch (error) {
    case 'access_denied':
      return authorizationDeclined(bank);
    case 'server_error':
    case 'temporarily_unavailable':
      return bankUnreachable(bank, { reason: error });
    default:
      return bankRefused(bank, plainCode(error), 400);
  }
}
