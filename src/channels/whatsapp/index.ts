export { readWhatsApp } from './read.ts';
