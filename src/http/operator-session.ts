import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import * as z from 'zod';
import { isTellerlineError, limits, TellerlineError } from '#base';
import { operatorSignInSchema, problemSchema } from '#contract';
import { deskCookie, isSecure, staffCookie } from './desk-session.ts';
import { requireOwnPage } from './origin.ts';
import type { HttpParts } from './parts.ts';

const cookieOf = (parts: HttpParts): string => staffCookie(parts, 'tellerline_operator');

/** Whether a call comes from a browser that the operator has signed in at. */
export function isOperator(parts: HttpParts, request: FastifyRequest): Promise<boolean> {
  return parts.operator.holds(request.cookies[cookieOf(parts)]);
}

/** @throws TellerlineError `operator_required` 401 */
export async function requireOperator(parts: HttpParts, request: FastifyRequest): Promise<void> {
  if (await isOperator(parts, request)) return;
  throw new TellerlineError('operator_required', 401, 'Sign in as the operator first.');
}

/**
 * What finds and stops a link: the operator at any bank, or whoever is signed in at a bank's desk. Answers the bank
 * that it has to be a link of; undefined: of any.
 *
 * @throws TellerlineError `operator_required` 401
 */
export async function bankOfCaller(parts: HttpParts, request: FastifyRequest): Promise<string | undefined> {
  if (await isOperator(parts, request)) return undefined;
  try {
    return (await parts.staffSignIn.require(request.cookies[deskCookie(parts)])).staff.bankId;
  } catch (error) {
    if (!isTellerlineError(error, 'staff_no_session')) throw error;
    throw new TellerlineError('operator_required', 401, 'Sign in as the operator, or at your bank’s desk, first.');
  }
}

/** How the operator signs in and out. The secret comes in a body: an address is kept by browsers and proxies. */
export function operatorSessionRoutes(server: FastifyInstance, parts: HttpParts): void {
  const routes = server.withTypeProvider<ZodTypeProvider>();
  routes.post(
    '/api/console/sign-in',
    {
      config: { rateLimit: { max: limits.operatorSignInsPerMinuteMax, timeWindow: '1 minute' } },
      schema: { body: operatorSignInSchema, response: { 204: z.null(), '4xx': problemSchema } },
    },
    async (request, reply) => {
      requireOwnPage(request);
      giveSession(parts, reply, await parts.operator.signIn(request.body.secret.trim()));
      return reply.status(204).send(null);
    },
  );
  routes.post(
    '/api/console/sign-out',
    { schema: { response: { 204: z.null(), '4xx': problemSchema } } },
    async (request, reply) => {
      requireOwnPage(request);
      await parts.operator.signOut(request.cookies[cookieOf(parts)]);
      void reply.clearCookie(cookieOf(parts), { path: '/', secure: isSecure(parts) });
      return reply.status(204).send(null);
    },
  );
}

function giveSession(parts: HttpParts, reply: FastifyReply, session: string): void {
  void reply.setCookie(cookieOf(parts), session, {
    path: '/',
    httpOnly: true,
    sameSite: 'strict',
    secure: isSecure(parts),
    maxAge: limits.operatorSessionHoursMax * 3600,
  });
}
