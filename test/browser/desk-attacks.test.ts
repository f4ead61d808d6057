import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Writer, signInAtDesk } from './desk-stage.ts';
import { payloadCount, payloads } from './desk-payloads.ts';
import { until } from '../until.ts';
import { setStage } from './stage.ts';

// What a customer writes is shown to staff as what it is: text. A thousand ways of making it something else.

const stage = setStage();

/** So many entries are made in one case; a case of a thousand words is another test. */
const perCase = 250;

/** Runs in the page: tries everything that a hand could do to what is shown, and answers what is there. */
const prod = `(() => {
  const shown = [...document.querySelectorAll('[data-said]')];
  const around = [...document.querySelectorAll('main *, dialog *')];
  const own = (one) => one.closest('[data-said]') === null;
  for (const element of shown.flatMap((one) => [one, ...one.querySelectorAll('*')])) {
    for (const name of ['mouseover', 'pointerenter', 'focus', 'click', 'dblclick', 'toggle', 'auxclick'])
      element.dispatchEvent(new MouseEvent(name, { bubbles: true, cancelable: true }));
    element.focus?.();
  }
  const bad = 'a,area,img,svg,script,style,iframe,object,embed,form,input,button,video,audio,details,link,meta,base,math,template,[href],[src],[style],[onclick]';
  // What the pane has none of itself, wherever a question, a note or what was tried before is shown.
  const foreign = 'area,script,style,iframe,object,embed,video,audio,link,meta,base,math,template,a[href]:not([href^="#"]),img:not([src^="blob:"]):not([src^="/api/desk/"]):not([src^="/assets/"]):not([src^="data:"]),[style*="url"]';
  const names = ['onerror', 'onload', 'onfocus', 'onclick', 'onmouseover', 'ontoggle'];
  return {
    texts: shown.map((one) => [...one.querySelector('bdi').childNodes].filter(({ nodeType }) => nodeType === 3).map(({ data }) => data).join('')),
    unseen: shown.reduce((sum, one) => sum + one.querySelectorAll('span[title]').length, 0),
    elements: shown.flatMap((one) => [...one.querySelectorAll(bad)]).length + around.filter((one) => own(one) && one.matches(foreign)).length,
    handlers: around.filter((one) => names.some((name) => one.hasAttribute(name))).length,
    high: shown.filter((one) => one.scrollHeight > one.clientHeight + 1).length,
    planted: 'planted' in globalThis,
  };
})()`;

interface Shown {
  readonly texts: readonly string[];
  /** Characters that are shown by their number. */
  readonly unseen: number;
  readonly elements: number;
  readonly handlers: number;
  readonly high: number;
  readonly planted: boolean;
}

test('of 1,000 payloads in customers’ words none runs, none can be pressed, and each is shown as text', async (t) => {
  assert.equal(payloads.length, payloadCount);
  const { context, complaints } = await stage().ownBrowser({ viewport: { width: 1280, height: 900 } });
  const page = await context.newPage();
  const dialogues: string[] = [];
  page.on('dialog', (dialogue) => {
    dialogues.push(dialogue.message());
    void dialogue.dismiss();
  });
  let popups = 0;
  context.on('page', () => (popups += 1));
  await signInAtDesk(page, stage().hub, 'agent-1');
  const asked: string[] = [];
  page.on('request', (request) => {
    const { origin, pathname } = new URL(request.url());
    if (origin !== stage().hub.staffUrl || !/^\/(api\/desk|desk|assets|theme\.js|icon\.svg)\b/.test(pathname))
      asked.push(request.url());
  });
  const seen: Shown[] = [];
  const writer = await Writer.arrive(stage().hub, { customer: 'customer-1' });
  for (let from = 0; from < payloads.length; from += perCase) {
    const some = payloads.slice(from, from + perCase);
    const { caseId, number } = await writer.open({
      topic: 'card_arrival',
      asked: some[0] ?? '',
      tried: some.slice(1, 9),
    });
    for (const payload of some) await writer.say(payload);
    await page.goto(`${stage().hub.staffUrl}/desk#case/${caseId}`);
    await page.getByRole('region', { name: `Case ${number}` }).waitFor();
    await until('every payload to be shown', async () => (await page.locator('[data-said]').count()) === some.length);
    const address = page.url();
    seen.push(await page.evaluate<Shown>(prod));
    assert.equal(page.url(), address, 'nothing led away');
    await writer.leave();
  }
  const sum = (of: (shown: Shown) => number): number => seen.reduce((total, shown) => total + of(shown), 0);
  const texts = seen.flatMap(({ texts }) => texts);
  const executed = dialogues.length + popups + sum(({ planted }) => Number(planted));
  const pressable = sum(({ elements, handlers }) => elements + handlers);
  t.diagnostic(
    `${texts.length} payloads shown, ${executed} executed, ${pressable} clickable, ${complaints.length} refused by the policy`,
  );
  assert.deepEqual({ shown: texts.length, executed, pressable }, { shown: payloadCount, executed: 0, pressable: 0 });
  assert.deepEqual(complaints, [], 'nothing even came as far as the policy');
  assert.deepEqual(asked, [], 'nothing was fetched');
  assert.equal(
    sum(({ high }) => high),
    0,
    'nothing covers what is beside it',
  );
  // What is read is what was written, with what cannot be seen by its number.
  const plain = (text: string): string => text.replaceAll(/[\p{C}\p{M}\u2028\u2029]/gu, '');
  const wrong = texts.filter((text, at) => plain(text) !== plain(payloads[at] ?? ''));
  assert.deepEqual(wrong, []);
  const turning = /[\u202a-\u202e\u2066-\u2069\u061c\u200b\u200e\u200f]/;
  assert.equal(texts.filter((text) => turning.test(text)).length, 0);
  const written = payloads.flatMap((text) => [...text.matchAll(new RegExp(turning, 'g'))]).length;
  assert.ok(written > 0 && sum(({ unseen }) => unseen) >= written, 'each of them is shown by its number');
});
