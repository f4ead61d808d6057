import type { FastifyInstance, FastifyRequest } from 'fastify';
import { drawLoginPage } from '../interaction-pages.ts';
import {
  actionOf,
  cancel,
  formOf,
  identify,
  localeFor,
  step,
  takeForms,
  type Interaction,
  type LoginSite,
  type Step,
} from '../interaction-steps.ts';
import { bankWords } from '../words.ts';
import { staffNamed } from './people.ts';

/** The page on which a bank's staff sign in. Nothing is to be allowed there: their bank has decided it. */
export function staffLoginRoutes(site: LoginSite) {
  return async (scope: FastifyInstance): Promise<void> => {
    takeForms(scope);
    scope.get(
      '/interaction/:uid',
      step(site, async (_site, interaction, request) => page(site, interaction, request)),
    );
    scope.post('/interaction/:uid/login', step(site, logIn));
    scope.post('/interaction/:uid/cancel', step(site, cancel('did not sign in')));
  };
}

const logIn: Step = async (site, interaction, request, reply) => {
  const form = formOf(request);
  const username = (form.get('username') ?? '').slice(0, 100);
  const name = staffNamed(username, form.get('password') ?? '');
  if (name === undefined) {
    reply.code(401);
    return page(site, interaction, request, username);
  }
  await identify(site, interaction, { accountId: name, scope: 'openid' }, request, reply);
  return undefined;
};

function page(site: LoginSite, interaction: Interaction, request: FastifyRequest, failed?: string): string {
  const locale = localeFor(interaction, request);
  const { staffLead, staffHint } = bankWords[locale];
  return drawLoginPage({
    bank: site.bank,
    locale,
    lead: staffLead(site.bank.name),
    hint: staffHint,
    action: actionOf(site, interaction),
    ...(failed !== undefined && { username: failed, wrong: true }),
  });
}
