import type { Clock } from '#base';

/** Why nothing goes to a page or number. */
export type StoppedBy = 'token' | 'restricted';

/**
 * Which pages and numbers nothing is sent from, as their token is dead or they are restricted. Each has a circuit
 * of its own: the others go on. When its pause is over one call is let through, to find out.
 */
export interface Circuits {
  /** How long nothing may go from there; 0: a call may be made. */
  waitMs(account: string): number;
  /** A call has shown that it is stopped. Answers true when that was not known before. */
  open(account: string, why: StoppedBy): boolean;
  /** A call has shown that it works. Answers true when it had been stopped. */
  close(account: string): boolean;
  /** Those that are stopped, and why. */
  stopped(): ReadonlyMap<string, StoppedBy>;
}

/** Somebody has to mend it, by hand. */
const pauseMs = 5 * 60_000;
/** As long as one call that finds out may take. */
const probeMs = 30_000;

/** Makes circuits, all closed. In memory: a start finds out anew. */
export function circuits(clock: Pick<Clock, 'monotonicMs'>): Circuits {
  const stopped = new Map<string, { readonly why: StoppedBy; untilMs: number }>();
  return {
    waitMs: (account) => {
      const one = stopped.get(account);
      if (!one) return 0;
      const waitMs = one.untilMs - clock.monotonicMs();
      if (waitMs > 0) return waitMs;
      one.untilMs = clock.monotonicMs() + probeMs;
      return 0;
    },
    open: (account, why) => {
      const isNew = !stopped.has(account);
      stopped.set(account, { why, untilMs: clock.monotonicMs() + pauseMs });
      return isNew;
    },
    close: (account) => stopped.delete(account),
    stopped: () => new Map([...stopped].map(([account, { why }]) => [account, why])),
  };
}
