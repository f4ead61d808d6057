import * as z from 'zod';
import { currencyDecimals } from '#base';

/** An amount to compare with: a decimal string in major units, never below zero. */
const amountSchema = z
  .object({
    amount: z.string().regex(/^(0|[1-9]\d{0,14})(\.\d{1,4})?$/, 'a decimal string such as "50.00"'),
    currency: z.string().refine((code) => currencyDecimals(code) !== undefined, 'no such currency (ISO 4217)'),
  })
  .refine(({ amount, currency }) => (amount.split('.')[1] ?? '').length <= (currencyDecimals(currency) ?? 0), {
    path: ['amount'],
    message: 'more decimals than the currency has',
  });

const conditionsSchema = z.object({
  /** Purchases of more than this. */
  over: amountSchema.optional(),
  /** Used outside the country of the customer's banks, or in another currency than the account's. */
  abroad: z.literal(true).optional(),
  /** The card was absent: bought online or by telephone. Banks say both with the same word. */
  online: z.literal(true).optional(),
  /** All money that comes in. */
  moneyIn: z.literal(true).optional(),
  /** A salary, as far as its bank lets it be told from other money; docs/events.md says by what. */
  salary: z.literal(true).optional(),
});

/** The customer's own watch over an account: a purchase that one of these fits is asked about, softly. */
const watchSchema = z.object({
  abroad: z.literal(true).optional(),
  online: z.literal(true).optional(),
  over: amountSchema.optional(),
  /** The first purchase at a merchant. */
  newMerchant: z.literal(true).optional(),
  /** The card itself used in two countries within an hour. */
  twoCountries: z.literal(true).optional(),
});

/**
 * What a customer wants to be told of an account as it happens. Without `only`: every movement. With it: what
 * at least one of the conditions fits; with none of them: nothing. An event that is not told is stored all
 * the same, and can be asked for.
 */
export const hearingSchema = z.object({
  only: conditionsSchema.optional(),
  /** To be told when less than this is left in it, once each time that it falls below. */
  low: amountSchema.optional(),
  /** "Was this you?": rules of the customer's own; off unless they chose some. */
  watch: watchSchema.optional(),
});
/** What a customer wants to be told of one account. */
export type Hearing = z.infer<typeof hearingSchema>;
/** The conditions of a choice; one that fits is enough. */
export type HearingConditions = NonNullable<Hearing['only']>;

/** A change of it: what is absent stays, null takes it away. */
export const hearingChangeSchema = z.object({
  only: conditionsSchema.nullable().optional(),
  low: amountSchema.nullable().optional(),
  /** Rule by rule: one that is absent stays. Null ends all of them. */
  watch: z
    .object({
      abroad: z.literal(true).nullable().optional(),
      online: z.literal(true).nullable().optional(),
      over: amountSchema.nullable().optional(),
      newMerchant: z.literal(true).nullable().optional(),
      twoCountries: z.literal(true).nullable().optional(),
    })
    .nullable()
    .optional(),
});
/** The rules of a watch. */
export type HearingWatch = NonNullable<Hearing['watch']>;

/** A change of what is told of an account. */
export type HearingChange = z.infer<typeof hearingChangeSchema>;

const timeOfDay = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'a time such as "22:00"');

/**
 * The hours, in the customer's own time zone, in which what comes by itself is shown without being announced:
 * from `from` up to `to`, past midnight when `to` is the earlier.
 */
export const quietHoursSchema = z
  .object({ from: timeOfDay, to: timeOfDay })
  .refine(({ from, to }) => from !== to, { path: ['to'], message: 'another time than the first' });
/** The hours in which nothing but what is urgent is announced. */
export type QuietHours = z.infer<typeof quietHoursSchema>;

/** At which full hour of the customer's day the digest is told. */
export const digestHourSchema = z.int().min(0).max(23);

/** `GET /api/hearing`: what the customer has chosen to be told, and when. */
export const hearingAnswerSchema = z.object({
  /** Every account that is shared and can be read now. */
  accounts: z.array(hearingSchema.extend({ id: z.uuid() })),
  quiet: quietHoursSchema.nullable(),
  digestHour: digestHourSchema.nullable(),
});
/** What the customer has chosen to be told, and when. */
export type HearingAnswer = z.infer<typeof hearingAnswerSchema>;

/** `PUT /api/hearing`: what is absent stays as it is. */
export const hearingRequestSchema = z.object({
  /** For these accounts of the customer's own: others are left alone. */
  accounts: z.array(z.uuid()).max(200).default([]),
  change: hearingChangeSchema.default({}),
  quiet: quietHoursSchema.nullable().optional(),
  digestHour: digestHourSchema.nullable().optional(),
});
/** A change of what is told, and when, as a page sends it. */
export type HearingRequest = z.input<typeof hearingRequestSchema>;
