import type { PlatformAccount } from './accounts.ts';
import { GraphError, graphErrors, readParameter, type GraphErrorName } from './graph-error.ts';
import { WINDOW_MS } from './messenger-sending.ts';
import type { Person } from './people.ts';
import { answered, type GraphAnswer, type PlatformContext } from './platform-context.ts';
import { delivered } from './receipts.ts';
import { fillTemplate, type TemplateSend } from './template-sending.ts';
import type { Template } from './templates.ts';
import type { Press, Shown, ThreadMessage } from './threads.ts';
import { whatsAppMessage, whatsAppRead, type WhatsAppMessage } from './whatsapp-body.ts';
import { newWamid, tellStatus } from './whatsapp-events.ts';
import { pictureOf, showWhatsApp } from './whatsapp-shown.ts';

/** POST /{number}/messages: a message, or the mark that one was read. */
export async function sendWhatsApp(
  context: PlatformContext,
  account: PlatformAccount,
  body: Readonly<Record<string, unknown>>,
): Promise<GraphAnswer> {
  if ('status' in body) return markRead(context, body);
  // Meta: `text` is what a body without a type is.
  const refusal = body['type'] === 'interactive' ? 'parameterValue' : 'parameter';
  const message = readParameter('body', whatsAppMessage, { type: 'text', ...body }, refusal);
  const { faults, rates } = context.at.whatsapp;
  if (faults.settings.permissionMissing)
    throw new GraphError('permission', 'Requires whatsapp_business_messaging permission');
  if (faults.settings.accountRestricted) throw new GraphError('accountLocked');
  if (message.to === undefined && message.recipient === undefined)
    throw new GraphError('missingParameter', 'The parameter to is required.');
  const person = recipientOf(context, account, message);
  if (faults.settings.ratesKept) rates.spend(account.id, person?.key ?? message.to ?? '');
  if (message.type === 'reaction') return react(context, person, message);
  const template = message.type === 'template' ? templateOf(context, account, message.template) : undefined;
  const refused = person ? whyNot(context, person, template) : 'undeliverable';
  if (refused !== undefined && (faults.settings.refusals === 'answer' || !person)) {
    if (faults.settings.refusals === 'answer') throw new GraphError(refused);
    return toNobody(context, account, message);
  }
  return take(context, account, person ?? nobody(), message, template, refused, body);
}

/** Meta: a BSUID goes into `recipient`; where both are set, the number counts. */
function recipientOf(context: PlatformContext, account: PlatformAccount, message: WhatsAppMessage): Person | undefined {
  const { to, recipient } = message;
  const number = to?.replaceAll(/\D/g, '');
  if (to !== undefined) return context.people.known(account.id, { number: number ?? '' });
  return context.people.known(account.id, { id: recipient ?? '' });
}

function nobody(): never {
  throw new GraphError('undeliverable');
}

function whyNot(context: PlatformContext, person: Person, template: Template | undefined): GraphErrorName | undefined {
  if (person.reach !== 'reachable') return 'undeliverable';
  if (template) {
    if (template.category === 'MARKETING' && person.stoppedMarketing) return 'stoppedMarketing';
    return context.at.whatsapp.faults.settings.utilityUnavailable ? 'undeliverable' : undefined;
  }
  const sinceMs = context.sandbox.clock.nowMs() - (person.heardAtMs ?? -Infinity);
  return sinceMs > WINDOW_MS ? 'reEngagement' : undefined;
}

/** @throws GraphError 132001, 132015 or 132016 */
function templateOf(context: PlatformContext, account: PlatformAccount, sent: TemplateSend): Template {
  const owner = account.businessAccountId ?? account.id;
  const template = context.at.whatsapp.templates.find(owner, sent.name, sent.language.code);
  if (template?.status === 'PAUSED') throw new GraphError('templatePaused');
  if (template?.status === 'DISABLED') throw new GraphError('templateDisabled');
  if (template?.status !== 'APPROVED') {
    const detail = `template name (${sent.name}) does not exist in ${sent.language.code}`;
    throw new GraphError('templateMissing', detail);
  }
  return template;
}

async function take(
  context: PlatformContext,
  account: PlatformAccount,
  person: Person,
  message: Exclude<WhatsAppMessage, { type: 'reaction' }>,
  template: Template | undefined,
  refused: GraphErrorName | undefined,
  body: unknown,
): Promise<GraphAnswer> {
  const { shown, presses } = await show(context, message, template);
  const { threads, typing } = context.at.whatsapp;
  const id = newWamid(person.number);
  const atMs = context.sandbox.clock.nowMs();
  const reference = message.biz_opaque_callback_data;
  typing.delete(person.key);
  const kept: ThreadMessage = {
    ...shown,
    id,
    person: person.key,
    from: 'business',
    atMs,
    status: refused === undefined ? 'sent' : 'failed',
    reactions: [],
    presses,
    body,
    ...(reference !== undefined && { reference }),
    ...(message.context && { replyTo: message.context.message_id }),
    ...(template && { template: template.name }),
  };
  // What failed never came to the telephone.
  if (refused === undefined) {
    threads.add(kept);
    threads.take({ id, person: person.key, atMs, ...(reference !== undefined && { reference }) });
    if (message.type === 'text') context.media.preview('whatsapp', [message.text.body]);
    else context.media.preview('whatsapp', addressesOf(shown, presses));
    const { receipts, receiptsAfterMs } = context.at.whatsapp.faults.settings;
    if (receipts !== 'none')
      tellStatus(context, account, person, kept, 'sent', { delayMs: Math.floor(receiptsAfterMs / 2) });
    delivered(context, account, person, id);
    context.changed();
  } else {
    threads.answered(`failed by a status of ${graphErrors[refused].code}`);
    tellStatus(context, account, person, kept, 'failed', { delayMs: 20, error: refused });
  }
  return answerOf(message, id, person.number);
}

async function show(
  context: PlatformContext,
  message: Exclude<WhatsAppMessage, { type: 'reaction' }>,
  template: Template | undefined,
): Promise<{ shown: Shown; presses: readonly Press[] }> {
  const src = async (link: string): Promise<string> =>
    context.mediaAddress(await context.media.fetchPicture('whatsapp', link));
  if (message.type === 'template') {
    if (!template) throw new GraphError('templateMissing');
    const filled = fillTemplate(template, message.template, {
      count: 'templateParameterCount',
      format: 'templateFormat',
    });
    if (filled.picture === undefined) return filled;
    return { ...filled, shown: { ...filled.shown, pictures: [{ src: await src(filled.picture) }] } };
  }
  const picture = pictureOf(message);
  if (picture?.id !== undefined) {
    if (!(await context.media.read(picture.id))) throw new GraphError('mediaUpload', 'There is no media of this id.');
    return showWhatsApp(message, context.mediaAddress(picture.id));
  }
  return showWhatsApp(message, picture?.link === undefined ? undefined : await src(picture.link));
}

/** Everything shown that may hold an address. */
function addressesOf(shown: Shown, presses: readonly Press[]): string[] {
  return [...presses.flatMap((press) => ('url' in press ? press.url : [])), shown.text ?? ''];
}

/** Nobody has this number, or not at this business: taken like any other, and failed a moment later. */
function toNobody(context: PlatformContext, account: PlatformAccount, message: WhatsAppMessage): GraphAnswer {
  const id = newWamid();
  const reference = message.biz_opaque_callback_data;
  const person = {
    key: 'nobody',
    platform: 'whatsapp',
    hides: message.to === undefined ? 'number' : 'id',
    number: message.to ?? '',
    id: message.recipient ?? '',
    accountId: account.id,
    name: '',
    locale: '',
    reach: 'unreachable',
    stoppedMarketing: false,
  } as const satisfies Person;
  const failed = { id, ...(reference !== undefined && { reference }) };
  tellStatus(context, account, person, failed, 'failed', { delayMs: 20, error: 'undeliverable' });
  return answerOf(message, id, message.to);
}

function answerOf(message: WhatsAppMessage, id: string, number: string | undefined): GraphAnswer {
  return answered({
    messaging_product: 'whatsapp',
    contacts: [
      message.to === undefined
        ? { input: message.recipient, user_id: message.recipient }
        : { input: message.to, wa_id: number },
    ],
    messages: [{ id, ...(message.type === 'template' && { message_status: 'accepted' }) }],
  });
}

function react(
  context: PlatformContext,
  person: Person | undefined,
  message: Extract<WhatsAppMessage, { type: 'reaction' }>,
): GraphAnswer {
  const { threads } = context.at.whatsapp;
  const to = person && threads.find(person, message.reaction.message_id);
  if (!to) throw new GraphError('parameterValue', 'The message that is reacted to is not known.');
  const { emoji } = message.reaction;
  const theirs = to.reactions.filter(({ by }) => by === 'person');
  threads.change(to, { reactions: emoji === '' ? theirs : [...theirs, { by: 'business', emoji }] });
  context.changed();
  return answerOf(message, newWamid(person.number), person.number);
}

function markRead(context: PlatformContext, body: Readonly<Record<string, unknown>>): GraphAnswer {
  const read = readParameter('body', whatsAppRead, body);
  const { threads, typing } = context.at.whatsapp;
  const message = threads.byId(read.message_id);
  if (!message) throw new GraphError('parameter', 'Param message_id is not a message');
  threads.change(message, { status: 'read' });
  if (read.typing_indicator) typing.set(message.person, context.sandbox.clock.nowMs());
  context.changed();
  return answered({ success: true });
}
