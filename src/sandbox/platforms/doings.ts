import { TellerlineError } from '#base';
import type { PlatformAccount } from './accounts.ts';
import { asFields } from './graph-request.ts';
import { pictureKind } from './media.ts';
import { unlinkPerson } from './messenger-api.ts';
import { newMid, tellMessenger } from './messenger-events.ts';
import type { Person } from './people.ts';
import type { PlatformContext } from './platform-context.ts';
import { readThread } from './receipts.ts';
import { blank, type Press, type Shown, type ThreadMessage } from './threads.ts';
import { newWamid, tellWhatsApp } from './whatsapp-events.ts';

/** Meta's own account linking ends here when it goes well; the browser closes then. */
const LINKING_RETURN = '/phone/linked';

/** Somebody with a telephone, at the account that they write to. */
export interface Actor {
  readonly context: PlatformContext;
  readonly account: PlatformAccount;
  readonly person: Person;
}

/** Finds who acts. @throws GraphError `noSuchPerson` */
export function actorOf(context: PlatformContext, platform: Person['platform'], key: string | undefined): Actor {
  const person = context.people.named(platform, key);
  const account = context.accounts.byId(platform, person.accountId);
  if (!account) throw new TellerlineError('account_unknown', 404, 'This person’s page or number is not there.');
  return { context, account, person };
}

/** The person wrote something, perhaps as an answer to one message. */
export function say(actor: Actor, text: string, replyTo?: string): void {
  const id = keep(actor, { text }, { text }, replyTo);
  if (actor.person.platform === 'messenger') {
    const message = { mid: id, text, ...(replyTo !== undefined && { reply_to: { mid: replyTo } }) };
    void tell(actor, 'messages', { message });
  } else whatsApp(actor, id, { ...contextOf(actor, replyTo), type: 'text', text: { body: text } });
}

/**
 * The person pressed button `n` of a message.
 *
 * @returns the address that the telephone opens now
 */
export function press(actor: Actor, messageId: string, n: number): string | undefined {
  const message = found(actor, messageId);
  const pressed = message.presses[n];
  if (!pressed) throw new TellerlineError('button_unknown', 404, 'This message has no such button.');
  switch (pressed.does) {
    case 'url':
      return pressed.url;
    case 'account-link':
      return linkingAddress(actor, pressed.url);
    case 'account-unlink':
      unlinkPerson(actor.context, actor, actor.person);
      return undefined;
    case 'call':
    case 'copy':
    case 'flow':
      return undefined;
    default:
      answerWith(actor, message, pressed);
      return undefined;
  }
}

function answerWith(actor: Actor, message: ThreadMessage, pressed: Extract<Press, { payload: string }>): void {
  const { title, payload } = pressed;
  const id = keep(actor, { text: title }, { pressed: payload, title }, message.id);
  const isMessenger = actor.person.platform === 'messenger';
  if (isMessenger && pressed.does === 'quick-reply') {
    // Quick replies go once one of them was taken.
    actor.context.at.messenger.threads.change(message, { quickReplies: [] });
    void tell(actor, 'messages', { message: { mid: id, text: title, quick_reply: { payload } } });
  } else if (isMessenger) void tell(actor, 'messaging_postbacks', { postback: { mid: id, title, payload } });
  else if (pressed.does === 'template-reply')
    whatsApp(actor, id, { ...contextOf(actor, message.id), type: 'button', button: { payload, text: title } });
  else {
    const row = { id: payload, title, ...(pressed.description && { description: pressed.description }) };
    const interactive =
      pressed.does === 'row' ? { type: 'list_reply', list_reply: row } : { type: 'button_reply', button_reply: row };
    whatsApp(actor, id, { ...contextOf(actor, message.id), type: 'interactive', interactive });
  }
}

/** An entry of the menu or a question of the page's: `n` counts over both lists as the profile shows them. */
export function pressProfile(actor: Actor, pressed: Press | undefined): string | undefined {
  if (!pressed) throw new TellerlineError('button_unknown', 404, 'This page has no such entry.');
  if (pressed.does === 'url') return pressed.url;
  if (!('payload' in pressed)) return undefined;
  const { title, payload } = pressed;
  const id = keep(actor, { text: title }, { pressed: payload, title });
  void tell(actor, 'messaging_postbacks', { postback: { mid: id, title, payload } });
  return undefined;
}

/** The person begins, perhaps by a link that carries a word (`m.me/page?ref=`); in a thread that goes on it is a referral alone. */
export function getStarted(actor: Actor, ref?: string): void {
  const { context, account, person } = actor;
  if (person.platform !== 'messenger') throw new TellerlineError('platform_other', 409, 'WhatsApp has no such button.');
  const referral = { ref, source: 'SHORTLINK', type: 'OPEN_THREAD' };
  const payload = context.profiles.get(account.id)?.get_started?.payload;
  const begun = context.at.messenger.threads.of(person).length > 0;
  if (begun || payload === undefined) {
    heard(actor);
    if (ref !== undefined) void tell(actor, 'messaging_referrals', { referral });
    return;
  }
  const title = 'Get Started';
  const id = keep(actor, { text: title }, { pressed: payload, title });
  const postback = { mid: id, title, payload, ...(ref !== undefined && { referral }) };
  void tell(actor, 'messaging_postbacks', { postback });
}

/** The person reacts to a message, or takes it back. */
export function react(actor: Actor, messageId: string, emoji: string | undefined): void {
  const { context, person } = actor;
  const message = found(actor, messageId);
  const others = message.reactions.filter(({ by }) => by !== 'person');
  context.at[person.platform].threads.change(message, {
    reactions: emoji === undefined ? others : [...others, { by: 'person', emoji }],
  });
  heard(actor);
  context.changed();
  if (person.platform === 'messenger') {
    const reaction =
      emoji === undefined
        ? { mid: messageId, action: 'unreact' }
        : { mid: messageId, action: 'react', reaction: 'other', emoji };
    void tell(actor, 'message_reactions', { reaction });
  } else
    whatsApp(actor, newWamid(person.number), {
      type: 'reaction',
      reaction: { message_id: messageId, emoji: emoji ?? '' },
    });
}

/** The person sends a picture: Messenger tells an address, WhatsApp an id. */
export async function sendPicture(actor: Actor, bytes: Buffer, caption: string | undefined): Promise<void> {
  const mimeType = pictureKind(bytes);
  if (!mimeType) throw new TellerlineError('picture_invalid', 422, 'This is not a picture that a telephone sends.');
  const { context, person } = actor;
  const mediaId = await context.media.keep({ mimeType, bytes });
  const src = context.mediaAddress(mediaId);
  const worded = caption === undefined ? {} : { caption };
  const id = keep(actor, { pictures: [{ src, ...worded }] }, { picture: src, ...worded });
  if (person.platform === 'messenger') {
    const attachments = [{ type: 'image', payload: { url: `${context.sandbox.url}${src}` } }];
    void tell(actor, 'messages', { message: { mid: id, attachments } });
    if (caption !== undefined) say(actor, caption);
  } else whatsApp(actor, id, { type: 'image', image: { mime_type: mimeType, sha256: '', id: mediaId, ...worded } });
}

/** The person tells where they are. */
export function sendLocation(actor: Actor, latitude: number, longitude: number): void {
  const id = keep(actor, { location: { latitude, longitude } }, { latitude, longitude });
  if (actor.person.platform === 'messenger') {
    const attachments = [{ type: 'location', payload: { coordinates: { lat: latitude, long: longitude } } }];
    void tell(actor, 'messages', { message: { mid: id, attachments } });
  } else whatsApp(actor, id, { type: 'location', location: { latitude, longitude } });
}

/** Kinds of what a bank has no use for. */
export const otherKinds = ['audio', 'sticker', 'contacts', 'order', 'unsupported'] as const;

/** The person sends something that a bank has no use for. */
export function sendOther(actor: Actor, what: (typeof otherKinds)[number]): void {
  const id = keep(actor, { text: `[${what}]` }, { what });
  if (actor.person.platform === 'messenger') {
    const type = what === 'audio' ? 'audio' : 'fallback';
    const attachments = [{ type, payload: { url: `${actor.context.sandbox.url}/graph/cdn/none` } }];
    void tell(actor, 'messages', { message: { mid: id, attachments } });
    return;
  }
  const said: Readonly<Record<(typeof otherKinds)[number], object>> = {
    audio: { audio: { mime_type: 'audio/ogg; codecs=opus', sha256: '', id: '1', voice: true } },
    sticker: { sticker: { mime_type: 'image/webp', sha256: '', id: '1', animated: false } },
    contacts: { contacts: [{ name: { formatted_name: 'A friend', first_name: 'A' }, phones: [] }] },
    order: { order: { catalog_id: '1', text: '', product_items: [] } },
    unsupported: {
      errors: [
        {
          code: 131051,
          title: 'Message type unknown',
          message: 'Message type unknown',
          error_data: { details: 'Message type is currently not supported.' },
        },
      ],
    },
  };
  whatsApp(actor, id, { type: what, ...said[what] });
}

/** The person comes to another id or number; see `NewNumber`. The thread stays with who keeps the telephone. */
export function readdress(actor: Actor, how: 'changed' | 'recycled'): void {
  const { context, account, person } = actor;
  if (how === 'recycled' && person.platform === 'messenger')
    throw new TellerlineError('platform_other', 409, 'Ids of Messenger are never given to somebody else.');
  const moved = context.people.readdress(person, how);
  if (how === 'recycled') context.at[person.platform].threads.clear(person);
  else if (person.platform === 'whatsapp') {
    const body = `${person.name} changed from ${person.number ?? ''} to ${moved.number ?? ''}`;
    const system = { body, wa_id: moved.number, user_id: moved.id, type: 'user_changed_number' };
    tellWhatsApp(context, account, person, newWamid(person.number), { type: 'system', system });
  }
  context.changed();
}

/** The browser came back from the bank's page of Meta's own account linking. @returns whether the token held */
export function finishLinking(context: PlatformContext, token: string, code: string | undefined): boolean {
  const redeemed = context.linking.redeem(token);
  const account = redeemed && context.accounts.byId('messenger', redeemed.pageId);
  if (!account || code === undefined) return false;
  const person = context.people.change(context.people.named('messenger', redeemed.personKey), { linkedBy: code });
  const linking = { status: 'linked', authorization_code: code };
  void tellMessenger(context, account, person, 'messaging_account_linking', { account_linking: linking });
  return true;
}

function linkingAddress({ context, account, person }: Actor, address: string): string {
  const token = context.linking.issue(account.id, person.key);
  const back = new URL(LINKING_RETURN, context.sandbox.url);
  back.searchParams.set('account_linking_token', token);
  const url = new URL(address);
  url.searchParams.set('redirect_uri', back.href);
  url.searchParams.set('account_linking_token', token);
  return url.href;
}

function found({ context, person }: Actor, id: string): ThreadMessage {
  const message = context.at[person.platform].threads.find(person, id);
  if (!message) throw new TellerlineError('message_unknown', 404, 'There is no such message in this thread.');
  return message;
}

/** Opens the window anew: the person did something. */
function heard({ context, account, person }: Actor): void {
  context.people.change(person, { heardAtMs: context.sandbox.clock.nowMs() });
  readThread(context, account, person);
}

function keep(actor: Actor, shown: Partial<Shown>, body: unknown, replyTo?: string): string {
  const { context, person } = actor;
  heard(actor);
  const id = person.platform === 'messenger' ? newMid() : newWamid(person.number);
  context.at[person.platform].threads.add({
    ...blank,
    ...shown,
    id,
    person: person.key,
    from: 'person',
    atMs: context.sandbox.clock.nowMs(),
    status: 'delivered',
    reactions: [],
    presses: [],
    body,
    ...(replyTo !== undefined && { replyTo }),
  });
  context.changed();
  return id;
}

function tell({ context, account, person }: Actor, field: string, said: Record<string, unknown>): Promise<void> {
  // Meta: an app that does not have the thread is told on the side, and answers nothing.
  const isAway = context.people.named('messenger', person.key).away === true;
  if (isAway) return tellMessenger(context, account, person, 'standby', withoutPayload(said), { within: 'standby' });
  return tellMessenger(context, account, person, field, said);
}

/** Meta: a postback that is told in standby lacks what the app had put behind its button. */
function withoutPayload(said: Record<string, unknown>): Record<string, unknown> {
  if (!('postback' in said)) return said;
  const { payload: _payload, ...postback } = asFields(said['postback']);
  return { ...said, postback };
}

function whatsApp({ context, account, person }: Actor, id: string, said: Record<string, unknown>): void {
  tellWhatsApp(context, account, person, id, said);
}

function contextOf({ account }: Actor, replyTo: string | undefined): { context?: object } {
  return replyTo === undefined ? {} : { context: { from: account.displayNumber, id: replyTo } };
}
