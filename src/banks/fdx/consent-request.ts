import type { Purpose } from '#contract';
import type { BankLoginRequest } from '#linking';

/** Groups of FDX fields that a consent opens; the ones that Tellerline may ever ask for. */
export type DataCluster =
  | 'ACCOUNT_BASIC'
  | 'ACCOUNT_DETAILED'
  | 'TRANSACTIONS'
  | 'STATEMENTS'
  // Additions of ours (docs/card-control-api.md): no data, but what may be done for the customer.
  | 'CARD_CONTROL'
  | 'HOLD_ANSWERS';

/**
 * What each purpose needs from the bank, and nothing more (least privilege, FAPI 2.0 5.3.2.1).
 * Receipts and parcels come from shops and carriers, and what staff may see is chosen field by field, so
 * these purposes open nothing by themselves. A fraud alert shows the held transaction and the last own one.
 */
const clustersOfPurpose: Readonly<Record<Purpose, readonly DataCluster[]>> = {
  balances: ['ACCOUNT_DETAILED'],
  transactions: ['TRANSACTIONS'],
  'fraud-alerts': ['TRANSACTIONS', 'HOLD_ANSWERS'],
  receipts: [],
  shipping: [],
  'customer-chat': [],
  'account-management': ['STATEMENTS', 'CARD_CONTROL'],
};

/** The clusters that a set of purposes needs; ACCOUNT_BASIC always, as an account has to be named. */
export function clustersFor(purposes: readonly Purpose[]): DataCluster[] {
  return [...new Set<DataCluster>(['ACCOUNT_BASIC', ...purposes.flatMap((purpose) => clustersOfPurpose[purpose])])];
}

/** One element of `authorization_details` (RFC 9396) of FDX's type. */
export interface FdxAuthorizationDetail {
  readonly type: 'fdx_v1.0';
  readonly consentRequest: {
    readonly durationType: 'TIME_BOUND';
    /** Days from consent to its end. */
    readonly durationPeriod: number;
    /** Days of history that may be read, counted back from today. */
    readonly lookbackPeriod: number;
    readonly resources: readonly { readonly resourceType: 'ACCOUNT'; readonly dataClusters: readonly DataCluster[] }[];
    /**
     * An addition of ours to FDX's fields: what is being joined, in the words that the bank's page shows,
     * so that a customer to whom somebody else's link was forwarded can see it.
     */
    readonly chat: string;
  };
}

/** The rich authorization request of one linking. */
export function consentRequest(request: Omit<BankLoginRequest, 'state' | 'locale'>): readonly [FdxAuthorizationDetail] {
  return [
    {
      type: 'fdx_v1.0',
      consentRequest: {
        durationType: 'TIME_BOUND',
        durationPeriod: request.durationDays,
        lookbackPeriod: request.lookbackDays,
        resources: [{ resourceType: 'ACCOUNT', dataClusters: clustersFor(request.purposes) }],
        chat: request.chat,
      },
    },
  ];
}
