import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { systemRandom, type BankId } from '#base';
import { openSession } from '#customers';
import type { KeyProvider } from '#vault';
import { readConfig } from '../src/app/config.ts';
import { openKeyProvider } from '../src/app/keys.ts';
import type { Load, Loaded } from './bank-process.fixture.ts';
import { startChild, type Child } from './child.ts';
import type { Customers, Received } from './customers-process.fixture.ts';
import type { HubSettings } from './hub-process.fixture.ts';
import { makeLinksInBulk, type BulkLink } from './links.ts';
import { onOwnPostgres, type OwnPostgres } from './own-postgres.ts';
import type { Bench } from './part.ts';

/** The bank whose events are measured. */
export const bank = 'citi' as BankId;

/** How long what was acknowledged may take to reach the customers who are connected. */
const arrivalMsMax = 30_000;

/** A hub as a process of its own over many links, with a bank that it takes events from. */
export interface Stage {
  readonly own: OwnPostgres;
  readonly provider: KeyProvider;
  readonly config: ReturnType<typeof readConfig>;
  readonly hub: Child & { readonly url: string };
  /** Lets the bank send. @throws Error when an event was refused */
  load(how: Pick<Load, 'batch' | 'pace' | 'seconds'> & Partial<Load>): Promise<Loaded>;
  /** Opens a web socket for each of the first customers. */
  connect(): Promise<Connected>;
}

/** Customers who are connected. */
export interface Connected {
  /** Waits until so many events have come since the last call; answers how long each was under way, in ms. */
  received(events: number): Promise<number[]>;
  stop(): Promise<void>;
}

/** Runs work on a fresh stage with so many links; `connected` of their customers can be connected. */
export async function onStage<Result>(
  { progress }: Pick<Bench, 'progress'>,
  { links, connected = 0 }: { links: number; connected?: number },
  work: (stage: Stage) => Promise<Result>,
): Promise<Result> {
  return onOwnPostgres(async (own) => {
    const config = readConfig({
      TELLERLINE_DATA: join(own.folder, 'hub'),
      TELLERLINE_KEYS: join(own.folder, 'keys'),
    });
    const provider = openKeyProvider(config, systemRandom);
    const made = (count: number): void =>
      progress(`${count.toLocaleString('en')} of ${links.toLocaleString('en')} links`);
    const first = await makeLinksInBulk(own.database, provider, bank, { count: links, keep: connected, made });
    await own.superuser('analyze', 'checkpoint');
    const keys = await openBank();
    const hub = startChild('./hub-process.fixture.ts');
    try {
      const { url } = await hub.ask<{ url: string }>({
        databaseUrl: own.url,
        data: config.data,
        keys: config.keys,
        banksUrl: keys.url,
      } satisfies HubSettings);
      const stage: Stage = {
        own,
        provider,
        config,
        hub: { ...hub, url },
        load: (how) =>
          send({
            url: `${url}/v1/banks/${bank}/events`,
            privateKey: keys.privateKey,
            accounts: links,
            connected: 0,
            share: 0,
            ...how,
          }),
        connect: () => connect(url, own, first),
      };
      return await work(stage);
    } finally {
      await hub.stop('stop');
      keys.close();
    }
  });
}

/** Lets the bank's process send. */
export async function send(load: Load): Promise<Loaded> {
  const child = startChild('./bank-process.fixture.ts');
  const loaded = await child.ask<Loaded>(load);
  await child.stop();
  if (loaded.refused > 0) throw new Error(`${loaded.refused} events were refused`);
  return loaded;
}

/** Makes the bank's signing key and publishes its public half where the hub reads it. */
async function openBank(): Promise<{ url: string; privateKey: string; close(): void }> {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const keys = JSON.stringify({ keys: [publicKey.export({ format: 'jwk' })] });
  const server = createServer((_request, answer) => {
    answer.setHeader('content-type', 'application/jwk-set+json').end(keys);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  return {
    url: `http://127.0.0.1:${port}`,
    privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }),
    close: () => server.close(),
  };
}

async function connect(url: string, own: OwnPostgres, links: readonly BulkLink[]): Promise<Connected> {
  const secrets = await own.database.transaction(async (tx) => {
    const made: string[] = [];
    for (const { customerId } of links) {
      const browser = { browser: 'firefox', system: 'linux' } as const;
      made.push((await openSession(tx, customerId, browser, systemRandom, Date.now())).secret);
    }
    return made;
  });
  const cookies = secrets.map((secret) => `tellerline_session=${secret}`);
  return connectCustomers({ url: `${url.replace('http', 'ws')}/ws`, cookies });
}

/** Starts the customers' process and waits until all are connected. */
export async function connectCustomers(customers: Customers): Promise<Connected> {
  const child = startChild('./customers-process.fixture.ts');
  await child.ask(customers);
  return {
    received: async (events) => {
      const latencyMs: number[] = [];
      const until = performance.now() + arrivalMsMax;
      for (;;) {
        for (const one of (await child.ask<Received>('received')).latencyMs) latencyMs.push(one);
        if (latencyMs.length >= events) break;
        if (performance.now() > until) throw new Error(`${events} events were to come, ${latencyMs.length} came`);
        await sleep(20);
      }
      if (latencyMs.length > events) throw new Error(`${events} events were sent, ${latencyMs.length} came`);
      return latencyMs;
    },
    stop: () => child.stop('stop'),
  };
}
