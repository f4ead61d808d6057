export { readMessenger } from './read.ts';
export { messengerSender } from './sender.ts';
