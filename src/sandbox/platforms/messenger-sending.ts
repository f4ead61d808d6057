import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import type { PlatformAccount } from './accounts.ts';
import { GraphError, readParameter } from './graph-error.ts';
import { messengerSend, type MessengerMessage, type MessengerSend } from './messenger-body.ts';
import { newMid, tellMessenger } from './messenger-events.ts';
import { picturesOf, showMessenger, type MessengerShown } from './messenger-shown.ts';
import type { Person } from './people.ts';
import { answered, type GraphAnswer, type PlatformContext } from './platform-context.ts';
import { delivered } from './receipts.ts';
import { fillTemplate, type TemplateSend } from './template-sending.ts';
import { blank } from './threads.ts';

/** Meta: free until 24 hours after the person's last message; as HUMAN_AGENT until 7 days after it. */
export const WINDOW_MS = 24 * 3_600_000;
/** See {@link WINDOW_MS}. */
export const HUMAN_AGENT_MS = 7 * 24 * 3_600_000;
/** An echo that the hub is slow to take does not hold its answer up for longer. */
const ECHO_WAIT_MS_MAX = 1_000;

/** Meta: dead since 27 April 2026, besides those that died before. */
const deadTags = new Set(['ACCOUNT_UPDATE', 'POST_PURCHASE_UPDATE', 'CONFIRMED_EVENT_UPDATE']);

/** POST /me/messages and POST /{page}/messages. */
export async function sendMessenger(
  context: PlatformContext,
  account: PlatformAccount,
  body: unknown,
): Promise<GraphAnswer> {
  const send = readParameter('body', messengerSend, body);
  const person = recipientOf(context, account, send);
  const { faults, rates } = context.at.messenger;
  if (faults.settings.permissionMissing)
    throw new GraphError('permission', 'Requires pages_messaging permission to manage the object');
  if (faults.settings.accountRestricted) throw new GraphError('pageRestricted');
  if (send.message !== undefined && send.sender_action !== undefined) throw new GraphError('stateAndMessage');
  if (send.sender_action !== undefined) return act(context, person, send);
  const { message } = send;
  if (!message) throw new GraphError('parameter', 'Param message must be set');
  checkKind(send, message);
  const { ratesKept } = faults.settings;
  if (ratesKept) rates.spend(account.id, person.key);
  if (person.away) throw new GraphError('threadAway');
  checkWindow(context, send, person);
  checkReach(person);
  const percent = ratesKept ? rates.spendOfDay(account.id, engagedWith(context, account)) : 0;
  return { ...(await take(context, account, person, message, body)), usage: { accountId: account.id, percent } };
}

/** People who did something there within the last day. */
function engagedWith({ people, sandbox }: PlatformContext, account: PlatformAccount): number {
  const sinceMs = sandbox.clock.nowMs() - WINDOW_MS;
  const isEngaged = ({ accountId, heardAtMs = 0 }: Person): boolean => accountId === account.id && heardAtMs > sinceMs;
  return people.of('messenger').filter(isEngaged).length;
}

function recipientOf(context: PlatformContext, account: PlatformAccount, { recipient }: MessengerSend): Person {
  if (recipient.id === undefined) throw new GraphError('parameter', 'Param recipient[id] must be set');
  const person = context.people.known(account.id, { id: recipient.id });
  if (!person) throw new GraphError('noSuchPerson');
  return person;
}

function checkKind(send: MessengerSend, message: MessengerMessage): void {
  const { messaging_type: kind, tag } = send;
  if (tag !== undefined && deadTags.has(tag)) throw new GraphError('deadTag', `Tag ${tag} is no longer supported`);
  if (tag !== undefined && tag !== 'HUMAN_AGENT') throw new GraphError('parameter', `Param tag: ${tag} is not a tag`);
  if (kind === 'MESSAGE_TAG' && tag === undefined)
    throw new GraphError('parameter', 'Param tag must be set when messaging_type is MESSAGE_TAG');
  if ((kind === 'UTILITY') !== (message.template !== undefined))
    throw new GraphError('parameter', 'A template is sent as messaging_type UTILITY, and nothing else is');
}

function checkWindow(context: PlatformContext, send: MessengerSend, person: Person): void {
  if (send.messaging_type === 'UTILITY') {
    if (context.at.messenger.faults.settings.utilityUnavailable)
      throw new GraphError('windowClosed', 'Utility messages are not available for this person’s region.');
    return;
  }
  const sinceMs = context.sandbox.clock.nowMs() - (person.heardAtMs ?? -Infinity);
  if (sinceMs > (send.tag === 'HUMAN_AGENT' ? HUMAN_AGENT_MS : WINDOW_MS)) throw new GraphError('windowClosed');
}

function checkReach(person: Person): void {
  if (person.reach === 'unreachable') throw new GraphError('unavailablePerson');
  if (person.reach === 'blocked') throw new GraphError('temporary');
}

function act(context: PlatformContext, person: Person, send: MessengerSend): GraphAnswer {
  const { typing, threads } = context.at.messenger;
  if (send.sender_action === 'typing_on') typing.set(person.key, context.sandbox.clock.nowMs());
  if (send.sender_action === 'typing_off') typing.delete(person.key);
  if (send.sender_action === 'react' || send.sender_action === 'unreact') {
    const message = threads.find(person, send.payload?.message_id ?? '');
    if (!message) throw new GraphError('parameter', 'Param payload[message_id] is not a message of this person');
    const theirs = message.reactions.filter(({ by }) => by === 'person');
    const ours = send.payload?.reaction;
    const added = send.sender_action === 'react' && ours ? [{ by: 'business' as const, emoji: ours }] : [];
    threads.change(message, { reactions: [...theirs, ...added] });
  }
  context.changed();
  return answered({ recipient_id: person.id });
}

async function take(
  context: PlatformContext,
  account: PlatformAccount,
  person: Person,
  message: MessengerMessage,
  body: unknown,
): Promise<GraphAnswer> {
  checkOrderNumber(context, person, message);
  const { shown, presses } = message.template
    ? await showTemplate(context, account, message.template)
    : await showFetched(context, message);
  const { threads, typing } = context.at.messenger;
  const id = newMid();
  const atMs = context.sandbox.clock.nowMs();
  typing.delete(person.key);
  threads.add({
    ...shown,
    id,
    person: person.key,
    from: 'business',
    atMs,
    status: 'sent',
    reactions: [],
    presses,
    body,
    ...(message.metadata !== undefined && { reference: message.metadata }),
    ...(message.reply_to && { replyTo: message.reply_to.mid }),
    ...(message.template && { template: message.template.name }),
  });
  threads.take({
    id,
    person: person.key,
    atMs,
    ...(message.metadata !== undefined && { reference: message.metadata }),
  });
  context.media.preview('messenger', textsOf(message));
  context.changed();
  await echo(context, account, person, message, id);
  delivered(context, account, person, id);
  const reusable = message.attachment && 'is_reusable' in message.attachment.payload;
  return answered({ recipient_id: person.id, message_id: id, ...(reusable && { attachment_id: id.slice(2, 18) }) });
}

/** Meta: order_number must be unique. */
function checkOrderNumber(context: PlatformContext, person: Person, message: MessengerMessage): void {
  const payload = message.attachment?.type === 'template' ? message.attachment.payload : undefined;
  if (payload?.template_type !== 'receipt') return;
  const used = context.at.messenger.threads
    .of(person)
    .some(({ receipt }) => receipt?.orderNumber === payload.order_number);
  if (used) throw new GraphError('parameter', 'Param message[attachment][payload][order_number] must be unique');
}

async function showFetched(context: PlatformContext, message: MessengerMessage): Promise<MessengerShown> {
  const kept = new Map<string, string>();
  for (const url of picturesOf(message)) kept.set(url, await context.media.fetchPicture('messenger', url));
  return showMessenger(message, kept, (id) => context.mediaAddress(id));
}

async function showTemplate(
  context: PlatformContext,
  account: PlatformAccount,
  sent: TemplateSend,
): Promise<MessengerShown> {
  const template = context.at.messenger.templates.find(account.id, sent.name, sent.language.code);
  if (template?.status !== 'APPROVED')
    throw new GraphError(
      'parameter',
      `Param message[template]: ${sent.name} is not an approved template in this language`,
    );
  const filled = fillTemplate(template, sent, { count: 'parameter', format: 'parameter' });
  if (filled.picture === undefined) return filled;
  const id = await context.media.fetchPicture('messenger', filled.picture);
  return { ...filled, shown: { ...blank, ...filled.shown, pictures: [{ src: context.mediaAddress(id) }] } };
}

/** Everything in a message that may hold an address: the platform looks at each. */
function textsOf(message: MessengerMessage): string[] {
  const strings = z.string();
  const walk = (value: unknown): string[] => {
    const text = strings.safeParse(value);
    if (text.success) return [text.data];
    if (typeof value !== 'object' || value === null) return [];
    return Object.values(value).flatMap(walk);
  };
  const { metadata: _own, ...seen } = message;
  return walk(seen);
}

async function echo(
  context: PlatformContext,
  account: PlatformAccount,
  person: Person,
  message: MessengerMessage,
  mid: string,
): Promise<void> {
  const { echo: order } = context.at.messenger.faults.settings;
  if (order === 'none') return;
  const { quick_replies: _replies, template, reply_to, attachment, ...plain } = message;
  const said = {
    message: {
      mid,
      is_echo: true,
      app_id: Number(context.accounts.app('messenger').appId),
      ...plain,
      ...(reply_to && { reply_to }),
      ...(attachment && { attachments: [attachment] }),
      ...(template && {
        attachments: [{ type: 'template', payload: { template_type: 'utility', name: template.name } }],
      }),
    },
  };
  const told = tellMessenger(context, account, person, 'message_echoes', said, {
    fromPage: true,
    delayMs: order === 'after-answer' ? 25 : 0,
  });
  if (order === 'before-answer') await Promise.race([told, sleep(ECHO_WAIT_MS_MAX, undefined, { ref: false })]);
}
