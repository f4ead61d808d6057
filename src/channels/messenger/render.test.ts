import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Message } from '#contract';
import { renderMessenger } from './render.ts';

const id = '11111111-1111-4111-8111-111111111111';
const reader = { locale: 'en', timeZone: 'America/New_York', faces: [], publicUrl: 'https://hub.example' } as const;
const said = (text: string, more: Partial<Message> = {}): Message => ({
  id,
  revision: 1,
  author: 'tellerline',
  at: '2026-11-20T19:14:00Z',
  content: { kind: 'text', text },
  ...more,
});
const purchase: Message = said('', {
  content: {
    kind: 'card',
    text: '$65.70 at Stroman & Hudson, Westerville OH.',
    card: {
      card: 'transaction',
      bank: 'citi',
      account: { kind: 'card', last4: '2291' },
      transaction: {
        id: 't1',
        status: 'authorized',
        amount: '65.70',
        currency: 'USD',
        direction: 'debit',
        occurredAt: '2026-11-20T19:14:00Z',
        localDate: '2026-11-20',
        description: 'STROMAN',
        merchant: { name: 'Stroman & Hudson', address: { city: 'Westerville', region: 'OH' } },
      },
    },
  },
});

test('a purchase is a card with its picture, its time in the person’s own zone', () => {
  const picture = 'https://hub.example/pictures/x';
  assert.deepEqual(renderMessenger({ ...reader, message: purchase, detail: 'full', picture }), [
    {
      attachment: {
        type: 'template',
        payload: {
          template_type: 'generic',
          elements: [
            {
              title: '$65.70 · Stroman & Hudson',
              subtitle: 'Westerville OH · Fri 14:14 · card 2291',
              image_url: picture,
            },
          ],
        },
      },
    },
  ]);
});

test('a button names its message and its place, and holds no token', () => {
  const actions = ['one', 'two'].map(
    (label) => ({ act: 'keep-link', label, token: 'secret', weight: 'main' }) as const,
  );
  const waysOn = [
    { way: 'link-bank', bank: 'citi', label: 'Link Citi' },
    { way: 'link-bank', bank: 'citi', label: 'Open', address: '/m#once' },
  ] as const;
  const bodies = renderMessenger({
    ...reader,
    message: said('Stop?', { actions, waysOn: [...waysOn] }),
    detail: 'full',
  });
  assert.deepEqual(bodies, [
    {
      attachment: {
        type: 'template',
        payload: {
          template_type: 'button',
          text: 'Stop?',
          buttons: [
            { type: 'postback', title: 'one', payload: `act|${id}|0` },
            { type: 'postback', title: 'two', payload: `act|${id}|1` },
            { type: 'postback', title: 'Link Citi', payload: 'way|link-bank|citi' },
          ],
        },
      },
    },
    {
      attachment: {
        type: 'template',
        payload: {
          template_type: 'button',
          text: 'You can also:',
          buttons: [{ type: 'web_url', title: 'Open', url: 'https://hub.example/m#once' }],
        },
      },
    },
  ]);
});

test('what is long is split between sentences, and what can be tapped stands under the end of it', () => {
  const text = 'This sentence is here to be long enough. '.repeat(100).trim();
  const quickReplies = Array.from({ length: 20 }, (_, n) => ({ label: `Reply number ${n} of twenty`, text: 'x' }));
  const bodies = renderMessenger({ ...reader, message: said(text, { quickReplies }), detail: 'full' });
  assert.equal(bodies.length, 3);
  assert.ok(bodies.every((body) => 'text' in body && body.text.length <= 2000 && body.text.endsWith('enough.')));
  assert.deepEqual(
    bodies.map(({ quick_replies }) => quick_replies?.length),
    [undefined, undefined, 13],
  );
  assert.ok(bodies.at(-1)?.quick_replies?.every(({ title }) => title.length <= 20));
});

test('below full there is the way to the secure view and no answer', () => {
  const actions = [{ act: 'keep-link', label: 'Yes, it was me', token: 'secret', weight: 'main' } as const];
  const message = said('Hay algo nuevo de tu banco.', { actions });
  const bodies = renderMessenger({
    ...reader,
    locale: 'es',
    message,
    detail: 'pointer',
    view: 'https://hub.example/v#t',
  });
  assert.deepEqual(bodies, [
    {
      attachment: {
        type: 'template',
        payload: {
          template_type: 'button',
          text: 'Hay algo nuevo de tu banco.',
          buttons: [
            { type: 'web_url', title: 'Abrir', url: 'https://hub.example/v#t' },
            { type: 'postback', title: 'Enviar otro enlace', payload: `menu|show|${id}` },
          ],
        },
      },
    },
  ]);
});
