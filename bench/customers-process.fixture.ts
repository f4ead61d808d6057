import { once } from 'node:events';
import { WebSocket } from 'ws';

// Connected customers, as a process of its own: one web socket each, which says where it stands and then counts
// what comes, with how long each event was under way.

/** What it is told at its start. */
export interface Customers {
  readonly url: string;
  /** The header by which each customer is known. */
  readonly cookies: readonly string[];
}

/** What came since it was last asked. */
export interface Received {
  readonly events: number;
  /** From when each was due at the bank to its arrival here. */
  readonly latencyMs: readonly number[];
}

const dueMark = /"description":"DUE (\d+) /g;
const atOnce = 50;

// Nobody else ends it when the bench is gone.
process.once('disconnect', () => process.exit());
const [customers] = (await once(process, 'message')) as [Customers];
let latencyMs: number[] = [];
let stopping = false;
const sockets: WebSocket[] = [];
for (let n = 0; n < customers.cookies.length; n += atOnce)
  sockets.push(...(await Promise.all(customers.cookies.slice(n, n + atOnce).map(connect))));
process.on('message', (order: 'received' | 'stop') => {
  if (order === 'stop') {
    stopping = true;
    for (const socket of sockets) socket.terminate();
    process.disconnect?.();
    return;
  }
  process.send?.({ events: latencyMs.length, latencyMs } satisfies Received);
  latencyMs = [];
});
process.send?.({ connected: sockets.length });

async function connect(cookie: string): Promise<WebSocket> {
  const socket = new WebSocket(customers.url, { headers: { cookie }, perMessageDeflate: false });
  await once(socket, 'open');
  const resumed = once(socket, 'message');
  socket.send('{"frame":"resume","after":0}');
  await resumed;
  socket.on('message', (data: Buffer) => count(data.toString()));
  socket.on('close', () => {
    if (!stopping) throw new Error('a connected customer was cut off');
  });
  return socket;
}

function count(text: string): void {
  const nowUs = Number(process.hrtime.bigint() / 1000n);
  for (const [, dueUs] of text.matchAll(dueMark)) latencyMs.push((nowUs - Number(dueUs)) / 1000);
}
