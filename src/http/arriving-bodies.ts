import type { FastifyReply, FastifyRequest } from 'fastify';
import { limits, TellerlineError } from '#base';

/**
 * Ends a request whose body takes longer to arrive than `limits.batchArrivingMsMax`.
 *
 * @param closed is called once, when it is answered or broken off
 */
export function boundArrival({ raw }: FastifyRequest, reply: FastifyReply, closed: () => void): void {
  const late = setTimeout(() => raw.destroy(), limits.batchArrivingMsMax);
  raw.once('end', () => clearTimeout(late));
  reply.raw.once('close', () => {
    clearTimeout(late);
    closed();
  });
}

/** There is no room for one more body at the moment; `code` names the door. */
export function noRoom(code: string): TellerlineError {
  return new TellerlineError(code, 503, 'Too much arrives at once. Send it again.', { retryAfterSeconds: 1 });
}

/** An address has sent too many bodies that were refused. */
export function tooManyRefused(): TellerlineError {
  return new TellerlineError(
    'too_many_refused',
    429,
    'Too many bodies of this address were refused. Mend the signature and wait.',
    { retryAfterSeconds: 60 },
  );
}
