import type { Clock, Log } from '#base';

/** Why nothing goes to a page or number. */
export type StoppedBy = 'token' | 'restricted';

/** A page or number that is stopped. */
export interface Stopped {
  readonly account: string;
  readonly why: StoppedBy;
  /** Until one call may find out whether it works again; not above 0: now. */
  readonly inMs: number;
}

/** Where it stands which pages and numbers of one messenger are stopped, for all processes of a hub. Time is its own. */
export interface CircuitStore {
  all(): Promise<readonly Stopped[]>;
  /** A call has shown that it is stopped. Answers true when nobody knew, or knew another reason. */
  open(account: string, why: StoppedBy, forMs: number): Promise<boolean>;
  /**
   * Asks for the one call that finds out. `mine`: this process may make it, and no other makes one for so long;
   * `not-yet`: another makes it, or its pause is longer by now; `gone`: it is not stopped any more.
   */
  probe(account: string, forMs: number): Promise<'mine' | 'not-yet' | 'gone'>;
  /** A call has shown that it works. Answers true when it had been stopped. */
  close(account: string): Promise<boolean>;
  /** Forgets all others: they are sent from no more, so that nothing ever finds out whether they work. */
  keep(accounts: readonly string[]): Promise<void>;
}

/**
 * Which pages and numbers nothing is sent from, as their token is dead or they are restricted. Each has a circuit
 * of its own: the others go on. When its pause is over one call is let through, to find out.
 */
export interface Circuits {
  /** How long nothing may go from there; 0: a call may be made, if `enter` says so in the end. */
  waitMs(account: string): Promise<number>;
  /** The same when nothing else stands between this and the call: it may be the one that finds out. */
  enter(account: string): Promise<number>;
  /** A call has shown that it is stopped. Answers true when that was not known before. */
  open(account: string, why: StoppedBy): Promise<boolean>;
  /** How long a call is not made after one has shown that it is stopped. */
  readonly pauseMs: number;
  /** A call has shown that it works. Answers true when it had been stopped. */
  close(account: string): Promise<boolean>;
  /** Those that are stopped, and why. */
  stopped(): Promise<ReadonlyMap<string, StoppedBy>>;
  /** Forgets all but these. */
  keep(accounts: readonly string[]): Promise<void>;
}

/** Somebody has to mend it, by hand. */
const usualPauseMs = 5 * 60_000;
/** As long as one call that finds out may take. */
const probeMs = 30_000;
/** What another process has found out is known here after this. */
const freshMs = 2_000;

/** Makes the circuits of one messenger. What was read of the store is believed for a moment; it is no ledger of calls. */
export function circuits(
  store: CircuitStore,
  clock: Pick<Clock, 'monotonicMs'>,
  log: Pick<Log, 'info'>,
  pauseMs = usualPauseMs,
): Circuits {
  let known = new Map<string, { readonly why: StoppedBy; readonly untilMs: number }>();
  let readAtMs = -Infinity;
  let reading: Promise<void> | undefined;
  const read = async (): Promise<void> => {
    const now = clock.monotonicMs();
    const stopped = await store.all();
    known = new Map(stopped.map(({ account, why, inMs }) => [account, { why, untilMs: now + inMs }]));
    readAtMs = now;
  };
  /** Many ask at once; what cannot be read is as it was. */
  const refresh = (): Promise<void> =>
    (reading ??= read()
      .catch((error: unknown) => log.info({ err: error }, 'which pages are stopped could not be read'))
      .finally(() => (reading = undefined)));
  const leave = (account: string, why: StoppedBy, forMs: number): void =>
    void known.set(account, { why, untilMs: clock.monotonicMs() + forMs });
  const waitMs = async (account: string): Promise<number> => {
    if (clock.monotonicMs() - readAtMs >= freshMs) await refresh();
    const one = known.get(account);
    return one ? Math.max(0, one.untilMs - clock.monotonicMs()) : 0;
  };
  return {
    pauseMs,
    waitMs,
    enter: async (account) => {
      const stoppedMs = await waitMs(account);
      const one = known.get(account);
      if (!one || stoppedMs > 0) return stoppedMs;
      leave(account, one.why, probeMs);
      const probe = await store.probe(account, probeMs);
      if (probe === 'gone') known.delete(account);
      return probe === 'not-yet' ? probeMs : 0;
    },
    open: async (account, why) => {
      leave(account, why, pauseMs);
      return store.open(account, why, pauseMs);
    },
    close: async (account) => {
      if (!known.delete(account)) return false;
      return store.close(account);
    },
    stopped: async () => {
      await refresh();
      return new Map([...known].map(([account, { why }]) => [account, why]));
    },
    keep: (accounts) => store.keep(accounts),
  };
}
