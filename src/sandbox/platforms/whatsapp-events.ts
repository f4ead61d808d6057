import { randomBytes } from 'node:crypto';
import type { PlatformAccount } from './accounts.ts';
import { graphErrors, type GraphErrorName } from './graph-error.ts';
import type { Person } from './people.ts';
import type { PlatformContext } from './platform-context.ts';
import type { ThreadMessage } from './threads.ts';

/** An id of a message as WhatsApp makes them: it holds the person's number, in digits. */
export function newWamid(number = ''): string {
  const digits = Buffer.from(number);
  const made = Buffer.from(randomBytes(9).toString('hex').toUpperCase());
  const before = Buffer.from([0x1c, 0x18, digits.length]);
  const between = Buffer.from([0x15, 0x02, 0x00, 0x11, 0x18, made.length]);
  return `wamid.${Buffer.concat([before, digits, between, made, Buffer.from([0x00])]).toString('base64')}`;
}

/** Tells the number's app of one message of a person's. What the person hides is left out. */
export function tellWhatsApp(
  context: PlatformContext,
  account: PlatformAccount,
  person: Person,
  id: string,
  said: Readonly<Record<string, unknown>>,
): void {
  const message = {
    ...(person.hides !== 'number' && { from: person.number }),
    ...(person.hides !== 'id' && { from_user_id: person.id }),
    id,
    timestamp: seconds(context.sandbox.clock.nowMs()),
    ...said,
  };
  const contact = {
    profile: { name: person.name, ...(person.hides === 'number' && { username: person.key }) },
    ...(person.hides !== 'number' && { wa_id: person.number }),
    ...(person.hides !== 'id' && { user_id: person.id }),
  };
  void emit(context, account, { contacts: [contact], messages: [message] }, 0);
}

/** Tells how a message of the business's fares; `failed` with the error's name and with what was wrong. */
export function tellStatus(
  context: PlatformContext,
  account: PlatformAccount,
  person: Person,
  message: Pick<ThreadMessage, 'id' | 'reference' | 'template'>,
  status: 'sent' | 'delivered' | 'read' | 'failed',
  more: { readonly delayMs?: number; readonly error?: GraphErrorName } = {},
): void {
  const category = message.template === undefined ? 'service' : 'utility';
  const error = more.error && graphErrors[more.error];
  const told = {
    id: message.id,
    status,
    timestamp: seconds(context.sandbox.clock.nowMs() + (more.delayMs ?? 0)),
    ...(person.hides !== 'number' && { recipient_id: person.number }),
    ...(person.hides !== 'id' && { recipient_user_id: person.id }),
    ...(message.reference !== undefined && { biz_opaque_callback_data: message.reference }),
    ...(status === 'sent' && { conversation: { id: `conversation ${person.key}`, origin: { type: category } } }),
    ...(!error && { pricing: { billable: category === 'utility', pricing_model: 'PMP', category } }),
    ...(error && {
      errors: [
        {
          code: error.code,
          title: error.message,
          message: error.message,
          error_data: { details: error.message },
          href: 'https://developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes/',
        },
      ],
    }),
  };
  void emit(context, account, { statuses: [told] }, more.delayMs ?? 0);
}

function emit(context: PlatformContext, account: PlatformAccount, value: object, delayMs: number): Promise<void> {
  const metadata = { display_phone_number: account.displayNumber, phone_number_id: account.id };
  return context.at.whatsapp.webhooks.emit(
    {
      entry: account.businessAccountId ?? account.id,
      accountId: account.id,
      field: 'messages',
      within: 'changes',
      item: { value: { messaging_product: 'whatsapp', metadata, ...value }, field: 'messages' },
    },
    delayMs,
  );
}

function seconds(ms: number): string {
  return String(Math.floor(ms / 1000));
}
