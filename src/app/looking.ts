import type { HttpParts } from '#http';

/** How often the backlogs are looked at: a sender is refused by an age that is at most this old, and a look's own time. */
const lookEveryMs = 1000;

/** What looking works with. */
export interface LookingParts {
  readonly admission: Pick<HttpParts['admission'], 'look'>;
  readonly log: Pick<HttpParts['log'], 'warn'>;
}

/** Looks again and again how the backlogs stand, one look at a time: counting may take longer than the pause. */
export function startLooking({ admission, log }: LookingParts): { stop(): Promise<void> } {
  let running: Promise<void> | undefined;
  const timer = setInterval(() => {
    running ??= admission
      .look()
      .catch((error: unknown) => log.warn({ err: error }, 'the backlogs could not be looked at'))
      .finally(() => (running = undefined));
  }, lookEveryMs);
  return {
    stop: async () => {
      clearInterval(timer);
      await running;
    },
  };
}
