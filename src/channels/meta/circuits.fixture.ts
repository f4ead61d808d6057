import type { Clock } from '#base';
import type { CircuitStore, StoppedBy } from './circuits.ts';

/** The circuits of one messenger in memory, for tests that have no database. */
export function circuitsInMemory(clock: Pick<Clock, 'monotonicMs'>): CircuitStore {
  const stopped = new Map<string, { why: StoppedBy; untilMs: number }>();
  return {
    all: async () =>
      [...stopped].map(([account, { why, untilMs }]) => ({ account, why, inMs: untilMs - clock.monotonicMs() })),
    open: async (account, why, forMs) => {
      const isNew = stopped.get(account)?.why !== why;
      stopped.set(account, { why, untilMs: clock.monotonicMs() + forMs });
      return isNew;
    },
    probe: async (account, forMs) => {
      const one = stopped.get(account);
      if (!one) return 'gone';
      if (one.untilMs > clock.monotonicMs()) return 'not-yet';
      one.untilMs = clock.monotonicMs() + forMs;
      return 'mine';
    },
    close: async (account) => stopped.delete(account),
    keep: async (accounts) => {
      for (const account of stopped.keys()) if (!accounts.includes(account)) stopped.delete(account);
    },
  };
}
