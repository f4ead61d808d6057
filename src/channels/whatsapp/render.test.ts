import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Message } from '#contract';
import { renderWhatsApp } from './render.ts';

const id = '11111111-1111-4111-8111-111111111111';
const reader = { locale: 'en', timeZone: 'UTC', faces: [], publicUrl: 'https://hub.example', detail: 'full' } as const;
const said = (more: Partial<Message>): Message => ({
  id,
  revision: 1,
  author: 'tellerline',
  at: '2026-11-20T19:14:00Z',
  content: { kind: 'text', text: 'What now?' },
  ...more,
});
const replies = (count: number) => Array.from({ length: count }, (_, n) => ({ label: `Reply ${n}`, text: 'x' }));

test('up to three replies are buttons, more are a list, and a list ends at ten', () => {
  const kinds = [1, 3, 4, 12].map((count) => {
    const [body] = renderWhatsApp({ ...reader, message: said({ quickReplies: replies(count) }) });
    if (body.type !== 'interactive') return body.type;
    const { interactive } = body;
    if (interactive.type === 'button') return interactive.action.buttons.length;
    return interactive.type === 'list' ? `list of ${interactive.action.sections[0].rows.length}` : interactive.type;
  });
  assert.deepEqual(kinds, [1, 3, 'list of 4', 'list of 10']);
});

test('two buttons never have one title', () => {
  const quickReplies = ['A very long label that ends in one', 'A very long label that ends in two'].map((label) => ({
    label,
    text: label,
  }));
  const [body] = renderWhatsApp({ ...reader, message: said({ quickReplies }) });
  assert.ok(body.type === 'interactive' && body.interactive.type === 'button');
  const titles = body.interactive.action.buttons.map(({ reply }) => reply.title);
  assert.equal(new Set(titles).size, 2);
  assert.ok(titles.every((title) => title.length <= 20));
});

test('an address stands alone under its text, and not beside replies', () => {
  const waysOn = [{ way: 'privacy', label: 'What is shared' } as const];
  const only = renderWhatsApp({ ...reader, message: said({ waysOn }) });
  assert.deepEqual(
    only.map((body) => body.type === 'interactive' && body.interactive.type),
    ['cta_url'],
  );
  const both = renderWhatsApp({ ...reader, message: said({ waysOn, quickReplies: replies(2) }) });
  assert.deepEqual(
    both.map((body) => body.type === 'interactive' && body.interactive.type),
    ['button', 'cta_url'],
  );
});

test('below full there is the sentence, one address and no reply', () => {
  const message = said({ content: { kind: 'text', text: 'There is something new from your bank.' } });
  const view = 'https://hub.example/v#t';
  assert.deepEqual(renderWhatsApp({ ...reader, message, detail: 'pointer', view }), [
    {
      type: 'interactive',
      interactive: {
        type: 'cta_url',
        body: { text: 'There is something new from your bank.' },
        footer: { text: 'Good for 10 minutes. For a new link, write “show”.' },
        action: { name: 'cta_url', parameters: { display_text: 'Open', url: view } },
      },
    },
  ]);
});
