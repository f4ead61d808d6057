export type { MessengerPage, MessengerSettings, MetaApp, WhatsAppNumber, WhatsAppSettings } from './settings.ts';
export { isAtMost, runsOf, type AtMost } from './at-most.ts';
export { linesOf, listedWords, messageWords, type CardLine } from './card-lines.ts';
export { payloads, repliesOf, tapsOf, type Press, type Tap } from './pressing.ts';
export type { Rendering } from './rendering.ts';
export { shorten, splitText } from './text.ts';
export { templateFor, type ChosenTemplate } from './templates.ts';
export { word } from './words.ts';
