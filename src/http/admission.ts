import { limits, TellerlineError, type Clock } from '#base';

/** What waits to be brought to customers over one way, and outlives a request. */
export interface Backlog {
  /** Of the way, such as that of a messenger; never of a customer. */
  readonly name: string;
  readonly waiting: number;
  /** Attempted, and nobody knows yet whether it arrived. */
  readonly unknown: number;
  /** Given up until somebody looks. */
  readonly parked: number;
  /** How long the oldest has been waiting; 0 when nothing waits. */
  readonly oldestMs: number;
  /**
   * Older than this, nothing more is taken in: a sender keeps what it has better than we do what we cannot
   * deliver. Without it the age is shown and nothing is refused for it, as one messenger's outage should not
   * stop every bank.
   */
  readonly ageMsMax?: number;
}

/** A batch that was let in. */
export interface Ticket {
  /** When it was let in, by the monotonic clock. */
  readonly atMs: number;
  /** What it weighs stays counted until this is over, also when the sender goes away meanwhile. */
  during<Result>(work: () => Promise<Result>): Promise<Result>;
  /** The sender has its answer, or has gone. */
  answered(): void;
}

/** What is being worked on right now. */
export interface InFlight {
  readonly batches: number;
  readonly bytes: number;
  /** How long ago the oldest was let in; 0 when there is none. */
  readonly oldestMs: number;
}

/**
 * The door of the event path: counts what is inside and lets in no more than there is room for, before a
 * byte of the body is read. Its state is of this process alone, and nothing of it is kept.
 */
export interface Admission {
  /**
   * Lets a batch in.
   *
   * @param bytes what its body says that it weighs; undefined when it does not say, then it counts as the largest
   * @throws TellerlineError `intake_full`, `backlog_too_old`, `stopping`: all 503 with `retryAfterSeconds`
   */
  enter(bytes: number | undefined): Ticket;
  inFlight(): InFlight;
  /** Nothing is let in any more: the process ends. */
  close(): void;
  readonly closed: boolean;
  /** Fulfilled when nothing is inside. */
  empty(): Promise<void>;
  /** Looks how the backlogs stand; `enter` goes by the last look. */
  look(): Promise<void>;
  /** What the last look found. */
  backlogs(): readonly Backlog[];
}

/** Opens the door, with nothing inside. @param lookAtBacklogs asked once a second */
export function createAdmission(
  clock: Clock,
  lookAtBacklogs: () => Promise<readonly Backlog[]> = async () => [],
): Admission {
  const inside = new Set<{ readonly atMs: number; readonly bytes: number }>();
  const waiting: (() => void)[] = [];
  let bytesInside = 0;
  let closed = false;
  let backlogs: readonly Backlog[] = [];

  const oldestMs = (): number => {
    // In the order of their coming.
    const [oldest] = inside;
    return oldest ? clock.monotonicMs() - oldest.atMs : 0;
  };
  const leave = (one: { readonly atMs: number; readonly bytes: number }): void => {
    if (!inside.delete(one)) return;
    bytesInside -= one.bytes;
    if (inside.size === 0) for (const tell of waiting.splice(0)) tell();
  };
  return {
    enter: (bytes = limits.eventBodyBytesMax) => {
      if (closed) throw stopping();
      if (inside.size >= limits.batchesInFlightMax || bytesInside + bytes > limits.bytesInFlightMax) throw full();
      const late = backlogs.some(({ oldestMs: ageMs, ageMsMax = Infinity }) => ageMs > ageMsMax);
      if (late || oldestMs() > limits.batchInFlightMsMax) throw tooOld();
      const one = { atMs: clock.monotonicMs(), bytes };
      inside.add(one);
      bytesInside += bytes;
      let working = 0;
      let gone = false;
      return {
        atMs: one.atMs,
        during: async (work) => {
          working += 1;
          try {
            return await work();
          } finally {
            working -= 1;
            if (gone && working === 0) leave(one);
          }
        },
        answered: () => {
          gone = true;
          if (working === 0) leave(one);
        },
      };
    },
    inFlight: () => ({ batches: inside.size, bytes: bytesInside, oldestMs: oldestMs() }),
    close: () => (closed = true),
    get closed() {
      return closed;
    },
    empty: () => (inside.size === 0 ? Promise.resolve() : new Promise((resolve) => waiting.push(resolve))),
    look: async () => {
      backlogs = await lookAtBacklogs();
    },
    backlogs: () => backlogs,
  };
}

function full(): TellerlineError {
  return new TellerlineError(
    'intake_full',
    503,
    'There is more on its way here than can be worked on at once. Nothing of this was taken; send it again in a moment.',
    { retryAfterSeconds: 1 },
  );
}

function tooOld(): TellerlineError {
  return new TellerlineError(
    'backlog_too_old',
    503,
    'What came before has not been brought on yet. Nothing of this was taken; send it again in a while.',
    { retryAfterSeconds: 10 },
  );
}

/** What whoever comes is answered while the process ends. */
export function stopping(): TellerlineError {
  return new TellerlineError(
    'stopping',
    503,
    'This is being restarted. Nothing of this was taken; send it again in a moment.',
    {
      retryAfterSeconds: 5,
    },
  );
}
