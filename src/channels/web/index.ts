export type { SocketOwner } from './feed.ts';
export { closeSlow, serveSocket } from './socket.ts';
