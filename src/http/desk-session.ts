import type { FastifyReply, FastifyRequest } from 'fastify';
import { limits, TellerlineError } from '#base';
import type { StaffSession } from '#desk';
import type { HttpParts } from './parts.ts';

/** Whether the staff's listener is reached by https. */
export const isSecure = (parts: HttpParts): boolean => parts.staffUrl().startsWith('https:');
/** A cookie of the staff's listener by its name: bound to the host where the browser can. */
export const staffCookie = (parts: HttpParts, name: string): string => (isSecure(parts) ? `__Host-${name}` : name);

/** The cookie of a desk's session. */
export function deskCookie(parts: HttpParts): string {
  return staffCookie(parts, 'tellerline_desk');
}

/** The cookie that binds a sign-in to the browser that began it. */
const signInCookie = (parts: HttpParts): string => staffCookie(parts, 'tellerline_desk_sign_in');

/** Who sits at the desk that a call comes from. @throws TellerlineError `staff_no_session` 401 */
export function staffSessionOf(parts: HttpParts, request: FastifyRequest): Promise<StaffSession> {
  return parts.staffSignIn.require(request.cookies[deskCookie(parts)]);
}

/**
 * The same for what concerns cases: privacy officers watch over how data is used, and see no customer.
 *
 * @throws TellerlineError `staff_no_session` 401, `agents_only` 403
 */
export async function answeringSessionOf(parts: HttpParts, request: FastifyRequest): Promise<StaffSession> {
  const session = await staffSessionOf(parts, request);
  if (session.staff.role !== 'privacy-officer') return session;
  throw new TellerlineError('agents_only', 403, 'Only those who answer customers may do this.');
}

/** Gives the browser its session. It is sent from our own pages alone, which is why the return is a page. */
export function giveDeskSession(parts: HttpParts, reply: FastifyReply, secret: string): void {
  void reply.setCookie(deskCookie(parts), secret, {
    path: '/',
    httpOnly: true,
    sameSite: 'strict',
    secure: isSecure(parts),
    maxAge: limits.staffSessionHoursMax * 3600,
  });
}

/** Takes it away. */
export function takeDeskSession(parts: HttpParts, reply: FastifyReply): void {
  void reply.clearCookie(deskCookie(parts), { path: '/', secure: isSecure(parts) });
}

/** Remembers in the browser which sign-in it has begun: it comes back from another site. */
export function rememberSignIn(parts: HttpParts, reply: FastifyReply, state: string): void {
  void reply.setCookie(signInCookie(parts), state, {
    path: '/',
    httpOnly: true,
    sameSite: 'lax',
    secure: isSecure(parts),
    maxAge: limits.staffSignInMinutesMax * 60,
  });
}

/** The state of the sign-in that this browser has begun, which is then over. */
export function takeSignIn(parts: HttpParts, request: FastifyRequest, reply: FastifyReply): string | undefined {
  void reply.clearCookie(signInCookie(parts), { path: '/', secure: isSecure(parts) });
  return request.cookies[signInCookie(parts)];
}
