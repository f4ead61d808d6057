import { randomBytes } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Provider } from 'oidc-provider';
import { accountsOfCustomer } from './accounts.ts';
import type { SandboxBank } from './banks.ts';
import { durationDaysOf, readConsentRequest, type ConsentRequest } from './consent-request.ts';
import { storeConsent } from './consents.ts';
import { now, type SandboxContext } from './context.ts';
import { customerIdOf, ensureCustomer, isPassword } from './customers.ts';
import { drawConsentPage, drawLoginPage, drawRefusalPage } from './interaction-pages.ts';
import { errors } from './oidc-library.ts';
import { localeOf } from './words.ts';

type Interaction = Awaited<ReturnType<Provider['interactionDetails']>>;

interface Desk {
  readonly context: SandboxContext;
  readonly bank: SandboxBank;
  readonly provider: Provider;
}

/**
 * The bank's own pages: login, then consent with a choice of accounts. Both belong to one interaction of
 * the authorization server; the browser is known by its cookie, which is bound to this address.
 */
export function interactionRoutes(desk: Desk) {
  return async (scope: FastifyInstance): Promise<void> => {
    scope.addContentTypeParser(
      'application/x-www-form-urlencoded',
      { parseAs: 'string', bodyLimit: 16_384 },
      (_request, body, done) => {
        done(null, new URLSearchParams(String(body)));
      },
    );
    scope.get('/interaction/:uid', step(desk, showStep));
    scope.post('/interaction/:uid/login', step(desk, logIn));
    scope.post('/interaction/:uid/consent', step(desk, decide));
    scope.post(
      '/interaction/:uid/cancel',
      step(desk, async ({ provider }, _interaction, request, reply) => {
        await finish(provider, request, reply, {
          error: 'access_denied',
          error_description: 'the customer did not allow it',
        });
        return undefined;
      }),
    );
  };
}

type Step = (
  desk: Desk,
  interaction: Interaction,
  request: FastifyRequest,
  reply: FastifyReply,
) => Promise<string | undefined>;

/** Loads the interaction for a step and sends the page that the step drew, if it drew one. */
function step(desk: Desk, take: Step) {
  return async (request: FastifyRequest, reply: FastifyReply): Promise<unknown> => {
    reply.type('text/html; charset=utf-8').header('cache-control', 'no-store');
    let interaction: Interaction;
    try {
      interaction = await desk.provider.interactionDetails(request.raw, reply.raw);
    } catch (error) {
      if (!(error instanceof errors.SessionNotFound)) throw error;
      reply.code(410).header('content-security-policy', contentPolicy("'none'"));
      return reply.send(
        drawRefusalPage({
          bank: desk.bank,
          locale: localeOf(request.headers['accept-language']),
          code: 'login_expired',
        }),
      );
    }
    // A browser holds form-action against the whole chain of redirects, and the chain ends at the recipient.
    const origin = URL.parse(String(interaction.params['redirect_uri']))?.origin ?? '';
    reply.header('content-security-policy', contentPolicy(`'self' ${origin}`));
    const drawn = await take(desk, interaction, request, reply);
    return drawn === undefined ? reply : reply.send(drawn);
  };
}

function contentPolicy(formAction: string): string {
  return `default-src 'none'; style-src 'self'; base-uri 'none'; form-action ${formAction}; frame-ancestors 'none'`;
}

function localeFor(interaction: Interaction, request: FastifyRequest) {
  const asked = interaction.params['ui_locales'];
  return localeOf(typeof asked === 'string' ? asked : undefined, request.headers['accept-language']);
}

function actionOf(desk: Desk, interaction: Interaction): string {
  return `/${desk.bank.id}/interaction/${interaction.uid}`;
}

/** Who has signed in within this interaction. */
function signedInAs(interaction: Interaction): string | undefined {
  return interaction.result?.login?.accountId ?? interaction.lastSubmission?.login?.accountId;
}

function requestOf(interaction: Interaction): ConsentRequest | undefined {
  const text = interaction.params['authorization_details'];
  const details: unknown = typeof text === 'string' ? JSON.parse(text) : undefined;
  if (!Array.isArray(details) || details.length !== 1) return undefined;
  const request = readConsentRequest(details[0]);
  return 'refused' in request ? undefined : request;
}

async function recipientName(desk: Desk, interaction: Interaction): Promise<string> {
  const client = await desk.provider.Client.find(String(interaction.params['client_id']));
  return client?.clientName ?? String(interaction.params['client_id']);
}

/** A login that asks for nothing but who it is: no rich authorization request, the scope `openid` alone. */
function isIdentification({ params }: Interaction): boolean {
  return params['authorization_details'] === undefined && params['scope'] === 'openid';
}

const showStep: Step = async (desk, interaction, request, reply) => {
  if (isIdentification(interaction)) return loginPage(desk, interaction, request);
  if (!requestOf(interaction)) {
    await finish(desk.provider, request, reply, {
      error: 'invalid_request',
      error_description: 'exactly one authorization detail of type fdx_v1.0 is required',
    });
    return undefined;
  }
  const customerId = signedInAs(interaction);
  return customerId ? consentPage(desk, interaction, request, customerId) : loginPage(desk, interaction, request);
};

async function loginPage(
  desk: Desk,
  interaction: Interaction,
  request: FastifyRequest,
  failed?: { username: string },
): Promise<string> {
  return drawLoginPage({
    bank: desk.bank,
    locale: localeFor(interaction, request),
    recipient: await recipientName(desk, interaction),
    action: actionOf(desk, interaction),
    identifies: isIdentification(interaction),
    ...(failed && { username: failed.username, wrong: true }),
  });
}

const logIn: Step = async (desk, interaction, request, reply) => {
  const form = formOf(request);
  const username = (form.get('username') ?? '').slice(0, 100);
  const customerId = customerIdOf(username);
  if (!isPassword(form.get('password') ?? '') || !customerId) {
    reply.code(401);
    return loginPage(desk, interaction, request, { username });
  }
  await ensureCustomer(desk.context, desk.bank, customerId);
  if (isIdentification(interaction)) {
    await identify(desk, interaction, customerId, request, reply);
    return undefined;
  }
  await desk.provider.interactionResult(request.raw, reply.raw, { login: { accountId: customerId, remember: false } });
  await reply.redirect(actionOf(desk, interaction), 303);
  return undefined;
};

/** Sends the browser back with an ID token to come, and access to nothing. */
async function identify(
  { provider }: Desk,
  interaction: Interaction,
  customerId: string,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<void> {
  const grant = new provider.Grant({ accountId: customerId, clientId: String(interaction.params['client_id']) });
  grant.addOIDCScope('openid');
  const grantId = await grant.save();
  await finish(provider, request, reply, {
    login: { accountId: customerId, remember: false },
    consent: { grantId },
  });
}

async function consentPage(
  desk: Desk,
  interaction: Interaction,
  request: FastifyRequest,
  customerId: string,
  noneChosen = false,
): Promise<string> {
  const asked = requestOf(interaction);
  if (!asked) throw new Error('a consent page without a request');
  return drawConsentPage({
    bank: desk.bank,
    locale: localeFor(interaction, request),
    recipient: await recipientName(desk, interaction),
    action: actionOf(desk, interaction),
    username: customerId,
    request: asked,
    accounts: await accountsOfCustomer(desk.context.database, desk.bank.id, customerId),
    at: now(desk.context),
    noneChosen,
  });
}

/** The customer pressed "Allow": stores the consent and the grant, and sends the browser on. */
const decide: Step = async (desk, interaction, request, reply) => {
  const { context, bank, provider } = desk;
  const customerId = signedInAs(interaction);
  const asked = requestOf(interaction);
  if (!customerId || !asked) {
    await reply.redirect(actionOf(desk, interaction), 303);
    return undefined;
  }
  const accounts = await accountsOfCustomer(context.database, bank.id, customerId);
  const ticked = new Set(formOf(request).getAll('account'));
  const accountIds = accounts.map((account) => account.account_id).filter((accountId) => ticked.has(accountId));
  if (accountIds.length === 0) {
    reply.code(422);
    return consentPage(desk, interaction, request, customerId, true);
  }

  const consentId = `grant_${randomBytes(24).toString('base64url')}`;
  const clientId = String(interaction.params['client_id']);
  await storeConsent(context, { consentId, bankId: bank.id, customerId, clientId, request: asked, accountIds });
  await saveGrant(desk, interaction, { consentId, customerId, clientId, request: asked });
  await finish(provider, request, reply, {
    login: { accountId: customerId, remember: false },
    consent: { grantId: consentId },
  });
  return undefined;
};

async function saveGrant(
  { context, provider }: Desk,
  interaction: Interaction,
  given: { consentId: string; customerId: string; clientId: string; request: ConsentRequest },
): Promise<void> {
  const grant = new provider.Grant({ accountId: given.customerId, clientId: given.clientId });
  grant.jti = given.consentId;
  grant.exp = Math.floor(context.clock.nowMs() / 1000) + durationDaysOf(given.request) * 86_400;
  // Exactly what was asked for: a scope that is not granted would be asked for again and again.
  const scope = interaction.params['scope'];
  if (typeof scope === 'string' && scope !== '') grant.addOIDCScope(scope);
  grant.addRar({ type: 'fdx_v1.0', consentRequest: given.request, fdxConsentId: given.consentId });
  await grant.save();
}

function formOf(request: FastifyRequest): URLSearchParams {
  return request.body instanceof URLSearchParams ? request.body : new URLSearchParams();
}

/** Ends the interaction; the authorization server answers the redirect on the raw response. */
async function finish(
  provider: Provider,
  request: FastifyRequest,
  reply: FastifyReply,
  result: Parameters<Provider['interactionFinished']>[2],
): Promise<void> {
  const returnTo = await provider.interactionResult(request.raw, reply.raw, result, { mergeWithLastSubmission: false });
  await reply.redirect(returnTo, 303);
}
