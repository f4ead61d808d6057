export { CHANNELS } from './channel.ts';
export { planNotices, type StoredEvent } from './plan.ts';
