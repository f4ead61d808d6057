import { fieldsOf, idOf, keyOf, numberOf, textOf, timeOf, wordOf, type Fields, type Unread } from '#channels/meta';
import type { Doing, FromPerson, Reading } from '#delivery';
import { idsOf, personOf, type WhatsAppValue } from './value.ts';

/**
 * What a person wrote, pressed or sent. Meta: `type` says what it is, and the field of that name holds it; `id` is
 * the same at every redelivery.
 */
export function readMessage(item: unknown, value: WhatsAppValue): readonly Reading[] | Unread {
  const message = fieldsOf(item);
  if (!message) return { unread: 'message_malformed' };
  const { account } = value;
  const key = idOf(message['id']) ?? keyOf(account, message);
  const word = wordFor(message);
  // A bank is never in a group; whatever is said in one is not said to it.
  if (message['group_id'] !== undefined)
    return [{ from: 'platform', account, key, word, kind: 'ignored', what: 'group' }];
  const person = personOf(value, message['from'], message['from_user_id']);
  if (!person) return { unread: 'person_missing' };
  const doing = doingOf(message, person);
  const repliesTo = refersTo(message);
  return [
    {
      from: 'person',
      account,
      person,
      atMs: timeOf(message['timestamp'], 1000),
      key,
      word,
      ...(repliesTo === undefined ? {} : { repliesTo }),
      ...doing,
    },
  ];
}

/** The message that it stands under, answers or changes. */
function refersTo(message: Fields): string | undefined {
  const of = (field: string): Fields | undefined => fieldsOf(message[field]);
  return idOf(
    of('reaction')?.['message_id'] ??
      of('edit')?.['original_message_id'] ??
      of('revoke')?.['original_message_id'] ??
      of('context')?.['id'],
  );
}

type ReadContent = (content: Fields, message: Fields, person: FromPerson['person']) => Doing | undefined;

/** Meta's types of messages. What has another type, or not what its type says, is answered politely. */
const contents: Readonly<Record<string, ReadContent>> = {
  text: ({ body }) => {
    const text = textOf(body) ?? '';
    return text === '' ? undefined : { kind: 'text', text };
  },
  button: ({ payload, text }) => pressOf(payload, text),
  interactive: (interactive) => {
    // Meta: of a button, a row of a list; a form (`nfm_reply`) carries a text that need not be JSON: none is ours.
    const reply = fieldsOf(interactive['button_reply']) ?? fieldsOf(interactive['list_reply']);
    return reply ? pressOf(reply['id'], reply['title']) : undefined;
  },
  reaction: ({ emoji: given }) => {
    // Meta: taken back, it comes with an empty emoji or with none.
    const emoji = textOf(given) ?? '';
    return { kind: 'reaction', ...(emoji === '' ? {} : { emoji }) };
  },
  image: (content) => mediaOf('picture', 'image', content),
  video: (content) => mediaOf('other', 'video', content),
  audio: (content) => mediaOf('other', content['voice'] === true ? 'voice' : 'audio', content),
  document: (content) => mediaOf('other', 'document', content),
  sticker: (content) => mediaOf('other', 'sticker', content),
  location: locationOf,
  edit: () => ({ kind: 'changed' }),
  revoke: () => ({ kind: 'unsaid' }),
  system: readSystem,
};

function doingOf(message: Fields, person: FromPerson['person']): Doing {
  const type = wordOf(message['type']);
  // Opened the chat for the first time: came, without a word. Meta: this type has no content.
  if (type === 'request_welcome') return { kind: 'referral', ref: '' };
  const content = fieldsOf(message[type]);
  const read = Object.hasOwn(contents, type) ? contents[type] : undefined;
  const doing = content && read?.(content, message, person);
  return doing ?? { kind: 'unsupported', what: whatOf(type, content) };
}

function pressOf(payload: unknown, title: unknown): Doing | undefined {
  const pressed = textOf(payload);
  return pressed === undefined ? undefined : { kind: 'press', payload: pressed, title: textOf(title) ?? '' };
}

function mediaOf(media: 'picture' | 'other', what: string, content: Fields): Doing {
  const mediaId = idOf(content['id']);
  const url = textOf(content['url']);
  const caption = textOf(content['caption']);
  const source = { ...(url === undefined ? {} : { url }), ...(mediaId === undefined ? {} : { mediaId }) };
  return {
    kind: 'media',
    media,
    what,
    ...(url === undefined && mediaId === undefined ? {} : { source }),
    ...(caption === undefined || caption === '' ? {} : { caption }),
  };
}

function locationOf(content: Fields): Doing | undefined {
  const latitude = numberOf(content['latitude']);
  const longitude = numberOf(content['longitude']);
  if (latitude === undefined || longitude === undefined) return undefined;
  if (Math.abs(latitude) > 90 || Math.abs(longitude) > 180) return undefined;
  return { kind: 'location', latitude, longitude };
}

/**
 * News of who somebody is. Meta: `user_changed_number` (`customer_changed_number` before) names the new number;
 * `customer_identity_changed` says that the same number is at another telephone: perhaps somebody else's, as after
 * a stolen SIM. Either way nobody can be told what belonged to whoever it was.
 */
function readSystem(system: Fields, _message: Fields, person: FromPerson['person']): Doing | undefined {
  switch (system['type']) {
    case 'user_changed_number':
    case 'customer_changed_number':
      return { kind: 'readdressed', now: idsOf(idOf(system['user_id']), idOf(system['wa_id'] ?? system['new_wa_id'])) };
    case 'user_changed_user_id':
      return { kind: 'readdressed', now: idsOf(idOf(system['user_id']), person.number) };
    case 'customer_identity_changed':
    case 'user_identity_changed':
      return { kind: 'readdressed', now: person };
    default:
      return undefined;
  }
}

/** What is not understood, in Meta's word for it. */
function whatOf(type: string, content: Fields | undefined): string {
  const inner = content?.['type'];
  return typeof inner === 'string' && type !== 'system' ? wordOf(inner) : type;
}

/** Meta's words for a message: its type, for an interactive one that of the reply. */
export function wordFor(message: Fields): string {
  const type = wordOf(message['type']);
  const inner = type === 'interactive' ? `:${wordOf(fieldsOf(message['interactive'])?.['type'] ?? 'None')}` : '';
  return `message:${type}${inner}`;
}
