import { currencyDecimals } from '#base';
import * as z from 'zod';
import { PARCEL_STATES, PARCEL_TROUBLES } from './parcel-states.ts';
import type { Purpose } from './purposes.ts';

/**
 * What a bank, shop or carrier says has happened: one variant a type, each naming its subject
 * (`accountId`, `grantId`, `caseId` or `orderId`). Unknown fields are ignored; a missing or impossible
 * one refuses the whole batch.
 */

function isPlain(words: string): boolean {
  return words.isWellFormed() && !/[\p{Cc}\p{Bidi_Control}]/u.test(words);
}

/** No control characters and no half characters: an id is stored and compared. */
const id = z.string().min(1).max(128).refine(isPlain, 'letters, digits and signs alone');
/** Words to be shown: no control characters, and none that turn the direction of what follows. */
const text = (max: number) => z.string().min(1).max(max).refine(isPlain, 'words without control characters');

function isOfOurTime(date: string): boolean {
  return /^(19|20|21)\d\d-/.test(date);
}

/** An instant with its offset (RFC 3339). */
const instant = z.iso.datetime({ offset: true }).refine(isOfOurTime, 'a year between 1900 and 2199');
/** A calendar day as the bank writes it in its own time zone. */
const localDate = z.iso.date().refine(isOfOurTime, 'a year between 1900 and 2199');

const currency = z
  .string()
  .length(3)
  .refine((code) => currencyDecimals(code) !== undefined, 'no such currency (ISO 4217)');

const decimal = (pattern: RegExp) => z.string().regex(pattern, 'a decimal string such as "65.70"');
const magnitude = decimal(/^(0|[1-9]\d{0,14})(\.\d{1,4})?$/);
const signedAmount = decimal(/^-?(0|[1-9]\d{0,14})(\.\d{1,4})?$/);

/** Refuses an amount with more decimals than its currency has (JPY 500.5, USD 1.005). */
function fitsCurrency(amount: string | undefined, code: string): boolean {
  const decimals = currencyDecimals(code);
  return decimals === undefined || ((amount ?? '').split('.')[1] ?? '').length <= decimals;
}

function checkAmounts(code: string, amounts: Record<string, string | undefined>, issues: z.core.$ZodRawIssue[]): void {
  for (const [field, amount] of Object.entries(amounts)) {
    if (fitsCurrency(amount, code)) continue;
    issues.push({
      code: 'custom',
      path: [field],
      message: `more decimals than ${code} has`,
      input: amount,
    });
  }
}

/** Which way money goes, seen from the account: `debit` is out, `credit` is in. */
export const directionSchema = z.enum(['debit', 'credit']);
/** Money out (`debit`) or in (`credit`). */
export type Direction = z.infer<typeof directionSchema>;

/** Where a card was used, as far as the bank says so. Coordinates are in degrees (WGS 84). */
export const merchantSchema = z.object({
  name: text(140),
  /** Merchant category code, ISO 18245: four digits. */
  category: z
    .string()
    .regex(/^\d{4}$/, 'a merchant category code of four digits')
    .optional(),
  address: z
    .object({ city: text(80).optional(), region: text(40).optional(), country: z.string().length(2).optional() })
    .optional(),
  location: z.object({ lat: z.number().min(-90).max(90), lon: z.number().min(-180).max(180) }).optional(),
});

/** A card purchase, transfer, fee or salary as the bank tells it. */
export const transactionSchema = z
  .object({
    /** May change between authorization and posting, or be blank: docs/matching.md. */
    id: z.string().max(128).refine(isPlain, 'letters, digits and signs alone'),
    status: z.enum(['authorized', 'posted', 'reversed']),
    /** Magnitude; the way it went stands in `direction`. */
    amount: magnitude,
    currency,
    direction: directionSchema,
    localDate,
    description: text(200),
    merchant: merchantSchema.optional(),
    cardLast4: z
      .string()
      .regex(/^\d{4}$/)
      .optional(),
    /** Card absent: bought online or by telephone. */
    online: z.boolean().optional(),
  })
  .check((context) => checkAmounts(context.value.currency, { amount: context.value.amount }, context.issues));
/** A transaction as a bank tells it; `amount` has no sign. */
export type Transaction = z.infer<typeof transactionSchema>;

/**
 * What an account holds at an instant: decimal strings, what is owed is below zero. `available` may be
 * drawn or spent.
 */
export const balanceSchema = z
  .object({ current: signedAmount, available: signedAmount.optional(), currency, asOf: instant })
  .check((context) => {
    const { current, available } = context.value;
    checkAmounts(context.value.currency, { current, available }, context.issues);
  });
/** What an account holds at an instant. */
export type Balance = z.infer<typeof balanceSchema>;

const base = { id, occurredAt: instant };
const ofAccount = { ...base, accountId: id };

/** An event of a transaction says by its type how far it has come; the transaction may not say otherwise. */
const transactionEvent = <Status extends Transaction['status']>(status: Status) =>
  z.object({
    ...ofAccount,
    type: z.literal(`transaction.${status}`),
    transaction: transactionSchema.refine((transaction) => transaction.status === status, {
      path: ['status'],
      message: 'not the status of this type of event',
    }),
    balance: balanceSchema.optional(),
  });

const money = z
  .object({ amount: magnitude, currency })
  .check((context) => checkAmounts(context.value.currency, { amount: context.value.amount }, context.issues));

/** What a customer calls themselves at a shop: letters and digits, with or without the dash. */
const reference = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9 _-]{3,62}$/, 'the code that the customer gave');

const receiptEvent = <Type extends string>(type: Type) =>
  z.object({
    ...base,
    type: z.literal(type),
    /** The customer: the one-time code that they gave the shop, which names them from then on. */
    customer: reference,
    orderId: id,
    receipt: z.object({
      shop: text(140),
      number: text(80).optional(),
      orderedAt: instant.optional(),
      total: money,
      lines: z.array(z.object({ title: text(200), quantity: z.number().positive(), total: money.optional() })).max(200),
      discount: money.optional(),
      shipping: money.optional(),
      tax: money.optional(),
      /** The lines' amounts hold the tax already. */
      taxIncluded: z.boolean().optional(),
      tip: money.optional(),
      /** All that was given back so far. */
      refunded: money.optional(),
      /** Of the card that was paid with. */
      cardLast4: z
        .string()
        .regex(/^\d{4}$/)
        .optional(),
      cancelled: z.boolean().optional(),
    }),
  });

/** Types that a bank may send to `POST /v1/banks/{bank}/events`. */
export const bankEventSchema = z.discriminatedUnion('type', [
  z.object({ ...ofAccount, type: z.literal('balance.changed'), balance: balanceSchema }),
  transactionEvent('authorized'),
  transactionEvent('posted'),
  transactionEvent('reversed'),
  z.object({
    ...ofAccount,
    type: z.literal('fraud.suspected'),
    caseId: id,
    transaction: transactionSchema,
    reasons: z.array(text(60)).max(10),
    answerBy: instant,
    otherwise: z.enum(['release', 'decline']),
  }),
  z.object({
    ...ofAccount,
    type: z.literal('card.status'),
    cardLast4: z.string().regex(/^\d{4}$/),
    status: z.enum(['active', 'frozen', 'lost', 'stolen', 'replaced', 'expired']),
  }),
  z.object({
    ...base,
    type: z.literal('case.replied'),
    caseId: id,
    text: text(4000),
    agent: text(60),
    /** It is no answer yet ("we have received your message"): whoever waits waits on, by what was promised. */
    keepsTurn: z.boolean().optional(),
  }),
  z.object({ ...base, type: z.literal('consent.revoked'), grantId: id }),
  z.object({ ...base, type: z.literal('consent.updated'), grantId: id }),
]);
/** An event that a bank may send. */
export type BankEvent = z.infer<typeof bankEventSchema>;

/** Types that a shop may send to `POST /v1/shops/{shop}/events`. */
export const shopEventSchema = z.discriminatedUnion('type', [
  receiptEvent('receipt.issued'),
  receiptEvent('receipt.refunded'),
]);

/** An event that a shop may send. */
export type ShopEvent = z.infer<typeof shopEventSchema>;

/** Types that a carrier may send to `POST /v1/carriers/{carrier}/events`. */
export const carrierEventSchema = z.discriminatedUnion('type', [
  z.object({
    ...base,
    type: z.literal('parcel.moved'),
    orderId: id.optional(),
    parcel: z.object({
      carrier: text(60),
      trackingNumber: text(60),
      state: z.enum(PARCEL_STATES),
      /** What keeps it, of an `exception`. */
      trouble: z.enum(PARCEL_TROUBLES).optional(),
      place: text(120).optional(),
      expected: localDate.optional(),
      /** Where it was left: "front porch". */
      deliveredTo: text(80).optional(),
    }),
  }),
]);

/** An event that a carrier may send. */
export type CarrierEvent = z.infer<typeof carrierEventSchema>;

/** Every event there is. */
export const eventSchema = z.union([bankEventSchema, shopEventSchema, carrierEventSchema]);
/** Any event, whoever sends it. */
export type TellerlineEvent = z.infer<typeof eventSchema>;
/** The type of any event, such as `transaction.posted`. */
export type EventType = TellerlineEvent['type'];

/** The purpose that a customer must have consented to for an event to be kept; `null`: none is needed. */
export const PURPOSE_OF_EVENT: Readonly<Record<EventType, Purpose | null>> = {
  'balance.changed': 'balances',
  'transaction.authorized': 'transactions',
  'transaction.posted': 'transactions',
  'transaction.reversed': 'transactions',
  'fraud.suspected': 'fraud-alerts',
  'card.status': 'fraud-alerts',
  'receipt.issued': 'receipts',
  'receipt.refunded': 'receipts',
  'parcel.moved': 'shipping',
  'case.replied': 'customer-chat',
  'consent.revoked': null,
  'consent.updated': null,
};

/** A batch as it is sent: the signed body. Events are validated one by one, so that a refusal names the index. */
export const batchSchema = z.object({ events: z.array(z.unknown()).min(1) });

/** The answer after COMMIT: every event of the batch is in exactly one count. */
export const batchAnswerSchema = z.object({
  accepted: z.int().nonnegative(),
  duplicates: z.int().nonnegative(),
  dropped: z.int().nonnegative(),
});
/** What became of a batch: each of its events stands in one of the counts. */
export type BatchAnswer = z.infer<typeof batchAnswerSchema>;
