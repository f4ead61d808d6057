import type { Configuration, KoaContextWithOIDC, Provider as AuthorizationServer } from 'oidc-provider';
import { fdxBase, type SandboxBank } from './banks.ts';
import { readConsentRequest } from './consent-request.ts';
import type { SandboxContext } from './context.ts';
import { DPOP_ALGORITHMS } from './dpop.ts';
import { errors, Provider } from './oidc-library.ts';
import { endLogin, openIdServer } from './openid-server.ts';
import { recipientMetadata } from './recipients.ts';
import type { BankSecrets } from './secrets.ts';

/** Lifetimes in seconds (FDX: access tokens at most 900). */
const seconds = { accessToken: 900, refreshToken: 366 * 86_400 } as const;

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
  const shared = openIdServer({ context, bank, path: bank.id, secrets, store: bank.id }, (clientId) =>
    recipientMetadata(context, clientId),
  );
  return {
    ...shared,
    routes,
    scopes: ['openid', 'offline_access'],
    enabledJWA: { ...shared.enabledJWA, dPoPSigningAlgValues: [...DPOP_ALGORITHMS] },
    features: features(fdxBase(context.url, bank), secrets),
    ttl: {
      ...shared.ttl,
      AccessToken: seconds.accessToken,
      RefreshToken: seconds.refreshToken,
      IdToken: seconds.accessToken,
      // Each grant says its own: as long as the consent lasts.
      Grant: seconds.refreshToken,
    },
    rotateRefreshToken: false,
    issueRefreshToken: async (_ctx, client) => client.grantTypeAllowed('refresh_token'),
    extraTokenClaims: async (_ctx, token) => ('grantId' in token ? { fdxConsentId: token.grantId } : undefined),
    findAccount: async (_ctx, accountId) => ({ accountId, claims: async () => ({ sub: accountId }) }),
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

/** The token answer names the grant: FDX's consent id. A scope that says nothing is left out (RFC 6749 3.3). */
async function addGrantId(ctx: KoaContextWithOIDC, next: () => Promise<void>): Promise<void> {
  await next();
  if (ctx.oidc?.route !== 'token' || ctx.status !== 200) return;
  const { scope, ...answer } = ctx.body as Record<string, unknown>;
  ctx.body = { ...answer, ...(scope ? { scope } : {}), grant_id: ctx.oidc.entities.AccessToken?.grantId };
}
