import {
  fieldsOf,
  idOf,
  partsIn,
  readAccountChange,
  readBody,
  textOf,
  wordOf,
  type Fields,
  type Part,
  type Unread,
} from '#channels/meta';
import type { Reading } from '#delivery';
import { alone, eventKey, eventOf, personDid, platformSays, type MessengerEvent } from './event.ts';
import { readMessage } from './message.ts';
import { readDelivery, readRead } from './receipts.ts';
import { readPolicyEnforcement, readStandby, readThreadControl, readThreadNews } from './thread.ts';

type ReadEvent = (event: MessengerEvent) => readonly Reading[] | Unread;

/** Meta's kinds of messaging events, by the field that says what happened; the first that an event has is what it is. */
const kinds: ReadonlyMap<string, ReadEvent> = new Map<string, ReadEvent>([
  ['message', readMessage],
  ['postback', readPostback],
  ['reaction', readReaction],
  ['message_edit', readEdit],
  ['delivery', readDelivery],
  ['read', readRead],
  ['referral', readReferral],
  ['optin', readOptin],
  ['account_linking', readAccountLinking],
  ['pass_thread_control', readThreadControl],
  ['take_thread_control', readThreadControl],
  ['request_thread_control', readThreadNews],
  ['app_roles', readThreadNews],
  ['policy_enforcement', readPolicyEnforcement],
  ['policy-enforcement', readPolicyEnforcement],
  // A person filled in a form of Meta's: nothing that a bank asks by it.
  ['messaging_feedback', readUnsupported],
  ['messaging_customer_information', readUnsupported],
  ['send_cart', readUnsupported],
  // Retired by Meta, or of no concern here; bodies with them still come.
  ...[
    'game_play',
    'payment',
    'checkout_update',
    'pre_checkout',
    'branded_camera',
    'message_request',
    'response_feedback',
  ].map((kind): [string, ReadEvent] => [kind, readIgnored]),
]);

/** An entry's lists of messaging events. Meta spells the routing's both ways. */
const eventLists = ['messaging', 'messaging_handovers', 'messaging_handover'];

/** What another product of Meta's puts into a body: their ids are not of a page. */
const otherProducts: ReadonlySet<string> = new Set([
  'instagram',
  'whatsapp_business_account',
  'user',
  'permissions',
  'application',
]);

/**
 * Everything that a body of Messenger's says, each for itself. Never throws; what cannot be understood is a dead
 * letter. An entry speaks for itself, whatever the body calls itself, unless it names another product.
 *
 * @param appId our app's, to tell its echoes and its threads from those of other apps on the same page
 */
export function readMessenger(raw: Buffer, { appId }: { readonly appId: string }): readonly Reading[] {
  return readBody(raw, (entry, { object }) => {
    if (otherProducts.has(object)) return [{ word: 'entry', entry, read: () => ({ unread: 'product_unknown' }) }];
    return [
      ...eventLists.flatMap((list) => eventParts(entry, list, appId)),
      ...eventParts(entry, 'standby', appId),
      ...partsIn(entry, 'changes').map(({ item, alone: own }) => changePart(item, own, appId)),
    ];
  });
}

function eventParts(entry: Fields, list: string, appId: string): readonly Part[] {
  return partsIn(entry, list).map(({ item, alone: own }) => ({
    ...eventPart(item, own, appId, list === 'standby'),
    entry: own,
  }));
}

function eventPart(item: unknown, entry: Fields, appId: string, standby: boolean): Omit<Part, 'entry'> {
  const fields = fieldsOf(item);
  if (!fields) return { word: 'event', read: () => ({ unread: 'event_malformed' }) };
  const kind = [...kinds.keys()].find((name) => Object.hasOwn(fields, name));
  const word = kind ?? wordOf(Object.keys(fields).find((name) => !envelopeFields.has(name)));
  return {
    word: standby ? `standby:${word}` : word,
    read: () => {
      const event = eventOf(fields, entry, word, appId);
      if (standby && !isEvidence(event)) return readStandby(event);
      const read = kind === undefined ? undefined : kinds.get(kind);
      return read ? read(event) : { unread: 'event_unknown' };
    },
  };
}

const envelopeFields: ReadonlySet<string> = new Set(['sender', 'recipient', 'timestamp', 'prior_message']);

/** What settles our own messages does so also while another app has the thread. */
function isEvidence({ word, fields }: MessengerEvent): boolean {
  return word === 'delivery' || word === 'read' || fieldsOf(fields['message'])?.['is_echo'] === true;
}

/**
 * A change of the page. Meta: templates and the account are told of so; the routing too, where it is spelled as a
 * field; and the "Test" button of the app's page sends a made-up event so, which is nobody's.
 */
function changePart(item: unknown, entry: Fields, appId: string): Part {
  const change = fieldsOf(item);
  const value = fieldsOf(change?.['value']);
  const field = wordOf(change?.['field']);
  const word = `change:${field}`;
  if (!value) return { word, entry, read: () => ({ unread: 'change_malformed' }) };
  if (field === 'messaging_handovers' || field === 'messaging_handover')
    return { ...eventPart(value, entry, appId, false), entry };
  return {
    word,
    entry,
    read: () => {
      const account = idOf(entry['id']) ?? 'unnamed';
      const time = entry['time'];
      const told = readAccountChange({ field, value, account, time });
      if (told) return [told];
      if (!/^(messages|messaging_\w+|message_\w+|standby)$/.test(field)) return { unread: 'change_unknown' };
      const event = eventOf(value, entry, word, appId);
      return [{ ...platformSays(event), kind: 'ignored', what: `test:${field}` }];
    },
  };
}

/** A button or an entry of the menu. Meta: `payload` is what we had put behind it, and may be missing in standby. */
function readPostback(event: MessengerEvent): readonly Reading[] | Unread {
  const postback = fieldsOf(event.fields['postback']);
  const payload = textOf(postback?.['payload']);
  const key = idOf(postback?.['mid']) ?? eventKey(event);
  if (payload === undefined) return alone(personDid(event, { kind: 'unsupported', what: 'postback' }, { key }));
  const title = textOf(postback?.['title']) ?? '';
  const pressed = personDid(event, { kind: 'press', payload, title }, { key });
  const ref = textOf(fieldsOf(postback?.['referral'])?.['ref']);
  if ('unread' in pressed || ref === undefined) return alone(pressed);
  // "Get started" behind a link of ours: the link's word comes with the press.
  const came = personDid(event, { kind: 'referral', ref }, { key: `${key}#1` });
  return 'unread' in came ? came : [pressed, came];
}

/** Meta: `action` is `react` or `unreact`; `mid` is the message that it stands under. */
function readReaction(event: MessengerEvent): readonly Reading[] | Unread {
  const reaction = fieldsOf(event.fields['reaction']);
  const emoji = textOf(reaction?.['emoji']) ?? textOf(reaction?.['reaction']) ?? '';
  const repliesTo = idOf(reaction?.['mid']);
  const taken = reaction?.['action'] === 'unreact' || emoji === '';
  return alone(
    personDid(event, { kind: 'reaction', ...(taken ? {} : { emoji }) }, repliesTo === undefined ? {} : { repliesTo }),
  );
}

/** Meta: `message_edit` has the message's `mid` and its new text. */
function readEdit(event: MessengerEvent): readonly Reading[] | Unread {
  const repliesTo = idOf(fieldsOf(event.fields['message_edit'])?.['mid']);
  return alone(personDid(event, { kind: 'changed' }, repliesTo === undefined ? {} : { repliesTo }));
}

/** Came by a link, an advertisement or a code. Meta: `ref` only where the link carried one. */
function readReferral(event: MessengerEvent): readonly Reading[] | Unread {
  const ref = textOf(fieldsOf(event.fields['referral'])?.['ref']) ?? '';
  return alone(personDid(event, { kind: 'referral', ref }));
}

/**
 * Ticked a box of Meta's on a page. It says that somebody came with a word; of a checkbox, whose `user_ref` is
 * nobody that can be answered, it says nothing here.
 */
function readOptin(event: MessengerEvent): readonly Reading[] | Unread {
  if (!event.person) return readIgnored(event);
  const ref = textOf(fieldsOf(event.fields['optin'])?.['ref']) ?? '';
  return alone(personDid(event, { kind: 'referral', ref }));
}

/** Meta's own account linking. Meta: `authorization_code` is what we had passed through, with `linked` alone. */
function readAccountLinking(event: MessengerEvent): readonly Reading[] | Unread {
  const linking = fieldsOf(event.fields['account_linking']);
  const status = linking?.['status'];
  if (status !== 'linked' && status !== 'unlinked') return { unread: 'account_linking_malformed' };
  const code = textOf(linking?.['authorization_code']);
  return alone(personDid(event, { kind: 'account-link', status, ...(code === undefined ? {} : { code }) }));
}

function readUnsupported(event: MessengerEvent): readonly Reading[] | Unread {
  return alone(personDid(event, { kind: 'unsupported', what: event.word }));
}

function readIgnored(event: MessengerEvent): readonly Reading[] {
  return [{ ...platformSays(event), kind: 'ignored', what: event.word }];
}
