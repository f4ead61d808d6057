import { invariant, type Clock, type Log, type Random } from '#base';
import {
  faceOfGone,
  type AccountLabel,
  type BankFace,
  type ChatField,
  type Detail,
  type Disclosure,
  type Purpose,
} from '#contract';
import type { Database } from '#db';
import type { Delivery } from '#delivery';
import type { Vault } from '#vault';
import type { BankApi } from './bank-api.ts';
import type { LinkDependents } from './dependents.ts';
import type { RevocationMemory } from './revocation-file.ts';

/** What linking works with. */
export interface LinkingParts {
  readonly database: Database;
  readonly vault: Vault;
  readonly delivery: Delivery;
  readonly banks: BankApi;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  /** What was taken back, kept apart from the database. */
  readonly revocations: RevocationMemory;
  /** Who runs this, for the disclosure's contact point. */
  readonly operator: { readonly name: string; readonly contact: string };
  /** What folders above keep of links. */
  readonly dependents: readonly LinkDependents[];
}

/** What was shown and signed on the disclosure page. */
export interface SignedDisclosure {
  readonly disclosure: Disclosure;
  readonly purposes: readonly Purpose[];
  /** What staff may see, beside `customer-chat`; missing in consents from before it could be chosen. */
  readonly chatFields?: readonly ChatField[];
  readonly durationDays: number;
  readonly signature: string;
  /** How much of each purpose the messenger that asked is shown; missing where the browser asked itself. */
  readonly details?: Readonly<Partial<Record<Purpose, Detail>>>;
  /** When the disclosure was first shown. RFC 3339; missing in consents from before it was kept. */
  readonly shownAt?: string;
  /** RFC 3339. */
  readonly signedAt: string;
}

/** A consent, whole, as it is kept: what was signed, and what the bank then gave. */
export interface ConsentDocument extends SignedDisclosure {
  readonly accounts: readonly AccountLabel[];
  /** RFC 3339. */
  readonly grantedAt: string;
  /** RFC 3339. */
  readonly expiresAt: string;
  /** When the customer took purposes or accounts out of what was signed; `purposes` and `accounts` are those that are left. RFC 3339. */
  readonly narrowedAt?: string;
}

/** A bank's face from the directory. */
export function faceOf(parts: LinkingParts, bankId: string): BankFace {
  const face = parts.banks.faces().find((one) => one.id === bankId);
  const known = face ?? faceOfGone(bankId);
  invariant(known, 'a linked bank is in the directory');
  return known;
}
