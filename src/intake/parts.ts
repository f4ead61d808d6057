import type { KeyObject } from 'node:crypto';
import type { BankId, Clock, CustomerId, Log, Meter } from '#base';
import type { Database, ScopedDatabase } from '#db';
import type { Delivery } from '#delivery';
import type { Linking } from '#linking';
import type { Vault } from '#vault';

/** What intake works with. */
export interface IntakeParts {
  readonly database: Database;
  /** What takes in one bank's events, and sees rows of that bank alone. */
  readonly events: ScopedDatabase;
  readonly vault: Vault;
  readonly delivery: Delivery;
  readonly linking: Linking;
  readonly clock: Clock;
  readonly log: Log;
  readonly meter: Meter;
  /** Told after COMMIT whose purchases are new or changed. Never waits. */
  readonly onPurchases?: (customerIds: ReadonlySet<CustomerId>) => void;
  /** The keys by which a bank signs; undefined for a bank that is not here, or when it is too early to read them anew. */
  readonly eventKeys: (bank: BankId, refresh: boolean) => Promise<readonly KeyObject[] | undefined>;
}
