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

/** A batch that was let in: it arrives, is worked on, and is answered. */
export interface Ticket {
  /** When it was let in, by the monotonic clock. */
  readonly atMs: number;
  /** It has arrived: its work counts from here on, and stays counted until it is over, also when the sender goes away. */
  during<Result>(work: () => Promise<Result>): Promise<Result>;
  /** The sender has its answer, or has gone. */
  answered(): void;
}

/** What is inside right now. */
export interface InFlight {
  readonly batches: number;
  readonly bytes: number;
  /** How long ago work on the oldest began; 0 when none is worked on. */
  readonly oldestMs: number;
}

/** A body that comes from an address. */
export interface Announced {
  /** What it says that it weighs; undefined when it does not say, then it counts as the largest. */
  readonly bytes?: number | undefined;
  readonly address: string;
}

/**
 * The door of the event path: counts what is inside and lets in no more than there is room for, before a
 * byte of the body is read. Its state is of this process alone, and nothing of it is kept.
 */
export interface Admission {
  /**
   * Lets a batch in.
   *
   * @throws TellerlineError `intake_full`, `backlog_too_old`, `stopping`: all 503 with `retryAfterSeconds`
   */
  enter(announced: Announced): Ticket;
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
  const room = new Room(clock);
  let closed = false;
  let backlogs: readonly Backlog[] = [];
  return {
    enter: ({ bytes = limits.eventBodyBytesMax, address }) => {
      if (closed) throw stopping();
      if (!room.fits(bytes, address)) throw full();
      const late = backlogs.some(({ oldestMs, ageMsMax = Infinity }) => oldestMs > ageMsMax);
      if (late || room.oldestMs() > limits.batchInFlightMsMax) throw tooOld();
      return room.letIn(bytes, address);
    },
    inFlight: () => ({ batches: room.batches, bytes: room.bytes, oldestMs: room.oldestMs() }),
    close: () => (closed = true),
    get closed() {
      return closed;
    },
    empty: () => room.empty(),
    look: async () => {
      backlogs = await lookAtBacklogs();
    },
    backlogs: () => backlogs,
  };
}

/** Something tiny that is announced counts as much as this on its way, so that nobody takes every place with nothing. */
const shareMin = limits.bytesArrivingPerAddressMax / (limits.batchesInFlightMax / 2);

/** What is inside. */
class Room {
  readonly #clock: Clock;
  readonly #inside = new Set<object>();
  /** When work began, by ticket, the oldest first. */
  readonly #worked = new Map<object, number>();
  /** Bytes that are on their way, by address. */
  readonly #arriving = new Map<string, number>();
  readonly #waiting: (() => void)[] = [];
  #bytes = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get batches(): number {
    return this.#inside.size;
  }

  get bytes(): number {
    return this.#bytes;
  }

  oldestMs(): number {
    const [oldest] = this.#worked.values();
    return oldest === undefined ? 0 : this.#clock.monotonicMs() - oldest;
  }

  fits(bytes: number, address: string): boolean {
    const share = (this.#arriving.get(address) ?? 0) + Math.max(bytes, shareMin);
    return (
      this.#inside.size < limits.batchesInFlightMax &&
      this.#bytes + bytes <= limits.bytesInFlightMax &&
      share <= limits.bytesArrivingPerAddressMax
    );
  }

  empty(): Promise<void> {
    return this.#inside.size === 0 ? Promise.resolve() : new Promise((resolve) => this.#waiting.push(resolve));
  }

  letIn(bytes: number, address: string): Ticket {
    const one = {};
    this.#inside.add(one);
    this.#bytes += bytes;
    const arrived = this.#arrive(bytes, address);
    let state: 'arriving' | 'working' | 'worked' = 'arriving';
    let isAnswered = false;
    return {
      atMs: this.#clock.monotonicMs(),
      during: async (work) => {
        arrived();
        state = 'working';
        this.#worked.set(one, this.#clock.monotonicMs());
        try {
          return await work();
        } finally {
          this.#worked.delete(one);
          state = 'worked';
          if (isAnswered) this.#leave(one, bytes);
        }
      },
      answered: () => {
        arrived();
        isAnswered = true;
        if (state !== 'working') this.#leave(one, bytes);
      },
    };
  }

  /** Counts what is on its way from an address; the answer ends that, once. */
  #arrive(bytes: number, address: string): () => void {
    const share = Math.max(bytes, shareMin);
    this.#arriving.set(address, (this.#arriving.get(address) ?? 0) + share);
    let isOnItsWay = true;
    return () => {
      if (!isOnItsWay) return;
      isOnItsWay = false;
      const left = (this.#arriving.get(address) ?? 0) - share;
      if (left > 0) this.#arriving.set(address, left);
      else this.#arriving.delete(address);
    };
  }

  #leave(one: object, bytes: number): void {
    if (!this.#inside.delete(one)) return;
    this.#bytes -= bytes;
    if (this.#inside.size === 0) for (const tell of this.#waiting.splice(0)) tell();
  }
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
