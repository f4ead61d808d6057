import type { FastifyReply, FastifyRequest } from 'fastify';
import { limits, TellerlineError } from '#base';
import { requireSession, type Session } from '#customers';
import type { HttpParts } from './parts.ts';

/** The cookie that holds a browser's session. */
export const sessionCookie = 'tellerline_session';

/** The session of a request. @throws TellerlineError `no_session` */
export async function sessionOf(parts: HttpParts, request: FastifyRequest): Promise<Session> {
  return requireSession(parts.database, request.cookies[sessionCookie], parts.clock.nowMs());
}

/** Gives the browser its session: unreadable to scripts, never sent along from another site's request. */
export function giveSession(parts: HttpParts, reply: FastifyReply, secret: string): void {
  void reply.setCookie(sessionCookie, secret, {
    path: '/',
    httpOnly: true,
    sameSite: 'lax',
    secure: parts.publicUrl().startsWith('https:'),
    maxAge: limits.sessionDaysMax * 86_400,
  });
}

/** Takes the session away. */
export function endSession(reply: FastifyReply): void {
  void reply.clearCookie(sessionCookie, { path: '/' });
}

/**
 * Refuses a call that another site's page makes the browser send: a changing call comes from our own
 * origin. Beside SameSite this also covers a page on another port of the same host.
 *
 * @throws TellerlineError `origin_foreign`
 */
export function requireOwnOrigin(parts: HttpParts, request: FastifyRequest): void {
  const { origin } = request.headers;
  if (origin === undefined || origin === parts.publicUrl() || origin === `${request.protocol}://${request.host}`)
    return;
  throw new TellerlineError('origin_foreign', 403, 'This call came from another site.');
}
