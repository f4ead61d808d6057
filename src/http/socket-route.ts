import type { FastifyInstance } from 'fastify';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { WebSocketServer, type WebSocket } from 'ws';
import { limits, turns, type InTurn } from '#base';
import { closeSlow, serveSocket } from '#channels/web';
import { requireSession } from '#customers';
import { customerActor } from '#vault';
import { threadOf } from './me.ts';
import { isOwnHost, isOwnOrigin } from './origin.ts';
import type { HttpParts } from './parts.ts';
import { sessionCookie } from './session-cookie.ts';
import { watchSessions, type Endings, type SessionWatch } from './session-watch.ts';

/** What a browser may send in one frame; its frames are a few dozen bytes. */
const frameBytesMax = 4096;
const goodbyeMs = 1000;

/** The web sockets of a listener. */
export interface Sockets {
  /** Bytes that browsers have not taken yet. */
  bufferedBytes(): number;
  /** Sends every browser away, not all at once, so that they do not come back all at once. */
  close(): Promise<void>;
}

/** `GET /ws`: the messenger's web socket, by the session cookie and from our own pages alone. */
export function attachSockets(server: FastifyInstance, parts: HttpParts): Sockets {
  const sockets = new WebSocketServer({ noServer: true, maxPayload: frameBytesMax, perMessageDeflate: false });
  const open = new Map<string, Set<WebSocket>>();
  const watch = watchSessions(endingsOf(parts));
  const relief = setInterval(() => relieve(sockets.clients, parts), relieveEveryMs);
  const letIn = turns(limits.socketsLetInAtOnceMax);

  server.server.on('upgrade', (request, stream, head) => {
    accept(server, parts, { sockets, open, watch, letIn }, request, stream, head).catch((error: unknown) => {
      parts.log.debug({ err: error }, 'a web socket was refused');
      refuse(stream, '401 Unauthorized');
    });
  });
  return {
    bufferedBytes: () => bufferedBytes(sockets.clients),
    close: async () => {
      clearInterval(relief);
      await watch.stop();
      await sendAway([...sockets.clients], parts);
      const closed = new Promise<void>((resolve) => sockets.close(() => resolve()));
      const late = setTimeout(() => sockets.clients.forEach((socket) => socket.terminate()), goodbyeMs);
      await closed;
      clearTimeout(late);
    },
  };
}

/** Customers' sessions by the hash of their cookie, in hexadecimal. */
function endingsOf({ signIn, log }: HttpParts): Endings {
  const names = (indexes: readonly Buffer[]): string[] => indexes.map((index) => index.toString('hex'));
  return {
    whenEnded: (told) => signIn.whenEnded((indexes) => told(names(indexes))),
    endedAmong: async (asked) => names(await signIn.endedAmong(asked.map((name) => Buffer.from(name, 'hex')))),
    log,
  };
}

/** Service restart, of RFC 6455's registry: the messenger comes back after a random while. */
const restarting = 1012;
const sliceMs = 20;

/** Closes sockets in slices: a thousand in a second, and all of them within the limit. */
async function sendAway(sockets: readonly WebSocket[], { meter }: HttpParts): Promise<void> {
  const slices = Math.max(1, Math.min(limits.socketCloseSpreadMsMax, sockets.length) / sliceMs);
  const size = Math.ceil(sockets.length / slices);
  for (let at = 0; at < sockets.length; at += size) {
    for (const socket of sockets.slice(at, at + size)) {
      meter.socketClosed('restarting');
      socket.close(restarting, 'restarting');
    }
    if (at + size < sockets.length) await sleep(sliceMs);
  }
}

const relieveEveryMs = 1000;

function bufferedBytes(sockets: ReadonlySet<WebSocket>): number {
  let bytes = 0;
  for (const socket of sockets) bytes += socket.bufferedAmount;
  return bytes;
}

/** Closes the slowest while all together hold more than the process has room for. */
function relieve(sockets: ReadonlySet<WebSocket>, { meter, log }: HttpParts): void {
  let bytes = bufferedBytes(sockets);
  if (bytes <= limits.socketsBufferBytesMax) return;
  log.warn({ bytes, alarm: 'sockets_full' }, 'browsers do not take what they are sent: the slowest are closed');
  for (const socket of [...sockets].toSorted((a, b) => b.bufferedAmount - a.bufferedAmount)) {
    if (bytes <= limits.socketsBufferBytesMax) return;
    bytes -= socket.bufferedAmount;
    closeSlow(socket, meter);
  }
}

interface Connected {
  readonly sockets: WebSocketServer;
  /** By customer. */
  readonly open: Map<string, Set<WebSocket>>;
  readonly watch: SessionWatch;
  /** All share the listener's few connections to the database. */
  readonly letIn: InTurn;
}

async function accept(
  server: FastifyInstance,
  parts: HttpParts,
  { sockets, open, watch, letIn }: Connected,
  request: IncomingMessage,
  stream: Duplex,
  head: Buffer,
): Promise<void> {
  stream.on('error', () => stream.destroy());
  const { origin, host } = request.headers;
  const own = isOwnHost(parts, host) && isOwnOrigin(parts, origin, host);
  if (request.url !== '/ws' || !own) return refuse(stream, '401 Unauthorized');
  if (parts.admission.closed) return refuse(stream, '503 Service Unavailable');
  const cookies = server.parseCookie(request.headers.cookie ?? '');
  // Whoever waits holds a connection; a stranger's cookie waits as well as anybody's.
  if (letIn.waiting >= limits.socketsWaitingMax) return refuse(stream, '503 Service Unavailable');
  const { session, thread, customer } = await letIn(async () => {
    const session = await requireSession(parts.database, cookies[sessionCookie(parts)], parts.clock.nowMs());
    return { session, ...(await threadOf(parts, session)) };
  });
  sockets.handleUpgrade(request, stream, head, (socket) => {
    watch.add(session.sessionIndex.toString('hex'), socket);
    makeRoom(open, session.customerId, socket, parts);
    const owner = { actor: customerActor(session), identityId: session.identityId, thread, manner: customer };
    serveSocket(socket, stream, owner, parts);
  });
}

/** Keeps the newest sockets of a customer; the oldest is closed when there are too many. */
function makeRoom(
  open: Map<string, Set<WebSocket>>,
  customerId: string,
  socket: WebSocket,
  { meter }: HttpParts,
): void {
  const sockets = open.get(customerId) ?? new Set();
  open.set(customerId, sockets.add(socket));
  socket.on('close', () => {
    sockets.delete(socket);
    if (sockets.size === 0) open.delete(customerId);
  });
  const [oldest] = sockets;
  if (sockets.size <= limits.socketsPerCustomerMax || !oldest) return;
  sockets.delete(oldest);
  meter.socketClosed('too-many');
  oldest.close(1008, 'too many windows');
  // One that does not answer the goodbye is cut off.
  setTimeout(() => oldest.terminate(), goodbyeMs).unref();
}

/** Refuses an upgrade before there is a web socket. */
export function refuse(stream: Duplex, status: string): void {
  stream.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}
