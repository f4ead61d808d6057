import type { AllClientMetadata, Configuration } from 'oidc-provider';
import type { SandboxBank } from '../banks.ts';
import type { SandboxContext } from '../context.ts';
import type { LoginSite } from '../interaction-steps.ts';
import { Provider } from '../oidc-library.ts';
import { clientProfile, endLogin, openIdServer } from '../openid-server.ts';
import { loadBankSecrets, type BankSecrets } from '../secrets.ts';
import { staffPerson } from './people.ts';

/** What the hub's desk is registered as at every bank's identity provider. */
const deskClientId = 'tellerline-desk';

/** Claims that stand in the ID token besides `sub`. */
const claims = ['name', 'roles', 'teams', 'locales'];

/**
 * The identity provider of a bank's staff, apart from the authorization server of its customers: plain OpenID Connect
 * with code, PKCE S256 and private_key_jwt, issuer `{sandbox}/{bank}/staff`, keys of its own. Who somebody is stands in
 * the ID token alone; there is nothing to call with the access token.
 */
export async function openStaffLogin(context: SandboxContext, bank: SandboxBank): Promise<LoginSite> {
  const path = `${bank.id}/staff`;
  const secrets = await loadBankSecrets(context.database, path, new Date(context.clock.nowMs()));
  const provider = new Provider(`${context.url}/${path}`, configuration(context, bank, path, secrets));
  provider.silent = true;
  provider.on('server_error', (_ctx, error) =>
    context.log.error({ err: error, bank: bank.id }, 'the identity provider of the staff failed'),
  );
  provider.use(endLogin);
  return { context, bank, provider, path };
}

function configuration(context: SandboxContext, bank: SandboxBank, path: string, secrets: BankSecrets): Configuration {
  const shared = openIdServer({ context, bank, path, secrets, store: path }, async (clientId) =>
    clientId === deskClientId ? deskMetadata(context) : undefined,
  );
  return {
    ...shared,
    routes: { authorization: '/authorize', token: '/token', jwks: '/jwks', end_session: '/session/end' },
    scopes: ['openid'],
    claims: { openid: ['sub', ...claims] },
    // There is no userinfo to fetch them from, so they stand in the ID token.
    conformIdTokenClaims: false,
    features: {
      devInteractions: { enabled: false },
      userinfo: { enabled: false },
      rpInitiatedLogout: { enabled: false },
      pushedAuthorizationRequests: { enabled: false },
      dPoP: { enabled: false },
    },
    ttl: { ...shared.ttl, AccessToken: 60, IdToken: 300, Grant: 300 },
    issueRefreshToken: async () => false,
    findAccount: async (_ctx, accountId) => {
      const found = staffPerson(accountId);
      return found && { accountId, claims: async () => ({ sub: accountId, ...found }) };
    },
  };
}

function deskMetadata(context: SandboxContext): AllClientMetadata {
  return {
    ...clientProfile,
    client_id: deskClientId,
    client_name: 'Tellerline',
    grant_types: ['authorization_code'],
    redirect_uris: [`${context.staffUrl()}/desk/return`],
    jwks_uri: `${context.hubUrl()}/.well-known/jwks.json`,
  };
}
