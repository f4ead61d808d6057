import * as z from 'zod';
import { PARCEL_STATES, PARCEL_TROUBLES } from './parcel-states.ts';
import { cardInstant, matchedPurchaseSchema } from './purchase.ts';

/** A parcel on its way. */

/** Where a parcel is or was: `name` as people say it ("Indianapolis, IN"); the rest, where it is known, puts it on a map. */
export const parcelPlaceSchema = z.object({
  name: z.string(),
  region: z.string().optional(),
  country: z.string().length(2).optional(),
  location: z.object({ lat: z.number().min(-90).max(90), lon: z.number().min(-180).max(180) }).optional(),
});
/** Where a parcel is or was. */
export type ParcelPlace = z.infer<typeof parcelPlaceSchema>;

/** One parcel. It never goes back by itself: a scan that comes late takes its place among the steps. */
export const parcelCardSchema = z.object({
  card: z.literal('parcel'),
  /** As people call it: "Meridian Parcel". */
  carrier: z.string(),
  trackingLast4: z.string(),
  state: z.enum(PARCEL_STATES),
  /** What has been, oldest first; `trouble` where a scan told of one. */
  steps: z.array(
    z.object({
      state: z.enum(PARCEL_STATES),
      at: cardInstant.optional(),
      place: parcelPlaceSchema.optional(),
      trouble: z.enum(PARCEL_TROUBLES).optional(),
    }),
  ),
  /** Where it was seen last. */
  place: parcelPlaceSchema.optional(),
  /** Where it goes. */
  destination: parcelPlaceSchema.optional(),
  /** The day it is expected, in the carrier's own calendar. */
  expected: z.iso.date().optional(),
  /** Of a delivered one: "front porch", "A. Ferrer", as the carrier says. */
  deliveredTo: z.string().optional(),
  /** What keeps it, until it moves again. */
  trouble: z.enum(PARCEL_TROUBLES).optional(),
  shop: z.string().optional(),
  orderNumber: z.string().optional(),
  /** Which of several parcels of the order it is. */
  part: z.object({ number: z.int().positive(), of: z.int().positive() }).optional(),
  purchase: matchedPurchaseSchema.optional(),
});
/** One parcel on its way. */
export type ParcelCard = z.infer<typeof parcelCardSchema>;
