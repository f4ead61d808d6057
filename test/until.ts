import { setTimeout as sleep } from 'node:timers/promises';

/** Looked again soon at first, then less often: what is looked at costs the machine as much as what is waited for. */
const pauses = { firstMs: 10, factor: 1.4, maxMs: 200 } as const;

/** Waits until `check` answers something true, at most a minute unless said otherwise: a busy machine takes its time. */
export async function until<Result>(
  what: string,
  check: () => Promise<Result | undefined | false>,
  forMs = 60_000,
): Promise<Result> {
  const deadline = Date.now() + forMs;
  for (let pauseMs: number = pauses.firstMs; ; pauseMs = Math.min(pauses.maxMs, pauseMs * pauses.factor)) {
    const result = await check();
    if (result) return result;
    if (Date.now() > deadline) throw new Error(`waited in vain for ${what}`);
    await sleep(pauseMs);
  }
}
