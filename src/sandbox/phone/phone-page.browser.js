// A phone with a messenger, to chat with by hand, and beside it what the platform could read. Everything shown comes
// from the stand-in's own state; nothing is made up here.

/** @typedef {import('../platforms/phone-api.ts').PhoneState} PhoneState */
/** @typedef {import('../platforms/phone-api.ts').PhoneMessage} PhoneMessage */
/** @typedef {import('../platforms/phone-api.ts').PhoneButton} PhoneButton */
/** @typedef {import('../platforms/phone-api.ts').SeenRequest} SeenRequest */
/** @typedef {import('./phone-words.ts').PhoneWords} PhoneWords */

const byId = (/** @type {string} */ id) => /** @type {HTMLElement} */ (document.getElementById(id));
const page = byId('page');
const platform = page.dataset['platform'] ?? 'messenger';
const words = /** @type {PhoneWords} */ (JSON.parse(page.dataset['words'] ?? '{}'));
const remembered = `phone.${platform}`;
let person = sessionStorage.getItem(remembered) ?? '';
/** @type {PhoneState | undefined} */
let state;
/** Whether the end of the thread is in sight: then it stays there, whatever comes. */
let atEnd = true;

/**
 * @param {string} tag
 * @param {string} className
 * @param {string} [text]
 */
function made(tag, className, text) {
  const element = document.createElement(tag);
  element.className = className;
  if (text !== undefined) element.textContent = text;
  return element;
}

/** @param {string} text @param {Record<string, string | number>} values */
const filled = (text, values) => text.replaceAll(/\{(\w+)\}/g, (_, name) => String(values[name] ?? ''));

/** @param {number} atMs @param {'short' | 'medium'} timeStyle */
const clock = (atMs, timeStyle) => new Date(atMs).toLocaleTimeString(document.documentElement.lang, { timeStyle });

/** @param {number} atMs */
const dayAndClock = (atMs) =>
  new Date(atMs).toLocaleString(document.documentElement.lang, {
    weekday: 'long',
    hour: 'numeric',
    minute: '2-digit',
  });

/** @param {string} act @param {Record<string, unknown>} [more] @returns {Promise<void>} */
async function act(act, more = {}) {
  const response = await fetch(`/phone/api/${act}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ platform, ...(person !== '' && { person }), ...more }),
  });
  const answer = await response.json();
  byId('said').textContent = response.ok ? '' : (answer.message ?? '');
  if (!response.ok) return;
  // Who did something sees what came of it.
  atEnd = true;
  if (typeof answer.open === 'string') window.open(answer.open, '_blank', 'noopener');
  show(answer.state ?? answer);
}

/** @param {PhoneButton} button @param {() => void} press */
function key(button, press) {
  const element = made('button', 'key', button.title);
  element.setAttribute('type', 'button');
  if (button.url !== undefined) {
    element.title = filled(words.opens, { url: button.url });
    element.classList.add('leads');
  }
  element.addEventListener('click', press);
  return element;
}

/** @param {string} messageId @param {PhoneButton} button */
const keyOf = (messageId, button) => key(button, () => void act('press', { message: messageId, n: button.n }));

/** @param {{ src: string, alt?: string }} picture */
function pictureOf({ src, alt = '' }) {
  const image = document.createElement('img');
  image.className = 'picture';
  // Only now its height is known.
  image.addEventListener('load', () => {
    if (atEnd) byId('thread').scrollTop = byId('thread').scrollHeight;
  });
  image.src = src;
  image.alt = alt;
  return image;
}

/** @param {PhoneMessage} message */
function contentOf(message) {
  /** @type {HTMLElement[]} */
  const shown = [];
  for (const { src, caption } of message.pictures) {
    shown.push(pictureOf({ src }));
    if (caption !== undefined) shown.push(made('p', 'bubble', caption));
  }
  const said = [message.header, message.text, message.footer];
  said.forEach((text, n) => {
    if (text !== undefined && text !== '') shown.push(made('p', `bubble${n === 1 ? '' : ' small'}`, text));
  });
  for (const card of message.cards) {
    const box = made('div', 'bubble box');
    if (card.picture !== undefined) box.append(pictureOf({ src: card.picture, alt: card.title ?? '' }));
    box.append(made('strong', '', card.title ?? ''), made('span', 'small', card.subtitle ?? ''));
    box.append(...card.buttons.map((button) => keyOf(message.id, button)));
    shown.push(box);
  }
  if (message.receipt) {
    const box = made('div', 'bubble box');
    box.append(made('strong', '', message.receipt.merchant ?? message.receipt.orderNumber));
    for (const row of message.receipt.rows) box.append(made('span', 'small', `${row.title} · ${row.price}`));
    box.append(made('strong', '', message.receipt.total));
    shown.push(box);
  }
  if (message.location)
    shown.push(made('p', 'bubble small', `${message.location.latitude}, ${message.location.longitude}`));
  return shown;
}

/** Rows that stand, by message: a button that somebody is about to press stays the same one while its message is read. */
/** @type {Map<string, { drawn: string, item: HTMLElement, when: HTMLElement }>} */
const rows = new Map();

/** @param {PhoneMessage} message */
function row(message) {
  const { status, ...content } = message;
  const drawn = JSON.stringify(content);
  const standing = rows.get(message.id);
  const shown = standing?.drawn === drawn ? standing : { drawn, ...drawRow(message) };
  rows.set(message.id, shown);
  const told = message.from === 'person' ? '' : words.state[status];
  const when = [clock(message.atMs, 'short'), told].filter((part) => part !== '').join(' · ');
  if (shown.when.textContent !== when) shown.when.textContent = when;
  return shown.item;
}

/** @param {PhoneMessage} message */
function drawRow(message) {
  const item = made('li', message.from === 'person' ? 'row mine' : 'row theirs');
  item.append(...contentOf(message), ...message.buttons.map((button) => keyOf(message.id, button)));
  if (message.list) {
    const choices = made('details', 'rows');
    choices.append(made('summary', 'key', message.list.label));
    for (const button of message.list.sections.flatMap((section) => section.rows)) {
      choices.append(keyOf(message.id, button));
      if (button.description !== undefined) choices.append(made('span', 'small', button.description));
    }
    item.append(choices);
  }
  for (const { emoji } of message.reactions) item.append(made('span', 'small', filled(words.reaction, { emoji })));
  const when = made('span', 'when');
  item.append(when);
  return { item, when };
}

/** @param {SeenRequest} request */
function seen(request) {
  const item = made('li', 'request');
  const answered = filled(words.answered, { status: request.answer.status });
  item.append(made('h3', '', `${clock(request.atMs, 'medium')} · ${request.method} ${request.path} · ${answered}`));
  const body = made('pre', '', JSON.stringify(request.body, null, 2));
  body.tabIndex = 0;
  item.append(body);
  return item;
}

/** @param {PhoneState} next */
function show(next) {
  if (state && state.person.key === next.person.key && next.version < state.version) return;
  const isElsewhere = state?.person.key !== next.person.key;
  const listed = state?.seen.length;
  state = next;
  person = next.person.key;
  sessionStorage.setItem(remembered, person);
  byId('account').textContent = next.account.name;
  byId('typing').textContent = next.typing ? words.typing : '';
  showPeople(next);
  showThread(next, isElsewhere);
  byId('window').textContent = next.window.open
    ? filled(words.windowOpen, { time: dayAndClock(next.window.closesAtMs ?? next.nowMs) })
    : words.windowClosed;
  byId('reach').textContent = next.person.reach === 'reachable' ? words.unreachable : words.reachable;
  byId('nothing').hidden = next.seen.length > 0;
  // A body that somebody reads is not drawn anew under their eyes.
  if (isElsewhere || listed !== next.seen.length) byId('readable').replaceChildren(...next.seen.map(seen));
}

/** @param {PhoneState} next */
function showPeople({ people }) {
  const field = /** @type {HTMLSelectElement} */ (byId('people'));
  const options = people.map(({ key: value, name }) => new Option(name, value, false, value === person));
  field.replaceChildren(...options);
}

/** @param {PhoneState} next @param {boolean} isElsewhere */
function showThread({ thread, profile }, isElsewhere) {
  const list = byId('thread');
  if (isElsewhere) atEnd = true;
  const first = thread.length === 0 ? [made('li', 'row small', profile.greeting ?? words.empty)] : [];
  if (isElsewhere) rows.clear();
  const items = [...first, ...thread.map(row)];
  for (const old of Array.from(list.children)) if (!items.includes(/** @type {HTMLElement} */ (old))) old.remove();
  items.forEach((item, n) => {
    if (list.children[n] !== item) list.insertBefore(item, list.children[n] ?? null);
  });
  showMenu(profile);
  showChips(thread, profile);
  // What stands under the thread takes of its height.
  if (atEnd) list.scrollTop = list.scrollHeight;
}

/** @param {PhoneState['thread']} thread @param {PhoneState['profile']} profile */
function showChips(thread, profile) {
  const last = thread.at(-1);
  const chips = byId('chips');
  const offered = JSON.stringify([last?.id, last?.quickReplies, thread.length === 0 && profile]);
  if (chips.dataset['offered'] === offered) return;
  chips.dataset['offered'] = offered;
  chips.replaceChildren(...(last?.quickReplies ?? []).map((button) => keyOf(last?.id ?? '', button)));
  if (thread.length === 0) {
    const begins = { n: 0, kind: /** @type {const} */ ('press'), title: words.begin };
    if (profile.getStarted) chips.append(key(begins, () => void act('get-started')));
    for (const one of profile.iceBreakers) chips.append(key(one, () => void act('ice-breaker', { n: one.n })));
  }
}

/** @param {PhoneState['profile']} profile */
function showMenu(profile) {
  byId('menu').hidden = profile.menu.length === 0;
  const entries = profile.menu.map((one) => key(one, () => void act('menu', { n: one.n })));
  byId('sheet').replaceChildren(...entries);
}

async function refresh() {
  const asked = person;
  const query = new URLSearchParams({ platform, ...(asked !== '' && { person: asked }) });
  const response = await fetch(`/phone/api/state?${query}`);
  const answer = await response.json();
  // Meanwhile somebody else's telephone was taken up: this is of the one before.
  if (person !== asked) return;
  // Somebody who is remembered here may be gone with the sandbox's data.
  if (response.status === 404 && person !== '') {
    person = '';
    await refresh();
  } else if (response.ok) show(answer);
}

/** @type {EventSource | undefined} */
let stream;
function follow() {
  stream?.close();
  stream = new EventSource(`/phone/api/events?${new URLSearchParams({ platform, person })}`);
  stream.addEventListener('changed', () => void refresh());
  stream.addEventListener('error', () => (byId('said').textContent = words.gone));
  stream.addEventListener('open', () => (byId('said').textContent = ''));
}

/** @type {Record<string, () => Promise<void> | void>} */
const happenings = {
  time: () => act('time', { passedMs: 86_400_000 }),
  changed: () => act('new-number', { how: 'changed' }),
  recycled: () => act('new-number', { how: 'recycled' }),
  reach: () => act('reach', { reach: state?.person.reach === 'reachable' ? 'unreachable' : 'reachable' }),
  picture: () => byId('file').click(),
  location: () => act('location', { latitude: 39.9622, longitude: -83.0007 }),
  voice: () => act('other', { what: 'audio' }),
};

for (const button of document.querySelectorAll('[data-do]'))
  button.addEventListener('click', () => void happenings[/** @type {HTMLElement} */ (button).dataset['do'] ?? '']?.());

byId('composer').addEventListener('submit', (event) => {
  event.preventDefault();
  const field = /** @type {HTMLInputElement} */ (byId('text'));
  const text = field.value.trim();
  field.value = '';
  if (text !== '') void act('say', { text });
});
byId('thread').addEventListener('scroll', () => {
  const { scrollHeight, scrollTop, clientHeight } = byId('thread');
  atEnd = scrollHeight - scrollTop - clientHeight < 80;
});
byId('menu').addEventListener('click', () => {
  const sheet = byId('sheet');
  sheet.hidden = !sheet.hidden;
  byId('menu').setAttribute('aria-expanded', String(!sheet.hidden));
});
byId('people').addEventListener('change', () => {
  person = /** @type {HTMLSelectElement} */ (byId('people')).value;
  void refresh().then(follow);
});
byId('new').addEventListener('submit', (event) => {
  event.preventDefault();
  const field = /** @type {HTMLInputElement} */ (byId('name'));
  void act('people', {
    name: field.value.trim(),
    locale: document.documentElement.lang === 'es' ? 'es_LA' : 'en_US',
  }).then(follow);
  field.value = '';
});
async function sendPicture() {
  const field = /** @type {HTMLInputElement} */ (byId('file'));
  const [file] = field.files ?? [];
  if (!file) return;
  const bytes = new Uint8Array(await file.arrayBuffer());
  const base64 = btoa(Array.from(bytes, (byte) => String.fromCodePoint(byte)).join(''));
  field.value = '';
  await act('picture', { mimeType: file.type, base64 });
}
byId('file').addEventListener('change', () => void sendPicture());

await refresh();
follow();
