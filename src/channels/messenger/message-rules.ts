import { checkSentTemplate, fieldsOf, listOf, under, wordOf, type Fields, type RuleCheck } from '#channels/meta';
import { MESSENGER_LIMITS as limits } from './limits.ts';

/** Templates that Messenger has ended. */
const retiredTemplates = [
  'list',
  'open_graph',
  'airline_boardingpass',
  'airline_checkin',
  'airline_itinerary',
  'airline_update',
  'one_time_notif_req',
];

const attachments = ['image', 'audio', 'video', 'file', 'template'] as const;

/** Checks the `message` of a send. */
export function checkMessage(check: RuleCheck, message: Fields, at = 'message'): void {
  check.text(message, 'metadata', at, { max: limits.metadata, optional: true });
  const said = ['text', 'attachment', 'attachments', 'template'].filter((name) => message[name] !== undefined);
  if (said.length === 0) check.add('missing', at, 'A text, an attachment or a template is required.');
  if (said.length > 1) check.add('not-together', at, 'A message has a text or an attachment or a template.');
  if (message['text'] !== undefined) check.text(message, 'text', at, { max: limits.text });
  const attachment = check.object(message, 'attachment', at, true);
  if (attachment) checkAttachment(check, attachment, under(at, 'attachment'));
  const template = check.object(message, 'template', at, true);
  if (template) checkSentTemplate(check, template, under(at, 'template'));
  if (template && message['quick_replies'] !== undefined)
    check.add('not-together', under(at, 'quick_replies'), 'A utility template takes no quick replies.');
  const replies = check.list(message, 'quick_replies', at, { max: limits.quickReplies, optional: true });
  for (const [reply, where] of replies) checkQuickReply(check, reply, where);
}

function checkQuickReply(check: RuleCheck, reply: Fields, at: string): void {
  if (reply['content_type'] === 'location') {
    check.add('retired', under(at, 'content_type'), 'Quick replies that ask for a location were ended in 2019.');
    return;
  }
  const kind = check.word(reply, 'content_type', at, ['text', 'user_email', 'user_phone_number']);
  check.address(reply, 'image_url', at, { optional: true });
  if (kind !== 'text') return;
  check.text(reply, 'title', at, { max: limits.buttonTitle });
  check.text(reply, 'payload', at, { max: limits.payload });
}

/** Checks what hangs on a message. */
export function checkAttachment(check: RuleCheck, attachment: Fields, at: string): void {
  const kind = check.word(attachment, 'type', at, attachments);
  const payload = check.object(attachment, 'payload', at);
  if (!payload || kind === undefined) return;
  const where = under(at, 'payload');
  if (kind === 'template') {
    checkTemplatePayload(check, payload, where);
    return;
  }
  const named = ['url', 'attachment_id'].filter((name) => payload[name] !== undefined);
  if (named.length === 0) check.add('missing', where, 'An address or the id of an attachment is required.');
  if (named.length > 1) check.add('not-together', where, 'There is an address or the id of an attachment.');
  check.address(payload, 'url', where, { optional: true });
  check.text(payload, 'attachment_id', where, { optional: true });
}

/** Checks a template's payload, by its kind. */
export function checkTemplatePayload(check: RuleCheck, payload: Fields, at: string): void {
  const kind = payload['template_type'];
  if (typeof kind === 'string' && retiredTemplates.includes(kind)) {
    check.add('retired', under(at, 'template_type'), `Messenger has ended the ${wordOf(kind)} template.`);
    return;
  }
  const known = [
    'generic',
    'button',
    'receipt',
    'media',
    'product',
    'coupon',
    'customer_feedback',
    'notification_messages',
  ];
  switch (check.word(payload, 'template_type', at, known)) {
    case 'generic':
      for (const [element, where] of check.list(payload, 'elements', at, { max: limits.elements }))
        checkElement(check, element, where);
      return;
    case 'button':
      check.text(payload, 'text', at, { max: limits.buttonText });
      checkButtons(check, payload, at, 1);
      return;
    case 'receipt':
      checkReceipt(check, payload, at);
      return;
    case 'media':
      for (const [element, where] of check.list(payload, 'elements', at, { max: 1 })) checkMedia(check, element, where);
      return;
    default:
  }
}

function checkElement(check: RuleCheck, element: Fields, at: string): void {
  check.text(element, 'title', at, { max: limits.title });
  check.text(element, 'subtitle', at, { max: limits.title, optional: true });
  check.address(element, 'image_url', at, { optional: true });
  const action = check.object(element, 'default_action', at, true);
  if (action) {
    check.word(action, 'type', under(at, 'default_action'), ['web_url']);
    check.address(action, 'url', under(at, 'default_action'));
    if (action['title'] !== undefined)
      check.add('not-together', under(at, 'default_action.title'), 'What a tap on the card does has no title.');
  }
  checkButtons(check, element, at, 0);
}

function checkMedia(check: RuleCheck, element: Fields, at: string): void {
  check.word(element, 'media_type', at, ['image', 'video']);
  if (element['url'] === undefined) check.text(element, 'attachment_id', at);
  check.address(element, 'url', at, { optional: true });
  checkButtons(check, element, at, 0);
}

function checkButtons(check: RuleCheck, holder: Fields, at: string, min: 0 | 1): void {
  const buttons = check.list(holder, 'buttons', at, { max: limits.buttons, optional: min === 0 });
  for (const [button, where] of buttons) checkButton(check, button, where);
}

function checkButton(check: RuleCheck, button: Fields, at: string): void {
  const kind = button['type'];
  if (kind === 'game_play' || kind === 'payment') {
    check.add('retired', under(at, 'type'), `Messenger has ended the ${kind} button.`);
    return;
  }
  const known = ['web_url', 'postback', 'phone_number', 'account_link', 'account_unlink', 'element_share'];
  const titled = () => check.text(button, 'title', at, { max: limits.buttonTitle });
  switch (check.word(button, 'type', at, known)) {
    case 'web_url':
      titled();
      check.address(button, 'url', at, { https: button['messenger_extensions'] === true });
      check.address(button, 'fallback_url', at, { optional: true });
      if (button['fallback_url'] !== undefined && button['messenger_extensions'] !== true)
        check.add('not-together', under(at, 'fallback_url'), 'A second address needs messenger_extensions.');
      check.word(button, 'webview_height_ratio', at, ['compact', 'tall', 'full'], true);
      return;
    case 'postback':
      titled();
      check.text(button, 'payload', at, { max: limits.payload });
      return;
    case 'phone_number':
      titled();
      check.text(button, 'payload', at, { max: limits.payload, form: /^\+\d[\d ()-]*$/ });
      return;
    case 'account_link':
      check.address(button, 'url', at, { https: true });
      return;
    case 'element_share': {
      const shared = fieldsOf(fieldsOf(button['share_contents'])?.['attachment']);
      if (shared) checkAttachment(check, shared, under(at, 'share_contents.attachment'));
      return;
    }
    default:
  }
}

function checkReceipt(check: RuleCheck, receipt: Fields, at: string): void {
  for (const name of ['recipient_name', 'order_number', 'payment_method']) check.text(receipt, name, at);
  check.text(receipt, 'currency', at, { form: /^[A-Z]{3}$/ });
  check.number(receipt, 'timestamp', at, true);
  check.address(receipt, 'order_url', at, { optional: true });
  const elements = check.list(receipt, 'elements', at, { min: 0, max: limits.receiptElements, optional: true });
  for (const [element, where] of elements) {
    check.text(element, 'title', where);
    check.number(element, 'price', where);
    check.number(element, 'quantity', where, true);
    check.address(element, 'image_url', where, { optional: true });
  }
  const address = check.object(receipt, 'address', at, true);
  if (address) checkReceiptAddress(check, address, under(at, 'address'));
  const summary = check.object(receipt, 'summary', at);
  if (summary) checkReceiptSummary(check, summary, under(at, 'summary'));
  for (const [adjustment, where] of check.list(receipt, 'adjustments', at, { min: 0, optional: true })) {
    check.text(adjustment, 'name', where);
    check.number(adjustment, 'amount', where);
  }
}

/** Checks a receipt's shipping address. */
export function checkReceiptAddress(check: RuleCheck, address: Fields, at: string): void {
  for (const name of ['street_1', 'city', 'postal_code', 'state']) check.text(address, name, at);
  check.text(address, 'country', at, { form: /^[A-Z]{2}$/ });
}

/** Checks a receipt's sums. */
export function checkReceiptSummary(check: RuleCheck, summary: Fields, at: string): void {
  check.number(summary, 'total_cost', at);
  for (const name of ['subtotal', 'shipping_cost', 'total_tax']) check.number(summary, name, at, true);
}

/** Checks what is uploaded to be sent later: `POST /{page}/message_attachments`. */
export function checkUpload(check: RuleCheck, message: Fields, at: string): void {
  const attachment = check.object(message, 'attachment', at);
  if (!attachment) return;
  checkAttachment(check, attachment, under(at, 'attachment'));
  if (attachment['type'] === 'template' || listOf(message['quick_replies']).length > 0)
    check.add('not-together', at, 'Pictures, sound, films and files alone are uploaded.');
}
