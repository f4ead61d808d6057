export { planNotices, type StoredEvent } from './plan.ts';
