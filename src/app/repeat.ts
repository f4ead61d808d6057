import type { Log } from '#base';

/** Work that runs by itself until it is stopped. */
export interface Job {
  /** Begins nothing more, and waits for what runs. */
  stop(): Promise<void>;
}

/** When work is done, and how its failure is told. */
export interface Repeating {
  readonly everyMs: number;
  /** How soon after the start it is done first; `everyMs` unless said otherwise. */
  readonly firstMs?: number;
  readonly log: Pick<Log, 'warn'>;
  /** What a failure is called in the log; the work is done again at its next time. */
  readonly failed: string;
}

/** Does work again and again, one at a time: what takes longer than the pause is not overtaken by itself. */
export function repeat(work: () => Promise<unknown>, { everyMs, firstMs, log, failed }: Repeating): Job {
  let running: Promise<unknown> | undefined;
  const run = (): void => {
    running ??= work()
      .catch((error: unknown) => log.warn({ err: error }, failed))
      .finally(() => (running = undefined));
  };
  const first = firstMs === undefined ? undefined : setTimeout(run, firstMs);
  const timer = setInterval(run, everyMs);
  return {
    stop: async () => {
      clearTimeout(first);
      clearInterval(timer);
      await running;
    },
  };
}
