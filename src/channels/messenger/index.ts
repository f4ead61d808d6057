export { readMessenger } from './read.ts';
