import { once } from 'node:events';
import { Worker } from 'bullmq';
import pg from 'pg';
import { WebSocketServer, type WebSocket } from 'ws';
import { dataKey, open } from '../../src/vault/cipher.ts';
import { eventContext, linkContext, queueName, redisAt, type EventJob, type PeerSettings } from './job.ts';

// The usual way out: a worker takes one job an event, opens it and sends it to the customer's web socket. In the
// peer's favour: the sockets are in the worker's own process, and the event of somebody who is not connected is
// done with at once, for it is stored.

// Nobody else ends it when the bench is gone.
process.once('disconnect', () => process.exit());
const [settings] = (await once(process, 'message')) as [PeerSettings];
const pool = new pg.Pool({ connectionString: settings.databaseUrl, max: 10 });
const root = dataKey(Buffer.from(settings.root));
const sockets = new Map<string, WebSocket>();
const server = new WebSocketServer({ host: '127.0.0.1', port: 0, perMessageDeflate: false });
server.on('connection', (socket, request) => {
  const [, customerId = ''] = /peer=([\w-]+)/.exec(request.headers.cookie ?? '') ?? [];
  sockets.set(customerId, socket);
  socket.once('message', () => socket.send('{"frame":"hello"}'));
});
await once(server, 'listening');

let completed = 0;
let failed = 0;
const worker = new Worker<EventJob>(queueName, ({ data }) => work(data), {
  connection: redisAt(settings.redisPort),
  concurrency: 50,
});
worker.on('completed', () => (completed += 1)).on('failed', () => (failed += 1));
await worker.waitUntilReady();
process.on('message', (order: 'done' | 'stop') => {
  if (order === 'done') {
    process.send?.({ completed, failed });
    return;
  }
  server.close();
  for (const socket of sockets.values()) socket.terminate();
  worker
    .close()
    .then(() => pool.end())
    .then(() => process.disconnect?.())
    .catch(console.error);
});
const address = server.address();
process.send?.({ url: `ws://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/ws` });

interface EventRow {
  readonly linkId: string;
  readonly sealed: Buffer;
  readonly wrapped: Buffer;
}

async function work({ eventId, customerId }: EventJob): Promise<void> {
  const socket = sockets.get(customerId);
  if (!socket) return;
  const { rows } = await pool.query<EventRow>({
    name: 'read-event',
    text: `select e.link_id as "linkId", e.sealed, l.wrapped_key as wrapped
      from peer.events e join peer.links l using (link_id) where e.event_id = $1`,
    values: [eventId],
  });
  const [row] = rows;
  if (!row) throw new Error('a job is added for what is stored');
  const key = dataKey(open(root, linkContext(row.linkId), row.wrapped));
  const event: unknown = JSON.parse(open(key, eventContext(row.linkId, eventId), row.sealed).toString());
  socket.send(JSON.stringify({ frame: 'entries', entries: [{ entry: 'message', message: { id: eventId, event } }] }));
}
