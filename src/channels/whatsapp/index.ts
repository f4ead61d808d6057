export { whatsappSender } from './sender.ts';
