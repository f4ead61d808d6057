export * from './words.tsx';
