import type { WebSocket } from 'ws';
import type { ServerFrame } from '#contract';
import type { Session } from '#customers';
import type { HttpParts } from './parts.ts';

/** Closes the windows of sessions that have ended. */
export interface SessionWatch {
  /** Watches over a socket until it closes. */
  add(session: Session, socket: WebSocket): void;
  stop(): Promise<void>;
}

/** How soon a window learns that its session was ended in another process. */
const everyMs = 2000;
/** What one question to the database names at most. */
const atOnceMax = 5000;
const goodbyeMs = 1000;
const ended = JSON.stringify({ frame: 'ended' } satisfies ServerFrame);

/**
 * Watches open sockets: at once for what ends in this process, and every two seconds in the database for what
 * ended in another. A session that is gone closes its sockets, whoever ended it.
 */
export function watchSessions({ signIn, log }: HttpParts): SessionWatch {
  const open = new Map<string, Set<WebSocket>>();
  const close = (sessionIndexes: readonly Buffer[]): void => {
    for (const index of sessionIndexes) for (const socket of open.get(index.toString('hex')) ?? []) farewell(socket);
  };
  const look = async (): Promise<void> => {
    const names = [...open.keys()];
    for (let at = 0; at < names.length; at += atOnceMax) {
      const some = names.slice(at, at + atOnceMax).map((name) => Buffer.from(name, 'hex'));
      close(await signIn.endedAmong(some));
    }
  };
  const forget = signIn.whenEnded(close);
  let looking: Promise<void> | undefined;
  const timer = setInterval(() => {
    looking ??= look()
      .catch((error: unknown) => log.warn({ err: error }, 'ended sessions could not be looked for; tried again'))
      .finally(() => (looking = undefined));
  }, everyMs);
  return {
    add: ({ sessionIndex }, socket) => {
      const name = sessionIndex.toString('hex');
      const sockets = open.get(name) ?? new Set();
      open.set(name, sockets.add(socket));
      socket.on('close', () => {
        sockets.delete(socket);
        if (sockets.size === 0) open.delete(name);
      });
    },
    stop: async () => {
      forget();
      clearInterval(timer);
      await looking;
    },
  };
}

function farewell(socket: WebSocket): void {
  if (socket.readyState === socket.OPEN) socket.send(ended);
  socket.close(1008, 'session ended');
  // One that does not answer the goodbye is cut off.
  setTimeout(() => socket.terminate(), goodbyeMs).unref();
}
