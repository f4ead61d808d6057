import {
  errorsOf,
  fieldsOf,
  idOf,
  keyOf,
  listOf,
  partsIn,
  readAccountChange,
  readBody,
  timeOf,
  wordOf,
  type Fields,
  type Part,
  type Unread,
} from '#channels/meta';
import type { Reading } from '#delivery';
import { readMessage, wordFor } from './message.ts';
import { readEcho, readStatus, statusWord } from './status.ts';
import { idsOf, personOf, valueOf, type WhatsAppValue } from './value.ts';

/** The lists of a value, each with how one of it is read and what Meta calls it. */
const lists: readonly {
  readonly list: string;
  readonly read: (item: unknown, value: WhatsAppValue) => readonly Reading[] | Unread;
  readonly word: (item: unknown) => string;
}[] = [
  { list: 'messages', read: readMessage, word: (item) => wordFor(fieldsOf(item) ?? {}) },
  { list: 'statuses', read: readStatus, word: statusWord },
  { list: 'message_echoes', read: readEcho, word: () => 'change:smb_message_echoes' },
  { list: 'user_preferences', read: readPreference, word: () => 'change:user_preferences' },
  { list: 'user_id_update', read: readNewId, word: () => 'change:user_id_update' },
  { list: 'calls', read: readCall, word: () => 'change:calls' },
];

/**
 * Everything that a body of WhatsApp's says, each for itself. Never throws; what cannot be understood is a dead
 * letter. An entry speaks for itself, whatever the body calls itself, unless it is a page's.
 */
export function readWhatsApp(raw: Buffer): readonly Reading[] {
  return readBody(raw, (entry, { object }) => {
    if (object === 'page' || object === 'instagram')
      return [{ word: 'entry', entry, read: () => ({ unread: 'product_unknown' }) }];
    return partsIn(entry, 'changes').flatMap(({ item, alone }) => changeParts(item, alone));
  });
}

/** A change as its parts: one a message, a status, a call; or the whole of it where it has no such list. */
function changeParts(item: unknown, entry: Fields): readonly Part[] {
  const change = fieldsOf(item);
  const fields = fieldsOf(change?.['value']);
  const field = wordOf(change?.['field']);
  const word = `change:${field}`;
  if (!fields) return [{ word, entry, read: () => ({ unread: 'change_malformed' }) }];
  const value = valueOf(fields, entry);
  const without = Object.fromEntries(
    Object.entries(fields).filter(([name]) => name !== 'errors' && !lists.some(({ list }) => list === name)),
  );
  const alone = (part: Fields): Fields => ({
    ...entry,
    changes: [{ field: change?.['field'], value: { ...without, ...part } }],
  });
  const parts = lists.flatMap(({ list, read, word: wordOfItem }) =>
    listOf(fields[list]).map((one): Part => {
      return { word: wordOfItem(one), entry: alone({ [list]: [one] }), read: () => read(one, value) };
    }),
  );
  if (listOf(fields['errors']).length > 0)
    parts.push({
      word: 'errors',
      entry: alone({ errors: fields['errors'] }),
      read: () => errorsOf(fields, value.account),
    });
  return parts.length > 0 ? parts : [{ word, entry, read: () => readAccount(field, fields, entry) }];
}

/** Meta: of the business account, which the entry names, and not of one number. */
function readAccount(field: string, value: Fields, entry: Fields): readonly Reading[] | Unread {
  const told = readAccountChange({ field, value, account: idOf(entry['id']) ?? 'unnamed', time: entry['time'] });
  return told ? [told] : { unread: 'change_unknown' };
}

/** Meta: `value` is `stop`, `resume` or, over a link of theirs, `signup`. */
function readPreference(item: unknown, value: WhatsAppValue): readonly Reading[] | Unread {
  const preference = fieldsOf(item);
  const person = preference && personOf(value, preference['wa_id'], preference['user_id']);
  if (!person) return { unread: 'person_missing' };
  const chosen = preference['value'];
  const wants = chosen === 'stop' ? 'nothing' : chosen === 'resume' || chosen === 'signup' ? 'again' : undefined;
  return [
    {
      from: 'person',
      account: value.account,
      person,
      atMs: timeOf(preference['timestamp'], 1000),
      key: keyOf(value.account, preference),
      word: 'change:user_preferences',
      ...(wants === undefined ? { kind: 'unsupported', what: 'user_preferences' } : { kind: 'preference', wants }),
    },
  ];
}

/** Meta: a person's business-scoped id has changed, from `user_id.previous` to `user_id.current`. */
function readNewId(item: unknown, value: WhatsAppValue): readonly Reading[] | Unread {
  const update = fieldsOf(item);
  const ids = fieldsOf(update?.['user_id']);
  const person = update && personOf(value, update['wa_id'], ids?.['previous']);
  if (!person || !ids) return { unread: 'person_missing' };
  return [
    {
      from: 'person',
      account: value.account,
      person,
      atMs: timeOf(update['timestamp'], 1000),
      key: keyOf(value.account, update),
      word: 'change:user_id_update',
      kind: 'readdressed',
      now: idsOf(idOf(ids['current']), idOf(update['wa_id'])),
    },
  ];
}

/** Nobody takes calls here: who calls is told so, once, when it begins to ring. */
function readCall(item: unknown, value: WhatsAppValue): readonly Reading[] | Unread {
  const call = fieldsOf(item);
  if (!call) return { unread: 'call_malformed' };
  const { account } = value;
  const event = wordOf(call['event']);
  const key = `${idOf(call['id']) ?? keyOf(account, call)}:${event}`;
  const word = 'change:calls';
  const person = personOf(value, call['from'], call['from_user_id']);
  if (event !== 'connect' || call['direction'] !== 'USER_INITIATED' || !person)
    return [{ from: 'platform', account, key, word, kind: 'ignored', what: `call:${event}` }];
  const atMs = timeOf(call['timestamp'], 1000);
  return [{ from: 'person', account, person, atMs, key, word, kind: 'unsupported', what: 'call' }];
}
