import type { LinkId } from '#base';
import type { CausedBy } from '#consent';
import type { Queryable, Transaction } from '#db';
import type { SealedColumn } from '#vault';
import type { GivenUp } from './narrow.ts';

/**
 * What a folder above keeps of links, under their keys: it goes with them, in the transaction that ends or narrows
 * them. `app` wires it in.
 */
export interface LinkDependents {
  /** Forgets what is kept of links that end; `by`: who ends them. */
  forget(tx: Transaction, linkIds: readonly LinkId[], by: CausedBy): Promise<void>;
  /** Whether a bank was asked for something about what is given up, and has not said yet what became of it: it may still do it. */
  goesOn(db: Queryable, linkId: LinkId, givenUp: GivenUp): Promise<boolean>;
  /** Forgets what is no longer allowed; also called when staff are shown fewer fields and all else stays. */
  forgetGivenUp(tx: Transaction, linkId: LinkId, givenUp: GivenUp): Promise<void>;
  /** What is resealed when the link's key is renewed. */
  sealedColumns(linkId: LinkId): readonly SealedColumn[];
}
