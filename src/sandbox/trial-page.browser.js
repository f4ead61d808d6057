// The trial page, followed along: buttons without a reload, and what changes at the bank by itself.

const said = document.getElementById('said');
const live = document.getElementById('live');
const query = location.search.slice(1);

let clearing = 0;

/**
 * @param {string} text
 * @param {boolean} stays
 */
function say(text, stays = false) {
  clearTimeout(clearing);
  if (!said) return;
  said.textContent = text;
  // What happened also shows in the balances; the bar does not stay in the way.
  if (!stays) clearing = setTimeout(() => say('', true), 8000);
}

async function refresh() {
  // What somebody is about to press is not drawn anew under the finger or the focus.
  if (!live || document.hidden || live.contains(document.activeElement) || live.matches(':hover')) return;
  const response = await fetch(`/trial/live?${query}`);
  if (response.ok) live.innerHTML = await response.text();
}

/** @param {SubmitEvent} event */
async function send(event) {
  const form = event.target;
  if (!(form instanceof HTMLFormElement) || form.method !== 'post') return;
  event.preventDefault();
  const button = form.querySelector('button');
  button?.setAttribute('disabled', '');
  try {
    const response = form.id === 'play' ? await sendFile(form) : await sendFields(form);
    const answer = await response.json();
    const isPlayed = form.id === 'play' && response.ok;
    say(isPlayed ? toldTotals(form, answer) : (answer.said ?? answer.message ?? ''), form.id === 'play');
  } catch (error) {
    say(String(error));
  } finally {
    button?.removeAttribute('disabled');
    button?.focus();
  }
  if (live) {
    const response = await fetch(`/trial/live?${query}`);
    if (response.ok && !live.contains(document.activeElement)) live.innerHTML = await response.text();
  }
}

/** @param {HTMLFormElement} form */
function sendFields(form) {
  const body = new URLSearchParams();
  for (const [name, value] of new FormData(form)) if (typeof value === 'string') body.append(name, value);
  return fetch(form.action, { method: 'POST', headers: { accept: 'application/json' }, body });
}

/** @param {HTMLFormElement} form */
function sendFile(form) {
  say(form.dataset['playing'] ?? '', true);
  const data = new FormData(form);
  return fetch(form.action, {
    method: 'POST',
    headers: { 'content-type': 'application/octet-stream' },
    body: data.get('file'),
  });
}

/**
 * The totals of the control API in the page's language, the rejected rows first.
 *
 * @param {HTMLFormElement} form
 * @param {Record<string, number> & { sums: { amount: string, currency: string }[], rejectedRows: { line: number, reason: string }[] }} totals
 */
function toldTotals(form, { sums, rejectedRows, ...counts }) {
  const sum = sums.map(({ amount, currency }) => `${currency} ${amount}`).join(', ');
  return [
    ...rejectedRows.map((row) => filled(form.dataset['rejected'], row)),
    filled(form.dataset['played'], { ...counts, sums: sum }),
  ].join('\n');
}

/**
 * @param {string | undefined} sentence with names in braces
 * @param {Record<string, string | number>} values
 */
function filled(sentence, values) {
  return (sentence ?? '').replaceAll(/\{(\w+)\}/g, (_whole, name) => String(values[name] ?? ''));
}

document.getElementById('play-file')?.removeAttribute('hidden');
document.addEventListener('submit', (event) => void send(event));
setInterval(() => void refresh(), 2000);
