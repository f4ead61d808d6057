import type { FastifyReply, FastifyRequest } from 'fastify';
import type { CustomerId } from '#base';
import { browserKindOf, type Session } from '#customers';
import type { HttpParts } from './parts.ts';
import { giveSession } from './session-cookie.ts';

/** By then the browser has read the answer that brought its new cookie. */
const leaveAfterMs = 1000;

/**
 * Signs a browser in as a customer who has proven themselves. What it had before goes a moment after the
 * answer: its other windows learn then that their session is over, and must find the new cookie.
 *
 * @throws TellerlineError `chat_in_use`
 */
export async function joinCustomer(
  parts: HttpParts,
  request: FastifyRequest,
  reply: FastifyReply,
  before: Session | undefined,
  customerId: CustomerId,
): Promise<Session> {
  const { session, secret } = await parts.talk.signIn(before, customerId, browserKindOf(request.headers['user-agent']));
  giveSession(parts, reply, secret);
  if (!before) return session;
  const leave = (): void => {
    parts.talk
      .leave(before, customerId)
      .catch((error: unknown) => parts.log.warn({ err: error }, 'an empty chat was left behind'));
  };
  reply.raw.once('finish', () => setTimeout(leave, leaveAfterMs).unref());
  return session;
}
