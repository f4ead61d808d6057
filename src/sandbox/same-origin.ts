import type { FastifyRequest } from 'fastify';
import { isAddressHost, isLoopbackHost, TellerlineError } from '#base';
import type { SandboxContext } from './context.ts';

/**
 * Refuses what a page of somebody else's would press in the visitor's browser: one of another origin, and
 * one whose name was pointed at this machine (DNS rebinding), where Origin and Host agree.
 *
 * @throws TellerlineError `origin_foreign`
 */
export function refuseForeign(request: FastifyRequest, { url }: Pick<SandboxContext, 'url'>): void {
  const { origin, host = '' } = request.headers;
  const ours = host === new URL(url).host || isLoopbackHost(host) || isAddressHost(host);
  if (!ours || (origin !== undefined && URL.parse(origin)?.host !== host)) {
    throw new TellerlineError('origin_foreign', 403, 'This can only be done from the sandbox’s own page.');
  }
}
