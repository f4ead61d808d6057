import { systemRandom, type Clock, type Log } from '#base';
import { createEmail, type Email } from '#channels/email';
import { createPictureAddresses, createPictures, type PictureAddresses } from '#channels/pictures';
import { createPush, type Push } from '#channels/push';
import type { BankFace } from '#contract';
import type { Database } from '#db';
import type { Delivery, Sender } from '#delivery';
import type { Vault } from '#vault';
import type { Config } from './config.ts';
import { readPushKey } from './push-key.ts';

/** What pictures, web push and e-mail are wired to. */
interface NotificationWiring {
  readonly database: Database;
  readonly vault: Vault;
  /** Made later, with the senders. */
  readonly delivery: () => Delivery;
  readonly publicUrl: () => string;
  readonly faces: () => readonly BankFace[];
}

/** Pictures of cards, and what says only that there is something new. */
interface Notifications {
  readonly pictures: PictureAddresses;
  readonly push: Push;
  readonly email: Email;
  /** Those of web push and, where a mail server is set, of e-mail. */
  readonly senders: readonly Sender[];
}

/** Wires in pictures of cards, web push and e-mail. */
export function wireNotifications(
  { config, clock, log }: { readonly config: Config; readonly clock: Clock; readonly log: Log },
  { database, vault, delivery, publicUrl, faces }: NotificationWiring,
): Notifications {
  const common = { database, vault, delivery, clock, random: systemRandom };
  const pictures = createPictureAddresses({ ...common, faces, pictures: createPictures({ log }) });
  const push = createPush({
    ...common,
    key: readPushKey(config.keys),
    contact: contactOf(config.operatorContact),
    threadOf: async (customerId) => delivery().conversationOf(database, customerId),
    loopback: config.sandbox,
  });
  const settings = config.smtp === undefined ? undefined : { url: config.smtp, from: config.mailFrom };
  const email = createEmail({ ...common, settings, publicUrl });
  return { pictures, push, email, senders: [push.sender, ...(email.sender ? [email.sender] : [])] };
}

/** Push services want a way to the operator: an e-mail address or a web address (RFC 8292); a telephone number is neither. */
function contactOf(contact: string): string {
  if (/^[^\s@]+@[^\s@]+$/.test(contact)) return `mailto:${contact}`;
  return /^https:\/\/\S+$/.test(contact) ? contact : 'mailto:operator@tellerline.invalid';
}
