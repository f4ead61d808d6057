export type { SocketOwner } from './feed.ts';
export { serveSocket } from './socket.ts';
