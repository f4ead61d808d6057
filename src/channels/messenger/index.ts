export type { MessengerMessage, MessengerSend, MessengerTemplate } from './body.ts';
export { messengerProfile } from './profile.ts';
export { messengerLimits, renderMessenger } from './render.ts';
export { readMessenger } from './read.ts';
export { messengerSender } from './sender.ts';
