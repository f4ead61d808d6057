import { TellerlineError, type BankId, type Clock } from '#base';
import type { BankFace, StaffRole } from '#contract';
import type { PendingSignIn, StaffIdentity, StaffLogin } from '#desk';
import * as oauth from 'openid-client';
import { authorizationInvalid, bankAnswerUnreadable } from '../fdx/faults.ts';
import { checkReturn } from '../fdx/login.ts';
import { MetadataCache } from '../fdx/metadata.ts';
import { protocolFault } from '../fdx/protocol-faults.ts';
import type { StaffConnection } from './connection.ts';

/** What sign-in of staff is given. */
export interface StaffLoginOptions {
  readonly faces: () => readonly BankFace[];
  /** @throws TellerlineError `bank_not_configured`, `bank_unknown` */
  readonly connection: (bank: BankId) => StaffConnection | undefined;
  /** Where identity providers send browsers back to. */
  readonly redirectUri: () => string;
  readonly clock: Clock;
}

/** How a claim that may be a list or one word is read: at most so many words, each of at most so many characters. */
const wordsMax = 64;
const wordCharactersMax = 128;

/**
 * Staff sign in at their own bank's identity provider: OpenID Connect with code, PKCE S256, state, nonce and
 * private_key_jwt. No token is kept: what it says is read once, and the hub's own session goes on from there.
 */
export function createStaffLogin(options: StaffLoginOptions): StaffLogin {
  const metadata = new MetadataCache(options.clock, ['authorization_endpoint', 'token_endpoint', 'jwks_uri']);
  const connectionOf = (bank: BankId): StaffConnection => {
    const connection = options.connection(bank);
    if (connection) return connection;
    throw new TellerlineError('staff_sign_in_unavailable', 404, 'The staff of this bank do not sign in here.', {
      bank,
    });
  };
  return {
    banks: () => options.faces().filter(({ id }) => isSetUp(options, id as BankId)),
    begin: async (bank, locale) => {
      const connection = connectionOf(bank);
      const { configuration } = await metadata.server(connection);
      const pending: PendingSignIn = {
        issuer: connection.issuer,
        state: oauth.randomState(),
        nonce: oauth.randomNonce(),
        codeVerifier: oauth.randomPKCECodeVerifier(),
      };
      const continueTo = oauth.buildAuthorizationUrl(configuration, {
        response_type: 'code',
        redirect_uri: options.redirectUri(),
        scope: 'openid profile',
        state: pending.state,
        nonce: pending.nonce,
        code_challenge: await oauth.calculatePKCECodeChallenge(pending.codeVerifier),
        code_challenge_method: 'S256',
        // A login that the bank remembers proves nothing about who sits there now.
        prompt: 'login',
        ui_locales: locale,
      });
      return { continueTo, pending };
    },
    finish: async (bank, returned, pending) => redeem(options, metadata, connectionOf(bank), returned, pending),
  };
}

/** Half a set-up is none on the list; whoever asks for it is told what is missing. */
function isSetUp({ connection }: StaffLoginOptions, bank: BankId): boolean {
  try {
    return connection(bank) !== undefined;
  } catch (error) {
    if (error instanceof TellerlineError) return false;
    throw error;
  }
}

async function redeem(
  { redirectUri }: StaffLoginOptions,
  metadata: MetadataCache,
  connection: StaffConnection,
  returned: URLSearchParams,
  pending: PendingSignIn,
): Promise<StaffIdentity> {
  const { bank, issuer } = connection;
  if (pending.issuer !== issuer) throw authorizationInvalid(bank, 'begun at another issuer');
  const { configuration } = await metadata.server(connection);
  // Not every identity provider names itself in its returns (RFC 9207); one that promises to is held to it. At the
  // others a code of ours is of no use elsewhere all the same: our assertion names the issuer that it is made for.
  const promised = configuration.serverMetadata()['authorization_response_iss_parameter_supported'] === true;
  checkReturn(connection, returned, pending.state, promised);
  // Also the signature is checked, though the token comes from the issuer itself: it says who may see customers' words.
  oauth.enableNonRepudiationChecks(configuration);
  const current = new URL(redirectUri());
  current.search = returned.toString();
  try {
    const answer = await oauth.authorizationCodeGrant(configuration, current, {
      expectedState: pending.state,
      expectedNonce: pending.nonce,
      pkceCodeVerifier: pending.codeVerifier,
      idTokenExpected: true,
    });
    return identityOf(connection, answer.claims());
  } catch (error) {
    if (error instanceof oauth.ResponseBodyError && ['invalid_grant', 'invalid_request'].includes(error.error))
      throw authorizationInvalid(bank, 'code refused');
    throw protocolFault(bank, error);
  }
}

function identityOf(connection: StaffConnection, claims: oauth.IDToken | undefined): StaffIdentity {
  const { bank, issuer, roles, claims: names } = connection;
  const subject = claims?.sub;
  if (!claims || !subject || subject.length > 255) throw bankAnswerUnreadable(bank, 'id_token', 'missing');
  const name = claimOf(claims, names.name);
  return {
    issuer,
    subject,
    name: typeof name === 'string' ? name : '',
    roles: wordsOf(claimOf(claims, names.roles))
      .map((role) => roles.get(role))
      .filter((role): role is StaffRole => role !== undefined),
    teams: wordsOf(claimOf(claims, names.teams)),
    locales: wordsOf(claimOf(claims, names.locales)),
  };
}

/** The whole name first: Auth0 and others have claims with dots in their names. */
function claimOf(claims: oauth.IDToken, name: string): unknown {
  if (Object.hasOwn(claims, name)) return claims[name];
  let at: unknown = claims;
  for (const step of name.split('.')) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, step)) return undefined;
    at = (at as Readonly<Record<string, unknown>>)[step];
  }
  return at;
}

function wordsOf(value: unknown): readonly string[] {
  const list: readonly unknown[] = Array.isArray(value)
    ? value
    : typeof value === 'string'
      ? value.split(/[\s,]+/)
      : [];
  return list
    .filter((word): word is string => typeof word === 'string' && word !== '' && word.length <= wordCharactersMax)
    .slice(0, wordsMax);
}
