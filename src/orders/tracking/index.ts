export * from './numbers.ts';
export { compact as trackingForm } from './numbers.ts';
export { CARRIERS, type CarrierId } from './formats.ts';
