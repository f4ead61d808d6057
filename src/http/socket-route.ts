import type { FastifyInstance } from 'fastify';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type WebSocket } from 'ws';
import { limits, turns } from '#base';
import { serveSocket } from '#channels/web';
import { requireSession } from '#customers';
import { customerActor } from '#vault';
import { threadOf } from './me.ts';
import { isOwnHost, isOwnOrigin } from './origin.ts';
import type { HttpParts } from './parts.ts';
import { sessionCookie } from './session-cookie.ts';
import { watchSessions, type SessionWatch } from './session-watch.ts';

/** What a browser may send in one frame; its frames are a few dozen bytes. */
const frameBytesMax = 4096;
const goodbyeMs = 1000;

/** Of this process, whose connections to the database all sockets share. */
const letIn = turns(limits.socketsLetInAtOnceMax);

/** `GET /ws`: the messenger's web socket, by the session cookie and from our own pages alone. */
export function attachSockets(server: FastifyInstance, parts: HttpParts): { close(): Promise<void> } {
  const sockets = new WebSocketServer({ noServer: true, maxPayload: frameBytesMax, perMessageDeflate: false });
  const open = new Map<string, Set<WebSocket>>();
  const watch = watchSessions(parts);

  server.server.on('upgrade', (request, stream, head) => {
    accept(server, parts, { sockets, open, watch }, request, stream, head).catch((error: unknown) => {
      parts.log.debug({ err: error }, 'a web socket was refused');
      refuse(stream);
    });
  });
  return {
    close: async () => {
      await watch.stop();
      for (const socket of sockets.clients) socket.close(1001, 'restarting');
      const closed = new Promise<void>((resolve) => sockets.close(() => resolve()));
      const late = setTimeout(() => sockets.clients.forEach((socket) => socket.terminate()), 1000);
      await closed;
      clearTimeout(late);
    },
  };
}

interface Connected {
  readonly sockets: WebSocketServer;
  /** By customer. */
  readonly open: Map<string, Set<WebSocket>>;
  readonly watch: SessionWatch;
}

async function accept(
  server: FastifyInstance,
  parts: HttpParts,
  { sockets, open, watch }: Connected,
  request: IncomingMessage,
  stream: Duplex,
  head: Buffer,
): Promise<void> {
  stream.on('error', () => stream.destroy());
  const { origin, host } = request.headers;
  const own = isOwnHost(parts, host) && isOwnOrigin(parts, origin, host);
  if (request.url !== '/ws' || !own) return refuse(stream);
  const cookies = server.parseCookie(request.headers.cookie ?? '');
  const { session, thread, customer } = await letIn(async () => {
    const session = await requireSession(parts.database, cookies[sessionCookie(parts)], parts.clock.nowMs());
    return { session, ...(await threadOf(parts, session)) };
  });
  sockets.handleUpgrade(request, stream, head, (socket) => {
    watch.add(session, socket);
    makeRoom(open, session.customerId, socket);
    const owner = { actor: customerActor(session), identityId: session.identityId, thread, manner: customer };
    serveSocket(socket, owner, parts.delivery, parts.log);
  });
}

/** Keeps the newest sockets of a customer; the oldest is closed when there are too many. */
function makeRoom(open: Map<string, Set<WebSocket>>, customerId: string, socket: WebSocket): void {
  const sockets = open.get(customerId) ?? new Set();
  open.set(customerId, sockets.add(socket));
  socket.on('close', () => {
    sockets.delete(socket);
    if (sockets.size === 0) open.delete(customerId);
  });
  const [oldest] = sockets;
  if (sockets.size <= limits.socketsPerCustomerMax || !oldest) return;
  sockets.delete(oldest);
  oldest.close(1008, 'too many windows');
  // One that does not answer the goodbye is cut off.
  setTimeout(() => oldest.terminate(), goodbyeMs).unref();
}

function refuse(stream: Duplex): void {
  stream.end('HTTP/1.1 401 Unauthorized\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
}
