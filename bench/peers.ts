import { spawnSync } from 'node:child_process';
import { createHmac, generateKeyPairSync, randomBytes, randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { systemRandom } from '#base';
import { dataKey, seal } from '../src/vault/cipher.ts';
import { accountIdOf } from './made-events.ts';
import { startChild, type Child } from './child.ts';
import { copyIn, copyLine } from './copy.ts';
import { atLeast, rowOf, type Row } from './measured.ts';
import { onOwnPostgres, type OwnPostgres } from './own-postgres.ts';
import type { Bench, Part } from './part.ts';
import { indexDomain, linkContext, tables, type Manner, type PeerSettings } from './peers/job.ts';
import { hasRedis, onOwnRedis, type Fsync } from './redis.ts';
import { throughToSocket } from './sockets.ts';
import { connectCustomers, send, type Connected } from './stage.ts';

const folder = join(import.meta.dirname, 'peers');
const chunk = 5000;
const drainMsMax = 600_000;
const warmSeconds = 5;

/**
 * The same job built the usual way, Fastify with PostgreSQL and BullMQ on Redis: same signature, parsing, dedupe,
 * encryption and web sockets, and neither entries in an order nor a log. Measured over as many links and sockets,
 * with the same load, until the last job is done.
 */
export const peers: Part = {
  name: 'peers',
  heading: 'The same job built the usual way',
  after: 'sockets',
  run: async (bench) => {
    if (!hasRedis()) {
      console.log('There is no redis-server here (apt-get install redis-server): the peer is not measured.');
      return [];
    }
    install();
    return onOwnPostgres(async (own) => {
      const keys = generateKeyPairSync('ed25519');
      const publicKey = keys.publicKey.export({ type: 'spki', format: 'pem' });
      const privateKey = keys.privateKey.export({ type: 'pkcs8', format: 'pem' });
      const links = { databaseUrl: own.url, root: randomBytes(32), publicKey };
      const customers = await makeLinks(bench, own, links);
      const peer = { links, privateKey, customers };
      const usual = await measure(bench, peer, 'singly', 'everysec');
      const strict = await measure(bench, peer, 'singly', 'always');
      const inBulk = await measure(bench, peer, 'in-bulk', 'everysec');
      return [
        rowOf('built the usual way: in, inserted, and its job done', 'events/s', usual),
        rowOf('the same, with Redis flushing before it answers', 'events/s', strict),
        rowOf('the same, with one transaction and one call for the jobs of a batch', 'events/s', inBulk),
        rowOf('times the usual way', '×', times(bench.rows, usual), atLeast(5)),
        rowOf('times the usual way in bulk', '×', times(bench.rows, inBulk)),
      ];
    });
  },
};

/** How many times as much the hub takes, in this same run. */
function times(rows: readonly Row[], rates: readonly number[]): number[] {
  const own = rows.find((row) => row.name === throughToSocket);
  if (!own) throw new Error('the sockets are measured before');
  return rates.map((rate) => own.value / rate);
}

/** Its packages are of no use to anything else, so that they are fetched here. */
function install(): void {
  if (existsSync(join(folder, 'node_modules', 'bullmq'))) return;
  const { status } = spawnSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], {
    cwd: folder,
    stdio: 'inherit',
  });
  if (status !== 0) throw new Error('the packages of bench/peers could not be installed');
}

type Links = Omit<PeerSettings, 'redisPort' | 'manner'>;

/** Links with real keys; answers the customers of the first ones. */
async function makeLinks({ options, progress }: Bench, own: OwnPostgres, settings: Links): Promise<string[]> {
  const root = dataKey(Buffer.from(settings.root));
  const customers: string[] = [];
  const client = await own.database.connect();
  try {
    await client.query(tables);
    for (let first = 0; first < options.links; first += chunk) {
      let lines = '';
      for (let n = first; n < Math.min(options.links, first + chunk); n += 1) {
        const [linkId, customerId] = [randomUUID(), randomUUID()];
        const index = createHmac('sha256', settings.publicKey)
          .update(`${indexDomain}|${accountIdOf(n)}`)
          .digest();
        const wrapped = seal(root, linkContext(linkId), randomBytes(32), systemRandom);
        lines += copyLine([linkId, customerId, index, ['balances', 'transactions'], wrapped]);
        if (n < options.connected) customers.push(customerId);
      }
      await copyIn(client, 'peer.links (link_id, customer_id, account_index, purposes, wrapped_key)', lines);
      progress(`${first.toLocaleString('en')} of ${options.links.toLocaleString('en')} links of the peer`);
    }
    await client.query('analyze peer.links');
  } finally {
    await client.end();
  }
  return customers;
}

interface Peer {
  readonly links: Links;
  readonly privateKey: string;
  readonly customers: readonly string[];
}

/** Events a second from the first batch until the last job is done, once a run. */
function measure(
  { options, progress }: Bench,
  { links, privateKey, customers }: Peer,
  manner: Manner,
  fsync: Fsync,
): Promise<number[]> {
  return onOwnRedis(fsync, async (redisPort) => {
    const api = startChild('./peers/api-process.ts');
    const worker = startChild('./peers/worker-process.ts');
    const told: PeerSettings = { ...links, redisPort, manner };
    const [{ url }, sockets] = await Promise.all([api.ask<{ url: string }>(told), worker.ask<{ url: string }>(told)]);
    const cookies = customers.map((customerId) => `peer=${customerId}`);
    const connected = await connectCustomers({ url: sockets.url, cookies });
    const once = (seconds: number): Promise<number> =>
      runOnce(options, { url: `${url}/events`, privateKey, seconds }, worker, connected);
    await once(Math.min(warmSeconds, options.seconds));
    const rates: number[] = [];
    for (let n = 1; n <= options.runs; n += 1) {
      progress(`the usual way, ${manner}, Redis flushing ${fsync}: run ${n} of ${options.runs}`);
      rates.push(await once(options.seconds));
    }
    await connected.stop();
    await worker.stop('stop');
    await api.stop('stop');
    return rates;
  });
}

async function runOnce(
  options: Bench['options'],
  { url, privateKey, seconds }: { url: string; privateKey: string; seconds: number },
  worker: Child,
  connected: Connected,
): Promise<number> {
  const before = await done(worker);
  const loaded = await send({
    url,
    privateKey,
    seconds,
    accounts: options.links,
    connected: options.connected,
    share: options.connectedShare,
    batch: 500,
    pace: { connections: 4 },
  });
  const answered = performance.now();
  while ((await done(worker)) - before < loaded.acknowledged) {
    if (performance.now() - answered > drainMsMax) throw new Error('the queue of the peer does not drain');
    await sleep(50);
  }
  const took = loaded.seconds + (performance.now() - answered) / 1000;
  await connected.received(loaded.forConnected);
  return loaded.acknowledged / took;
}

async function done(worker: Child): Promise<number> {
  const { completed, failed } = await worker.ask<{ completed: number; failed: number }>('done');
  if (failed > 0) throw new Error(`${failed} jobs of the peer failed`);
  return completed;
}
