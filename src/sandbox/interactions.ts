import { randomBytes } from 'node:crypto';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { accountsOfCustomer } from './accounts.ts';
import { durationDaysOf, readConsentRequest, type ConsentRequest } from './consent-request.ts';
import { storeConsent } from './consents.ts';
import { now } from './context.ts';
import { customerIdOf, ensureCustomer, isPassword } from './customers.ts';
import { drawConsentPage, drawLoginPage } from './interaction-pages.ts';
import {
  actionOf,
  cancel,
  finish,
  formOf,
  identify,
  localeFor,
  recipientName,
  step,
  takeForms,
  type Interaction,
  type LoginSite,
  type Step,
} from './interaction-steps.ts';
import { bankWords } from './words.ts';

/**
 * The bank's own pages: login, then consent with a choice of accounts. Both belong to one interaction of
 * the authorization server; the browser is known by its cookie, which is bound to this address.
 */
export function interactionRoutes(site: LoginSite) {
  return async (scope: FastifyInstance): Promise<void> => {
    takeForms(scope);
    scope.get('/interaction/:uid', step(site, showStep));
    scope.post('/interaction/:uid/login', step(site, logIn));
    scope.post('/interaction/:uid/consent', step(site, decide));
    scope.post('/interaction/:uid/cancel', step(site, cancel('the customer did not allow it')));
  };
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

/** A login that asks for nothing but who it is: no rich authorization request, the scope `openid` alone. */
function isIdentification({ params }: Interaction): boolean {
  return params['authorization_details'] === undefined && params['scope'] === 'openid';
}

const showStep: Step = async (site, interaction, request, reply) => {
  if (isIdentification(interaction)) return loginPage(site, interaction, request);
  if (!requestOf(interaction)) {
    await finish(site.provider, request, reply, {
      error: 'invalid_request',
      error_description: 'exactly one authorization detail of type fdx_v1.0 is required',
    });
    return undefined;
  }
  const customerId = signedInAs(interaction);
  return customerId ? consentPage(site, interaction, request, customerId) : loginPage(site, interaction, request);
};

async function loginPage(
  site: LoginSite,
  interaction: Interaction,
  request: FastifyRequest,
  failed?: { username: string },
): Promise<string> {
  const locale = localeFor(interaction, request);
  const recipient = await recipientName(site, interaction);
  const words = bankWords[locale];
  return drawLoginPage({
    bank: site.bank,
    locale,
    action: actionOf(site, interaction),
    lead: isIdentification(interaction) ? words.identifyLead(recipient) : words.signInLead(recipient),
    hint: words.sandboxHint,
    ...(failed && { username: failed.username, wrong: true }),
  });
}

const logIn: Step = async (site, interaction, request, reply) => {
  const form = formOf(request);
  const username = (form.get('username') ?? '').slice(0, 100);
  const customerId = customerIdOf(username);
  if (!isPassword(form.get('password') ?? '') || !customerId) {
    reply.code(401);
    return loginPage(site, interaction, request, { username });
  }
  await ensureCustomer(site.context, site.bank, customerId);
  if (isIdentification(interaction)) {
    await identify(site, interaction, { accountId: customerId, scope: 'openid' }, request, reply);
    return undefined;
  }
  await site.provider.interactionResult(request.raw, reply.raw, { login: { accountId: customerId, remember: false } });
  await reply.redirect(actionOf(site, interaction), 303);
  return undefined;
};

async function consentPage(
  site: LoginSite,
  interaction: Interaction,
  request: FastifyRequest,
  customerId: string,
  noneChosen = false,
): Promise<string> {
  const asked = requestOf(interaction);
  if (!asked) throw new Error('a consent page without a request');
  return drawConsentPage({
    bank: site.bank,
    locale: localeFor(interaction, request),
    recipient: await recipientName(site, interaction),
    action: actionOf(site, interaction),
    username: customerId,
    request: asked,
    accounts: await accountsOfCustomer(site.context.database, site.bank.id, customerId),
    at: now(site.context),
    noneChosen,
  });
}

/** The customer pressed "Allow": stores the consent and the grant, and sends the browser on. */
const decide: Step = async (site, interaction, request, reply) => {
  const { context, bank, provider } = site;
  const customerId = signedInAs(interaction);
  const asked = requestOf(interaction);
  if (!customerId || !asked) {
    await reply.redirect(actionOf(site, interaction), 303);
    return undefined;
  }
  const accounts = await accountsOfCustomer(context.database, bank.id, customerId);
  const ticked = new Set(formOf(request).getAll('account'));
  const accountIds = accounts.map((account) => account.account_id).filter((accountId) => ticked.has(accountId));
  if (accountIds.length === 0) {
    reply.code(422);
    return consentPage(site, interaction, request, customerId, true);
  }

  const consentId = `grant_${randomBytes(24).toString('base64url')}`;
  const clientId = String(interaction.params['client_id']);
  await storeConsent(context, { consentId, bankId: bank.id, customerId, clientId, request: asked, accountIds });
  await saveGrant(site, interaction, { consentId, customerId, clientId, request: asked });
  await finish(provider, request, reply, {
    login: { accountId: customerId, remember: false },
    consent: { grantId: consentId },
  });
  return undefined;
};

async function saveGrant(
  { context, provider }: LoginSite,
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
