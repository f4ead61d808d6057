export { createPush, type Push } from './push.ts';
export type { PushKey } from './sender.ts';
