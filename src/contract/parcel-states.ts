/** The closed lists of parcels, apart from what is made of them: events and cards both name them. */

/** How far a parcel has come. */
export const PARCEL_STATES = [
  'announced',
  'accepted',
  'in-transit',
  'out-for-delivery',
  'ready-for-pickup',
  'delivered',
  'exception',
  'returned',
] as const;
/** How far a parcel has come. */
export type ParcelState = (typeof PARCEL_STATES)[number];

/** What keeps a parcel from coming: the closed list that can be put into plain words, with what one can do. */
export const PARCEL_TROUBLES = [
  'nobody-home',
  'address',
  'customs',
  'held',
  'delayed',
  'weather',
  'damaged',
  'lost',
  'refused',
  'returning',
  'other',
] as const;
/** What keeps a parcel from coming. */
export type ParcelTrouble = (typeof PARCEL_TROUBLES)[number];
