import type { Log } from '#base';
import { processMark } from './process.ts';

/** A PostgreSQL that runs. */
export interface Server {
  readonly pid: number;
  /** Its start mark: no signal is ever sent to another process that was given the number later. */
  readonly mark: string;
  readonly port: number;
}

/** A server that is looked after. */
export interface Kept {
  /** The one that runs now, or ran last. */
  readonly server: Server;
  /** Looks after it no longer; answers when nothing is being started any more. */
  leave(): Promise<void>;
}

const lookEveryMs = 250;
/** Between starts that fail, as on a disk that is full: it may have room again at any moment. */
const pauseMsMax = 5_000;

/**
 * Looks after a server: one that has ended though nobody stopped it (killed, out of memory, a disk that failed
 * it in the middle of a commit) is started again on its data and its port, so that whoever uses it needs to
 * know nothing.
 *
 * @param start starts it on a port; undefined when it ended instead
 */
export function keepRunning(first: Server, start: (port: number) => Promise<Server | undefined>, log: Log): Kept {
  let server = first;
  let left = false;
  let pauseMs = lookEveryMs;
  let looking: Promise<void> = Promise.resolve();
  let timer: NodeJS.Timeout;

  const look = async (): Promise<void> => {
    if (processMark(server.pid) === server.mark) {
      pauseMs = lookEveryMs;
      return;
    }
    log.error({ pid: server.pid, alarm: 'postgres_ended' }, 'PostgreSQL has ended by itself and is started again');
    const next = await start(server.port);
    if (next) server = next;
    else pauseMs = Math.min(pauseMs * 2, pauseMsMax);
  };
  const lookLater = (): void => {
    timer = setTimeout(() => {
      looking = look()
        .catch((error: unknown) => log.error({ err: error }, 'PostgreSQL could not be started again'))
        .finally(() => {
          if (!left) lookLater();
        });
    }, pauseMs).unref();
  };
  lookLater();
  return {
    get server() {
      return server;
    },
    leave: async () => {
      left = true;
      clearTimeout(timer);
      await looking;
    },
  };
}
