export * from './decimal.ts';
export * from './formats.ts';
export * from './words.tsx';
