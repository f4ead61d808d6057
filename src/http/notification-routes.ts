import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import * as z from 'zod';
import { limits } from '#base';
import {
  emailCodeSchema,
  emailRequestSchema,
  emailStateSchema,
  pushEndSchema,
  pushRequestSchema,
  pushStateSchema,
  type EmailState,
} from '#contract';
import { browserKindOf } from '#customers';
import { emailStopPage } from './email-stop-page.ts';
import { threadOf } from './me.ts';
import type { HttpParts } from './parts.ts';
import { sessionCookie, sessionOf } from './session-cookie.ts';

const tags = ['privacy'];

/** Web push and e-mail, which say that there is something new: `/api/push`, `/api/email`, and the mails' own way to stop them. */
export async function notificationRoutes(server: FastifyInstance, { parts }: { parts: HttpParts }): Promise<void> {
  const keyGenerator = (request: FastifyRequest): string => request.cookies[sessionCookie(parts)] ?? request.ip;
  const config = { rateLimit: { max: limits.notificationCallsPerMinuteMax, timeWindow: '1 minute', keyGenerator } };
  pushRoutes(server, parts, config);
  emailRoutes(server, parts, config);
  stopRoutes(server, parts);
}

type Config = { readonly rateLimit: object };

function pushRoutes(server: FastifyInstance, parts: HttpParts, config: Config): void {
  const routes = server.withTypeProvider<ZodTypeProvider>();
  const done = { response: { 204: z.null() } };
  routes.get(
    '/api/push',
    {
      config,
      schema: {
        tags,
        summary: 'The key with which a browser subscribes, and the browsers that are told',
        response: { 200: pushStateSchema },
      },
    },
    async (request) => {
      const { customerId } = await sessionOf(parts, request);
      return { publicKey: parts.push.publicKey, browsers: await parts.push.held(customerId) };
    },
  );
  routes.put(
    '/api/push',
    { config, schema: { tags, summary: 'Tell this browser by web push', body: pushRequestSchema, ...done } },
    async (request, reply) => {
      const { thread } = await threadOf(parts, await sessionOf(parts, request));
      const kind = browserKindOf(request.headers['user-agent']);
      await parts.push.subscribe(thread, request.body.subscription, kind, request.body.spare);
      return reply.status(204).send(null);
    },
  );
  routes.delete(
    '/api/push',
    { config, schema: { tags, summary: 'Tell this browser no more; safe to repeat', body: pushEndSchema, ...done } },
    async (request, reply) => {
      const { thread } = await threadOf(parts, await sessionOf(parts, request));
      await parts.push.unsubscribe(thread, request.body.endpoint);
      return reply.status(204).send(null);
    },
  );
}

function emailRoutes(server: FastifyInstance, parts: HttpParts, config: Config): void {
  const routes = server.withTypeProvider<ZodTypeProvider>();
  const response = { 200: emailStateSchema };
  const stateOf = async (request: FastifyRequest): Promise<EmailState> => {
    const { customer } = await threadOf(parts, await sessionOf(parts, request));
    return { ...(await parts.email.state(customer.customerId)), locale: customer.locale };
  };
  routes.get(
    '/api/email',
    { config, schema: { tags, summary: 'Whether and where the customer is told by e-mail', response } },
    stateOf,
  );
  routes.put(
    '/api/email',
    { config, schema: { tags, summary: 'Send a code to an address', body: emailRequestSchema, response } },
    async (request) => {
      const { thread, customer } = await threadOf(parts, await sessionOf(parts, request));
      await parts.email.ask(thread, request.body.address, customer.locale);
      return stateOf(request);
    },
  );
  routes.post(
    '/api/email',
    { config, schema: { tags, summary: 'Confirm the address by its code', body: emailCodeSchema, response } },
    async (request) => {
      const { thread } = await threadOf(parts, await sessionOf(parts, request));
      await parts.email.confirm(thread, request.body.code, request.body.spare);
      return stateOf(request);
    },
  );
  routes.delete(
    '/api/email',
    { config, schema: { tags, summary: 'Tell the customer no more by e-mail; safe to repeat', response } },
    async (request) => {
      const { thread } = await threadOf(parts, await sessionOf(parts, request));
      await parts.email.remove(thread);
      return stateOf(request);
    },
  );
}

/**
 * The address in the mails, whose secret part is good for this alone. Opening it shows a button, for mail programs
 * look at addresses beforehand; a POST stops the mails, by the button or by one press in the program (RFC 8058).
 */
function stopRoutes(server: FastifyInstance, parts: HttpParts): void {
  const config = { rateLimit: { max: limits.notificationCallsPerMinuteMax, timeWindow: '1 minute' } };
  const options = { config, schema: { hide: true } };
  void server.register(async (forms) => {
    // What the form says does not matter: that it was sent does.
    forms.addContentTypeParser(
      ['application/x-www-form-urlencoded', 'multipart/form-data'],
      { parseAs: 'buffer', bodyLimit: 1024 },
      (_request, _body, done) => done(null, undefined),
    );
    forms.get<{ Params: { secret: string } }>('/email/stop/:secret', options, async (request, reply) =>
      reply
        .type('text/html; charset=utf-8')
        .header('cache-control', 'no-store')
        .send(emailStopPage('ask', request.headers['accept-language'])),
    );
    forms.post<{ Params: { secret: string } }>('/email/stop/:secret', options, async (request, reply) => {
      await parts.email.stop(request.params.secret);
      return reply
        .type('text/html; charset=utf-8')
        .header('cache-control', 'no-store')
        .send(emailStopPage('done', request.headers['accept-language']));
    });
  });
}
