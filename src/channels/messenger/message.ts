import {
  fieldsOf,
  idOf,
  listOf,
  numberOf,
  referenceOf,
  textOf,
  wordOf,
  type Fields,
  type Unread,
} from '#channels/meta';
import type { Doing, Reading } from '#delivery';
import { eventKey, personDid, platformSays, type MessengerEvent } from './event.ts';

/**
 * A message: the person's, or the echo of one of the page's. It may say several things at once (a text with two
 * pictures), which are readings of their own; the first has the message's id as its key.
 */
export function readMessage(event: MessengerEvent): readonly Reading[] | Unread {
  const message = fieldsOf(event.fields['message']);
  if (!message) return { unread: 'message_malformed' };
  if (message['is_echo'] === true) return readEcho(event, message);
  if (!event.person) return { unread: 'person_missing' };
  const key = idOf(message['mid']) ?? eventKey(event);
  const repliesTo = idOf(fieldsOf(message['reply_to'])?.['mid']);
  const word = wordFor(message);
  const named = { word, ...(repliesTo === undefined ? {} : { repliesTo }) };
  return doingsOf(message).flatMap((doing, index): Reading[] => {
    const reading = personDid(event, doing, { ...named, key: index === 0 ? key : `${key}#${index}` });
    return 'unread' in reading ? [] : [reading];
  });
}

/** Everything that a message says, in the order in which it is answered; one thing at least. */
function doingsOf(message: Fields): readonly Doing[] {
  if (message['is_deleted'] === true) return [{ kind: 'unsaid' }];
  const text = textOf(message['text']) ?? '';
  const payload = textOf(fieldsOf(message['quick_reply'])?.['payload']);
  const said: Doing[] = [];
  if (payload !== undefined) said.push({ kind: 'press', payload, title: text });
  else if (text !== '') said.push({ kind: 'text', text });
  const attachments = listOf(message['attachments']).map((attachment) => fieldsOf(attachment) ?? {});
  const hasSticker = attachments.some(({ type }) => type === 'sticker');
  for (const attachment of attachments) {
    // The preview of a link that stands in the text is no second thing.
    if (attachment['type'] === 'fallback' && text !== '') continue;
    // Meta: until August 2026 a sticker came twice, as itself and as the picture that it was before.
    if (hasSticker && attachment['type'] !== 'sticker' && isSticker(attachment)) continue;
    said.push(attachmentDoing(attachment));
  }
  const ref = textOf(fieldsOf(message['referral'])?.['ref']);
  if (ref !== undefined) said.push({ kind: 'referral', ref });
  return said.length > 0 ? said : [{ kind: 'unsupported', what: 'message' }];
}

/** Meta's attachments that are a file. */
const media: ReadonlySet<string> = new Set(['image', 'video', 'audio', 'file']);

const isSticker = ({ type, payload }: Fields): boolean =>
  type === 'sticker' || fieldsOf(payload)?.['sticker_id'] !== undefined;

function attachmentDoing(attachment: Fields): Doing {
  const what = wordOf(attachment['type']);
  const payload = fieldsOf(attachment['payload']);
  if (what === 'location') return locationOf(fieldsOf(payload?.['coordinates'])) ?? { kind: 'unsupported', what };
  // Stickers, the thumb among them; nobody means to show the bank one.
  if (isSticker(attachment)) return { kind: 'media', media: 'other', what: 'sticker' };
  // Something shared, or booked, and whatever is new.
  if (!media.has(what)) return { kind: 'unsupported', what };
  const url = textOf(payload?.['url']);
  const source = url === undefined ? {} : { source: { url } };
  return { kind: 'media', media: what === 'image' ? 'picture' : 'other', what, ...source };
}

function locationOf(coordinates: Fields | undefined): Doing | undefined {
  const latitude = numberOf(coordinates?.['lat']);
  const longitude = numberOf(coordinates?.['long']);
  if (latitude === undefined || longitude === undefined) return undefined;
  if (Math.abs(latitude) > 90 || Math.abs(longitude) > 180) return undefined;
  return { kind: 'location', latitude, longitude };
}

/**
 * The echo of a message of the page's. Meta: `app_id` names the app that sent it, and `metadata` is what that app
 * had put there. It is never answered: answering it would echo again.
 */
function readEcho(event: MessengerEvent, message: Fields): readonly Reading[] | Unread {
  const platformId = idOf(message['mid']);
  if (platformId === undefined) return { unread: 'echo_without_id' };
  if (!event.person) return { unread: 'person_missing' };
  const reference = referenceOf(message['metadata']);
  return [
    {
      ...platformSays(event),
      key: `${platformId}:echo`,
      word: wordFor(message),
      kind: 'echo',
      platformId,
      ...(reference === undefined ? {} : { reference }),
      own: reference !== undefined || idOf(message['app_id']) === event.appId,
      person: event.person,
    },
  ];
}

function wordFor(message: Fields): string {
  const types = new Set(listOf(message['attachments']).map((attachment) => wordOf(fieldsOf(attachment)?.['type'])));
  return [
    'message',
    ...(message['is_echo'] === true ? ['echo'] : []),
    ...(fieldsOf(message['quick_reply']) ? ['quick_reply'] : []),
    ...(types.size > 0 ? [`att=${[...types].toSorted().slice(0, 5).join(',')}`] : []),
  ].join(':');
}
