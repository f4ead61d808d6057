import type { BalanceCard, CardControlCard, Purchase, ReceiptCard } from '#contract';

/** What somebody is shown who chooses what they want to be told: the same examples wherever that is chosen. */

/** The card of every example. */
export const exampleAccount = { kind: 'card', last4: '2291' } as const;

/** Balances; `at` is an instant. */
export const exampleBalance = (bank: string, at: string): BalanceCard => ({
  card: 'balance',
  bank,
  accounts: [
    {
      kind: 'checking',
      last4: '4417',
      balance: { current: '2383.42', available: '2318.42', currency: 'USD', asOf: at },
    },
  ],
});

/** A purchase at an instant, which was on that local date. */
export const examplePurchase = (at: string, localDate: string): Purchase => ({
  id: 'example',
  status: 'authorized',
  amount: '65.70',
  currency: 'USD',
  direction: 'debit',
  occurredAt: at,
  localDate,
  description: 'STROMAN & HUDSON WESTERVILLE OH',
  merchant: {
    name: 'Stroman & Hudson',
    category: '5541',
    address: { city: 'Westerville', region: 'OH', country: 'US' },
  },
  cardLast4: exampleAccount.last4,
});

/** A card that was frozen at an instant. */
export const exampleFreeze = (bank: string, at: string): CardControlCard => ({
  card: 'cardControl',
  bank,
  account: exampleAccount,
  cardLast4: exampleAccount.last4,
  action: 'freeze',
  state: 'confirmed',
  at,
  settledAt: at,
});

/** A receipt of an order placed at an instant. */
export const exampleReceipt = (shop: string, at: string): ReceiptCard => ({
  card: 'receipt',
  shop,
  number: '18842',
  orderedAt: at,
  lines: [{ title: 'Atlas', quantity: 1, total: '42.00' }],
  shipping: '5.00',
  tax: '3.40',
  total: '50.40',
  currency: 'USD',
  addsUp: true,
});
