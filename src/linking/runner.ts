import type { Log } from '#base';

/** Runs named pieces of work, each once at a time, until it is stopped. */
export interface Runner {
  /**
   * Runs a piece of work; asked for again while it runs, it runs once more afterwards. A failure is logged:
   * whatever is open stands in the database and is taken up by the next round.
   */
  run(name: string, work: () => Promise<void>): void;
  later(ms: number, work: () => void): void;
  isStopping(): boolean;
  /** Takes up nothing new and waits for what is running. */
  stop(): Promise<void>;
}

/** A runner of its own; `name` up to its first "|" is logged, never what follows. */
export function createRunner(log: Log): Runner {
  const running = new Map<string, Promise<void>>();
  const again = new Map<string, () => Promise<void>>();
  const timers = new Set<NodeJS.Timeout>();
  let stopping = false;

  const run = (name: string, work: () => Promise<void>): void => {
    if (stopping) return;
    if (running.has(name)) {
      again.set(name, work);
      return;
    }
    const done = work()
      .catch((error: unknown) =>
        log.warn({ err: error, job: name.split('|')[0] }, 'a job failed and will be taken up again'),
      )
      .finally(() => {
        running.delete(name);
        const next = again.get(name);
        again.delete(name);
        if (next) run(name, next);
      });
    running.set(name, done);
  };

  return {
    run,
    later: (ms, work) => {
      if (stopping) return;
      const timer = setTimeout(() => {
        timers.delete(timer);
        work();
      }, ms);
      timers.add(timer);
    },
    isStopping: () => stopping,
    stop: async () => {
      stopping = true;
      for (const timer of timers) clearTimeout(timer);
      await Promise.allSettled(running.values());
    },
  };
}
