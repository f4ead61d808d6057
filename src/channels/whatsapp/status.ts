import { fieldsOf, idOf, listOf, numberOf, referenceOf, wordOf, type Unread } from '#channels/meta';
import type { Evidence, Reading } from '#delivery';
import { personOf, type WhatsAppValue } from './value.ts';

/** Meta's words for what became of a message. A voice message that was played was read. */
const statuses: Readonly<Record<string, (Evidence & { kind: 'status' })['status']>> = {
  sent: 'sent',
  delivered: 'delivered',
  read: 'read',
  played: 'read',
  failed: 'failed',
};

/** What became of a message of ours. Meta: `biz_opaque_callback_data` is what we had sent along. */
export function readStatus(item: unknown, { account }: WhatsAppValue): readonly Reading[] | Unread {
  const told = fieldsOf(item);
  const platformId = idOf(told?.['id']);
  if (!told || platformId === undefined) return { unread: 'status_malformed' };
  const word = statusWord(item);
  const name = wordOf(told['status']);
  const from = { from: 'platform', account, key: `${platformId}:${name}`, word } as const;
  const status = Object.hasOwn(statuses, name) ? statuses[name] : undefined;
  // How a call rings, and what is new: known to be a status, and of no message of ours.
  if (status === undefined || told['type'] === 'call') return [{ ...from, kind: 'ignored', what: word }];
  const reference = referenceOf(told['biz_opaque_callback_data']);
  const code = numberOf(fieldsOf(listOf(told['errors'])[0])?.['code']);
  return [
    {
      ...from,
      kind: 'status',
      platformId,
      status,
      ...(reference === undefined ? {} : { reference }),
      ...(code === undefined ? {} : { code }),
    },
  ];
}

/** Meta's words for a status. */
export function statusWord(item: unknown): string {
  const { status, errors } = fieldsOf(item) ?? {};
  return `status:${wordOf(status)}${errors === undefined ? '' : ':errors'}`;
}

/** What the business said with its own telephone, in the app beside us: never answered. Meta: `smb_message_echoes`. */
export function readEcho(item: unknown, value: WhatsAppValue): readonly Reading[] | Unread {
  const echo = fieldsOf(item);
  const platformId = idOf(echo?.['id']);
  if (!echo || platformId === undefined) return { unread: 'echo_without_id' };
  const person = personOf(value, echo['to'], echo['to_user_id']);
  if (!person) return { unread: 'person_missing' };
  return [
    {
      from: 'platform',
      account: value.account,
      key: `${platformId}:echo`,
      word: 'change:smb_message_echoes',
      kind: 'echo',
      platformId,
      own: false,
      person,
    },
  ];
}
