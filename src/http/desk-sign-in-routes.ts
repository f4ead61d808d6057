import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import * as z from 'zod';
import { isTellerlineError, limits } from '#base';
import { deskBanksSchema, problemSchema, staffSessionsSchema } from '#contract';
import { arrivedPage, signInRefusedPage } from './desk-page.ts';
import { giveDeskSession, rememberSignIn, staffSessionOf, takeDeskSession, takeSignIn } from './desk-session.ts';
import { pageLocale } from './html-page.ts';
import { requireOwnPage } from './origin.ts';
import type { HttpParts } from './parts.ts';

const tags = ['desk'];

/** The desk's page, and how a bank's staff come to sit at it: by their own bank's identity provider. */
export async function deskSignInRoutes(server: FastifyInstance, { parts }: { parts: HttpParts }): Promise<void> {
  server.get('/desk', { schema: { hide: true } }, async (_request, reply) =>
    reply
      .header('cache-control', 'no-store')
      .header('content-security-policy', deskPolicy)
      .sendFile('desk.html', { cacheControl: false }),
  );
  await server.register(signInRoutes, { parts });
  sessionRoutes(server, parts);
}

/** Nothing that a customer wrote can become script there, whatever the screen does with it. */
const deskPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data: blob:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
].join('; ');

/** Pages and redirects: whoever meets a refusal here reads it. */
async function signInRoutes(server: FastifyInstance, { parts }: { parts: HttpParts }): Promise<void> {
  const config = { rateLimit: { max: limits.staffSignInsPerMinuteMax, timeWindow: '1 minute' } };
  const schema = { hide: true };
  server.setErrorHandler((error: FastifyError, request: FastifyRequest, reply: FastifyReply) => {
    const [status, code] = refusalOf(error);
    if (status === 500) request.log.error({ err: error }, 'a sign-in failed');
    return asPage(reply.status(status)).send(signInRefusedPage(code, request.headers['accept-language']));
  });
  server.get<{ Querystring: { bank?: unknown } }>('/desk/sign-in', { config, schema }, async (request, reply) => {
    const locale = pageLocale(request.headers['accept-language']);
    const { bank } = request.query;
    const { continueTo, state } = await parts.staffSignIn.begin(typeof bank === 'string' ? bank : '', locale);
    rememberSignIn(parts, reply, state);
    return reply.header('cache-control', 'no-store').redirect(continueTo.href, 303);
  });
  server.get('/desk/return', { config, schema }, async (request, reply) => {
    const kept = takeSignIn(parts, request, reply);
    const returned = new URL(request.url, parts.staffUrl()).searchParams;
    const { secret } = await parts.staffSignIn.finish(returned, kept);
    giveDeskSession(parts, reply, secret);
    return asPage(reply).send(arrivedPage(request.headers['accept-language']));
  });
}

function refusalOf(error: FastifyError): readonly [number, string] {
  if (isTellerlineError(error)) return [error.status, error.code];
  return error.statusCode === 429 ? [429, 'too_many_requests'] : [500, 'sign_in_failed'];
}

function asPage(reply: FastifyReply): FastifyReply {
  return reply.type('text/html; charset=utf-8').header('cache-control', 'no-store');
}

/** A page asks this first: a refusal would stand in the console of everybody who comes to sign in. */
function isSignedIn(parts: HttpParts, request: FastifyRequest): Promise<boolean> {
  return staffSessionOf(parts, request).then(
    () => true,
    (error: unknown) => {
      if (isTellerlineError(error) && error.status === 401) return false;
      throw error;
    },
  );
}

function sessionRoutes(server: FastifyInstance, parts: HttpParts): void {
  const routes = server.withTypeProvider<ZodTypeProvider>();
  const { staffSignIn } = parts;
  routes.get(
    '/api/desk/banks',
    { schema: { tags, summary: 'Banks whose staff can sign in', response: { 200: deskBanksSchema } } },
    async (request) => ({ banks: [...staffSignIn.banks()], isSignedIn: await isSignedIn(parts, request) }),
  );
  routes.post(
    '/api/desk/sign-out',
    { schema: { tags, summary: 'Ends the asking session', response: { 204: z.null(), '4xx': problemSchema } } },
    async (request, reply) => {
      requireOwnPage(request);
      await staffSignIn.signOut(await staffSessionOf(parts, request));
      takeDeskSession(parts, reply);
      return reply.status(204).send(null);
    },
  );
  routes.get(
    '/api/desk/sessions',
    {
      schema: {
        tags,
        summary: 'Who of one’s bank is signed in, for supervisors',
        response: { 200: staffSessionsSchema, '4xx': problemSchema },
      },
    },
    async (request) => ({ sessions: await staffSignIn.sessions(await staffSessionOf(parts, request)) }),
  );
  routes.post(
    '/api/desk/sessions/:session/revoke',
    {
      schema: {
        tags,
        summary: 'Ends one of them',
        params: z.object({ session: z.uuid() }),
        response: { 204: z.null(), '4xx': problemSchema },
      },
    },
    async (request, reply) => {
      requireOwnPage(request);
      await staffSignIn.revoke(await staffSessionOf(parts, request), request.params.session);
      return reply.status(204).send(null);
    },
  );
}
