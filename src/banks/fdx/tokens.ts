import { createPrivateKey, createPublicKey, generateKeyPairSync, type webcrypto } from 'node:crypto';
import { limits, type Clock, type Log } from '#base';
import type { BankSession, BankTokens } from '#linking';
import * as oauth from 'openid-client';
import type { BankConnection } from './connection.ts';
import { bankAnswerUnreadable, bankConsentLost } from './faults.ts';
import type { AuthorizationServer, MetadataCache } from './metadata.ts';
import { protocolFault } from './protocol-faults.ts';

const ecdsa = { name: 'ECDSA', namedCurve: 'P-256' } as const;

/** Renewed this long before its end, so that a token does not run out on its way. */
const renewBeforeMs = 30_000;

/** A fresh DPoP key of one link, as the private JWK that is sealed with its tokens. */
export function newDpopKey(): Record<string, unknown> {
  return { ...generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' }) };
}

/** The prover for a link's DPoP key (RFC 9449), with the server's newest nonce already in its proofs. */
export function dpopHandle(server: AuthorizationServer, dpopKey: Readonly<Record<string, unknown>>): oauth.DPoPHandle {
  const jwk: webcrypto.JsonWebKey = { ...dpopKey };
  const privateKey = createPrivateKey({ key: jwk, format: 'jwk' });
  const pair = {
    privateKey: privateKey.toCryptoKey(ecdsa, false, ['sign']),
    publicKey: createPublicKey(privateKey).toCryptoKey(ecdsa, true, ['verify']),
  };
  return oauth.getDPoPHandle(server.configuration, pair, {
    [oauth.modifyAssertion]: (_header, payload) => {
      const nonce = typeof payload.htu === 'string' ? server.nonces.get(new URL(payload.htu).origin) : undefined;
      if (payload.nonce === undefined && nonce !== undefined) payload.nonce = nonce;
    },
  });
}

/**
 * Tokens out of a token answer.
 *
 * @throws TellerlineError `bank_answer_unreadable` when they are not bound to our key (`token_type` other than DPoP)
 */
export function tokensOf(
  connection: BankConnection,
  answer: oauth.TokenEndpointResponse,
  dpopKey: Record<string, unknown>,
  nowMs: number,
  refreshTokenBefore?: string,
): BankTokens {
  if (answer.token_type.toLowerCase() !== 'dpop') {
    throw bankAnswerUnreadable(connection.bank, 'token_type', 'not DPoP: the token would be anybody’s who holds it');
  }
  // Refresh tokens are not rotated under FAPI 2.0; a bank that does it anyway is followed.
  const refreshToken = answer.refresh_token ?? refreshTokenBefore;
  const seconds = Math.min(answer.expires_in ?? limits.bankAccessSecondsMax, limits.bankAccessSecondsMax);
  return {
    accessToken: answer.access_token,
    ...(refreshToken === undefined ? {} : { refreshToken }),
    accessExpiresAtMs: nowMs + seconds * 1000,
    dpopKey,
  };
}

/** Keeps the tokens of links usable. */
export class TokenKeeper {
  readonly #metadata: MetadataCache;
  readonly #clock: Clock;
  readonly #log: Log;
  /** Renewals under way by bank and grant: a rotated refresh token must not be redeemed twice at once. */
  readonly #renewals = new Map<string, Promise<BankTokens>>();

  constructor(dependencies: { readonly metadata: MetadataCache; readonly clock: Clock; readonly log: Log }) {
    this.#metadata = dependencies.metadata;
    this.#clock = dependencies.clock;
    this.#log = dependencies.log;
  }

  /** The session's tokens, renewed first when their end is near. */
  async usable(connection: BankConnection, session: BankSession): Promise<BankTokens> {
    const tokens = session.tokens();
    return tokens.accessExpiresAtMs - renewBeforeMs > this.#clock.nowMs()
      ? tokens
      : this.renew(connection, session, tokens);
  }

  /**
   * New tokens in place of `stale`; saved before anyone uses them. When somebody else renewed them
   * meanwhile, theirs are answered.
   *
   * @throws TellerlineError `bank_consent_lost` when the bank does not renew them any more
   */
  async renew(connection: BankConnection, session: BankSession, stale: BankTokens): Promise<BankTokens> {
    const current = session.tokens();
    if (current.accessToken !== stale.accessToken) return current;
    const link = `${connection.bank.id} ${session.grantId}`;
    const underWay = this.#renewals.get(link);
    if (underWay) return underWay;
    const renewal = this.#redeem(connection, session, current).finally(() => this.#renewals.delete(link));
    this.#renewals.set(link, renewal);
    return renewal;
  }

  async #redeem(connection: BankConnection, session: BankSession, stale: BankTokens): Promise<BankTokens> {
    if (stale.refreshToken === undefined)
      throw bankConsentLost(connection.bank, 'the access ended and cannot be renewed');
    const server = await this.#metadata.server(connection);
    let answer: oauth.TokenEndpointResponse;
    try {
      const DPoP = dpopHandle(server, stale.dpopKey);
      answer = await oauth.refreshTokenGrant(server.configuration, stale.refreshToken, undefined, { DPoP });
    } catch (error) {
      if (error instanceof oauth.ResponseBodyError && error.error === 'invalid_grant') {
        throw bankConsentLost(connection.bank, 'invalid_grant');
      }
      this.#metadata.forget(connection);
      throw protocolFault(connection.bank, error);
    }
    const tokens = tokensOf(connection, answer, stale.dpopKey, this.#clock.nowMs(), stale.refreshToken);
    await session.save(tokens);
    this.#log.debug({ bank: connection.bank.id }, 'bank tokens renewed');
    return tokens;
  }

  /** Ends the refresh token at the bank (RFC 7009), where the bank offers that. */
  async end(connection: BankConnection, tokens: BankTokens): Promise<void> {
    const server = await this.#metadata.server(connection);
    if (!server.configuration.serverMetadata().revocation_endpoint) return;
    try {
      await oauth.tokenRevocation(server.configuration, tokens.refreshToken ?? tokens.accessToken);
    } catch (error) {
      throw protocolFault(connection.bank, error);
    }
  }
}
