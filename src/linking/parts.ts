import type { Clock, Log, Random } from '#base';
import type { Disclosure } from '#contract';
import type { Database } from '#db';
import type { Delivery } from '#delivery';
import type { Vault } from '#vault';
import type { BankApi } from './bank-api.ts';

/** What linking works with. */
export interface LinkingParts {
  readonly database: Database;
  readonly vault: Vault;
  readonly delivery: Delivery;
  readonly banks: BankApi;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  /** Who runs this, for the disclosure's contact point. */
  readonly operator: { readonly name: string; readonly contact: string };
}

/** What was shown and signed, whole: kept as long as the law wants the record of a consent kept. */
export interface SignedDisclosure {
  readonly disclosure: Disclosure;
  readonly purposes: readonly string[];
  readonly durationDays: number;
  readonly signature: string;
  readonly signedAt: string;
}
