import { rmSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { BankId, Clock, Random } from '#base';
import { isTellerlineError, TellerlineError } from '#base';
import { createOnce, ownFolder, readIfThere, replace } from './key-file.ts';
import { fileKeyProvider } from './key-files.ts';
import type { RootHolder } from './key-provider.ts';

/** What a key service of one bank needs to run. */
export interface KeyServiceOptions {
  /** Where its key-encrypting key, its roots and its counts lie; another folder than any hub's. */
  readonly folder: string;
  readonly bank: BankId;
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  /** PEM: the service's own certificate and key, and the authority whose clients are let in. */
  readonly tls: { readonly cert: Buffer; readonly key: Buffer; readonly clientCa: Buffer };
  readonly clock: Clock;
  readonly random: Random;
  /** Told when the daily renewal of the key-encrypting key failed, as on a full disk: no release ends, and the next one takes it up. */
  readonly onRenewalFailed?: (error: unknown) => void;
}

export interface KeyService {
  readonly url: string;
  close(): Promise<void>;
}

/** How often a bank's root was released, by day (UTC) and generation. */
export type Releases = Readonly<Record<string, Readonly<Record<string, number>>>>;

const daysKept = 400;
const dayMs = 86_400_000;
/** A hub asks every 30 s and each call is a few hundred bytes: more than this is no hub. */
const connectionsMax = 64;
const requestMsMax = 5000;

/**
 * The key service of a bank that holds its own keys: it makes, releases and destroys the roots under
 * which everything of that bank is sealed, over HTTPS to clients with a certificate of the bank's own
 * authority alone. Each release is counted before it is answered. The protocol stands in docs/key-service.md.
 *
 * @throws TellerlineError those of `fileKeyProvider`
 */
export async function runKeyService(options: KeyServiceOptions): Promise<KeyService> {
  const { folder, tls, random } = options;
  const roots = fileKeyProvider(folder, random);
  const server = createServer(
    {
      cert: tls.cert,
      key: tls.key,
      ca: tls.clientCa,
      requestCert: true,
      rejectUnauthorized: true,
      minVersion: 'TLSv1.3',
      requestTimeout: requestMsMax,
    },
    (request, response) => void answer(request, response, roots, options),
  );
  server.maxConnections = connectionsMax;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(options.port, options.host, resolve);
  });
  const failed = (error: unknown): void => options.onRenewalFailed?.(error);
  const renewing = setInterval(() => void roots.rotateKek().catch(failed), dayMs);
  return {
    url: `https://${options.host}:${(server.address() as AddressInfo).port}`,
    close: () => {
      clearInterval(renewing);
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

/** Says that nobody gets this bank's roots any more, until `returnKeys`. A running service sees it at once. */
export function withdrawKeys(folder: string, random: Random): void {
  ownFolder(folder);
  createOnce(join(folder, 'withdrawn'), Buffer.alloc(0), random);
}

/** Takes a withdrawal back. */
export function returnKeys(folder: string): void {
  rmSync(join(folder, 'withdrawn'), { force: true });
}

/** The counts of a service's folder, for comparing them with the log of uses. */
export function readReleases(folder: string): Releases {
  const text = readIfThere(join(folder, 'releases.json'));
  return text ? (JSON.parse(text.toString()) as Releases) : {};
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  roots: RootHolder,
  options: KeyServiceOptions,
): Promise<void> {
  response.setHeader('cache-control', 'no-store');
  response.setHeader('content-type', 'application/json');
  try {
    const body = await carryOut(request, roots, options);
    response.writeHead(200).end(JSON.stringify(body));
  } catch (error) {
    const [status, code] = isTellerlineError(error) ? [error.status, error.code] : [500, 'key_service_failed'];
    response.writeHead(status).end(JSON.stringify({ code }));
  }
}

async function carryOut(
  { method, url = '' }: IncomingMessage,
  roots: RootHolder,
  { folder, bank, clock, random }: KeyServiceOptions,
): Promise<object> {
  const [, number, release] = /^\/v1\/roots\/([1-9]\d{0,8})(\/release)?$/.exec(url) ?? [];
  const generation = Number(number);
  if (method === 'GET' && url === '/v1/releases') return { bank, releases: readReleases(folder) };
  if (number === undefined) throw new TellerlineError('not_found', 404, 'There is nothing here.');
  if (method === 'DELETE' && !release) {
    await roots.destroyRootsBefore(bank, generation);
    return {};
  }
  if (readIfThere(join(folder, 'withdrawn'))) {
    throw new TellerlineError('key_withdrawn', 403, 'The bank has withdrawn its key.');
  }
  if (method === 'PUT' && !release) {
    await roots.createRoot(bank, generation);
    return {};
  }
  if (method === 'POST' && release) {
    const root = await roots.leaseRoot(bank, generation);
    count(folder, generation, clock, random);
    return { root: root.toString('base64') };
  }
  throw new TellerlineError('not_found', 404, 'There is nothing here.');
}

function count(folder: string, generation: number, clock: Clock, random: Random): void {
  const day = (ms: number): string => new Date(ms).toISOString().slice(0, 10);
  const today = day(clock.nowMs());
  const oldest = day(clock.nowMs() - daysKept * dayMs);
  const kept = Object.fromEntries(Object.entries(readReleases(folder)).filter(([one]) => one > oldest));
  const counts = { ...kept[today], [generation]: (kept[today]?.[generation] ?? 0) + 1 };
  replace(join(folder, 'releases.json'), Buffer.from(JSON.stringify({ ...kept, [today]: counts })), random);
}
