import * as z from 'zod';
import { PARCEL_STATES } from './parcel-states.ts';
import { cardInstant, matchedPurchaseSchema } from './purchase.ts';

/** What a shop says was bought. */

const amount = z.string();

/**
 * A shop's receipt, as the shop said it: amounts are decimal strings of `currency`, `discount` and `refunded` without
 * a sign. Anything but shop, total and currency may be missing.
 */
export const receiptCardSchema = z.object({
  card: z.literal('receipt'),
  /** As people call it: "Halden & Row". */
  shop: z.string(),
  /** The order's number. */
  number: z.string().optional(),
  orderedAt: cardInstant.optional(),
  /** Called off by the shop or the customer. */
  cancelledAt: cardInstant.optional(),
  /** In the order of the receipt; `total` is that of the line, for all of its `quantity`. */
  lines: z.array(z.object({ title: z.string(), quantity: z.number().positive(), total: amount.optional() })),
  subtotal: amount.optional(),
  discount: amount.optional(),
  shipping: amount.optional(),
  tax: amount.optional(),
  /** The tax stands within the other amounts, and adds nothing to them. */
  taxIncluded: z.boolean().optional(),
  tip: amount.optional(),
  total: amount,
  currency: z.string(),
  /** What was given back so far. */
  refunded: amount.optional(),
  /** Lines less discount, with shipping, tax and tip, are the total. False: shown as the shop said it, and marked. */
  addsUp: z.boolean(),
  /** The card purchase that paid for it. */
  purchase: matchedPurchaseSchema.optional(),
  parcels: z
    .array(
      z.object({
        carrier: z.string(),
        trackingLast4: z.string(),
        state: z.enum(PARCEL_STATES),
        expected: z.iso.date().optional(),
      }),
    )
    .optional(),
});
/** What a shop says was bought. */
export type ReceiptCard = z.infer<typeof receiptCardSchema>;
