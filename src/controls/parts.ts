import type { Clock, Log } from '#base';
import type { BankFace } from '#contract';
import type { Database } from '#db';
import type { Delivery } from '#delivery';
import type { Linking } from '#linking';
import type { Vault } from '#vault';
import type { ControlsApi } from './controls-api.ts';

/** What controls work with. */
export interface ControlsParts {
  readonly database: Database;
  readonly vault: Vault;
  readonly delivery: Delivery;
  readonly linking: Pick<Linking, 'atBank' | 'accountsAtBank'>;
  readonly banks: ControlsApi;
  /** The banks' faces, with their own telephone numbers. */
  readonly faces: () => readonly BankFace[];
  readonly clock: Clock;
  readonly log: Log;
}
