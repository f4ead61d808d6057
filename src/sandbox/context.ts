import type { Clock, Log } from '#base';
import type { Database } from '#db';

/** What every part of the sandbox works with. */
export interface SandboxContext {
  readonly database: Database;
  readonly clock: Clock;
  readonly log: Log;
  /** Public address, without a slash at its end. */
  readonly url: string;
  /** Where the hub is: its origin alone may be told of events and be returned to. */
  readonly hubUrl: () => string;
  /** Where the desk of the banks' staff is: their identity providers send browsers back there alone. */
  readonly staffUrl: () => string;
  /** Says that events of this bank wait for this callback. Called after COMMIT. */
  readonly eventsWaiting: (bankId: string, callbackUrl: string) => void;
}

/** The clock's time as a Date, for columns and answers. */
export function now(context: { readonly clock: Clock }): Date {
  return new Date(context.clock.nowMs());
}
