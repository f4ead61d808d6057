export { messengerSender } from './sender.ts';
