export { crossingsIn, lowBalanceNotices, type Crossing } from './low-balance.ts';
export { planNotices, type StoredEvent } from './plan.ts';
export { recordsAsked, watchingIn, watchNotices, type SignAnswers, type WatchedPurchase } from './watching.ts';
