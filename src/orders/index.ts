export * from './sources/index.ts';
export * from './tracking/index.ts';
