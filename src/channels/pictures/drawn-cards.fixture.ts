import type { BalanceCard, ChartCard, Purchase, ReceiptCard, TransactionCard } from '#contract';
import type { DrawnCard, Face, PictureRequest } from './picture.ts';

/** Cards to draw in tests and measurements: of nobody. */

const citi: Face = { name: 'Citi', mark: 'Ci', accent: { light: '#00677f', dark: '#62c3dd' } };
const shop: Face = { name: 'Halden & Row', mark: 'HR', accent: { light: '', dark: '' } };
const card = { kind: 'card', last4: '2291' } as const;
const westerville = { city: 'Westerville', region: 'OH', country: 'US' };

const purchase = (given: Partial<Purchase>): Purchase => ({
  id: 't1',
  status: 'authorized',
  amount: '65.70',
  currency: 'USD',
  direction: 'debit',
  occurredAt: '2026-11-20T19:14:00Z',
  localDate: '2026-11-20',
  description: 'STROMAN HUDSON 0042',
  merchant: {
    name: 'Stroman & Hudson',
    category: '5541',
    address: westerville,
    location: { lat: 40.1262, lon: -82.9291 },
  },
  cardLast4: '2291',
  online: false,
  ...given,
});

const transaction: TransactionCard = { card: 'transaction', bank: 'citi', account: card, transaction: purchase({}) };

const posted: TransactionCard = {
  ...transaction,
  transaction: purchase({ status: 'posted', amount: '78.84', before: '65.70', postedAt: '2026-11-21T09:00:00Z' }),
  balance: { current: '-412.08', available: '4587.92', currency: 'USD', asOf: '2026-11-21T09:00:00Z' },
};

const abroad: TransactionCard = {
  ...transaction,
  transaction: purchase({
    status: 'reversed',
    amount: '48.00',
    currency: 'EUR',
    merchant: { name: 'Café de Flore', category: '5814', address: { city: 'Paris', country: 'FR' } },
  }),
};

const balance: BalanceCard = {
  card: 'balance',
  bank: 'citi',
  accounts: [
    {
      kind: 'checking',
      last4: '4417',
      balance: { current: '2383.42', available: '2318.42', currency: 'USD', asOf: '2026-11-20T19:14:00Z' },
    },
  ],
};

const balances: BalanceCard = {
  ...balance,
  accounts: [
    ...balance.accounts,
    {
      kind: 'savings',
      last4: '9034',
      nickname: 'Rainy day',
      balance: { current: '12000.00', currency: 'USD', asOf: '2026-11-20T19:14:00Z' },
    },
    {
      ...card,
      balance: { current: '-412.08', available: '4587.92', currency: 'USD', asOf: '2026-11-20T19:14:00Z' },
    },
  ],
};

const day = (date: number, amount: string) => ({
  from: `2026-11-${String(date).padStart(2, '0')}`,
  to: `2026-11-${String(date).padStart(2, '0')}`,
  amount,
});

const spending: ChartCard = {
  card: 'chart',
  chart: 'bars',
  bank: 'citi',
  account: card,
  subject: { kind: 'category', value: 'coffee' },
  from: '2026-11-08',
  to: '2026-11-14',
  total: '34.65',
  currency: 'USD',
  count: 6,
  before: '40.85',
  bars: [
    day(8, '0.00'),
    day(9, '5.75'),
    day(10, '4.95'),
    day(11, '0.00'),
    day(12, '11.40'),
    day(13, '5.75'),
    day(14, '6.80'),
  ],
};

const month: ChartCard = {
  ...spending,
  subject: undefined,
  from: '2026-11-01',
  to: '2026-11-30',
  total: '1904.10',
  count: 61,
  before: undefined,
  bars: Array.from({ length: 30 }, (_, n) => day(n + 1, n % 5 === 0 ? '0.00' : `${20 + ((n * 37) % 90)}.40`)),
};

const places: ChartCard = {
  card: 'chart',
  chart: 'places',
  bank: 'citi',
  account: card,
  from: '2026-11-08',
  to: '2026-11-14',
  count: 3,
  places: [
    purchase({ id: 'a' }),
    purchase({
      id: 'b',
      status: 'posted',
      amount: '12.40',
      merchant: {
        name: 'Foothill Coffee',
        category: '5814',
        address: { city: 'Indianapolis', region: 'IN', country: 'US' },
        location: { lat: 39.7684, lon: -86.1581 },
      },
    }),
    purchase({
      id: 'c',
      status: 'posted',
      amount: '230.00',
      merchant: {
        name: 'Hotel am Dom',
        category: '7011',
        address: { city: 'Pittsburgh', region: 'PA', country: 'US' },
        location: { lat: 40.4406, lon: -79.9959 },
      },
    }),
  ],
};

const purchases: ChartCard = {
  card: 'chart',
  chart: 'purchases',
  bank: 'citi',
  account: card,
  count: 3,
  purchases: places.places,
};

/** A receipt whose parts add up. */
export const receipt: ReceiptCard = {
  card: 'receipt',
  shop: 'Halden & Row',
  number: '18842',
  orderedAt: '2026-11-19T16:20:00Z',
  lines: [
    { title: 'Stoneware bowl', quantity: 2, total: '76.00' },
    { title: 'Linen towels, set of 4', quantity: 1, total: '38.00' },
  ],
  subtotal: '114.00',
  discount: '11.40',
  shipping: '5.00',
  tax: '7.60',
  total: '115.20',
  currency: 'USD',
  addsUp: true,
};

/** Every kind of card that is drawn, by a name. */
export const drawnCards: Readonly<Record<string, DrawnCard>> = {
  balance,
  balances,
  transaction,
  posted,
  abroad,
  receipt,
  spending,
  month,
  places,
  purchases,
};

/** A request for one of them. */
export function requestFor(card: DrawnCard, given: Partial<PictureRequest> = {}): PictureRequest {
  return {
    card,
    face: card.card === 'receipt' ? shop : citi,
    text: 'What the card says, in words.',
    at: '2026-11-20T19:15:00Z',
    nowMs: Date.parse('2026-11-20T19:20:00Z'),
    locale: 'en',
    timeZone: 'America/New_York',
    theme: 'light',
    ...given,
  };
}
