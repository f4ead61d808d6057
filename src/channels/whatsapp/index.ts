export type { WhatsAppMessage, WhatsAppRecipient, WhatsAppSend, WhatsAppTemplate } from './body.ts';
export { renderWhatsApp, whatsAppLimits } from './render.ts';
