export { serveSocket, type SocketOwner } from './socket.ts';
