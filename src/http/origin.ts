import { isAddressHost, isLoopbackHost } from '#base';
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
 * True when a Host names us: the public address, this machine, or a bare IP address. A name that somebody
 * else has pointed here (DNS rebinding) is none of these.
 */
export function isOwnHost(parts: HttpParts, host: string | undefined): boolean {
  return (
    host !== undefined && (host === new URL(parts.publicUrl()).host || isLoopbackHost(host) || isAddressHost(host))
  );
}
