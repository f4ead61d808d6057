import type { FastifyRequest } from 'fastify';
import { TellerlineError } from '#base';

/**
 * Refuses what a page of somebody else's would press in the visitor's browser.
 *
 * @throws TellerlineError `origin_foreign`
 */
export function refuseForeign(request: FastifyRequest): void {
  const { origin, host } = request.headers;
  if (origin !== undefined && URL.parse(origin)?.host !== host) {
    throw new TellerlineError('origin_foreign', 403, 'This can only be done from the sandbox’s own page.');
  }
}
