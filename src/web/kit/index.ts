export * from './bars.tsx';
export * from './card.tsx';
export * from './icons.tsx';
export * from './parts.tsx';
export * from './place-map.tsx';
export * from './sheet.tsx';
export * from './theme.ts';
export * from './transaction-card.tsx';
export { default as cardStyles } from './card.module.css';
