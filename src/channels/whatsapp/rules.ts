import {
  checkDefinition,
  checkSentTemplate,
  fieldsOf,
  RuleCheck,
  under,
  type Checked,
  type Fields,
  type RuleBreak,
} from '#channels/meta';
import { WHATSAPP_LIMITS as limits } from './limits.ts';

const media = ['image', 'audio', 'video', 'document', 'sticker'] as const;
const types = [...media, 'text', 'interactive', 'template', 'location', 'contacts', 'reaction'] as const;

/** Says what an outgoing body is, and which rules of WhatsApp it breaks. Never throws, whatever comes. */
export function checkWhatsApp(body: unknown): Checked {
  const check = new RuleCheck();
  const fields = fieldsOf(body);
  if (fields?.['messaging_product'] !== undefined) {
    checkSend(check, fields);
    return { kind: fields['status'] === undefined ? 'send' : 'read', breaks: check.breaks };
  }
  if (fields && Array.isArray(fields['components'])) {
    checkDefinition(check, fields);
    return { kind: 'template', breaks: check.breaks };
  }
  check.add('unknown-body', '', 'This is nothing that WhatsApp takes, as far as this checker knows.');
  return { kind: 'unknown', breaks: check.breaks };
}

/** The rules of WhatsApp that a body breaks. */
export const breaksOfWhatsApp = (body: unknown): readonly RuleBreak[] => checkWhatsApp(body).breaks;

function checkSend(check: RuleCheck, body: Fields): void {
  check.word(body, 'messaging_product', '', ['whatsapp']);
  if (body['status'] !== undefined) {
    check.word(body, 'status', '', ['read']);
    check.text(body, 'message_id', '');
    return;
  }
  checkPerson(check, body);
  check.word(body, 'recipient_type', '', ['individual', 'group'], true);
  check.text(body, 'biz_opaque_callback_data', '', { max: limits.callbackData, optional: true });
  const context = check.object(body, 'context', '', true);
  if (context) check.text(context, 'message_id', 'context');
  const type = check.word(body, 'type', '', types, body['text'] !== undefined) ?? 'text';
  const content = check.object(body, type, '', type === 'contacts');
  if (content) checkContent(check, type, content);
}

function checkPerson(check: RuleCheck, body: Fields): void {
  const named = ['to', 'recipient'].filter((name) => body[name] !== undefined);
  if (named.length === 0) check.add('missing', 'to', 'A number, or in its place a business-scoped id, is required.');
  if (named.length > 1) check.add('not-together', 'to', 'A person is named by a number or by an id.');
  if (body['to'] !== undefined) check.text(body, 'to', '', { form: /^\+?\d[\d ()-]{4,24}$/ });
  if (body['recipient'] !== undefined) check.text(body, 'recipient', '', { form: /^[A-Z]{2}\.[\w.-]{1,128}$/ });
}

function checkContent(check: RuleCheck, type: string, content: Fields): void {
  switch (type) {
    case 'text':
      check.text(content, 'body', type, { max: limits.text });
      return;
    case 'interactive':
      checkInteractive(check, content, type);
      return;
    case 'template':
      checkSentTemplate(check, content, type);
      return;
    case 'location':
      check.number(content, 'latitude', type);
      check.number(content, 'longitude', type);
      return;
    case 'reaction':
      check.text(content, 'message_id', type);
      return;
    default:
      checkMedia(check, content, type);
  }
}

function checkMedia(check: RuleCheck, content: Fields, at: string): void {
  if (!media.some((one) => at === one || at.endsWith(`.${one}`))) return;
  const named = ['id', 'link'].filter((name) => content[name] !== undefined);
  if (named.length === 0) check.add('missing', at, 'An address or the id of a file is required.');
  if (named.length > 1) check.add('not-together', at, 'There is an address or the id of a file.');
  check.address(content, 'link', at, { optional: true });
  check.text(content, 'caption', at, { max: limits.caption, optional: true });
}

function checkInteractive(check: RuleCheck, message: Fields, at: string): void {
  const kinds = ['button', 'list', 'cta_url', 'flow', 'product', 'product_list', 'location_request_message'];
  const kind = check.word(message, 'type', at, kinds);
  const body = check.object(message, 'body', at, kind === 'product');
  const max = kind === 'list' ? limits.listText : limits.interactiveText;
  if (body) check.text(body, 'text', under(at, 'body'), { max });
  const footer = check.object(message, 'footer', at, true);
  if (footer) check.text(footer, 'text', under(at, 'footer'), { max: limits.footer });
  checkHeader(check, message, at, kind);
  const action = check.object(message, 'action', at);
  if (!action) return;
  const where = under(at, 'action');
  if (kind === 'button') checkReplyButtons(check, action, where);
  if (kind === 'list') checkRows(check, action, where);
  if (kind === 'cta_url') checkAddress(check, action, where);
}

function checkHeader(check: RuleCheck, message: Fields, at: string, kind: string | undefined): void {
  const header = check.object(message, 'header', at, true);
  if (!header) return;
  const where = under(at, 'header');
  const known = kind === 'list' ? ['text'] : ['text', 'image', 'video', 'document'];
  const type = check.word(header, 'type', where, known);
  if (type === 'text') check.text(header, 'text', where, { max: limits.header });
  const shown = type !== undefined && type !== 'text' ? check.object(header, type, where) : undefined;
  if (shown && type !== undefined) checkMedia(check, shown, under(where, type));
}

function checkReplyButtons(check: RuleCheck, action: Fields, at: string): void {
  const buttons = check.list(action, 'buttons', at, { max: limits.buttons });
  const replies = buttons.flatMap(([button, where]): Fields[] => {
    check.word(button, 'type', where, ['reply']);
    const reply = check.object(button, 'reply', where);
    if (!reply) return [];
    check.text(reply, 'id', under(where, 'reply'), { max: limits.buttonId });
    check.text(reply, 'title', under(where, 'reply'), { max: limits.buttonTitle });
    return [reply];
  });
  for (const name of ['id', 'title']) checkUnlike(check, replies, name, under(at, 'buttons'));
}

function checkRows(check: RuleCheck, action: Fields, at: string): void {
  check.text(action, 'button', at, { max: limits.buttonTitle });
  const sections = check.list(action, 'sections', at, { max: limits.sections });
  const rows = sections.flatMap(([section, where]) => {
    check.text(section, 'title', where, { max: limits.sectionTitle, optional: sections.length < 2 });
    return check.list(section, 'rows', where, {});
  });
  if (rows.length > limits.rows)
    check.add('too-many', under(at, 'sections'), `There are ${rows.length} rows.`, limits.rows);
  for (const [row, where] of rows) {
    check.text(row, 'id', where, { max: limits.rowId });
    check.text(row, 'title', where, { max: limits.rowTitle });
    check.text(row, 'description', where, { max: limits.rowDescription, optional: true });
  }
  checkUnlike(
    check,
    rows.map(([row]) => row),
    'id',
    under(at, 'sections'),
  );
}

function checkAddress(check: RuleCheck, action: Fields, at: string): void {
  check.word(action, 'name', at, ['cta_url']);
  const parameters = check.object(action, 'parameters', at);
  if (!parameters) return;
  check.text(parameters, 'display_text', under(at, 'parameters'), { max: limits.buttonTitle });
  check.address(parameters, 'url', under(at, 'parameters'));
}

const checkUnlike = (check: RuleCheck, all: readonly Fields[], name: string, where: string): void =>
  check.unlike(
    all.map((one) => one[name]),
    where,
    `No two have the same ${name}.`,
  );
