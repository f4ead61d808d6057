export { matchReceipts } from './matching/match.ts';
export { placeOfCode } from './matching/places.ts';
export { createPairing, type Pairing } from './pairing/pairing.ts';
export type { Pair, Place, PurchaseSide, Reason, ReceiptSide, Sum, When } from './matching/matched.ts';
export * from './sources/index.ts';
export * from './tracking/index.ts';
