import type { AccountRef, CustomerId, LinkId } from '#base';
import type { Purpose } from '#contract';
import type { AccountStatements, Controls, LinkedCard } from '#controls';

export type { AccountStatements };

/** The one customer's cards and statements, as answers may see them; wired in like their money. */
export interface CustomerCards {
  /** A link's cards, as the bank says them now. @throws TellerlineError with the codes of `BankApi` */
  list(linkId: LinkId): Promise<readonly LinkedCard[]>;
  /** Which statements there are of accounts of a link. @throws as `list` */
  statements(linkId: LinkId, accountRefs: readonly AccountRef[]): Promise<readonly AccountStatements[]>;
  /** The links at whose banks a dispute is in hand: it goes on there, whatever becomes of the link. */
  disputed(): Promise<ReadonlySet<LinkId>>;
  /** Whether a bank may still do something about what would be given up. */
  goesOn(linkId: LinkId, purposes: readonly Purpose[], accounts: readonly AccountRef[]): Promise<boolean>;
}

/** Binds them to the customer who asks. */
export function customerCards(
  { controls }: { readonly controls: Pick<Controls, 'cards' | 'statements' | 'disputes' | 'goesOn'> },
  customerId: CustomerId,
): CustomerCards {
  return {
    list: (linkId) => controls.cards.list(customerId, linkId),
    statements: (linkId, accountRefs) => controls.statements.list(customerId, linkId, accountRefs),
    disputed: () => controls.disputes.linksWithOpen(customerId),
    goesOn: (linkId, purposes, accounts) => controls.goesOn(linkId, { purposes, accounts }),
  };
}
