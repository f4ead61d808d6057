import type { Clock, Log, Random, RateLimit } from '#base';
import type { ActTokens } from '#customers';
import type { Database } from '#db';
import type { Delivery } from '#delivery';
import type { MoneySources } from './vault-money.ts';

/** What talking works with. */
export interface TalkParts extends MoneySources {
  readonly database: Database;
  readonly delivery: Delivery;
  readonly acts: ActTokens;
  /** How much one customer may say in a minute. */
  readonly messages: RateLimit;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
}
