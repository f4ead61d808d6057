import { readFile } from 'node:fs/promises';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { isTellerlineError, TellerlineError } from '#base';
import { CARD_ACTIONS, type Locale } from '#contract';
import { accountsOfCustomer } from './accounts.ts';
import { bankById, sandboxBanks, type SandboxBank } from './banks.ts';
import { book, paySalary } from './bookings.ts';
import { actOnCard } from './cards/card-actions.ts';
import { CONTROL_FAULTS } from './cards/card-faults.ts';
import { cardsOf, toldCard } from './cards/cards.ts';
import { breakLogins, listConsents, revokeConsent } from './consents.ts';
import { now } from './context.ts';
import { viewCustomer, viewDeliveries } from './control-views.ts';
import type { Controls } from './controls.ts';
import { customerIdOf } from './customers.ts';
import { formPages } from './form-pages.ts';
import { FAULTS } from './faults.ts';
import { refuseForeign } from './same-origin.ts';
import { OUTCOMES, outcomes, settle, type Outcome } from './settling.ts';
import { disputesOn } from './cards/disputes.ts';
import { holdPurchase } from './cards/suspecting.ts';
import { addressOf, drawLive, drawTrialPage, shops, suspiciousShop, type TrialView } from './trial-page.ts';
import { trialWords, type TrialWords } from './trial-words.ts';
import { localeOf } from './words.ts';

const assets: Readonly<Record<string, { file: URL; type: string }>> = {
  'sandbox.css': { file: new URL('./sandbox.css', import.meta.url), type: 'text/css; charset=utf-8' },
  'trial-page.css': { file: new URL('./trial-page.css', import.meta.url), type: 'text/css; charset=utf-8' },
  'trial-page.js': {
    file: new URL('./trial-page.browser.js', import.meta.url),
    type: 'text/javascript; charset=utf-8',
  },
};

const contentPolicy =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

/** The page for trying the sandbox out, its style sheet and script, and what its buttons do. */
export function trialRoutes(controls: Controls) {
  return async (scope: FastifyInstance): Promise<void> => {
    formPages(scope, controls.context.log, { contentPolicy, formBytesMax: 16_384, failed: 'the trial page failed' });

    for (const [name, { file, type }] of Object.entries(assets)) {
      const text = await readFile(file, 'utf8');
      scope.get(`/assets/${name}`, async (_request, reply) =>
        reply.type(type).header('cache-control', 'no-cache').send(text),
      );
    }
    scope.get('/', async (request, reply) =>
      reply.type('text/html; charset=utf-8').send(drawTrialPage(await view(controls, choiceOf(request), request))),
    );
    scope.get('/trial/live', async (request, reply) =>
      reply.type('text/html; charset=utf-8').send(drawLive(await view(controls, choiceOf(request), request)).text),
    );
    for (const [act, work] of Object.entries(acts))
      scope.post(`/trial/${act}`, (request, reply) => actAndReturn(controls, act as Act, work, request, reply));
  };
}

/** Which bank and customer the page shows; what cannot be read falls back to the first. */
interface Choice {
  readonly bank: SandboxBank;
  readonly customerId: string;
  readonly locale: Locale;
}

function choiceFrom(fields: URLSearchParams, request: FastifyRequest): Choice {
  const bank = sandboxBanks.find(({ id }) => id === fields.get('bank')) ?? bankById('jpmorgan-chase');
  const customerId = customerIdOf(fields.get('customer') ?? '') ?? 'customer-1';
  return { bank, customerId, locale: localeOf(fields.get('lang') ?? undefined, request.headers['accept-language']) };
}

function choiceOf(request: FastifyRequest): Choice {
  return choiceFrom(new URLSearchParams(request.url.split('?')[1]), request);
}

async function view(
  { context, faults, controlFaults }: Controls,
  { bank, customerId, locale }: Choice,
  request: FastifyRequest,
): Promise<TrialView> {
  const shown = await viewCustomer(context, bank.id, customerId);
  const accounts = await accountsOfCustomer(context.database, bank.id, customerId);
  const did = new URLSearchParams(request.url.split('?')[1]).get('did');
  return {
    bank,
    locale,
    customer: shown,
    cards: (await cardsOf(context, accounts)).map(toldCard),
    disputes: await disputesOn(context.database, accounts),
    controlFault: controlFaults.of(bank.id, customerId).kind,
    consents: await listConsents(context.database, bank.id, customerId),
    deliveries: await viewDeliveries(context, bank.id),
    faults: { bank: faults.of(bank.id), customer: faults.of(bank.id, customerId) },
    at: now(context),
    said: did === null ? undefined : sentenceFor(trialWords[locale], did),
  };
}

function sentenceFor(words: TrialWords, did: string): string | undefined {
  return Object.entries(words.did).find(([act]) => act === did)?.[1];
}

const outcomeOf = (name: string | null): Outcome => OUTCOMES.find((known) => known === name) ?? 'posted';

type Act = keyof TrialWords['did'];
type Work = (controls: Controls, choice: Choice, form: URLSearchParams) => Promise<unknown>;

/** What each button does, by the last part of its form's address. */
const acts: Readonly<Record<Act, Work>> = {
  purchase: async ({ context }, { bank, customerId }, form) => {
    const shop = shops[Number(form.get('shop'))] ?? shops[0];
    const { place: _place, ...merchant } = shop ?? { name: '', place: '' };
    const name = form.get('merchant')?.trim().slice(0, 100);
    const account = form.get('account') === 'checking' ? 'checking' : 'card';
    await book(context, bank, customerId, account, [
      {
        amount: form.get('amount') ?? '',
        merchant: { ...merchant, ...(name && { name }) },
        blankId: form.get('ids') === 'blank',
      },
    ]);
  },
  suspicious: async ({ context }, { bank, customerId }) => {
    await holdPurchase(context, bank, customerId, 'card', { amount: '1284.00', merchant: suspiciousShop });
  },
  salary: ({ context }, { bank, customerId }, form) => paySalary(context, bank, customerId, form.get('amount') ?? ''),
  settle: ({ context }, { bank, customerId }, form) => {
    const outcome = outcomes[outcomeOf(form.get('outcome'))];
    return settle(context, bank, customerId, { ...outcome, newIds: form.get('ids') === 'new' });
  },
  revoke: ({ context }, { bank }, form) =>
    revokeConsent(context, bank.id, form.get('consent') ?? '', {
      reason: 'USER_ACTION',
      initiator: 'INDIVIDUAL',
      tell: true,
    }),
  card: async ({ context }, { bank, customerId }, form) => {
    const accounts = await accountsOfCustomer(context.database, bank.id, customerId);
    const action = CARD_ACTIONS.find((known) => known === form.get('action')) ?? 'freeze';
    const wish = { cardId: form.get('card') ?? '', action, requestedAt: now(context).toISOString() };
    const { result } = await context.database.transaction((tx) => actOnCard(context, tx, accounts, wish));
    if (result !== 'confirmed') throw new TellerlineError('card_action_refused', 409, 'The card stands otherwise.');
  },
  'control-fault': async ({ controlFaults }, { bank, customerId }, form) => {
    const kind = CONTROL_FAULTS.find((known) => known === form.get('kind')) ?? 'none';
    controlFaults.set(bank.id, customerId, kind);
  },
  fault: async ({ context, faults }, { bank, customerId }, form) => {
    const kind = FAULTS.find((known) => known === form.get('kind')) ?? 'none';
    const whom = form.get('whom') === 'bank' ? undefined : customerId;
    if (kind === 'broken-login' || kind === 'none') await breakLogins(context, bank.id, whom, kind === 'broken-login');
    faults.set(bank.id, whom, kind, undefined);
  },
};

/** Does what a button says, then shows the page again; a script gets the sentence alone. */
async function actAndReturn(
  controls: Controls,
  act: Act,
  work: Work,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<unknown> {
  refuseForeign(request, controls.context);
  const form = request.body instanceof URLSearchParams ? request.body : new URLSearchParams();
  const choice = choiceFrom(form, request);
  const words = trialWords[choice.locale];
  const byScript = request.headers.accept === 'application/json';
  try {
    await work(controls, choice, form);
  } catch (error) {
    if (!isTellerlineError(error)) throw error;
    const said = words.failed(error.message);
    await reply.code(error.status).send(byScript ? { said } : said);
    return reply;
  }
  if (byScript) return { said: words.did[act] };
  await reply.redirect(addressOf(choice.bank.id, choice.customerId, choice.locale, act), 303);
  return reply;
}
