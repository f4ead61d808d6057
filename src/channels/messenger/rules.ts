import {
  checkDefinition,
  fieldsOf,
  idOf,
  listOf,
  RuleCheck,
  under,
  wordOf,
  type Checked,
  type Fields,
  type RuleBreak,
} from '#channels/meta';
import { MESSENGER_LIMITS as limits } from './limits.ts';
import {
  checkAttachment,
  checkMessage,
  checkReceiptAddress,
  checkReceiptSummary,
  checkTemplatePayload,
  checkUpload,
} from './message-rules.ts';
import { checkProfile, checkProfileFields, isProfile } from './profile-rules.ts';

/** Meta: these fail with error 100 since 27 April 2026. */
const deadTags = ['ACCOUNT_UPDATE', 'POST_PURCHASE_UPDATE', 'CONFIRMED_EVENT_UPDATE'];

/** What Messenger takes, each by its form: how it is known, and how it is checked. The first that fits decides. */
const forms: readonly {
  readonly kind: string;
  readonly is: (body: Fields) => boolean;
  readonly check: (check: RuleCheck, body: Fields, at: string) => void;
}[] = [
  { kind: 'batch', is: (body) => body['batch'] !== undefined, check: checkBatch },
  { kind: 'batch-item', is: (body) => typeof body['relative_url'] === 'string', check: checkBatchItem },
  {
    kind: 'send',
    is: (body) => body['recipient'] !== undefined && (body['message'] ?? body['sender_action']) !== undefined,
    check: checkSend,
  },
  { kind: 'handover', is: (body) => body['recipient'] !== undefined, check: checkHandover },
  { kind: 'profile', is: isProfile, check: checkProfile },
  { kind: 'subscription', is: (body) => body['callback_url'] !== undefined, check: checkSubscription },
  { kind: 'profile-fields', is: (body) => Array.isArray(body['fields']), check: checkProfileFields },
  { kind: 'template', is: (body) => Array.isArray(body['components']), check: checkDefinition },
  {
    kind: 'upload',
    is: (body) => body['message'] !== undefined,
    check: (check, body, at) => {
      const message = check.object(body, 'message', at);
      if (message) checkUpload(check, message, under(at, 'message'));
    },
  },
  { kind: 'template-payload', is: (body) => body['template_type'] !== undefined, check: checkTemplatePayload },
  { kind: 'attachment', is: (body) => fieldsOf(body['payload']) !== undefined, check: checkAttachment },
  { kind: 'message', is: (body) => (body['text'] ?? body['attachment']) !== undefined, check: checkMessage },
  { kind: 'persona', is: (body) => body['profile_picture_url'] !== undefined, check: checkPersona },
  { kind: 'receipt-address', is: (body) => body['street_1'] !== undefined, check: checkReceiptAddress },
  { kind: 'receipt-summary', is: (body) => body['total_cost'] !== undefined, check: checkReceiptSummary },
  {
    kind: 'flight',
    is: (body) => body['flight_number'] !== undefined,
    check: (check, _, at) => check.add('retired', at, 'Messenger has ended the airline templates.'),
  },
  { kind: 'app-events', is: (body) => body['custom_events'] !== undefined, check: () => undefined },
];

/** Says what an outgoing body is, and which rules of Messenger it breaks. Never throws, whatever comes. */
export function checkMessenger(body: unknown): Checked {
  const check = new RuleCheck();
  const fields = fieldsOf(body);
  const form = fields && forms.find(({ is }) => is(fields));
  if (form) form.check(check, fields, '');
  else check.add('unknown-body', '', 'This is nothing that Messenger takes, as far as this checker knows.');
  return { kind: form?.kind ?? 'unknown', breaks: check.breaks };
}

/** The rules of Messenger that a body breaks. */
export const breaksOfMessenger = (body: unknown): readonly RuleBreak[] => checkMessenger(body).breaks;

function checkSend(check: RuleCheck, body: Fields, at: string): void {
  checkRecipient(check, body, at);
  check.word(body, 'notification_type', at, ['REGULAR', 'SILENT_PUSH', 'NO_PUSH'], true);
  checkTag(check, body, at);
  if (body['sender_action'] !== undefined) {
    check.word(body, 'sender_action', at, ['typing_on', 'typing_off', 'mark_seen', 'react', 'unreact']);
    if (body['message'] !== undefined) check.add('not-together', at, 'A sign of life and a message are two calls.');
    return;
  }
  const type = check.word(body, 'messaging_type', at, ['RESPONSE', 'UPDATE', 'MESSAGE_TAG', 'UTILITY']);
  const message = check.object(body, 'message', at);
  if (!message) return;
  checkMessage(check, message, under(at, 'message'));
  if ((type === 'UTILITY') !== (message['template'] !== undefined))
    check.add(
      'not-together',
      under(at, 'messaging_type'),
      'A utility template goes as UTILITY, and nothing else does.',
    );
}

function checkRecipient(check: RuleCheck, body: Fields, at: string): void {
  const recipient = check.object(body, 'recipient', at);
  if (!recipient) return;
  const where = under(at, 'recipient');
  const ways = ['id', 'phone_number', 'user_ref', 'post_id', 'comment_id', 'notification_messages_token'];
  const named = ways.filter((name) => recipient[name] !== undefined);
  if (recipient['one_time_notif_token'] !== undefined)
    check.add('retired', under(where, 'one_time_notif_token'), 'Messenger has ended one-time notifications.');
  else if (named.length === 0) check.add('missing', where, 'Nobody is named.');
  if (named.length > 1) check.add('not-together', where, 'A person is named in one way.');
  for (const name of named) check.text(recipient, name, where);
}

function checkTag(check: RuleCheck, body: Fields, at: string): void {
  const tag = body['tag'];
  const isTagged = body['messaging_type'] === 'MESSAGE_TAG';
  const where = under(at, 'tag');
  if (tag === undefined) {
    if (isTagged) check.add('missing', where, 'MESSAGE_TAG needs a tag.');
    return;
  }
  if (typeof tag === 'string' && deadTags.includes(tag))
    check.add(
      'dead-tag',
      where,
      `${tag} fails with error 100 since 27 April 2026: outside the window send a utility template.`,
    );
  else if (tag !== 'HUMAN_AGENT')
    check.add('retired-tag', where, `${wordOf(tag)} is gone: outside the window send a utility template.`);
  else if (!isTagged) check.add('not-together', where, 'A tag goes with the type MESSAGE_TAG.');
}

function checkHandover(check: RuleCheck, body: Fields, at: string): void {
  checkRecipient(check, body, at);
  check.text(body, 'metadata', at, { max: limits.metadata, optional: true });
  if (body['target_app_id'] !== undefined && idOf(body['target_app_id']) === undefined)
    check.add('not-taken', under(at, 'target_app_id'), 'This is not the id of an app.');
}

function checkPersona(check: RuleCheck, body: Fields, at: string): void {
  check.text(body, 'name', at);
  check.address(body, 'profile_picture_url', at);
}

function checkSubscription(check: RuleCheck, body: Fields, at: string): void {
  check.word(body, 'object', at, ['page', 'user', 'instagram', 'permissions']);
  check.address(body, 'callback_url', at, { https: true });
  check.text(body, 'verify_token', at);
  if (listOf(body['fields']).length === 0) check.text(body, 'fields', at);
}

function checkBatch(check: RuleCheck, body: Fields, at: string): void {
  for (const [item, where] of check.list(body, 'batch', at, { max: limits.batch })) checkBatchItem(check, item, where);
}

/** One call of a batch: its body is checked as if it were sent alone. */
function checkBatchItem(check: RuleCheck, item: Fields, at: string): void {
  const method = check.word(item, 'method', at, ['GET', 'POST', 'DELETE', 'PUT']);
  const path = check.text(item, 'relative_url', at)?.replace(/^\//, '').split('?')[0];
  const body = typeof item['body'] === 'string' ? formOf(item['body']) : fieldsOf(item['body']);
  const where = under(at, 'body');
  if (method !== 'POST' || path === undefined) return;
  const edge = path.split('/').at(-1);
  if (edge === 'messages' && body) checkSend(check, body, where);
  else if (edge === 'messages') check.add('missing', where, 'A message is required.');
  else if (body && edge?.endsWith('_thread_control')) checkHandover(check, body, where);
  else if (body && isProfile(body)) checkProfile(check, body, where);
}

/** A body as forms write it; values that are JSON are read. */
function formOf(text: string): Fields {
  return Object.fromEntries([...new URLSearchParams(text)].map(([name, value]) => [name, jsonOf(value)]));
}

function jsonOf(value: string): unknown {
  if (!/^[[{]/.test(value)) return value;
  try {
    return JSON.parse(value) as unknown;
  } catch (error) {
    if (error instanceof SyntaxError) return value;
    throw error;
  }
}
