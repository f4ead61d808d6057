export type { SocketOwner } from './feed.ts';
export { hearFrames } from './frames.ts';
export { closeSlow, serveSocket } from './socket.ts';
