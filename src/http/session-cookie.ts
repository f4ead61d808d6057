import type { FastifyReply, FastifyRequest } from 'fastify';
import { isTellerlineError, limits, TellerlineError } from '#base';
import { requireSession, type Session } from '#customers';
import { isOwnOrigin } from './origin.ts';
import type { HttpParts } from './parts.ts';

/**
 * The cookie that holds a browser's session. Over https its name is bound to this very host, so that no
 * sibling host can plant one (RFC 6265bis, `__Host-`).
 */
export function sessionCookie(parts: HttpParts): string {
  return isSecure(parts) ? '__Host-tellerline_session' : 'tellerline_session';
}

const isSecure = (parts: HttpParts): boolean => parts.publicUrl().startsWith('https:');

/** The session of a request. @throws TellerlineError `no_session`, `session_scope` */
export async function sessionOf(parts: HttpParts, request: FastifyRequest): Promise<Session> {
  return requireSession(parts.database, request.cookies[sessionCookie(parts)], parts.clock.nowMs());
}

/** The cookie of a browser that does one linking for another messenger's chat; beside the other, which stays as it is. */
export function linkingCookie(parts: HttpParts): string {
  return isSecure(parts) ? '__Host-tellerline_linking' : 'tellerline_linking';
}

/**
 * The session that walks an attempt: the one that the linking was given to, or the browser's own. Which of them it
 * is says the attempt; where neither is, the refusal follows from the browser's own.
 *
 * @throws TellerlineError `no_session`
 */
export async function walkerOf(
  parts: HttpParts,
  request: FastifyRequest,
  of: { readonly attempt: string } | { readonly state: string },
): Promise<Session> {
  const secret = request.cookies[linkingCookie(parts)];
  const given =
    secret === undefined
      ? undefined
      : await requireSession(parts.database, secret, parts.clock.nowMs(), 'linking').catch(noneIfOver);
  if (given && (await parts.linking.isWalkedBy(given, of))) return given;
  const own = await ownSession(parts, request);
  return own ?? given ?? sessionOf(parts, request);
}

/** The browser's own session, when it has one. */
export async function ownSession(parts: HttpParts, request: FastifyRequest): Promise<Session | undefined> {
  return sessionOf(parts, request).catch(noneIfOver);
}

function noneIfOver(error: unknown): undefined {
  if (isTellerlineError(error, 'no_session')) return undefined;
  throw error;
}

/** Gives the browser the session of the linking that it has claimed. */
export function giveLinkingSession(parts: HttpParts, reply: FastifyReply, secret: string): void {
  void reply.setCookie(linkingCookie(parts), secret, {
    path: '/',
    httpOnly: true,
    sameSite: 'lax',
    secure: isSecure(parts),
    maxAge: limits.linkingSessionMinutesMax * 60,
  });
}

/** Takes it away. */
export function endLinkingSession(parts: HttpParts, reply: FastifyReply): void {
  void reply.clearCookie(linkingCookie(parts), { path: '/', secure: isSecure(parts) });
}

/** Gives the browser its session: unreadable to scripts, never sent along from another site's request. */
export function giveSession(parts: HttpParts, reply: FastifyReply, secret: string): void {
  void reply.setCookie(sessionCookie(parts), secret, {
    path: '/',
    httpOnly: true,
    sameSite: 'lax',
    secure: isSecure(parts),
    maxAge: limits.sessionDaysMax * 86_400,
  });
}

/** Takes the session away. */
export function endSession(parts: HttpParts, reply: FastifyReply): void {
  void reply.clearCookie(sessionCookie(parts), { path: '/', secure: isSecure(parts) });
}

/**
 * Refuses a call that another site's page makes the browser send: a changing call comes from our own
 * origin. Beside SameSite this also covers a page on another port of the same host.
 *
 * @throws TellerlineError `origin_foreign`
 */
export function requireOwnOrigin(parts: HttpParts, request: FastifyRequest): void {
  if (isOwnOrigin(parts, request.headers.origin, request.host)) return;
  throw new TellerlineError('origin_foreign', 403, 'This call came from another site.');
}
