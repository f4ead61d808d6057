export { chime } from './kind.ts';
export { pageOf, type ChimePage } from './settings.ts';
export { renderChime, type ChimeBody } from './render.ts';
export { chimeSignature } from './signature.ts';
