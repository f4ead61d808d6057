import { fieldsOf, idOf, keyOf, timeOf, type Fields, type Unread } from '#channels/meta';
import type { Doing, FromPerson, FromPlatform, PersonIds, Reading } from '#delivery';

/** One messaging event of a page, with who and when. */
export interface MessengerEvent {
  readonly fields: Fields;
  /** The page. */
  readonly account: string;
  /** The person's page-scoped id; undefined where Meta tells none. */
  readonly person: PersonIds | undefined;
  readonly atMs: number;
  /** Meta's own word for it: the name of its field. */
  readonly word: string;
  /** Our app, to tell its echoes and its threads from others'. */
  readonly appId: string;
}

/**
 * Who did what, out of an event's envelope.
 *
 * Meta: `sender` and `recipient` are the person and the page, and the other way round in an echo. The entry's id is
 * the page in every case.
 */
export function eventOf(fields: Fields, entry: Fields, word: string, appId: string): MessengerEvent {
  const sender = idOf(fieldsOf(fields['sender'])?.['id']);
  const recipient = idOf(fieldsOf(fields['recipient'])?.['id']);
  const account = idOf(entry['id']) ?? recipient ?? 'unnamed';
  const isEcho = fieldsOf(fields['message'])?.['is_echo'] === true;
  const person = isEcho || (sender === account && recipient !== undefined) ? recipient : sender;
  return {
    fields,
    account,
    person: person === undefined ? undefined : { id: person },
    atMs: timeOf(fields['timestamp'], 1) || timeOf(entry['time'], 1),
    word,
    appId,
  };
}

/** A key for an event that has no id of its own. */
export function eventKey(event: MessengerEvent): string {
  return keyOf(event.account, event.fields);
}

/** What a person did, or why that cannot be said: nobody is named. */
export function personDid(
  event: MessengerEvent,
  doing: Doing,
  named: { readonly key?: string; readonly repliesTo?: string; readonly word?: string } = {},
): FromPerson | Unread {
  if (!event.person) return { unread: 'person_missing' };
  const { key = eventKey(event), repliesTo, word = event.word } = named;
  return {
    from: 'person',
    account: event.account,
    person: event.person,
    atMs: event.atMs,
    key,
    word,
    ...(repliesTo === undefined ? {} : { repliesTo }),
    ...doing,
  };
}

/** What the platform says, of this event. */
export function platformSays(
  event: MessengerEvent,
): Pick<FromPlatform, 'from' | 'account' | 'key'> & { readonly word: string } {
  return { from: 'platform', account: event.account, key: eventKey(event), word: event.word };
}

/** One reading as a list, or why there is none. */
export function alone(reading: Reading | Unread): readonly Reading[] | Unread {
  return 'unread' in reading ? reading : [reading];
}
