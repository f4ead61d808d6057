import type { WebSocket } from 'ws';
import type { Log } from '#base';
import type { ServerFrame } from '#contract';

/** How it is learnt which sessions are over. Each has a name. */
export interface Endings {
  /** Calls `told` with what ends in this process; the answer stops that. */
  readonly whenEnded: (told: (names: readonly string[]) => void) => () => void;
  /** Which of these are over, wherever they were ended. */
  readonly endedAmong: (names: readonly string[]) => Promise<readonly string[]>;
  readonly log: Log;
}

/** Closes the windows of sessions that have ended. */
export interface SessionWatch {
  /** Watches over a socket until it closes. */
  add(name: string, socket: WebSocket): void;
  stop(): Promise<void>;
}

/** How soon a window learns that its session was ended in another process. */
const everyMs = 2000;
/** What one question to the database names at most. */
const atOnceMax = 5000;
const goodbyeMs = 1000;
/** The same frame for the messenger and for the desk. */
const ended = JSON.stringify({ frame: 'ended' } satisfies ServerFrame);

/**
 * Watches open sockets: at once for what ends in this process, and every two seconds in the database for what
 * ended in another, or by itself. A session that is gone closes its sockets, whoever ended it.
 */
export function watchSessions({ whenEnded, endedAmong, log }: Endings): SessionWatch {
  const open = new Map<string, Set<WebSocket>>();
  const close = (names: readonly string[]): void => {
    for (const name of names) for (const socket of open.get(name) ?? []) farewell(socket);
  };
  const look = async (): Promise<void> => {
    const names = [...open.keys()];
    for (let at = 0; at < names.length; at += atOnceMax) close(await endedAmong(names.slice(at, at + atOnceMax)));
  };
  const forget = whenEnded(close);
  let looking: Promise<void> | undefined;
  const timer = setInterval(() => {
    looking ??= look()
      .catch((error: unknown) => log.warn({ err: error }, 'ended sessions could not be looked for; tried again'))
      .finally(() => (looking = undefined));
  }, everyMs);
  return {
    add: (name, socket) => {
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
