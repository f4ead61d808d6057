export { whatsapp } from './kind.ts';
export { whatsAppProfile } from './locale.ts';
export { readWhatsApp } from './read.ts';
export { whatsappCompose, whatsappSender } from './sender.ts';
export { whatsAppRequest, type WhatsAppBody, type WhatsAppRequest } from './body.ts';
export { renderWhatsApp } from './render.ts';
export { whatsAppTemplate } from './template-message.ts';
export { breaksOfWhatsApp, checkWhatsApp } from './rules.ts';
