import type { FdxCall, FdxReply, HostileBank } from './hostile-bank.fixture.ts';

/** For tests: what a bank may answer, and how to have `startHostileBank` answer it. */

export const checking = {
  accountCategory: 'DEPOSIT_ACCOUNT',
  accountId: 'a-1',
  accountType: 'CHECKING',
  accountNumberDisplay: '************1234',
  nickname: 'Everyday',
  currency: { currencyCode: 'USD' },
  currentBalance: 2431.6,
  availableBalance: 2400,
  balanceAsOf: '2026-11-20T09:30:00-05:00',
  unknownField: { ignored: true },
};
export const card = {
  accountCategory: 'LOC_ACCOUNT',
  accountId: 'a-2',
  accountType: 'CREDITCARD',
  accountNumberDisplay: 'xxxx-9876',
  productName: 'Rewards Card',
  currency: { currencyCode: 'USD' },
  currentBalance: 812.35,
  availableCredit: 9187.65,
  balanceAsOf: '2026-11-20T09:30:00-05:00',
};
export const purchase = {
  transactionId: 't-1',
  amount: 65.7,
  debitCreditMemo: 'DEBIT',
  status: 'POSTED',
  transactionTimestamp: '2026-10-31T23:30:00-04:00',
  postedTimestamp: '2026-11-02T03:00:00-05:00',
  description: 'SUNLINE FUEL',
  transactionPayee: { merchantName: 'Sunline Fuel', address: { city: 'Oakland', region: 'CA', country: 'US' } },
  fiAttributes: [
    { name: 'merchantCategoryCode', value: '5541' },
    { name: 'latitude', value: '37.8' },
    { name: 'longitude', value: '-122.27' },
    { name: 'cardLast4', value: '9876' },
    { name: 'cardPresent', value: 'true' },
  ],
};
export const window = { accountId: 'a-1', from: '2026-10-01', to: '2026-10-31' } as const;

/** Answers each path as given; whatever is not named is an account that does not exist. */
export function answering(
  bank: HostileBank,
  replies: Readonly<Record<string, FdxReply | ((call: FdxCall) => FdxReply)>>,
): void {
  bank.fdx = (call) => {
    const reply = replies[call.path];
    if (reply === undefined) return { status: 404, json: { code: '701', message: 'not found' } };
    return typeof reply === 'function' ? reply(call) : reply;
  };
}
