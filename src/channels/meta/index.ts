export type { MessengerPage, MessengerSettings, MetaApp, WhatsAppNumber, WhatsAppSettings } from './settings.ts';
