export type { MessengerMessage, MessengerSend, MessengerTemplate } from './body.ts';
export { messengerProfile } from './profile.ts';
export { messengerLimits, renderMessenger } from './render.ts';
