import { isLoopbackHost } from '#base';

/** The push services of the browsers that there are, by host; a dot begins whatever lies under it. */
const services = [
  'fcm.googleapis.com',
  'updates.push.services.mozilla.com',
  '.push.apple.com',
  '.notify.windows.com',
] as const;

/**
 * Whether an address that a browser names may be called: of a known push service over https, without a port or a
 * name in it. `loopback`: this machine too, for the sandbox and tests.
 */
export function isPushService(address: string, loopback: boolean): boolean {
  if (!URL.canParse(address)) return false;
  const { protocol, hostname, port, username, password } = new URL(address);
  if (username !== '' || password !== '') return false;
  if (loopback && isLoopbackHost(hostname)) return protocol === 'http:' || protocol === 'https:';
  if (protocol !== 'https:' || port !== '') return false;
  return services.some((service) => (service.startsWith('.') ? hostname.endsWith(service) : hostname === service));
}
