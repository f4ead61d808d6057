import type { KeyObject } from 'node:crypto';
import type { BankId, Clock, Log } from '#base';
import type { Database } from '#db';
import type { Delivery } from '#delivery';
import type { Linking } from '#linking';
import type { Vault } from '#vault';

/** What intake works with. */
export interface IntakeParts {
  readonly database: Database;
  readonly vault: Vault;
  readonly delivery: Delivery;
  readonly linking: Linking;
  readonly clock: Clock;
  readonly log: Log;
  /** The keys by which a bank signs; undefined for a bank that is not here, or when it is too early to read them anew. */
  readonly eventKeys: (bank: BankId, refresh: boolean) => Promise<readonly KeyObject[] | undefined>;
}
