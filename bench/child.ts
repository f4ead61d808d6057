import { fork } from 'node:child_process';
import { once } from 'node:events';

/** A process of the bench's own, spoken to by messages. */
export interface Child {
  readonly pid: number;
  /** Sends an order and waits for the answer. @throws Error when the process ends instead */
  ask<Answer>(order: unknown): Promise<Answer>;
  /** Sends the order to stop, if it takes one, and waits for the end. */
  stop(order?: string): Promise<void>;
}

/** Starts one of the bench's processes by the name of its file, with the settings it waits for. */
export function startChild(file: string): Child {
  const child = fork(new URL(file, import.meta.url), { serialization: 'advanced' });
  const ended = once(child, 'exit').then(([code]) => code as number | null);
  return {
    pid: child.pid ?? 0,
    ask: async <Answer>(order: unknown) => {
      const answer = once(child, 'message').then(([said]) => said as Answer);
      child.send(order as string);
      const gone = ended.then((code): never => {
        throw new Error(`${file} ended with ${code}`);
      });
      return Promise.race([answer, gone]);
    },
    stop: async (order) => {
      if (order !== undefined && child.connected) child.send(order);
      await ended;
    },
  };
}
