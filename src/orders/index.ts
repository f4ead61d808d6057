export { matchReceipts, scoreMin } from './matching/match.ts';
export type { Pair, Place, PurchaseSide, Reason, ReceiptSide, Sum, When } from './matching/matched.ts';
export * from './sources/index.ts';
export * from './tracking/index.ts';
