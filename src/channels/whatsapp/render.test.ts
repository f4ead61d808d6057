import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Message } from '#contract';
import type { Rendering } from '#channels/meta';
import { whatsAppRequest, type WhatsAppBody } from './body.ts';
import { renderWhatsApp } from './render.ts';

const id = '11111111-1111-4111-8111-111111111111';
const rendering: Rendering = {
  detail: 'full',
  locale: 'en',
  timeZone: 'UTC',
  purpose: 'transactions',
  window: 'free',
  publicUrl: 'https://hub.example',
  faces: [],
};
const said = (more: Partial<Message>): Message => ({
  id,
  revision: 1,
  author: 'tellerline',
  at: '2026-11-20T19:14:00Z',
  content: { kind: 'text', text: 'What now?' },
  ...more,
});
const replies = (count: number) => Array.from({ length: count }, (_, n) => ({ label: `Reply ${n}`, text: 'x' }));
const kindOf = (body: WhatsAppBody): string => (body.type === 'interactive' ? body.interactive.type : body.type);

test('up to three replies are buttons, more are a list, and a list ends at ten', () => {
  const counts = [1, 3, 4, 12].map((count) =>
    renderWhatsApp(said({ quickReplies: replies(count) }), rendering).map((body) => {
      if (body.type !== 'interactive') return body.type;
      const { interactive } = body;
      if (interactive.type === 'button') return interactive.action.buttons.length;
      return interactive.type === 'list' ? `list of ${interactive.action.sections[0].rows.length}` : interactive.type;
    }),
  );
  assert.deepEqual(counts, [[1], [3], ['list of 4'], ['list of 10', 'list of 2']]);
});

test('two buttons never have one title, and a row says below what its title left out', () => {
  const labels = ['A very long label that ends in one', 'A very long label that ends in two', 'Short', 'Shorter'];
  const quickReplies = labels.map((label) => ({ label, text: label }));
  const [body] = renderWhatsApp(said({ quickReplies }), rendering);
  assert.ok(body?.type === 'interactive' && body.interactive.type === 'list');
  const { rows } = body.interactive.action.sections[0];
  assert.equal(new Set(rows.map(({ title }) => title)).size, 4);
  assert.deepEqual(
    rows.map(({ description }) => description),
    ['A very long label that ends in one', 'A very long label that ends in two', undefined, undefined],
  );
});

test('an address stands alone under its text, and buttons that act in a body of their own', () => {
  const waysOn = [{ way: 'privacy', label: 'What is shared' } as const];
  const actions = [{ act: 'keep-link', label: 'Keep it', token: 'secret', weight: 'main' } as const];
  assert.deepEqual(renderWhatsApp(said({ waysOn, quickReplies: replies(2) }), rendering).map(kindOf), ['cta_url']);
  assert.deepEqual(renderWhatsApp(said({ waysOn, actions }), rendering).map(kindOf), ['cta_url', 'button']);
});

test('below full there is the sentence, one address and no reply', () => {
  const message = said({ content: { kind: 'text', text: 'There is something new from your bank.' } });
  const viewAddress = 'https://hub.example/v#t';
  assert.deepEqual(renderWhatsApp(message, { ...rendering, detail: 'pointer', viewAddress }), [
    {
      type: 'interactive',
      interactive: {
        type: 'cta_url',
        body: { text: 'There is something new from your bank.' },
        footer: { text: 'Opens once, within 10 minutes. For another, write “show”.' },
        action: { name: 'cta_url', parameters: { display_text: 'Open', url: viewAddress } },
      },
    },
  ]);
});

test('a picture stands above its words, and says with them what it shows', () => {
  const at = '2026-11-20T19:14:00Z';
  const accounts = [
    { kind: 'card' as const, last4: '2291', balance: { current: '-12.00', currency: 'USD', asOf: at } },
  ];
  const content = { kind: 'card', text: '', card: { card: 'balance', bank: 'Citi', accounts } } as const;
  const pictureAddress = 'https://hub.example/pictures/x';
  const message = said({ content: { ...content, card: { ...content.card, accounts } } });
  assert.deepEqual(renderWhatsApp(message, { ...rendering, pictureAddress, reference: '7K2M4P' }), [
    { type: 'image', image: { link: pictureAddress, caption: 'Citi: $12.00 owed on card 2291.\nRef. 7K2M4P' } },
  ]);
  const [listed, list] = renderWhatsApp({ ...message, quickReplies: replies(4) }, { ...rendering, pictureAddress });
  assert.deepEqual(
    [listed, list].map((body) => body && kindOf(body)),
    ['image', 'list'],
  );
});

test('a person is sent to by the id that belongs to this business, by number only where none is known', () => {
  const [body] = renderWhatsApp(said({}), rendering);
  assert.ok(body);
  const to = (person: { id?: string; number?: string }) => {
    const { to, recipient } = whatsAppRequest(body, person, 'r');
    return { to, recipient };
  };
  assert.deepEqual(to({ id: 'US.1', number: '15550001111' }), { to: undefined, recipient: 'US.1' });
  assert.deepEqual(to({ id: 'US.1' }), { to: undefined, recipient: 'US.1' });
  assert.deepEqual(to({ number: '15550001111' }), { to: '15550001111', recipient: undefined });
});
