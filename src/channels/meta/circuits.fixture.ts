import type { Clock } from '#base';
import type { CircuitStore, StoppedBy } from './circuits.ts';

/** The circuits of one messenger in memory, for tests that have no database. */
export function circuitsInMemory(clock: Pick<Clock, 'monotonicMs'>): CircuitStore {
  const stopped = new Map<string, { why: StoppedBy; untilMs: number }>();
  return {
    all: async () =>
      [...stopped].map(([account, { why, untilMs }]) => ({ account, why, inMs: untilMs - clock.monotonicMs() })),
    open: async (account, why, forMs) => {
      const isNew = !stopped.has(account);
      stopped.set(account, { why, untilMs: clock.monotonicMs() + forMs });
      return isNew;
    },
    probe: async (account, forMs) => {
      const one = stopped.get(account);
      if (!one || one.untilMs > clock.monotonicMs()) return false;
      one.untilMs = clock.monotonicMs() + forMs;
      return true;
    },
    close: async (account) => stopped.delete(account),
  };
}
