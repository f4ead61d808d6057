export { chime } from './kind.ts';
export { renderChime } from './render.ts';
export { chimeSignature } from './signature.ts';
