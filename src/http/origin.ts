import type { FastifyRequest } from 'fastify';
import { isAddressHost, isLoopbackHost, TellerlineError } from '#base';
import type { HttpParts } from './parts.ts';

/** True for a call without an Origin, or from one of our own pages: scheme, host and port are the same. */
export function isOwnOrigin(parts: HttpParts, origin: string | undefined, host: string | undefined): boolean {
  if (origin === undefined || origin === parts.publicUrl()) return true;
  // On this machine the listener is reached by several names; all of them by plain http.
  return host !== undefined && isLoopbackHost(host) && origin === `http://${host}`;
}

/** True for a call of one of the staff listener's own pages, which are reached by the name that the call went to. */
export function isSameOrigin(origin: string | undefined, host: string | undefined): boolean {
  return origin !== undefined && host !== undefined && URL.canParse(origin) && new URL(origin).host === host;
}

/**
 * True when a Host names us: one of the two public addresses, this machine, or a bare IP address. A name that somebody
 * else has pointed here (DNS rebinding) is none of these.
 */
export function isOwnHost(parts: HttpParts, host: string | undefined): boolean {
  if (host === undefined) return false;
  const own = [parts.publicUrl(), parts.staffUrl()].map((address) => new URL(address).host);
  return own.includes(host) || isLoopbackHost(host) || isAddressHost(host);
}

/**
 * Refuses a call that changes something and does not come from one of the staff listener's own pages.
 *
 * @throws TellerlineError `origin_foreign` 403
 */
export function requireOwnPage(request: FastifyRequest): void {
  if (isSameOrigin(request.headers.origin, request.headers.host)) return;
  throw new TellerlineError('origin_foreign', 403, 'This call did not come from a page of this listener.');
}
