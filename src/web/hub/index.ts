export * from './call.ts';
export * from './socket.ts';
export * from './surroundings.ts';
