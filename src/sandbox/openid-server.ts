import type { AllClientMetadata, Configuration, KoaContextWithOIDC } from 'oidc-provider';
import { authorizationStore, type FindRecipient } from './authorization-store.ts';
import type { SandboxBank } from './banks.ts';
import type { SandboxContext } from './context.ts';
import { drawRefusalPage } from './interaction-pages.ts';
import { interactionPolicy } from './oidc-library.ts';
import type { BankSecrets } from './secrets.ts';
import { localeOf } from './words.ts';

/** Lifetimes in seconds (FAPI 2.0: codes at most 60). */
const seconds = { code: 60, interaction: 900, session: 900 } as const;

/** Signatures that a client may authenticate with, and that these servers sign with (FAPI 2.0 5.4). */
const algorithms = ['ES256', 'PS256', 'EdDSA', 'Ed25519'] as const;

/** What every client of these servers is held to: it authenticates by its key, and gets codes alone. */
export const clientProfile: AllClientMetadata = {
  application_type: 'web',
  response_types: ['code'],
  token_endpoint_auth_method: 'private_key_jwt',
  id_token_signed_response_alg: 'ES256',
};

/** One issuer of a bank: the one for its customers, or the one for its staff. */
export interface Issuer {
  readonly context: SandboxContext;
  readonly bank: SandboxBank;
  /** Its address below the sandbox, without slashes at its ends: `citi`, `citi/staff`. */
  readonly path: string;
  /** Whose its state is in the store. */
  readonly store: string;
  readonly secrets: BankSecrets;
}

/** What all issuers of the sandbox share: the store, keys, cookies, PKCE, private_key_jwt, and that a login is asked for each time. */
export function openIdServer({ context, bank, path, store, secrets }: Issuer, find: FindRecipient): Configuration {
  return {
    adapter: authorizationStore(context, store, find),
    jwks: { keys: [{ ...secrets.tokenSigningKey, kty: 'EC' }] },
    cookies: cookies(path, secrets),
    responseTypes: ['code'],
    clientAuthMethods: ['private_key_jwt'],
    pkce: { required: () => true },
    enabledJWA: {
      clientAuthSigningAlgValues: [...algorithms],
      idTokenSigningAlgValues: [...algorithms],
    },
    clockTolerance: 10,
    ttl: { AuthorizationCode: seconds.code, Interaction: seconds.interaction, Session: seconds.session },
    expiresWithSession: async () => false,
    // Every login is one of its own: an older grant is never taken up again.
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

/** All issuers share one host: each keeps to its own names and its own path. */
function cookies(path: string, secrets: BankSecrets): NonNullable<Configuration['cookies']> {
  const options = { httpOnly: true, sameSite: 'lax', signed: true, overwrite: true } as const;
  const name = path.replaceAll('/', '-');
  return {
    names: { session: `${name}-session`, interaction: `${name}-interaction`, resume: `${name}-resume` },
    long: { ...options, path: `/${path}` },
    short: options,
    keys: [...secrets.cookieKeys],
  };
}

/** A bank asks for the password at every login, whoever was there before in this browser. */
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

/** Signed in for this one purpose: the login ends when the browser is sent back. */
export async function endLogin(ctx: KoaContextWithOIDC, next: () => Promise<void>): Promise<void> {
  await next();
  if (ctx.oidc?.route !== 'resume') return;
  const { session } = ctx.oidc;
  if (session?.accountId) await session.destroy();
}
