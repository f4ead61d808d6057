import type { FastifyInstance } from 'fastify';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocket } from 'ws';
import { isTellerlineError, limits } from '#base';
import { hearFrames } from '#channels/web';
import { deskClientFrameSchema, type DeskClientFrame, type DeskServerFrame } from '#contract';
import type { StaffDesk, StaffSession } from '#desk';
import { deskCookie } from './desk-session.ts';
import { isOwnHost, isSameOrigin } from './origin.ts';
import type { HttpParts } from './parts.ts';
import { watchSessions, type SessionWatch } from './session-watch.ts';
import { refuse, restarting, Windows } from './windows.ts';

/** A desk at which somebody works is noted so often; a page that is merely open is not. */
const touchEveryMs = 60_000;

/** `GET /desk/ws`: what happens at a bank's desk, for whoever is signed in there, until their session ends. */
export function attachDeskSockets(server: FastifyInstance, parts: HttpParts): { close(): Promise<void> } {
  const windows = new Windows();
  const { staffSignIn, log } = parts;
  const watch = watchSessions({
    whenEnded: (told) => staffSignIn.whenEnded(told),
    endedAmong: (names) => staffSignIn.overAmong(names),
    log,
  });
  server.server.on('upgrade', (request, stream, head) => {
    accept(server, parts, { windows, watch }, request, stream, head).catch((error: unknown) => {
      if (!isTellerlineError(error, 'staff_no_session')) log.warn({ err: error }, 'a desk could not be connected');
      refuse(stream, '401 Unauthorized');
    });
  });
  return {
    close: async () => {
      await watch.stop();
      for (const socket of windows.server.clients) socket.close(restarting, 'restarting');
      await windows.shut();
    },
  };
}

interface Connected {
  /** By staff id. */
  readonly windows: Windows;
  readonly watch: SessionWatch;
}

async function accept(
  server: FastifyInstance,
  parts: HttpParts,
  { windows, watch }: Connected,
  request: IncomingMessage,
  stream: Duplex,
  head: Buffer,
): Promise<void> {
  stream.on('error', () => stream.destroy());
  const { staff: desk } = parts.desk;
  const { origin, host } = request.headers;
  if (request.url !== '/desk/ws' || !isOwnHost(parts, host) || !isSameOrigin(origin, host))
    return refuse(stream, '401 Unauthorized');
  if (parts.admission.closed) return refuse(stream, '503 Service Unavailable');
  const cookies = server.parseCookie(request.headers.cookie ?? '');
  const session = await parts.staffSignIn.require(cookies[deskCookie(parts)]);
  windows.server.handleUpgrade(request, stream, head, (socket) => {
    watch.add(session.sessionId, socket);
    windows.add(session.staff.staffId, socket, limits.staffSocketsMax);
    serveDesk(socket, session, desk, parts);
  });
  return undefined;
}

/** Serves one desk until it closes. */
function serveDesk(socket: WebSocket, session: StaffSession, desk: StaffDesk, parts: HttpParts): void {
  const { staff, sessionId } = session;
  const { log } = parts;
  const send = (frame: DeskServerFrame): void => {
    if (socket.readyState !== WebSocket.OPEN) return;
    if (socket.bufferedAmount > limits.socketBufferBytesMax) socket.terminate();
    else socket.send(JSON.stringify(frame));
  };
  const fail = (error: unknown): void => {
    // The case is gone, or its look is too old: the desk asks for it anew by HTTP and reads why.
    if (isTellerlineError(error)) return log.debug({ code: error.code }, 'a frame of a desk was refused');
    log.warn({ err: error }, 'a desk could not go on');
    socket.close(1011, 'resume');
    return undefined;
  };
  const connection = desk.connect({ staff, sessionId, frame: send });
  const handle = async (frame: DeskClientFrame): Promise<void> => {
    // Whoever watches over the use of data sees no case.
    if (staff.role === 'privacy-officer' || frame.frame === 'here') return;
    if (frame.frame === 'open') await connection.opened(frame.caseId, frame.after);
    else if (frame.frame === 'shut') connection.shut(frame.caseId);
    else if (frame.frame === 'typing') desk.typing(staff, frame.caseId, frame.on);
    else await desk.read(staff, frame.caseId, frame.seq);
  };
  let touchedMs = Number.NEGATIVE_INFINITY;
  hearFrames(socket, deskClientFrameSchema, (frame) => {
    handle(frame).catch(fail);
    // A page opens, reads and resumes by itself.
    if (frame.frame !== 'here' && frame.frame !== 'typing') return;
    const nowMs = parts.clock.monotonicMs();
    if (nowMs - touchedMs < touchEveryMs) return;
    touchedMs = nowMs;
    parts.staffSignIn.touch(session).catch(fail);
  });
  socket.on('error', (error) => log.debug({ err: error }, 'a desk’s web socket failed'));
  socket.on('close', () => connection.end());
  greet(desk, session).then(send).catch(fail);
}

async function greet(desk: StaffDesk, { staff, until }: StaffSession): Promise<DeskServerFrame> {
  const me = await desk.me(staff, until);
  const none = { mine: 0, waiting: 0, all: 0 };
  const counts = staff.role === 'privacy-officer' ? none : (await desk.inbox(staff, { view: 'mine' })).counts;
  return { frame: 'hello', me, counts };
}
