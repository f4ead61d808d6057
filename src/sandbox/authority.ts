import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Whether certificates can be made here: node:crypto reads X.509 and does not write it, the openssl command does. */
export function canMakeCertificates(): boolean {
  return spawnSync('openssl', ['version'], { stdio: 'ignore' }).status === 0;
}

/** PEM of a certificate and its private key. */
export interface Certificate {
  readonly cert: Buffer;
  readonly key: Buffer;
}

/** A certificate authority of a sandbox bank, and what it has issued: for a server on 127.0.0.1 and for a client. */
export function makeAuthority(): { readonly ca: Buffer; readonly server: Certificate; readonly client: Certificate } {
  const folder = mkdtempSync(join(tmpdir(), 'tellerline-ca-'));
  const at = (name: string): string => join(folder, name);
  try {
    openssl(
      'req',
      '-x509',
      ...newKey,
      '-keyout',
      at('ca.key'),
      '-out',
      at('ca.crt'),
      '-days',
      daysValid,
      '-subj',
      '/CN=ca',
    );
    const issue = (name: string, extensions: string): Certificate => {
      writeFileSync(at('extensions'), extensions);
      openssl('req', ...newKey, '-keyout', at(`${name}.key`), '-out', at(`${name}.csr`), '-subj', `/CN=${name}`);
      const signed = ['-CA', at('ca.crt'), '-CAkey', at('ca.key'), '-CAcreateserial', '-extfile', at('extensions')];
      openssl('x509', '-req', '-in', at(`${name}.csr`), '-out', at(`${name}.crt`), '-days', daysValid, ...signed);
      return { cert: readFileSync(at(`${name}.crt`)), key: readFileSync(at(`${name}.key`)) };
    };
    return {
      ca: readFileSync(at('ca.crt')),
      server: issue('server', 'subjectAltName=IP:127.0.0.1\nextendedKeyUsage=serverAuth\n'),
      client: issue('client', 'extendedKeyUsage=clientAuth\n'),
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** As long as a sandbox may stand; what they protect is invented. */
const daysValid = '3650';
const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];

function openssl(...args: readonly string[]): void {
  const { status, stderr } = spawnSync('openssl', args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`openssl ${args[0]} failed: ${stderr}`);
}
