import { newId, TellerlineError, type CustomerId, type DeliveryId } from '#base';
import type { EmailState, Locale } from '#contract';
import type { Dispatch, Outcome, Sender, Thread } from '#delivery';
import { createAddressBook, email, type AddressBook, type BookParts } from './book.ts';
import { codeMail, newsMail } from './mail.ts';
import { mailTransport, type MailSettings, type MailTransport } from './transport.ts';

/** E-mail: who is told by it that there is something new, and what tells them. */
export interface Email {
  /** Undefined: no mail server is set. */
  readonly sender: Sender | undefined;
  /**
   * Sends a code to an address.
   *
   * @throws TellerlineError `email_off`, `email_malformed`, `email_codes_too_many`, `email_not_sent`
   */
  ask(thread: Thread, address: string, locale: Locale): Promise<void>;
  /** @throws TellerlineError `email_code_wrong`, `email_code_over` */
  confirm(thread: Thread, code: string, spare: boolean): Promise<void>;
  /** Safe to repeat. */
  remove(thread: Thread): Promise<void>;
  /** By the secret in the mails; safe to repeat. */
  stop(secret: string): Promise<void>;
  state(customerId: CustomerId): Promise<Omit<EmailState, 'locale'>>;
  tidy(nowMs: number): Promise<void>;
}

/** What e-mail works with. */
export interface EmailParts extends BookParts {
  /** Undefined: nothing is sent, and no address is taken. */
  readonly settings: MailSettings | undefined;
  readonly publicUrl: () => string;
}

/** Makes e-mail. */
export function createEmail(parts: EmailParts): Email {
  const book = createAddressBook(parts);
  const transport = parts.settings && mailTransport(parts.settings);
  return {
    sender: transport && emailSender(book, transport, parts.publicUrl),
    ask: async (thread, address, locale) => {
      if (!transport) throw new TellerlineError('email_off', 404, 'No e-mail is sent from here.');
      const { address: to, code } = await book.ask(thread, address);
      const { outcome } = await transport.send(to, codeMail(locale, code), newId<DeliveryId>());
      if (outcome === 'refused' || outcome === 'later')
        throw new TellerlineError(
          'email_not_sent',
          502,
          'The mail with the code could not be sent. Try again in a minute.',
        );
    },
    confirm: book.confirm,
    remove: book.remove,
    stop: book.stop,
    state: async (customerId) => {
      const { address, asked } = await book.standing(customerId);
      return { available: transport !== undefined, ...(address !== undefined && { address }), asked };
    },
    tidy: book.tidy,
  };
}

function emailSender(book: AddressBook, transport: MailTransport, publicUrl: () => string): Sender {
  return {
    channel: email,
    removes: false,
    edits: false,
    concurrencyMax: 4,
    timeoutMs: 30_000,
    // No echo will come: a mail may come twice, with the same id, which mail programs show once.
    settleMs: 5_000,
    send: (dispatch) => send(book, transport, publicUrl(), dispatch),
  };
}

async function send(
  book: AddressBook,
  transport: MailTransport,
  hub: string,
  { message, identityId, manner, purpose, reference }: Dispatch,
): Promise<Outcome> {
  if (!message || message.author === 'customer') return { outcome: 'skipped', code: 'nothing_to_tell' };
  const to = await book.of(identityId);
  if (!to) return { outcome: 'refused', code: 'address_removed' };
  const stop = new URL(`/email/stop/${to.stop}`, hub).href;
  const headers = {
    // RFC 2369 and RFC 8058: one press in the mail program stops them.
    'List-Unsubscribe': `<${stop}>`,
    'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
    'Auto-Submitted': 'auto-generated',
  };
  return transport.send(
    to.address,
    newsMail(manner.locale, purpose, { open: new URL('/', hub).href, stop }),
    reference,
    headers,
  );
}
