import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import * as z from 'zod';
import { limits, TellerlineError, type MessageId } from '#base';
import {
  actAnswerSchema,
  actRequestSchema,
  advertisingMarkSchema,
  meSchema,
  pageSchema,
  sayAnswerSchema,
  sayRequestSchema,
  sessionRequestSchema,
  settingsSchema,
  type Me,
} from '#contract';
import { browserKindOf, isTimeZone, updateCustomer } from '#customers';
import { customerActor } from '#vault';
import { caseRoutes } from './case-routes.ts';
import { customerCalls } from './customer-calls.ts';
import { linkingRoutes } from './linking-routes.ts';
import { meOf, threadOf } from './me.ts';
import type { HttpParts } from './parts.ts';
import { signInRoutes } from './sign-in-routes.ts';
import { messageOriginRoutes } from './message-origin-routes.ts';
import { statementRoutes } from './statement-routes.ts';
import { viewRoutes } from './view-routes.ts';
import { endSession, giveSession, ownSession, sessionCookie, sessionOf } from './session-cookie.ts';

const tags = ['messenger'];

/** The web messenger's own calls, by its session cookie: `/api/…`. */
export async function messengerRoutes(server: FastifyInstance, { parts }: { parts: HttpParts }): Promise<void> {
  const routes = server.withTypeProvider<ZodTypeProvider>();
  customerCalls(server, parts);

  routes.post(
    '/api/session',
    {
      config: { rateLimit: { max: 60, timeWindow: '1 minute' } },
      schema: {
        tags,
        summary: 'Open the chat, or take it up again',
        body: sessionRequestSchema,
        response: { 200: meSchema },
      },
    },
    async (request, reply) => beginSession(parts, request, reply, request.body),
  );
  routes.get(
    '/api/me',
    { schema: { tags, summary: 'What is linked, and where the conversation stands', response: { 200: meSchema } } },
    async (request) => meOf(parts, await sessionOf(parts, request)),
  );
  routes.put(
    '/api/settings',
    { schema: { tags, summary: 'Language and time zone', body: settingsSchema, response: { 200: meSchema } } },
    async (request) => {
      const session = await sessionOf(parts, request);
      if (request.body.timeZone !== undefined) requireTimeZone(request.body.timeZone);
      await updateCustomer(parts.database, session.customerId, request.body, parts.clock.nowMs());
      const { thread, customer } = await threadOf(parts, session);
      parts.delivery.outlets.speak(thread.conversationId, customer);
      return meOf(parts, session);
    },
  );
  conversationRoutes(server, parts);
  await server.register(caseRoutes, { parts });
  linkingRoutes(server, parts);
  signInRoutes(server, parts);
  viewRoutes(server, parts);
  statementRoutes(server, parts);
  messageOriginRoutes(server, parts);
}

const spanQuery = z
  .object({
    after: z.coerce.number().int().nonnegative().optional(),
    before: z.coerce.number().int().positive().optional(),
    limit: z.coerce.number().int().min(1).max(limits.entriesPerPageMax).default(100),
  })
  .refine((query) => query.after === undefined || query.before === undefined, 'either after or before');

function conversationRoutes(server: FastifyInstance, parts: HttpParts): void {
  const routes = server.withTypeProvider<ZodTypeProvider>();
  /** By session, not by address: a whole office may share one. */
  const keyGenerator = (request: FastifyRequest): string => request.cookies[sessionCookie(parts)] ?? request.ip;
  routes.get(
    '/api/entries',
    {
      config: { rateLimit: { max: limits.pagesPerMinuteMax, timeWindow: '1 minute', keyGenerator } },
      schema: { tags, summary: 'A page of the conversation', querystring: spanQuery, response: { 200: pageSchema } },
    },
    async (request) => {
      const session = await sessionOf(parts, request);
      const { thread, customer } = await threadOf(parts, session);
      const { after, before, limit } = request.query;
      const span = before === undefined ? { after: after ?? 0, limit } : { before, limit };
      return parts.delivery.page(customerActor(session), thread, span, customer);
    },
  );
  routes.post(
    '/api/messages',
    {
      schema: {
        tags,
        summary: 'Say something; safe to repeat',
        body: sayRequestSchema,
        response: { 202: sayAnswerSchema },
      },
    },
    async (request, reply) => {
      const session = await sessionOf(parts, request);
      const { thread } = await threadOf(parts, session);
      return reply.status(202).send(await parts.talk.say(thread, request.body));
    },
  );
  routes.put(
    '/api/messages/:message/advertising',
    {
      schema: {
        tags,
        summary: 'Say that a message is advertising, or take that back; counted by sender, once a message',
        params: z.object({ message: z.uuid() }),
        body: advertisingMarkSchema,
        response: { 204: z.null() },
      },
    },
    async (request, reply) => {
      const session = await sessionOf(parts, request);
      const { thread } = await threadOf(parts, session);
      const { advertising } = parts.delivery;
      const message = request.params.message as MessageId;
      await (request.body.marked ? advertising.mark(thread, message) : advertising.unmark(thread, message));
      return reply.status(204).send(null);
    },
  );
  routes.post(
    '/api/acts',
    { schema: { tags, summary: 'Press a button', body: actRequestSchema, response: { 200: actAnswerSchema } } },
    async (request, reply) => {
      const session = await sessionOf(parts, request);
      const answer = await parts.talk.act(session.customerId, request.body.token, undefined, session);
      if (answer.receipt?.scope === 'account') endSession(parts, reply);
      return answer;
    },
  );
}

async function beginSession(
  parts: HttpParts,
  request: FastifyRequest,
  reply: FastifyReply,
  manner: z.infer<typeof sessionRequestSchema>,
): Promise<Me> {
  const known = await ownSession(parts, request);
  if (known) return meOf(parts, known);
  requireTimeZone(manner.timeZone);
  const opened = await parts.talk.begin(manner, browserKindOf(request.headers['user-agent']));
  giveSession(parts, reply, opened.secret);
  return meOf(parts, opened.session);
}

function requireTimeZone(name: string): void {
  if (!isTimeZone(name)) throw new TellerlineError('time_zone_unknown', 422, 'There is no such time zone.');
}
