export * from './numbers.ts';
export { CARRIERS, type CarrierId } from './formats.ts';
