import {
  gistOfBalance,
  gistOfCardControl,
  gistOfFraudAlert,
  gistOfParcel,
  gistOfReceipt,
  gistOfTransaction,
  type BalanceCard,
  type BankFace,
  type CardControlCard,
  type Content,
  type FraudAlertCard,
  type Locale,
  type ParcelCard,
  type ReceiptCard,
  type TOLD_PURPOSES,
  type TransactionCard,
} from '#contract';

/** For whom and of whom examples are made. */
export interface ExampleFor {
  readonly locale: Locale;
  /** IANA name. */
  readonly timeZone: string;
  readonly bank: BankFace;
  /** As people call it. */
  readonly shop: string;
  readonly nowMs: number;
}

/** What is told of in an example. */
export type ToldPurpose = (typeof TOLD_PURPOSES)[number];

/** One example of each purpose that something is told for. */
export type ExampleCard = BalanceCard | TransactionCard | FraudAlertCard | ReceiptCard | ParcelCard | CardControlCard;

/** The example card of a purpose, said now. */
export function exampleCard(purpose: ToldPurpose, of: ExampleFor): ExampleCard {
  switch (purpose) {
    case 'balances':
      return balance(of);
    case 'transactions':
      return purchase(of);
    case 'fraud-alerts':
      return alert(of);
    case 'receipts':
      return receipt(of);
    case 'shipping':
      return parcel(of);
    case 'account-management':
      return control(of);
  }
}

/** An example card with its gist in words, as a message carries both. */
export function exampleContent(card: ExampleCard, of: ExampleFor): Content {
  return { kind: 'card', card, text: gistOf(card, of) };
}

function gistOf(card: ExampleCard, { bank, locale, timeZone }: ExampleFor): string {
  switch (card.card) {
    case 'balance':
      return gistOfBalance(card, bank.name, locale);
    case 'transaction':
      return gistOfTransaction(card, locale);
    case 'fraudAlert':
      return gistOfFraudAlert(card, bank.name, locale, timeZone);
    case 'receipt':
      return gistOfReceipt(card, locale);
    case 'parcel':
      return gistOfParcel(card, locale);
    case 'cardControl':
      return gistOfCardControl(card, bank.name, locale);
  }
}

const card = { kind: 'card', last4: '2291' } as const;

const at = (ms: number): string => new Date(ms).toISOString();

const dayOf = ({ nowMs, timeZone }: ExampleFor, daysOn = 0): string =>
  Temporal.Instant.fromEpochMilliseconds(nowMs)
    .toZonedDateTimeISO(timeZone)
    .add({ days: daysOn })
    .toPlainDate()
    .toString();

const balance = ({ bank, nowMs }: ExampleFor): BalanceCard => ({
  card: 'balance',
  bank: bank.id,
  accounts: [
    {
      kind: 'checking',
      last4: '4417',
      balance: { current: '2383.42', available: '2318.42', currency: 'USD', asOf: at(nowMs) },
    },
  ],
});

const purchase = (of: ExampleFor): TransactionCard => ({
  card: 'transaction',
  bank: of.bank.id,
  account: card,
  transaction: {
    id: 'example',
    status: 'authorized',
    amount: '65.70',
    currency: 'USD',
    direction: 'debit',
    occurredAt: at(of.nowMs),
    localDate: dayOf(of),
    description: 'STROMAN & HUDSON WESTERVILLE OH',
    merchant: {
      name: 'Stroman & Hudson',
      category: '5541',
      address: { city: 'Westerville', region: 'OH', country: 'US' },
    },
    cardLast4: card.last4,
  },
});

/** How long the bank of the example waits for an answer. */
const answerMs = 10 * 60_000;

const alert = (of: ExampleFor): FraudAlertCard => ({
  card: 'fraudAlert',
  bank: of.bank.id,
  account: card,
  transaction: {
    id: 'example',
    status: 'authorized',
    amount: '1284.00',
    currency: 'USD',
    direction: 'debit',
    occurredAt: at(of.nowMs),
    localDate: dayOf(of),
    description: 'JOYERIA OCAMPO GUADALAJARA',
    merchant: {
      name: 'Joyería Ocampo',
      category: '5944',
      address: { city: 'Guadalajara', region: 'Jalisco', country: 'MX' },
    },
    cardLast4: card.last4,
  },
  reasons: ['abroad', 'unusual-amount'],
  answerBy: at(of.nowMs + answerMs),
  otherwise: 'decline',
  state: 'open',
});

const receipt = ({ shop, nowMs }: ExampleFor): ReceiptCard => ({
  card: 'receipt',
  shop,
  number: '18842',
  orderedAt: at(nowMs),
  lines: [{ title: 'Atlas', quantity: 1, total: '42.00' }],
  shipping: '5.00',
  tax: '3.40',
  total: '50.40',
  currency: 'USD',
  addsUp: true,
});

const parcel = (of: ExampleFor): ParcelCard => ({
  card: 'parcel',
  carrier: 'UPS',
  trackingLast4: '7127',
  state: 'in-transit',
  steps: [{ state: 'in-transit', at: at(of.nowMs) }],
  shop: of.shop,
  expected: dayOf(of, 2),
});

const control = ({ bank, nowMs }: ExampleFor): CardControlCard => ({
  card: 'cardControl',
  bank: bank.id,
  account: card,
  cardLast4: card.last4,
  action: 'freeze',
  state: 'confirmed',
  at: at(nowMs),
  settledAt: at(nowMs),
});
