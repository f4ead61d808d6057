import * as z from 'zod';
import { currencyDecimals } from '#base';

/**
 * What a customer wants to be told of an account as it happens. Without `only`: everything. With it: what
 * at least one of the conditions fits; with none of them: nothing. An event that is not told is stored all
 * the same, and can be asked for.
 */
export const hearingSchema = z.object({
  only: z
    .object({
      /** Purchases of more than this; the amount is a decimal string, in major units. */
      over: z
        .object({
          amount: z.string().regex(/^(0|[1-9]\d{0,14})(\.\d{1,4})?$/, 'a decimal string such as "50.00"'),
          currency: z.string().refine((code) => currencyDecimals(code) !== undefined, 'no such currency (ISO 4217)'),
        })
        .refine(({ amount, currency }) => (amount.split('.')[1] ?? '').length <= (currencyDecimals(currency) ?? 0), {
          path: ['amount'],
          message: 'more decimals than the currency has',
        })
        .optional(),
      /** Used outside the country of the customer's banks, or in another currency than the account's. */
      abroad: z.literal(true).optional(),
      /** The card was absent: bought online or by telephone. Banks say both with the same word. */
      online: z.literal(true).optional(),
      /** Money that comes in, a salary among it: banks do not say which of it is one. */
      moneyIn: z.literal(true).optional(),
    })
    .optional(),
});
/** What a customer wants to be told of one account. */
export type Hearing = z.infer<typeof hearingSchema>;
/** The conditions of a choice; one that fits is enough. */
export type HearingConditions = NonNullable<Hearing['only']>;
