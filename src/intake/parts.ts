import type { KeyObject } from 'node:crypto';
import type { BankId, Clock, Log, Meter } from '#base';
import type { Alerts, Disputes } from '#controls';
import type { ActTokens } from '#customers';
import type { Database, ScopedDatabase } from '#db';
import type { Delivery } from '#delivery';
import type { BankReplies } from '#desk';
import type { Linking } from '#linking';
import type { Pairing } from '#orders';
import type { Vault } from '#vault';
import type { OrderSenders } from './orders/senders.ts';

/** What intake works with. */
export interface IntakeParts {
  readonly database: Database;
  /** What takes in one bank's events, and sees rows of that bank alone. */
  readonly events: ScopedDatabase;
  readonly vault: Vault;
  readonly delivery: Delivery;
  readonly linking: Linking;
  /** Purchases that banks hold and ask about. */
  readonly alerts: Pick<Alerts, 'draft' | 'watch' | 'lookAgain' | 'isKnownHere'>;
  readonly disputes: Pick<Disputes, 'lookAgain'>;
  /** Signs the buttons of what is asked. */
  readonly acts: Pick<ActTokens, 'sign'>;
  /** Cases that a bank's own system answers. */
  readonly replies: BankReplies;
  readonly clock: Clock;
  /** The shops and carriers that may send. */
  readonly orderSenders: OrderSenders;
  readonly log: Log;
  readonly meter: Meter;
  /** Finds the purchases of receipts; told of both as they are stored. */
  readonly pairing: Pairing;
  /** The keys by which a bank signs; undefined for a bank that is not here, or when it is too early to read them anew. */
  readonly eventKeys: (bank: BankId, refresh: boolean) => Promise<readonly KeyObject[] | undefined>;
}
