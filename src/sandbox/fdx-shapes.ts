import { formatDecimal } from '#base';
import { availableMinor, toldId, type AccountRow, type TransactionRow } from './accounts.ts';
import type { SandboxBank } from './banks.ts';
import { statusOf, type ConsentRow } from './consents.ts';

type Json = Record<string, unknown>;

/**
 * An account as this bank tells it. Without `withBalances` (ACCOUNT_DETAILED not consented to) only what
 * names it. A card's currentBalance is what is owed, positive (balanceType LIABILITY), at every bank.
 */
export function fdxAccount(bank: SandboxBank, account: AccountRow, withBalances: boolean, at: Date): Json {
  const isCard = account.kind === 'card';
  const told = {
    accountId: account.account_id,
    accountType: { checking: 'CHECKING', savings: 'SAVINGS', card: 'CREDITCARD' }[account.kind],
    accountNumberDisplay: `********${account.last4}`,
    productName: account.product,
    nickname: account.product,
    status: 'OPEN',
    currency: { currencyCode: account.currency },
    ...(withBalances && {
      balanceType: isCard ? 'LIABILITY' : 'ASSET',
      balanceAsOf: at.toISOString(),
      ...(isCard
        ? {
            currentBalance: amountOf(account, -account.current_minor),
            creditLine: amountOf(account, account.credit_line_minor ?? 0n),
            availableCredit: amountOf(account, availableMinor(account)),
          }
        : {
            currentBalance: amountOf(account, account.current_minor),
            availableBalance: amountOf(account, availableMinor(account)),
          }),
    }),
  };
  if (bank.accountForm === 'wrapped') return isCard ? { locAccount: told } : { depositAccount: told };
  return { accountCategory: isCard ? 'LOC_ACCOUNT' : 'DEPOSIT_ACCOUNT', ...told };
}

function amountOf(account: AccountRow, minor: bigint): number {
  return Number(formatDecimal({ minor, currency: account.currency }));
}

/** A transaction as this bank tells it: signs, place and merchant by its own custom. */
export function fdxTransaction(bank: SandboxBank, account: AccountRow, row: TransactionRow): Json {
  const local = (instant: Date): string =>
    Temporal.Instant.fromEpochMilliseconds(instant.getTime())
      .toZonedDateTimeISO(account.time_zone)
      .toString({ timeZoneName: 'never', smallestUnit: 'second' });
  return {
    accountId: row.account_id,
    transactionId: toldId(row),
    transactionTimestamp: local(row.occurred_at),
    ...(row.posted_at && { postedTimestamp: local(row.posted_at) }),
    description: row.description,
    status: row.status === 'authorized' ? 'AUTHORIZATION' : 'POSTED',
    transactionType: transactionType(account, row),
    ...amountFields(bank, account, row),
    ...merchantFields(bank, row),
  };
}

function amountFields(bank: SandboxBank, account: AccountRow, row: TransactionRow): Json {
  const magnitude = amountOf(account, row.amount_minor);
  if (bank.amounts === 'memo')
    return { amount: magnitude, debitCreditMemo: row.direction === 'debit' ? 'DEBIT' : 'CREDIT' };
  const positiveIsDebit = bank.amounts === 'signed-by-account' && account.kind === 'card';
  return { amount: (row.direction === 'debit') === positiveIsDebit ? magnitude : -magnitude };
}

function transactionType(account: AccountRow, row: TransactionRow): string | undefined {
  if (account.kind === 'card') return row.kind === 'payment' ? 'PAYMENT' : undefined;
  const types: Readonly<Record<string, string>> = {
    purchase: row.direction === 'debit' ? 'POSDEBIT' : 'POSCREDIT',
    bill: 'BILLPAYMENT',
    salary: 'DIRECTDEPOSIT',
    transfer: 'TRANSFER',
    payment: 'BILLPAYMENT',
    interest: 'INTEREST',
    cash: 'ATMWITHDRAWAL',
  };
  return types[row.kind];
}

function merchantFields(bank: SandboxBank, row: TransactionRow): Json {
  const { merchant } = row;
  if (!merchant) return {};
  const { category, address, location } = merchant;
  const fiAttributes = [
    ...(category ? [{ name: 'merchantCategoryCode', value: category }] : []),
    ...(bank.place === 'coordinates' && location
      ? [
          { name: 'latitude', value: String(location.lat) },
          { name: 'longitude', value: String(location.lon) },
        ]
      : []),
    ...(bank.place !== 'text' && row.card_last4 ? [{ name: 'cardLast4', value: row.card_last4 }] : []),
    ...(bank.place !== 'text' && row.online !== null ? [{ name: 'cardPresent', value: String(!row.online) }] : []),
  ];
  const attributes = fiAttributes.length > 0 ? { fiAttributes } : {};
  if (bank.place === 'text') {
    // As on a paper statement: the name, two spaces, the place.
    const where = [address?.city, address?.region ?? address?.country].filter(Boolean).join(' ');
    return { payee: `${merchant.name}${where && `  ${where}`}`.toUpperCase(), ...attributes };
  }
  return { transactionPayee: { merchantName: merchant.name, ...(address && { address }) }, ...attributes };
}

/** A consent as FDX's ConsentGrant. */
export function fdxConsent(consent: ConsentRow, accountIds: readonly string[], at: Date): Json {
  const ofAccount = consent.data_clusters.filter((cluster) => !cluster.startsWith('CUSTOMER_'));
  const ofCustomer = consent.data_clusters.filter((cluster) => cluster.startsWith('CUSTOMER_'));
  return {
    id: consent.consent_id,
    status: statusOf(consent, at),
    parties: [
      { name: consent.client_id, type: 'DATA_RECIPIENT' },
      { name: consent.bank_id, type: 'DATA_PROVIDER' },
    ],
    createdTime: consent.created_at.toISOString(),
    expirationTime: consent.expires_at.toISOString(),
    updatedTime: consent.updated_at.toISOString(),
    durationType: consent.duration_type,
    durationPeriod: consent.duration_days,
    lookbackPeriod: consent.lookback_days,
    resources: [
      ...accountIds.map((resourceId) => ({ resourceType: 'ACCOUNT', resourceId, dataClusters: ofAccount })),
      ...(ofCustomer.length > 0
        ? [{ resourceType: 'CUSTOMER', resourceId: consent.customer_id, dataClusters: ofCustomer }]
        : []),
    ],
  };
}
