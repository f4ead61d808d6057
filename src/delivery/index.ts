export type { Body, Change, Said, Thread, Written } from './change.ts';
export { createDelivery, type Delivery } from './delivery.ts';
export type { Manner } from './draw.ts';
export type { Outlet, Outlets } from './outlets.ts';
export type { Span } from './page.ts';
