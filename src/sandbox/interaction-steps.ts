import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Provider } from 'oidc-provider';
import type { Locale } from '#contract';
import type { SandboxBank } from './banks.ts';
import type { SandboxContext } from './context.ts';
import { drawRefusalPage } from './interaction-pages.ts';
import { errors } from './oidc-library.ts';
import { localeOf } from './words.ts';

/** What the authorization server remembers of one login, by the browser's cookie. */
export type Interaction = Awaited<ReturnType<Provider['interactionDetails']>>;

/** An issuer with pages of its own: of a bank's customers, or of its staff. */
export interface LoginSite {
  readonly context: SandboxContext;
  readonly bank: SandboxBank;
  readonly provider: Provider;
  /** Its address below the sandbox, without slashes at its ends. */
  readonly path: string;
}

/** One step of a login: answers the page that it drew, or nothing when it sent the browser on. */
export type Step = (
  site: LoginSite,
  interaction: Interaction,
  request: FastifyRequest,
  reply: FastifyReply,
) => Promise<string | undefined>;

/** Forms of these pages are read as what they are. */
export function takeForms(scope: FastifyInstance): void {
  scope.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'string', bodyLimit: 16_384 },
    (_request, body, done) => {
      done(null, new URLSearchParams(String(body)));
    },
  );
}

/** Loads the interaction for a step and sends the page that the step drew, if it drew one. */
export function step(site: LoginSite, take: Step) {
  return async (request: FastifyRequest, reply: FastifyReply): Promise<unknown> => {
    reply.type('text/html; charset=utf-8').header('cache-control', 'no-store');
    let interaction: Interaction;
    try {
      interaction = await site.provider.interactionDetails(request.raw, reply.raw);
    } catch (error) {
      if (!(error instanceof errors.SessionNotFound)) throw error;
      reply.code(410).header('content-security-policy', contentPolicy("'none'"));
      return reply.send(
        drawRefusalPage({
          bank: site.bank,
          locale: localeOf(request.headers['accept-language']),
          code: 'login_expired',
        }),
      );
    }
    // A browser holds form-action against the whole chain of redirects, and the chain ends at the recipient.
    const origin = URL.parse(String(interaction.params['redirect_uri']))?.origin ?? '';
    reply.header('content-security-policy', contentPolicy(`'self' ${origin}`));
    const drawn = await take(site, interaction, request, reply);
    return drawn === undefined ? reply : reply.send(drawn);
  };
}

function contentPolicy(formAction: string): string {
  return `default-src 'none'; style-src 'self'; base-uri 'none'; form-action ${formAction}; frame-ancestors 'none'`;
}

/** The language that the recipient asked for, else the browser's. */
export function localeFor(interaction: Interaction, request: FastifyRequest): Locale {
  const asked = interaction.params['ui_locales'];
  return localeOf(typeof asked === 'string' ? asked : undefined, request.headers['accept-language']);
}

/** Where the forms of this login go. */
export function actionOf(site: LoginSite, interaction: Interaction): string {
  return `/${site.path}/interaction/${interaction.uid}`;
}

/** Who asks, as registered. */
export async function recipientName(site: LoginSite, interaction: Interaction): Promise<string> {
  const client = await site.provider.Client.find(String(interaction.params['client_id']));
  return client?.clientName ?? String(interaction.params['client_id']);
}

/** What a form of these pages holds. */
export function formOf(request: FastifyRequest): URLSearchParams {
  return request.body instanceof URLSearchParams ? request.body : new URLSearchParams();
}

/** Sends the browser back with an ID token to come, and access to nothing. */
export async function identify(
  { provider }: LoginSite,
  interaction: Interaction,
  { accountId, scope }: { readonly accountId: string; readonly scope: string },
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<void> {
  const grant = new provider.Grant({ accountId, clientId: String(interaction.params['client_id']) });
  grant.addOIDCScope(scope);
  const grantId = await grant.save();
  await finish(provider, request, reply, { login: { accountId, remember: false }, consent: { grantId } });
}

/** Whoever sits there does not want to. */
export function cancel(why: string): Step {
  return async ({ provider }, _interaction, request, reply) => {
    await finish(provider, request, reply, { error: 'access_denied', error_description: why });
    return undefined;
  };
}

/** Ends the interaction; the authorization server answers the redirect on the raw response. */
export async function finish(
  provider: Provider,
  request: FastifyRequest,
  reply: FastifyReply,
  result: Parameters<Provider['interactionFinished']>[2],
): Promise<void> {
  const returnTo = await provider.interactionResult(request.raw, reply.raw, result, { mergeWithLastSubmission: false });
  await reply.redirect(returnTo, 303);
}
