import type { Configuration, KoaContextWithOIDC, Provider as AuthorizationServer } from 'oidc-provider';
import { authorizationStore } from './authorization-store.ts';
import { fdxBase, type SandboxBank } from './banks.ts';
import { readConsentRequest } from './consent-request.ts';
import type { SandboxContext } from './context.ts';
import { DPOP_ALGORITHMS } from './dpop.ts';
import { errors, interactionPolicy, Provider } from './oidc-library.ts';
import { drawRefusalPage } from './interaction-pages.ts';
import { localeOf } from './words.ts';
import { recipientMetadata } from './recipients.ts';
import type { BankSecrets } from './secrets.ts';

/** Lifetimes in seconds (FAPI 2.0: codes at most 60, FDX: access tokens at most 900). */
const seconds = { code: 60, accessToken: 900, interaction: 900, session: 900, refreshToken: 366 * 86_400 } as const;

/** Signatures that a recipient may authenticate with, and that this server signs with (FAPI 2.0 5.4). */
const algorithms = ['ES256', 'PS256', 'EdDSA', 'Ed25519'] as const;

/** Addresses below the issuer. */
const routes = {
  authorization: '/authorize',
  pushed_authorization_request: '/par',
  token: '/token',
  revocation: '/revoke',
  jwks: '/jwks',
  end_session: '/session/end',
} as const;

/**
 * The authorization server of one bank: `oidc-provider` in the FAPI 2.0 security profile. Pushed requests,
 * PKCE S256, private_key_jwt, DPoP with nonces, `iss` in the response, rich authorization requests of type
 * fdx_v1.0. The pages for login and consent are ours (interactions.ts).
 */
export function createAuthorizationServer(
  context: SandboxContext,
  bank: SandboxBank,
  secrets: BankSecrets,
): AuthorizationServer {
  const provider = new Provider(`${context.url}/${bank.id}`, configuration(context, bank, secrets));
  provider.silent = true;
  provider.on('server_error', (_ctx, error) =>
    context.log.error({ err: error, bank: bank.id }, 'the authorization server failed'),
  );
  provider.use(addGrantId);
  provider.use(endLogin);
  return provider;
}

function configuration(context: SandboxContext, bank: SandboxBank, secrets: BankSecrets): Configuration {
  return {
    adapter: authorizationStore(context, bank.id, (clientId) => recipientMetadata(context, clientId)),
    jwks: { keys: [{ ...secrets.tokenSigningKey, kty: 'EC' }] },
    cookies: cookies(bank, secrets),
    routes,
    scopes: ['openid', 'offline_access'],
    responseTypes: ['code'],
    clientAuthMethods: ['private_key_jwt'],
    pkce: { required: () => true },
    enabledJWA: {
      clientAuthSigningAlgValues: [...algorithms],
      idTokenSigningAlgValues: [...algorithms],
      dPoPSigningAlgValues: [...DPOP_ALGORITHMS],
    },
    clockTolerance: 10,
    features: features(fdxBase(context.url, bank), secrets),
    ttl: {
      AccessToken: seconds.accessToken,
      AuthorizationCode: seconds.code,
      RefreshToken: seconds.refreshToken,
      IdToken: seconds.accessToken,
      Interaction: seconds.interaction,
      Session: seconds.session,
      // Each grant says its own: as long as the consent lasts.
      Grant: seconds.refreshToken,
    },
    rotateRefreshToken: false,
    issueRefreshToken: async (_ctx, client) => client.grantTypeAllowed('refresh_token'),
    expiresWithSession: async () => false,
    extraTokenClaims: async (_ctx, token) => ('grantId' in token ? { fdxConsentId: token.grantId } : undefined),
    findAccount: async (_ctx, accountId) => ({ accountId, claims: async () => ({ sub: accountId }) }),
    // Every linking is a consent of its own: an older one is never taken up again.
    loadExistingGrant: async (ctx) => {
      const grantId = ctx.oidc.result?.consent?.grantId;
      return grantId ? ctx.oidc.provider.Grant.find(grantId) : undefined;
    },
    interactions: {
      policy: policy(),
      url: async (ctx, interaction) => `${ctx.oidc.issuer}/interaction/${interaction.uid}`,
    },
    clientBasedCORS: () => false,
    renderError: async (ctx, out) => {
      const locale = localeOf(ctx.get('accept-language'));
      ctx.type = 'html';
      ctx.set(
        'content-security-policy',
        "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
      );
      ctx.body = drawRefusalPage({ bank, locale, code: out.error });
    },
    fetch: fetchFromHub(context),
  };
}

/** Four issuers share one host: each keeps to its own names and its own path. */
function cookies(bank: SandboxBank, secrets: BankSecrets): NonNullable<Configuration['cookies']> {
  const options = { httpOnly: true, sameSite: 'lax', signed: true, overwrite: true } as const;
  return {
    names: { session: `${bank.id}-session`, interaction: `${bank.id}-interaction`, resume: `${bank.id}-resume` },
    long: { ...options, path: `/${bank.id}` },
    short: options,
    keys: [...secrets.cookieKeys],
  };
}

/** @param api address of the bank's FDX API, which the tokens are for */
function features(api: string, secrets: BankSecrets): NonNullable<Configuration['features']> {
  return {
    devInteractions: { enabled: false },
    userinfo: { enabled: false },
    rpInitiatedLogout: { enabled: false },
    // Rich authorization requests stand for a resource: here there is one, the bank's FDX API. It names no
    // scopes of its own, so that none has to be granted twice.
    resourceIndicators: {
      enabled: true,
      defaultResource: async () => api,
      useGrantedResource: async () => true,
      getResourceServerInfo: async (_ctx, resource) => {
        if (resource !== api) throw new errors.InvalidTarget();
        return { scope: '', audience: api, accessTokenFormat: 'opaque', accessTokenTTL: seconds.accessToken };
      },
    },
    fapi: { enabled: true, profile: '2.0' },
    pushedAuthorizationRequests: {
      enabled: true,
      requirePushedAuthorizationRequests: true,
      allowUnregisteredRedirectUris: false,
    },
    dPoP: { enabled: true, nonceSecret: secrets.dpopNonceSecret, requireNonce: () => true, allowReplay: false },
    revocation: { enabled: true, allowedPolicy: async (_ctx, client, token) => token.clientId === client.clientId },
    richAuthorizationRequests: {
      enabled: true,
      types: { 'fdx_v1.0': { validate: validateConsentRequest } },
      authorizationDetailsForGrantSource: async (ctx) => ctx.oidc.grant?.rar,
      authorizationDetailsForAccessToken: async (_ctx, _token, source) => source?.rar,
    },
  };
}

function validateConsentRequest(_ctx: KoaContextWithOIDC, detail: unknown): void {
  const request = readConsentRequest(detail);
  if ('refused' in request) throw new errors.InvalidAuthorizationDetails(request.refused);
}

/** A bank asks for the password at every linking, whoever was there before in this browser. */
function policy(): ReturnType<typeof interactionPolicy.base> {
  const prompts = interactionPolicy.base();
  const { Check } = interactionPolicy;
  prompts
    .get('login')
    ?.checks.add(
      new Check('login_each_time', 'the bank asks for the login each time', (ctx) =>
        ctx.oidc.result?.login ? Check.NO_NEED_TO_PROMPT : Check.REQUEST_PROMPT,
      ),
    );
  return prompts;
}

/** Keys are fetched from the hub alone: no registration can make this server call anything else. */
function fetchFromHub(context: SandboxContext): NonNullable<Configuration['fetch']> {
  return async (url, options) => {
    const address = url instanceof Request ? url.url : url;
    if (new URL(address).origin !== new URL(context.hubUrl()).origin)
      throw new Error('keys are fetched from the hub alone');
    // The library's dispatcher refuses loopback addresses; the hub of a sandbox is on one.
    const { dispatcher: _dispatcher, ...rest } = options as RequestInit & { dispatcher?: unknown };
    return fetch(address, rest);
  };
}

/** The token answer names the grant: FDX's consent id. A scope that says nothing is left out (RFC 6749 3.3). */
async function addGrantId(ctx: KoaContextWithOIDC, next: () => Promise<void>): Promise<void> {
  await next();
  if (ctx.oidc?.route !== 'token' || ctx.status !== 200) return;
  const { scope, ...answer } = ctx.body as Record<string, unknown>;
  ctx.body = { ...answer, ...(scope ? { scope } : {}), grant_id: ctx.oidc.entities.AccessToken?.grantId };
}

/** Signed in for this one purpose: the login ends when the browser is sent back. */
async function endLogin(ctx: KoaContextWithOIDC, next: () => Promise<void>): Promise<void> {
  await next();
  if (ctx.oidc?.route !== 'resume') return;
  const { session } = ctx.oidc;
  if (session?.accountId) await session.destroy();
}
