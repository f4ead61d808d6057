import { TellerlineError } from './errors.ts';

/** What a call to another machine may be for: the closed list. */
export const OUTGOING_PURPOSES = {
  bank: 'a bank’s API, its login and the keys by which it signs: origins that the directory names for that bank',
  messenger: 'a messenger’s API: the address that the operator configured for it',
  carrier: 'a carrier’s API: the address that the operator configured for it',
  witness: 'a witness of the proof log: the address that the operator configured',
  log: 'a proof log that “tellerline verify” was asked to check: below the address given',
  push: 'a browser’s push service: the few that there are, and only the one that this browser named',
  self: 'our own readiness, at the start: the address that was just opened',
} as const;
/** One of the closed list. */
export type OutgoingPurpose = keyof typeof OUTGOING_PURPOSES;

/** The platform's `fetch`, passed in so that a test or the simulator owns the network. */
export type Fetch = (address: string, init: RequestInit) => Promise<Response>;

/**
 * The one way out of this program over HTTP, for one purpose: it reaches the origins that `allowed` names and
 * nothing else, and follows no redirect. What talks to PostgreSQL is the driver; what talks to a bank's key
 * service is its client over mutually authenticated TLS (`vault/key-service-client.ts`); a test finds no
 * third way.
 *
 * @param allowed origins, or a function where they are known only later
 * @throws TellerlineError `address_not_allowed`, from the fetch returned
 */
export function outgoing(
  purpose: OutgoingPurpose,
  allowed: readonly string[] | (() => readonly string[]),
  through: Fetch = (address, init) => fetch(address, init),
): Fetch {
  return async (address, init) => {
    const { origin, host, username, password } = new URL(address);
    const origins = typeof allowed === 'function' ? allowed() : allowed;
    if (!origins.includes(origin) || username !== '' || password !== '')
      throw new TellerlineError('address_not_allowed', 502, 'This address is not one that may be called.', {
        purpose,
        host,
      });
    return through(address, { ...init, redirect: 'manual' });
  };
}
