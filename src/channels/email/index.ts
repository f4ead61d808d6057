export { createEmail, type Email } from './email.ts';
export type { MailSettings } from './transport.ts';
