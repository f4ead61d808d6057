export { circuits, type Circuits, type StoppedBy } from './circuits.ts';
export type { Body, Compose, Composed, PersonAddress, Told } from './compose.ts';
export { codeOf, remedyOf, type MetaPlatform, type Remedy } from './errors.ts';
export { graphOf, type Graph, type GraphCall, type GraphResult } from './graph.ts';
export { metaSender, type MetaAccount, type MetaKind, type MetaSender, type MetaSenderParts } from './sender.ts';
export type { MessengerPage, MessengerSettings, MetaApp, WhatsAppNumber, WhatsAppSettings } from './settings.ts';
