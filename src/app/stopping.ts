import { setTimeout as sleep } from 'node:timers/promises';
import type { Log } from '#base';

/** One part of a stop: what is awaited, and for how long. */
export interface Stage {
  readonly stage: string;
  readonly msMax: number;
  readonly end: () => Promise<unknown>;
}

/**
 * Ends one stage after the other, none of them for longer than it may take: what hangs is left behind, as a
 * kill would leave it, and whatever comes next starts from what is committed. Never throws.
 */
export async function stopInOrder(log: Log, stages: readonly Stage[]): Promise<void> {
  for (const { stage, msMax, end } of stages) {
    const late = new AbortController();
    const cut = sleep(msMax, true, { signal: late.signal }).catch(() => false);
    const ended = end().then(
      () => false,
      (error: unknown) => {
        log.error({ err: error, stage }, 'a part did not stop cleanly');
        return false;
      },
    );
    if (await Promise.race([ended, cut])) log.warn({ stage, msMax }, 'a part took too long to stop and is left behind');
    late.abort();
  }
}
