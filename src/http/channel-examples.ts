import { exampleAccount, exampleBalance, exampleFreeze, examplePurchase, exampleReceipt } from '#consent';
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
      return exampleBalance(of.bank.id, at(of.nowMs));
    case 'transactions':
      return purchase(of);
    case 'fraud-alerts':
      return alert(of);
    case 'receipts':
      return exampleReceipt(of.shop, at(of.nowMs));
    case 'shipping':
      return parcel(of);
    case 'account-management':
      return exampleFreeze(of.bank.id, at(of.nowMs));
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

const at = (ms: number): string => new Date(ms).toISOString();

const dayOf = ({ nowMs, timeZone }: ExampleFor, daysOn = 0): string =>
  Temporal.Instant.fromEpochMilliseconds(nowMs)
    .toZonedDateTimeISO(timeZone)
    .add({ days: daysOn })
    .toPlainDate()
    .toString();

const purchase = (of: ExampleFor): TransactionCard => ({
  card: 'transaction',
  bank: of.bank.id,
  account: exampleAccount,
  transaction: examplePurchase(at(of.nowMs), dayOf(of)),
});

/** How long the bank of the example waits for an answer. */
const answerMs = 10 * 60_000;

const alert = (of: ExampleFor): FraudAlertCard => ({
  card: 'fraudAlert',
  bank: of.bank.id,
  account: exampleAccount,
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
    cardLast4: exampleAccount.last4,
  },
  reasons: ['abroad', 'unusual-amount'],
  answerBy: at(of.nowMs + answerMs),
  otherwise: 'decline',
  state: 'open',
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
