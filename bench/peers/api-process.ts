import { createHmac, createPublicKey } from 'node:crypto';
import { once } from 'node:events';
import { Queue } from 'bullmq';
import { fastify, type FastifyRequest } from 'fastify';
import pg from 'pg';
import { systemRandom } from '../../src/base/random.ts';
import { parseBatch, type ParsedEvent } from '../../src/intake/parse.ts';
import { verifyWebhook } from '../../src/intake/signature.ts';
import { dataKey, open, seal } from '../../src/vault/cipher.ts';
import { eventContext, indexDomain, linkContext, queueName, redisAt } from './job.ts';
import type { EventJob, PeerSettings } from './job.ts';

// The usual way in: a Fastify route that verifies and reads a batch with the hub's own code, inserts one row an
// event, and adds one job an event to the queue before it answers.

// Nobody else ends it when the bench is gone.
process.once('disconnect', () => process.exit());
const [settings] = (await once(process, 'message')) as [PeerSettings];
const pool = new pg.Pool({ connectionString: settings.databaseUrl, max: 10 });
const queue = new Queue<EventJob>(queueName, { connection: redisAt(settings.redisPort) });
const bankKey = createPublicKey(settings.publicKey);
const root = dataKey(Buffer.from(settings.root));
const indexKey = Buffer.from(settings.publicKey);
const server = fastify({ bodyLimit: 1024 * 1024 });

server.removeAllContentTypeParsers();
server.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
server.post('/events', async (request, reply) => {
  const body = request.body as Buffer;
  verifyWebhook(headersOf(request), body, [bankKey], Date.now());
  const events = parseBatch(body, Date.now());
  const accepted = await (settings.manner === 'singly' ? takeSingly(events) : takeInBulk(events));
  return reply.status(202).send({ accepted });
});
await queue.waitUntilReady();
process.on('message', () => {
  server
    .close()
    .then(() => queue.close())
    .then(() => pool.end())
    .then(() => process.disconnect?.())
    .catch(console.error);
});
process.send?.({ url: await server.listen({ host: '127.0.0.1', port: 0 }) });

function headersOf({ headers }: FastifyRequest): Parameters<typeof verifyWebhook>[0] {
  const one = (name: string): string | undefined => [headers[name]].flat()[0];
  return { id: one('webhook-id'), timestamp: one('webhook-timestamp'), signature: one('webhook-signature') };
}

interface LinkRow {
  readonly linkId: string;
  readonly customerId: string;
  readonly accountIndex: Buffer;
  readonly wrapped: Buffer;
}

/** Each event by itself, as many at once as there are connections; answers how many were new. */
async function takeSingly(events: readonly ParsedEvent[]): Promise<number> {
  const taken = await Promise.all(
    events.map(async (parsed): Promise<number> => {
      const [link] = await linksOf(pool, [indexOf(parsed)]);
      if (!link || !(await insert(pool, link, parsed))) return 0;
      const job = jobOf(parsed, link);
      await queue.add('event', job, optionsOf(job));
      return 1;
    }),
  );
  return taken.reduce((sum, one) => sum + one, 0);
}

/** One look-up and one transaction for all of them, and one call for their jobs; answers how many were new. */
async function takeInBulk(events: readonly ParsedEvent[]): Promise<number> {
  const indexes = events.map(indexOf);
  const jobs: EventJob[] = [];
  const client = await pool.connect();
  try {
    await client.query('begin');
    const links = new Map((await linksOf(client, indexes)).map((row) => [row.accountIndex.toString('base64'), row]));
    for (const [n, parsed] of events.entries()) {
      const link = links.get(indexes[n]?.toString('base64') ?? '');
      if (link && (await insert(client, link, parsed))) jobs.push(jobOf(parsed, link));
    }
    await client.query('commit');
  } catch (error) {
    await client.query('rollback');
    throw error;
  } finally {
    client.release();
  }
  await queue.addBulk(jobs.map((data) => ({ name: 'event', data, opts: optionsOf(data) })));
  return jobs.length;
}

const jobOf = ({ event }: ParsedEvent, { customerId }: LinkRow): EventJob => ({ eventId: event.id, customerId });
const optionsOf = ({ eventId }: EventJob) => ({ jobId: eventId, removeOnComplete: true });

async function linksOf(db: pg.Pool | pg.PoolClient, indexes: readonly Buffer[]): Promise<LinkRow[]> {
  const { rows } = await db.query<LinkRow>({
    name: 'find-links',
    text: `select link_id as "linkId", customer_id as "customerId", account_index as "accountIndex", wrapped_key as wrapped
      from peer.links where account_index = any($1) and 'transactions' = any(purposes)`,
    values: [indexes],
  });
  return rows;
}

/** One row, sealed under its link's key; false when its id was there before. */
async function insert(
  db: pg.Pool | pg.PoolClient,
  link: LinkRow,
  { event, contentHash }: ParsedEvent,
): Promise<boolean> {
  const key = dataKey(open(root, linkContext(link.linkId), link.wrapped));
  const context = eventContext(link.linkId, event.id);
  const sealed = seal(key, context, Buffer.from(JSON.stringify(event)), systemRandom);
  const { rowCount } = await db.query({
    name: 'insert-event',
    text: `insert into peer.events (event_id, content_hash, link_id, sealed) values ($1, $2, $3, $4)
      on conflict do nothing`,
    values: [event.id, contentHash, link.linkId, sealed],
  });
  return rowCount === 1;
}

function indexOf({ event }: ParsedEvent): Buffer {
  const accountId = 'accountId' in event ? event.accountId : '';
  return createHmac('sha256', indexKey).update(`${indexDomain}|${accountId}`).digest();
}
