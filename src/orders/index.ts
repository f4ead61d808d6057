export { matchReceipts } from './matching/match.ts';
export { placeOfCode } from './matching/places.ts';
export type { RecordOf } from './pairing/compared.ts';
export { easyPostTrackers } from './following/easypost-trackers.ts';
export { createFollowing, findFollowed, type Following, type FollowingTell } from './following/following.ts';
export type { HeldOrders } from './following/held.ts';
export { ordersOfLinks } from './of-links.ts';
export { forgetEarlyRefunds, keepEarlyRefund, takeEarlyRefunds } from './keeping/early-refunds.ts';
export type { Trackers } from './following/trackers.ts';
export { createPairing, type Pairing } from './pairing/pairing.ts';
export type { Pair, Place, PurchaseSide, Reason, ReceiptSide, Sum, When } from './matching/matched.ts';
export * from './sources/index.ts';
export * from './tracking/index.ts';
export { isWorthSaying, mergeParcel, type KeptParcel } from './keeping/parcels.ts';
export { isSame, mergeReceipt, withParcel, type KeptReceipt } from './keeping/receipts.ts';
export {
  findOrderRoute,
  findOrderRoutes,
  holdOrders,
  keepOrderRoutes,
  orderRoute,
  shipmentRoute,
  trackingRoute,
} from './routes.ts';
export { readCarrierEvent, readShopEvent } from './sources/signed-events.ts';
export { carrierSourceId, codeForm, shopFace, shopLinks, shopSourceId, withShops, type Shop } from './shop-links.ts';
