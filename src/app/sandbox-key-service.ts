import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { TellerlineError } from '#base';
import { canMakeCertificates, makeAuthority } from '#sandbox';

/**
 * Starts the key service of a sandbox bank that holds its own root key, as a process of its own. Its
 * certificates and ours are made once; it ends with this process, however that ends.
 *
 * @param keys the hub's key folder; the bank's own lies in `sandbox-bank/<bank>` inside
 * @throws TellerlineError `openssl_missing`, `key_service_failed`
 */
export async function startSandboxKeyService(keys: string, bank: string): Promise<{ stop(): Promise<void> }> {
  const own = join(keys, 'sandbox-bank', bank);
  const ours = join(keys, 'services', bank);
  makeCertificates(own, ours);
  const files = [
    '--cert',
    join(own, 'server.crt'),
    '--key',
    join(own, 'server.key'),
    '--client-ca',
    join(own, 'ca.crt'),
  ];
  const args = ['key-service', 'run', '--with-parent', '--bank', bank, '--folder', join(own, 'keys'), '--port', '0'];
  const child = spawn(process.execPath, [fileURLToPath(new URL('cli.ts', import.meta.url)), ...args, ...files], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const gone = once(child, 'exit');
  for await (const line of createInterface({ input: child.stdout })) {
    const [url] = /https:\/\/\S+/.exec(line) ?? [];
    if (url === undefined) continue;
    // For the hub, and for a command beside it: the port is another at each start.
    writeFileSync(join(ours, 'url'), url);
    return {
      stop: async () => {
        child.stdin.end();
        await gone;
      },
    };
  }
  throw new TellerlineError('key_service_failed', 500, `The key service of the sandbox bank ${bank} did not start.`);
}

function makeCertificates(own: string, ours: string): void {
  if (existsSync(join(ours, 'client.crt'))) return;
  if (!canMakeCertificates()) {
    throw new TellerlineError(
      'openssl_missing',
      500,
      'TELLERLINE_SANDBOX_KEY_SERVICE needs the openssl command to make certificates. Install it, or leave the setting off.',
    );
  }
  const { ca, server, client } = makeAuthority();
  for (const folder of [own, ours]) mkdirSync(folder, { recursive: true, mode: 0o700 });
  const write = (path: string, content: Buffer): void => writeFileSync(path, content, { mode: 0o600 });
  write(join(own, 'ca.crt'), ca);
  write(join(own, 'server.crt'), server.cert);
  write(join(own, 'server.key'), server.key);
  write(join(ours, 'ca.crt'), ca);
  write(join(ours, 'client.key'), client.key);
  // Last: it says that all of them are there.
  write(join(ours, 'client.crt'), client.cert);
}
