import type { Purpose } from '#contract';

/**
 * Terms of W3C's Data Privacy Vocabulary (https://w3id.org/dpv) that a purpose of ours may stand for. The
 * list is closed: there is no term of advertising, marketing, sale or personalisation in it, so that no
 * purpose can be mapped to one.
 */
export type PermittedTerm =
  | 'RequestedServiceProvision'
  | 'PaymentManagement'
  | 'AccountManagement'
  | 'FraudPreventionAndDetection'
  | 'DeliveryOfGoods'
  | 'CommunicationForCustomerCare';

/** What each purpose is in the vocabulary. */
export const DPV_PURPOSES: Readonly<Record<Purpose, PermittedTerm>> = {
  balances: 'RequestedServiceProvision',
  transactions: 'RequestedServiceProvision',
  'fraud-alerts': 'FraudPreventionAndDetection',
  receipts: 'PaymentManagement',
  shipping: 'DeliveryOfGoods',
  'customer-chat': 'CommunicationForCustomerCare',
  'account-management': 'AccountManagement',
};

/** The categories of data that a purpose is for: FDX data clusters (docs/adding-a-bank.md). */
export const DATA_OF_PURPOSE: Readonly<Record<Purpose, readonly string[]>> = {
  balances: ['ACCOUNT_BASIC', 'ACCOUNT_DETAILED'],
  transactions: ['TRANSACTIONS'],
  'fraud-alerts': ['TRANSACTIONS'],
  receipts: ['TRANSACTIONS'],
  shipping: ['TRANSACTIONS'],
  'customer-chat': ['ACCOUNT_BASIC'],
  'account-management': ['ACCOUNT_BASIC', 'STATEMENTS'],
};
