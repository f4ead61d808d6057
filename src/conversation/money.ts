import type { AccountRef, LinkId } from '#base';
import type { AccountLabel, Balance, BankFace, ParcelCard, Purchase, Purpose, ReceiptCard } from '#contract';
import type { KnownMerchant } from './frame.ts';

/** An account of a link, by the name a person knows it by. */
export interface LinkedAccount extends AccountLabel {
  readonly accountRef: AccountRef;
}

/** A link as answers need it. */
export interface LinkOfCustomer {
  readonly linkId: LinkId;
  readonly bank: BankFace;
  /** `reconnect`: the bank no longer answers for it; what was read until then can still be shown. */
  readonly state: 'linked' | 'reconnect';
  readonly purposes: readonly Purpose[];
  readonly accounts: readonly LinkedAccount[];
  /** RFC 3339. */
  readonly grantedAt: string;
  readonly expiresAt: string;
  readonly history: {
    /** False while the look-back is being read. */
    readonly done: boolean;
    /** The local day from which on every purchase is there; null while nothing is complete. */
    readonly completeFrom: string | null;
  };
  /** Its bank holds its own key and does not release it now: its accounts are not known, and it can be stopped. */
  readonly unreadable?: boolean;
}

/** How often data was used in one way. */
export interface UsesCounted {
  /** The reason's code, as it stands in the ledger. */
  readonly reason: string;
  /** `customer`, `task`, `staff`. */
  readonly who: string;
  readonly count: number;
}

/** What one account of a link holds now. */
export interface AccountBalance {
  readonly accountRef: AccountRef;
  readonly balance: Balance;
}

/** A purchase or another movement, in its newest state, and the account it is on. */
export interface AccountPurchase extends Purchase {
  readonly accountRef: AccountRef;
}

/** A parcel or a receipt, and the link that it was told under. */
export interface OfLink<Kind extends 'parcel' | 'receipt'> {
  readonly linkId: LinkId;
  readonly card: Kind extends 'parcel' ? ParcelCard : ReceiptCard;
}

/**
 * The one customer's money, as answers may see it. The lower folders keep it; `app` wires it in, bound
 * to the customer who asks, so that no answer can name another.
 */
export interface CustomerMoney {
  /** Every bank that can be linked, in the order to show. */
  banks(): readonly BankFace[];
  /** Every shop that can be connected. */
  shops(): readonly BankFace[];
  /** The customer's links to banks, oldest first. */
  links(): Promise<readonly LinkOfCustomer[]>;
  /** The shops that the customer has connected, oldest first; they have no accounts. */
  shopLinks(): Promise<readonly LinkOfCustomer[]>;
  /** The code by which a shop knows the customer; undefined when it cannot be read. */
  shopCode(linkId: LinkId): Promise<string | undefined>;
  /** The parcel of a tracking number, where a connected shop has sent it. */
  parcel(trackingNumber: string): Promise<{ readonly linkId: LinkId; readonly card: ParcelCard } | undefined>;
  /** All parcels, and all receipts, that these links were sent; one access each, for `shipping` or for `receipts`. */
  parcels(linkIds: readonly LinkId[]): Promise<readonly OfLink<'parcel'>[]>;
  receipts(linkIds: readonly LinkId[]): Promise<readonly OfLink<'receipt'>[]>;
  /**
   * Balances as the bank says them now.
   *
   * @throws TellerlineError with the codes of `BankApi` in linking/bank-api.ts
   */
  balances(linkId: LinkId, accountRefs: readonly AccountRef[]): Promise<readonly AccountBalance[]>;
  /**
   * What the vault holds of `[from, to]` by the bank's local day, both included; each transaction once.
   * One access, for one purpose.
   */
  purchases(
    query: {
      readonly linkId: LinkId;
      /** All accounts of the link when absent. */
      readonly accountRefs?: readonly AccountRef[];
      readonly from: string;
      readonly to: string;
    },
    purpose: Purpose,
  ): Promise<readonly AccountPurchase[]>;
  /** How often the customer's data was used since an instant, most often first; reading one's own list is no use. */
  uses(since: Temporal.Instant): Promise<readonly UsesCounted[]>;
  /** The merchants of the customer's purchases, one for each name and link, with their places. */
  merchants(): Promise<readonly KnownMerchant[]>;
}
