import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import * as z from 'zod';
import { limits, TellerlineError } from '#base';
import {
  claimRequestSchema,
  disclosureSchema,
  joinCodeSchema,
  linkAnswerSchema,
  linkingStandingSchema,
  linkRequestSchema,
  localeSchema,
  meSchema,
  signAnswerSchema,
  signRequestSchema,
  type Me,
} from '#contract';
import { browserKindOf } from '#customers';
import { joinCustomer } from './join.ts';
import { meOf } from './me.ts';
import type { HttpParts } from './parts.ts';
import { endLinkingSession, giveLinkingSession, ownSession, sessionOf, walkerOf } from './session-cookie.ts';

const attemptParams = z.object({ attempt: z.string().max(64) });
const tags = ['linking'];

/** The opt-in, by whichever session walks the attempt. */
export function linkingRoutes(server: FastifyInstance, parts: HttpParts): void {
  const routes = server.withTypeProvider<ZodTypeProvider>();
  const walker = (request: FastifyRequest<{ Params: { attempt: string } }>) =>
    walkerOf(parts, request, { attempt: request.params.attempt });
  routes.post(
    '/api/links',
    {
      schema: {
        tags,
        summary: 'Begin to link a bank: a one-time address for this browser',
        body: linkRequestSchema,
        response: { 200: linkAnswerSchema },
      },
    },
    async (request) => {
      const attempt = await parts.linking.open(await sessionOf(parts, request), request.body.bank);
      return { address: `/link/${attempt}` };
    },
  );
  routes.get(
    '/api/linking/:attempt',
    {
      schema: {
        tags,
        summary: 'The disclosure, whole',
        params: attemptParams,
        querystring: z.object({ locale: localeSchema.optional() }),
        response: { 200: disclosureSchema },
      },
    },
    async (request) => parts.linking.disclose(await walker(request), request.params.attempt, request.query.locale),
  );
  routes.post(
    '/api/linking/:attempt/sign',
    {
      schema: {
        tags,
        summary: 'Sign it and go on to the bank',
        params: attemptParams,
        body: signRequestSchema,
        response: { 200: signAnswerSchema },
      },
    },
    async (request) => {
      const continueTo = await parts.linking.sign(await walker(request), request.params.attempt, request.body);
      return { continueTo: continueTo.href };
    },
  );
  routes.post(
    '/api/linking/:attempt/decline',
    {
      schema: { tags, summary: 'Not now: nothing is kept', params: attemptParams, response: { 204: z.null() } },
    },
    async (request, reply) => {
      await parts.linking.decline(await walker(request), request.params.attempt);
      return reply.status(204).send(null);
    },
  );
  chatRoutes(server, parts);
  joinRoutes(server, parts);
}

/** A linking that a chat at another messenger asked for. */
function chatRoutes(server: FastifyInstance, parts: HttpParts): void {
  const routes = server.withTypeProvider<ZodTypeProvider>();
  routes.post(
    '/api/linking/claim',
    {
      // The address is a secret of 256 bits; this keeps a script from asking for ever.
      config: { rateLimit: { max: 60, timeWindow: '1 minute' } },
      schema: {
        tags,
        summary: 'Take up the one-time address of a chat at another messenger, for this browser',
        body: claimRequestSchema,
        response: { 200: linkAnswerSchema },
      },
    },
    async (request, reply) => {
      const kind = browserKindOf(request.headers['user-agent']);
      const { attemptId, secret } = await parts.linking.claim(request.body.token, kind);
      giveLinkingSession(parts, reply, secret);
      return { address: `/link/${attemptId}` };
    },
  );
  routes.get(
    '/api/linking/:attempt/standing',
    {
      schema: {
        tags,
        summary: 'How it stands: the code to say in that chat, and what came of it',
        params: attemptParams,
        response: { 200: linkingStandingSchema },
      },
    },
    async (request) => {
      const { attempt } = request.params;
      return parts.linking.standing(await walkerOf(parts, request, { attempt }), attempt);
    },
  );
  routes.post(
    '/api/linking/:attempt/enter',
    {
      schema: {
        tags,
        summary: 'Open the chat in this browser, after a first linking that it has walked',
        params: attemptParams,
        response: { 200: meSchema },
      },
    },
    async (request, reply) => enter(parts, request, reply, request.params.attempt),
  );
}

/** Bringing a chat at another messenger to the customer's own. */
function joinRoutes(server: FastifyInstance, parts: HttpParts): void {
  server.withTypeProvider<ZodTypeProvider>().post(
    '/api/channels/code',
    {
      config: { rateLimit: { max: limits.signInCallsPerMinuteMax, timeWindow: '1 minute' } },
      schema: {
        tags: ['privacy'],
        summary: 'A code that brings a chat at another messenger here: good once, for ten minutes',
        response: { 200: joinCodeSchema },
      },
    },
    async (request) => parts.talk.joinCode((await sessionOf(parts, request)).customerId),
  );
}

/**
 * The bank's login was done here and its customer has confirmed it in their chat, so this browser may open that
 * chat: by a session of its own, in the place of the one that was good for the linking alone.
 */
async function enter(parts: HttpParts, request: FastifyRequest, reply: FastifyReply, attempt: string): Promise<Me> {
  const walker = await walkerOf(parts, request, { attempt });
  const standing = await parts.linking.standing(walker, attempt);
  const own = await ownSession(parts, request);
  const isOwn = own?.sessionIndex.equals(walker.sessionIndex);
  if (standing.state !== 'linked' || !standing.mayEnter || isOwn) {
    throw new TellerlineError('proof_needed', 403, 'Open your chat, or sign in with your passkey.');
  }
  const session = await joinCustomer(parts, request, reply, own, walker.customerId);
  endLinkingSession(parts, reply);
  await parts.talk.leaveLinking(walker);
  await parts.talk.offerPasskey(walker.customerId);
  return meOf(parts, session);
}
