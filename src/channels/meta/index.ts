export { cardWords } from './card-words.ts';
export { inParts, shortened } from './fitting.ts';
export { balanceLines, transactionLines, type Lines, type Reader } from './lines.ts';
export { keysOf, repliesOf, type Key, type RenderFrom } from './render.ts';
export type { MessengerPage, MessengerSettings, MetaApp, WhatsAppNumber, WhatsAppSettings } from './settings.ts';
export type { TemplateComponentOf } from './template-body.ts';
export { metaWords, type MetaWords } from './words.ts';
