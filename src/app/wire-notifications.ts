import { systemRandom, type Clock } from '#base';
import { createEmail, type Email } from '#channels/email';
import { createPush, type Push } from '#channels/push';
import type { Database } from '#db';
import type { Delivery } from '#delivery';
import type { Vault } from '#vault';
import type { Config } from './config.ts';
import { readPushKey } from './push-key.ts';

/** What web push and e-mail are wired to. */
interface NotificationWiring {
  readonly database: Database;
  readonly vault: Vault;
  /** Made later, with the senders. */
  readonly delivery: () => Delivery;
  readonly publicUrl: () => string;
}

/** Wires in what says only that there is something new. */
export function wireNotifications(
  { config, clock }: { readonly config: Config; readonly clock: Clock },
  { database, vault, delivery, publicUrl }: NotificationWiring,
): { readonly push: Push; readonly email: Email } {
  const common = { database, vault, delivery, clock };
  const push = createPush({
    ...common,
    key: readPushKey(config.keys),
    contact: contactOf(config.operatorContact),
    threadOf: async (customerId) => delivery().conversationOf(database, customerId),
    loopback: config.sandbox,
  });
  const settings = config.smtp === undefined ? undefined : { url: config.smtp, from: config.mailFrom };
  const email = createEmail({ ...common, random: systemRandom, settings, publicUrl });
  return { push, email };
}

/** Push services want a way to the operator: an e-mail address or a web address (RFC 8292); a telephone number is neither. */
function contactOf(contact: string): string {
  if (/^[^\s@]+@[^\s@]+$/.test(contact)) return `mailto:${contact}`;
  return /^https:\/\/\S+$/.test(contact) ? contact : 'mailto:operator@tellerline.invalid';
}
