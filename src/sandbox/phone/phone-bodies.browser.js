// What a body of a platform's looks like in a person's chat: bubbles, pictures, buttons. Reads nothing but the
// platforms' own formats, so that what the phone shows is what would stand in the real one.

/**
 * @typedef {{ kind: 'press', how: 'postback' | 'quick-reply' | 'reply' | 'row' | 'template', title: string, payload: string }
 *   | { kind: 'open', title: string, url: string }} Button
 * @typedef {{ parts: HTMLElement[], buttons: Button[], chips: Button[], list?: { title: string, rows: (Button & { about?: string })[] } }} Drawn
 */

/**
 * @param {string} tag
 * @param {string} className
 * @param {string} [text]
 */
export function made(tag, className, text) {
  const element = document.createElement(tag);
  if (className !== '') element.className = className;
  if (text !== undefined) element.textContent = text;
  return element;
}

/** @param {any} value */
const list = (value) => (Array.isArray(value) ? value : []);

/** @param {any} value */
const words = (value) => (typeof value === 'string' ? value : '');

/**
 * A picture, as the platform fetched it.
 *
 * @param {string} url
 * @param {string} alt
 * @param {Record<string, string>} pictures
 */
function picture(url, alt, pictures) {
  const data = pictures[url];
  if (data === undefined) return made('p', 'bubble quiet', alt === '' ? url : alt);
  const image = document.createElement('img');
  image.className = 'picture';
  image.src = data;
  image.alt = alt;
  return image;
}

/**
 * A body of the Send API, or of the Cloud API.
 *
 * @param {'messenger' | 'whatsapp'} platform
 * @param {any} body
 * @param {Record<string, string>} pictures
 * @returns {Drawn}
 */
export function drawBody(platform, body, pictures) {
  return platform === 'messenger' ? messenger(body?.message ?? body, pictures) : whatsApp(body, pictures);
}

/** @param {any} button @returns {Button} */
function messengerButton(button) {
  const title = words(button.title);
  if (button.type === 'web_url' || button.type === 'account_link')
    return { kind: 'open', title: title === '' ? 'Log in' : title, url: words(button.url) };
  return { kind: 'press', how: 'postback', title, payload: words(button.payload) };
}

/** @param {any} message @param {Record<string, string>} pictures @returns {Drawn} */
function messenger(message, pictures) {
  const payload = message?.attachment?.payload ?? {};
  /** @type {Button[]} */
  const chips = list(message?.quick_replies).map((one) => ({
    kind: 'press',
    how: 'quick-reply',
    title: words(one.title),
    payload: words(one.payload),
  }));
  const parts = words(message?.text) === '' ? [] : [made('p', 'bubble', message.text)];
  /** @type {Button[]} */
  const buttons = [];
  if (message?.attachment?.type === 'image') parts.push(picture(words(payload.url), '', pictures));
  if (message?.template) parts.push(made('p', 'bubble quiet', words(message.template.name)));
  switch (payload.template_type) {
    case 'button':
      parts.push(made('p', 'bubble', words(payload.text)));
      buttons.push(...list(payload.buttons).map(messengerButton));
      break;
    case 'generic':
      for (const element of list(payload.elements)) {
        parts.push(card(element, pictures));
        buttons.push(...list(element.buttons).map(messengerButton));
      }
      break;
    case 'receipt':
      parts.push(receipt(payload));
      break;
    default:
  }
  return { parts, buttons, chips };
}

/** @param {any} element @param {Record<string, string>} pictures */
function card(element, pictures) {
  const box = made('div', 'bubble card');
  if (words(element.image_url) !== '') box.append(picture(element.image_url, words(element.title), pictures));
  box.append(made('strong', '', words(element.title)));
  if (words(element.subtitle) !== '') box.append(made('span', 'lines', element.subtitle));
  return box;
}

/** @param {any} payload */
function receipt(payload) {
  const box = made('div', 'bubble card');
  box.append(made('strong', '', words(payload.merchant_name) || words(payload.recipient_name)));
  for (const element of list(payload.elements))
    box.append(made('span', 'lines', `${words(element.title)} · ${element.price ?? ''} ${words(payload.currency)}`));
  box.append(made('strong', '', `${payload.summary?.total_cost ?? ''} ${words(payload.currency)}`));
  return box;
}

/** @param {any} body @param {Record<string, string>} pictures @returns {Drawn} */
function whatsApp(body, pictures) {
  switch (body?.type) {
    case 'image':
      return {
        parts: [
          picture(words(body.image?.link) || words(body.image?.id), words(body.image?.caption), pictures),
          ...caption(body.image?.caption),
        ],
        buttons: [],
        chips: [],
      };
    case 'interactive':
      return interactive(body.interactive ?? {}, pictures);
    case 'template':
      return template(body);
    case 'reaction':
      return { parts: [made('p', 'bubble quiet', words(body.reaction?.emoji))], buttons: [], chips: [] };
    default:
      return { parts: [made('p', 'bubble', words(body?.text?.body))], buttons: [], chips: [] };
  }
}

/** @param {any} text */
const caption = (text) => (words(text) === '' ? [] : [made('p', 'bubble', text)]);

/** @param {any} content @param {Record<string, string>} pictures @returns {Drawn} */
function interactive(content, pictures) {
  const parts = [];
  const { header, action = {} } = content;
  if (header?.type === 'image') parts.push(picture(words(header.image?.link), '', pictures));
  if (header?.type === 'text') parts.push(made('p', 'bubble head', words(header.text)));
  parts.push(made('p', 'bubble', words(content.body?.text)));
  if (words(content.footer?.text) !== '') parts.push(made('p', 'bubble quiet', content.footer.text));
  /** @type {Button[]} */
  const buttons = list(action.buttons).map((one) => ({
    kind: 'press',
    how: 'reply',
    title: words(one.reply?.title),
    payload: words(one.reply?.id),
  }));
  if (content.type === 'cta_url')
    buttons.push({ kind: 'open', title: words(action.parameters?.display_text), url: words(action.parameters?.url) });
  if (content.type !== 'list') return { parts, buttons, chips: [] };
  const rows = list(action.sections).flatMap((section) =>
    list(section.rows).map((row) => ({
      kind: /** @type {const} */ ('press'),
      how: /** @type {const} */ ('row'),
      title: words(row.title),
      payload: words(row.id),
      about: words(row.description),
    })),
  );
  return { parts, buttons, chips: [], list: { title: words(action.button), rows } };
}

/** The stand-in sends along what its template says, with the parameters in their places. @param {any} body @returns {Drawn} */
function template(body) {
  const shown = body.rendered ?? {};
  /** @type {Button[]} */
  const buttons = list(shown.buttons).map((one) =>
    words(one.url) === ''
      ? { kind: 'press', how: 'template', title: words(one.title), payload: words(one.payload) }
      : { kind: 'open', title: words(one.title), url: one.url },
  );
  return { parts: [made('p', 'bubble', words(shown.text) || words(body.template?.name))], buttons, chips: [] };
}
