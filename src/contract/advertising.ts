import * as z from 'zod';

/** Whoever is not a bank: the program itself. */
export const ownSender = 'tellerline';

/** `PUT /api/messages/{id}/advertising`: true says that a message is advertising, false takes that back. */
export const advertisingMarkSchema = z.object({ marked: z.boolean() });

/** What one sender sent in one month, and how often customers said "this is advertising" of it. */
export const advertisingCountSchema = z.object({
  /** A bank's id, or `tellerline`. */
  sender: z.string(),
  /** Of UTC, as 2026-11. */
  month: z.string().regex(/^\d{4}-\d{2}$/),
  /** Null below `sentMin`: so few are of too few people to be told. */
  sent: z.int().positive().nullable(),
  /** Null when it lies between 1 and `markedMin` - 1, and where `sent` is null. */
  marked: z.int().nonnegative().nullable(),
});
/** See `advertisingCountSchema`. */
export type AdvertisingCount = z.infer<typeof advertisingCountSchema>;

/** The public count at `/log/advertising.json`: the last twelve months, newest first. */
export const advertisingSchema = z.object({
  sentMin: z.int(),
  markedMin: z.int(),
  counts: z.array(advertisingCountSchema),
});
/** See `advertisingSchema`. */
export type Advertising = z.infer<typeof advertisingSchema>;
