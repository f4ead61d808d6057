import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import * as z from 'zod';
import { invariant, type AccountRef, type LinkId } from '#base';
import {
  ledgerPageSchema,
  ledgerWeeksSchema,
  deletedAnswerSchema,
  hearingAnswerSchema,
  hearingRequestSchema,
  narrowRequestSchema,
  privacySchema,
  type HearingAnswer,
  type LedgerPage,
  type Privacy,
} from '#contract';
import type { CustomerWishes } from '#conversation';
import { findCustomer, type Session } from '#customers';
import { channelChoiceRoutes } from './channel-choice-routes.ts';
import { customerCalls } from './customer-calls.ts';
import { threadOf } from './me.ts';
import type { HttpParts } from './parts.ts';
import { sessionOf } from './session-cookie.ts';

const tags = ['privacy'];
const weeksShown = 12;
const linkParams = z.object({ link: z.uuid() });
const ledgerQuery = z.object({
  before: z.uuid().optional(),
  limit: z.coerce.number().int().min(1).max(500).default(100),
});

/** The privacy centre's own calls, by the session cookie: what is shared, taking it back, and the ledger. */
export async function privacyRoutes(server: FastifyInstance, { parts }: { parts: HttpParts }): Promise<void> {
  const routes = server.withTypeProvider<ZodTypeProvider>();
  customerCalls(server, parts);
  routes.get(
    '/api/privacy',
    { schema: { tags, summary: 'What is shared, until when, and what has ended', response: { 200: privacySchema } } },
    async (request) => privacyOf(parts, await sessionOf(parts, request)),
  );
  routes.post(
    '/api/links/:link/narrow',
    {
      schema: {
        tags,
        summary: 'Share less: purposes or accounts are taken out, and what nothing else needs is deleted',
        params: linkParams,
        body: narrowRequestSchema,
        response: { 200: deletedAnswerSchema },
      },
    },
    async (request) => {
      const { customerId } = await sessionOf(parts, request);
      const { purposes, accounts, chatFields } = request.body;
      const givenUp = { purposes, accounts: accounts as AccountRef[], chatFields };
      const receipt = await parts.linking.narrowFor(customerId, request.params.link as LinkId, givenUp);
      return receipt === undefined ? {} : { receipt };
    },
  );
  routes.post(
    '/api/links/:link/stop',
    {
      schema: {
        tags,
        summary: 'Stop a link: everything of it is deleted',
        params: linkParams,
        response: { 200: deletedAnswerSchema },
      },
    },
    async (request) => {
      const { customerId } = await sessionOf(parts, request);
      const receipt = await parts.linking.stopFor(customerId, request.params.link as LinkId, 'customer');
      return receipt === undefined ? {} : { receipt };
    },
  );
  routes.get(
    '/api/consents/:consent/record',
    {
      schema: {
        tags,
        summary: 'A consent as JSON-LD, in the structure of ISO/IEC TS 27560 with terms of the Data Privacy Vocabulary',
        params: z.object({ consent: z.uuid() }),
      },
    },
    async (request, reply) => {
      const { customerId } = await sessionOf(parts, request);
      const record = await parts.linking.consentRecord(customerId, request.params.consent, parts.publicUrl());
      return reply.type('application/ld+json').send(JSON.stringify(record, undefined, 2));
    },
  );
  hearingRoutes(server, parts);
  channelChoiceRoutes(server, parts);
  ledgerRoutes(server, parts);
}

function hearingRoutes(server: FastifyInstance, parts: HttpParts): void {
  const routes = server.withTypeProvider<ZodTypeProvider>();
  routes.get(
    '/api/hearing',
    {
      schema: {
        tags,
        summary: 'What the customer wants to be told of each account, and when',
        response: { 200: hearingAnswerSchema },
      },
    },
    async (request) => hearingOf(await wishesOf(parts, request)),
  );
  routes.put(
    '/api/hearing',
    {
      schema: {
        tags,
        summary: 'Choose what to be told of accounts, quiet hours, and the digest',
        body: hearingRequestSchema,
        response: { 200: hearingAnswerSchema },
      },
    },
    async (request) => {
      const wishes = await wishesOf(parts, request);
      const { accounts, change, quiet, digestHour } = request.body;
      if (accounts.length > 0) await wishes.hear(change, accounts as AccountRef[]);
      if (quiet !== undefined || digestHour !== undefined) await wishes.setHours({ quiet, digestHour });
      return hearingOf(wishes);
    },
  );
}

async function wishesOf(parts: HttpParts, request: FastifyRequest): Promise<CustomerWishes> {
  const { thread } = await threadOf(parts, await sessionOf(parts, request));
  return parts.talk.wishes(thread);
}

async function hearingOf(wishes: CustomerWishes): Promise<HearingAnswer> {
  const accounts = [...(await wishes.hearings())].map(([id, hearing]) => ({ id, ...hearing }));
  return { accounts, ...(await wishes.hours()) };
}

function ledgerRoutes(server: FastifyInstance, parts: HttpParts): void {
  const routes = server.withTypeProvider<ZodTypeProvider>();
  routes.get(
    '/api/ledger',
    {
      schema: {
        tags,
        summary: 'Everything that was done with the customer’s data, newest first, with its proofs',
        querystring: ledgerQuery,
        response: { 200: ledgerPageSchema },
      },
    },
    async (request): Promise<LedgerPage> => {
      const { customerId } = await sessionOf(parts, request);
      const { before, limit } = request.query;
      const page = await parts.vault.ledger.page(customerId, { limit, ...(before && { before }) });
      const { key, checkpoint, entries } = page.proven;
      return { key, checkpoint, entries, waiting: [...page.waiting], ...(page.next && { next: page.next }) };
    },
  );
  routes.get(
    '/api/ledger/weeks',
    { schema: { tags, summary: 'How many entries there are, by week', response: { 200: ledgerWeeksSchema } } },
    async (request) => {
      const { customerId } = await sessionOf(parts, request);
      const { total, weeks } = await parts.vault.ledger.weeks(customerId, weeksShown);
      return { total, weeks: weeks.map(({ from, entries }) => ({ from: from.toISOString().slice(0, 10), entries })) };
    },
  );
}

/** What is shared now and what was, for its own customer. */
export async function privacyOf(parts: HttpParts, { customerId }: Session): Promise<Privacy> {
  const customer = await findCustomer(parts.database, customerId);
  invariant(customer, 'a session has a customer');
  const links = await parts.linking.links(customerId);
  const disputed = await parts.controls.disputes.linksWithOpen(customerId);
  return {
    locale: customer.locale,
    timeZone: customer.timeZone,
    banks: [...parts.faces()],
    links: links.map(({ accounts, accountRefs, unreadable, chatFields, ...link }) => ({
      id: link.id,
      bank: link.bank,
      state: link.state,
      purposes: link.purposes,
      grantedAt: link.grantedAt,
      expiresAt: link.expiresAt,
      historyRead: link.historyRead,
      copy: link.copy,
      ...(chatFields && { chatFields }),
      ...(unreadable && { unreadable }),
      ...(disputed.has(link.id as LinkId) && { disputed: true }),
      accounts: accounts.map((account, n) => {
        const ref = accountRefs[n];
        invariant(ref, 'an account has a reference');
        return { ...account, id: ref };
      }),
    })),
    ended: await parts.linking.ended(customerId),
    receipts: await parts.linking.receipts(customerId),
  };
}
