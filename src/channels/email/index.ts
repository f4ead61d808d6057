export { createEmail, type Email } from './email.ts';
export { newsWords } from './mail.ts';
export type { MailSettings } from './transport.ts';
