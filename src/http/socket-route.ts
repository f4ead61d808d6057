import type { FastifyInstance } from 'fastify';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import type { WebSocket } from 'ws';
import { limits, turns, type InTurn } from '#base';
import { closeSlow, serveSocket } from '#channels/web';
import { requireSession } from '#customers';
import { customerActor } from '#vault';
import { threadOf } from './me.ts';
import { isOwnHost, isOwnOrigin } from './origin.ts';
import type { HttpParts } from './parts.ts';
import { sessionCookie } from './session-cookie.ts';
import { watchSessions, type Endings, type SessionWatch } from './session-watch.ts';
import { refuse, restarting, Windows } from './windows.ts';

/** The web sockets of a listener. */
export interface Sockets {
  /** Bytes that browsers have not taken yet. */
  bufferedBytes(): number;
  /** Sends every browser away, not all at once, so that they do not come back all at once. */
  close(): Promise<void>;
}

/** `GET /ws`: the messenger's web socket, by the session cookie and from our own pages alone. */
export function attachSockets(server: FastifyInstance, parts: HttpParts): Sockets {
  const windows = new Windows();
  const { clients } = windows.server;
  const watch = watchSessions(endingsOf(parts));
  const relief = setInterval(() => relieve(clients, parts), relieveEveryMs);
  const letIn = turns(limits.socketsLetInAtOnceMax);

  server.server.on('upgrade', (request, stream, head) => {
    accept(server, parts, { windows, watch, letIn }, request, stream, head).catch((error: unknown) => {
      parts.log.debug({ err: error }, 'a web socket was refused');
      refuse(stream, '401 Unauthorized');
    });
  });
  return {
    bufferedBytes: () => bufferedBytes(clients),
    close: async () => {
      clearInterval(relief);
      await watch.stop();
      await sendAway([...clients], parts);
      await windows.shut();
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
  /** By customer. */
  readonly windows: Windows;
  readonly watch: SessionWatch;
  /** All share the listener's few connections to the database. */
  readonly letIn: InTurn;
}

async function accept(
  server: FastifyInstance,
  parts: HttpParts,
  { windows, watch, letIn }: Connected,
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
  windows.server.handleUpgrade(request, stream, head, (socket) => {
    watch.add(session.sessionIndex.toString('hex'), socket);
    if (windows.add(session.customerId, socket, limits.socketsPerCustomerMax)) parts.meter.socketClosed('too-many');
    const owner = { actor: customerActor(session), identityId: session.identityId, thread, manner: customer };
    serveSocket(socket, stream, owner, parts);
  });
}
