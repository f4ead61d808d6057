export { messenger } from './kind.ts';
export { messengerProfileOf } from './locale.ts';
export { readMessenger } from './read.ts';
export { messengerCompose, messengerSender } from './sender.ts';
export { messengerRequest, type MessengerBody, type MessengerRequest } from './body.ts';
export { renderMessenger } from './render.ts';
export { messengerTemplate } from './template-message.ts';
export { messengerProfile } from './profile.ts';
export { breaksOfMessenger, checkMessenger } from './rules.ts';
