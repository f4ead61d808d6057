import type { HttpParts } from '#http';

/** A digest comes at most this long after its hour. */
const lookEveryMs = 10_000;

/** Tells the digests whose hour has come. What was due while nothing ran is told after the start. */
export function startDigests({ talk, log }: Pick<HttpParts, 'talk' | 'log'>): { stop(): Promise<void> } {
  let running: Promise<void> | undefined;
  const timer = setInterval(() => {
    running ??= talk
      .tellDigests()
      .catch((error: unknown) => log.warn({ err: error }, 'digests could not be looked for; it is tried again'))
      .finally(() => (running = undefined));
  }, lookEveryMs);
  return {
    stop: async () => {
      clearInterval(timer);
      await running;
    },
  };
}
