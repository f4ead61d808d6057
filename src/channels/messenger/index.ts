export { readMessenger } from './read.ts';
export { messengerSender } from './sender.ts';
export { messengerRequest, type MessengerBody, type MessengerRequest } from './body.ts';
export { messengerProfile } from './profile.ts';
export { renderMessenger } from './render.ts';
export { messengerTemplate } from './template-message.ts';
export { breaksOfMessenger, checkMessenger } from './rules.ts';
