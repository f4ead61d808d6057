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
export { codeForm, shopFace, shopLinks, shopSourceId, withShops, type Shop } from './shop-links.ts';
