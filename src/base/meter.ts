/** Who sends events. */
export type SenderKind = 'bank' | 'shop' | 'carrier';

/** What became of an event. `refused`: it was read, and the batch that it came in was not taken. */
export type EventOutcome = 'accepted' | 'duplicate' | 'dropped' | 'refused';

/** The steps of the event path that are timed, in their order. `store` is everything from `route` to `commit`. */
export type Step =
  | 'receive'
  | 'verify'
  | 'parse'
  | 'store'
  | 'route'
  | 'dedupe'
  | 'records'
  | 'entries'
  | 'uses'
  | 'commit'
  | 'hand-on';

/** From when an event's way is measured: the bank's own word (`occurredAt`), or our receiving it. */
export type Since = 'bank' | 'arrival';

/** Until when: the transaction is committed, or the frame is written to a browser's socket. */
export type Until = 'commit' | 'socket';

/**
 * What the program counts and times of itself; a port, which `app` fills in. Everything is a count or a
 * duration in milliseconds: nothing of a person goes in, and no name that a sender may choose. A call costs
 * well under a microsecond; call it once a batch or a frame, not once an event.
 */
export interface Meter {
  events(sender: SenderKind, outcome: EventOutcome, count: number): void;
  /** A batch that was not taken, by the stable code of its refusal. */
  refused(sender: SenderKind, code: string): void;
  step(step: Step, ms: number): void;
  reached(since: Since, until: Until, ms: number): void;
  /** Something of which nobody knows whether it was done: an error at COMMIT, a call without an answer. */
  unknown(what: 'commit' | 'call'): void;
  /** How long a transaction waited for a connection of a pool. */
  waited(pool: string, ms: number): void;
  /** Something that a messenger told: which messenger of ours, and the kind of it, both out of closed lists. */
  heard(channel: string, kind: string): void;
  /**
   * A wait for a bank's staff came to its end: of a minute or more or not, whether the number that was told was within a
   * quarter of it, and whether it lay within the span that was told.
   */
  waitCame(length: 'short' | 'long', inQuarter: boolean, inSpan: boolean): void;
  /** A web socket that we closed, and why. */
  socketClosed(why: 'slow' | 'too-many' | 'restarting' | 'failed'): void;
}

const nothing = (): void => undefined;

/** Counts nothing: for a command of the operator's and for tests. */
export const unmetered: Meter = {
  events: nothing,
  refused: nothing,
  step: nothing,
  reached: nothing,
  unknown: nothing,
  waited: nothing,
  heard: nothing,
  waitCame: nothing,
  socketClosed: nothing,
};
