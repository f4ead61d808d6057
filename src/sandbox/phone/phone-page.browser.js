// A phone with two messengers, to chat with by hand, and beside it what the platform could read. Everything shown
// comes from the stand-in's own state; nothing is made up here.

import { drawBody, made } from './phone-bodies.js';

/**
 * @typedef {{ messenger: 'messenger' | 'whatsapp', person: string }} Choice
 * @typedef {import('./phone-bodies.browser.js').Button} Button
 */

const byId = (/** @type {string} */ id) => /** @type {HTMLElement} */ (document.getElementById(id));
const said = byId('said');
const thread = byId('thread');
const chips = byId('chips');
const readable = byId('readable');
const words = /** @type {Record<string, string>} */ (byId('phone').dataset);
const choice = /** @type {Choice} */ ({ messenger: words['messenger'], person: words['person'] });
let shown = '';

/** @param {string} text */
function tell(text) {
  said.textContent = text;
}

/** @param {string} act @param {Record<string, unknown>} [more] */
async function send(act, more = {}) {
  const response = await fetch(`/phone/api/${act}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ platform: choice.messenger, person: choice.person, ...more }),
  });
  if (!response.ok) tell((await response.json()).message ?? String(response.status));
  await refresh();
}

/** @param {any} message @param {Button} button */
function buttonOf(message, button) {
  const key = made('button', 'key', button.title);
  key.setAttribute('type', 'button');
  key.addEventListener('click', () => {
    if (button.kind === 'open') window.open(button.url, '_blank', 'noopener');
    else void send('press', { message: message.id, how: button.how, title: button.title, payload: button.payload });
  });
  if (button.kind === 'open') key.setAttribute('title', button.url);
  return key;
}

/** @param {any} message @param {Record<string, string>} pictures @param {boolean} isLast */
function row(message, pictures, isLast) {
  const item = made('li', message.mine ? 'row mine' : 'row theirs');
  if (message.mine) {
    item.append(made('p', 'bubble', message.text));
  } else {
    const drawn = drawBody(choice.messenger, message.body, pictures);
    item.append(...drawn.parts, ...drawn.buttons.map((button) => buttonOf(message, button)));
    if (drawn.list) {
      const rows = made('details', 'rows');
      rows.append(made('summary', 'key', drawn.list.title));
      for (const one of drawn.list.rows) rows.append(buttonOf(message, one), made('span', 'about', one.about ?? ''));
      item.append(rows);
    }
    if (isLast) chips.replaceChildren(...drawn.chips.map((chip) => buttonOf(message, chip)));
  }
  const at = new Date(message.at).toLocaleTimeString(document.documentElement.lang, { timeStyle: 'short' });
  const state = message.mine ? '' : (words[`state${message.status[0]?.toUpperCase()}${message.status.slice(1)}`] ?? '');
  item.append(made('span', 'when', [at, state].filter((part) => part !== '').join(' · ')));
  return item;
}

/** @param {any} request */
function seen(request) {
  const item = made('li', 'seen');
  const at = new Date(request.at).toLocaleTimeString(document.documentElement.lang, { timeStyle: 'medium' });
  item.append(made('h3', '', `${at} · ${request.path}`));
  item.append(made('pre', '', JSON.stringify(request.body, null, 2)));
  return item;
}

async function refresh() {
  const response = await fetch(`/phone/api/state?${new URLSearchParams(choice)}`.replace('messenger=', 'platform='));
  if (!response.ok) return tell(words['gone'] ?? '');
  const text = await response.text();
  if (text === shown) return undefined;
  shown = text;
  const state = JSON.parse(text);
  const atEnd = thread.scrollHeight - thread.scrollTop - thread.clientHeight < 80;
  chips.replaceChildren();
  thread.replaceChildren(
    ...state.thread.map((/** @type {any} */ message, /** @type {number} */ n) =>
      row(message, state.pictures ?? {}, n === state.thread.length - 1),
    ),
  );
  if (atEnd) thread.scrollTop = thread.scrollHeight;
  byId('window').textContent = state.window.open ? (words['open'] ?? '') : (words['closed'] ?? '');
  readable.replaceChildren(...state.readable.map(seen));
  byId('nothing').hidden = state.readable.length > 0;
  return undefined;
}

byId('composer').addEventListener('submit', (event) => {
  event.preventDefault();
  const field = /** @type {HTMLInputElement} */ (byId('text'));
  const text = field.value.trim();
  if (text === '') return;
  field.value = '';
  void send('say', { text });
});
for (const button of document.querySelectorAll('[data-act]'))
  button.addEventListener('click', () => void send(/** @type {HTMLElement} */ (button).dataset['act'] ?? ''));

await refresh();
setInterval(() => void refresh(), 1000);
