export { readWhatsApp } from './read.ts';
export { whatsappSender } from './sender.ts';
