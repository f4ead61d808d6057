export type { WhatsAppMessage, WhatsAppRecipient, WhatsAppSend, WhatsAppTemplate } from './body.ts';
export { renderWhatsApp, whatsAppLimits } from './render.ts';
export { readWhatsApp } from './read.ts';
export { whatsappSender } from './sender.ts';
