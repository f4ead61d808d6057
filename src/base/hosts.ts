import { isIP } from 'node:net';

/** True for a host name of this machine itself, as `URL.hostname` or a `Host` header (port allowed) writes it. */
export function isLoopbackHost(host: string): boolean {
  const name = hostName(host);
  return name === 'localhost' || name === '::1' || (isIP(name) === 4 && name.startsWith('127.'));
}

/** True for an IP address in place of a name: nobody else can have pointed it here (DNS rebinding). */
export function isAddressHost(host: string): boolean {
  return isIP(hostName(host)) !== 0;
}

/** A host without its port and brackets. */
function hostName(host: string): string {
  return host.replace(/:\d+$/, (port) => (isIP(host) === 6 ? port : '')).replace(/^\[(.*)\]$/, '$1');
}
