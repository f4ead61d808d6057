import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Message } from '#contract';
import type { Rendering } from '#channels/meta';
import type { MessengerBody, TemplatePayload } from './body.ts';
import { renderMessenger } from './render.ts';

const id = '11111111-1111-4111-8111-111111111111';
const rendering: Rendering = {
  detail: 'full',
  locale: 'en',
  timeZone: 'America/New_York',
  purpose: 'transactions',
  window: 'free',
  publicUrl: 'https://hub.example',
  faces: [{ id: 'citi', name: 'Citi', mark: 'Ci', accent: { light: '#000', dark: '#fff' }, telephone: '1' }],
};
const said = (text: string, more: Partial<Message> = {}): Message => ({
  id,
  revision: 1,
  author: 'tellerline',
  at: '2026-11-20T19:14:00Z',
  content: { kind: 'text', text },
  ...more,
});
const transaction = {
  id: 't1',
  status: 'authorized',
  amount: '65.70',
  currency: 'USD',
  direction: 'debit',
  occurredAt: '2026-11-20T19:14:00Z',
  localDate: '2026-11-20',
  description: 'STROMAN',
  merchant: { name: 'Stroman & Hudson', address: { city: 'Westerville', region: 'OH' } },
} as const;
const purchase = said('', {
  content: {
    kind: 'card',
    text: '$65.70 at Stroman & Hudson, Westerville OH.',
    card: { card: 'transaction', bank: 'citi', account: { kind: 'card', last4: '2291' }, transaction },
  },
});

/** What hangs on bodies, in short. */
const payloadsOf = (bodies: readonly MessengerBody[]): (TemplatePayload | string)[] =>
  bodies.map(({ message }) => {
    if ('text' in message) return message.text;
    if ('template' in message) return message.template.name;
    return message.attachment.type === 'template' ? message.attachment.payload : message.attachment.payload.url;
  });

test('a purchase is a card with its picture, its time in the person’s own zone, and what tells it again', () => {
  const picture = 'https://hub.example/pictures/x';
  const bodies = renderMessenger(purchase, { ...rendering, pictureAddress: picture, reference: '7K2M4P' });
  assert.deepEqual(bodies, [
    {
      messaging_type: 'UPDATE',
      message: {
        attachment: {
          type: 'template',
          payload: {
            template_type: 'generic',
            elements: [
              {
                title: '$65.70 at Stroman & Hudson',
                subtitle: 'Westerville OH · Nov 20, 2:14 PM · card 2291 · Citi · Ref. 7K2M4P',
                image_url: picture,
              },
            ],
          },
        },
      },
    },
  ]);
});

test('accounts stand beside each other, up to ten of them in one message', () => {
  const at = '2026-11-20T19:14:00Z';
  const accounts = Array.from({ length: 12 }, (_, n) => ({
    kind: 'checking' as const,
    last4: String(4400 + n),
    balance: { current: '20.00', available: '12.50', currency: 'USD', asOf: at },
  }));
  const message = said('', { content: { kind: 'card', text: '', card: { card: 'balance', bank: 'citi', accounts } } });
  const [first, second] = payloadsOf(renderMessenger(message, { ...rendering, locale: 'es', purpose: 'balances' }));
  assert.ok(typeof first === 'object' && first.template_type === 'generic' && first.elements.length === 10);
  assert.deepEqual(first.elements[0], { title: '$12.50 disponibles', subtitle: 'la cuenta corriente 4400 · Citi' });
  assert.ok(typeof second === 'object' && second.template_type === 'generic' && second.elements.length === 2);
});

test('a card whose name is too long for its lines is said in words, whole', () => {
  const name = 'A merchant of many words '.repeat(5).trim();
  const card = { card: 'transaction', bank: 'citi', account: { kind: 'card', last4: '2291' } } as const;
  const long = { ...card, transaction: { ...transaction, merchant: { name } } };
  const message = said('', { content: { kind: 'card', card: long, text: `$65.70 at ${name}.` } });
  assert.deepEqual(payloadsOf(renderMessenger(message, rendering)), [
    `$65.70 at ${name}\nNov 20, 2:14 PM · card 2291 · Citi`,
  ]);
});

test('a button names its message and its place, the safe one stands first, and none holds a token', () => {
  const actions = [
    { act: 'stop-link', label: 'Stop Citi', token: 'secret', weight: 'grave' },
    { act: 'keep-link', label: 'Keep it', token: 'secret', weight: 'main' },
  ] as const;
  const waysOn = [
    { way: 'link-bank', bank: 'citi', label: 'Link Citi' },
    { way: 'sign-in', label: 'I already use Tellerline here' },
    { way: 'link-bank', bank: 'citi', label: 'Open', address: '/m#once' },
  ] as const;
  const bodies = renderMessenger(said('Stop?', { actions: [...actions], waysOn: [...waysOn] }), rendering);
  assert.deepEqual(payloadsOf(bodies), [
    {
      template_type: 'button',
      text: 'Stop?',
      buttons: [
        { type: 'postback', title: 'Keep it', payload: `act|${id}|1` },
        { type: 'postback', title: 'Stop Citi', payload: `act|${id}|0` },
        { type: 'postback', title: 'Link Citi', payload: 'way|link-bank|citi' },
      ],
    },
    {
      template_type: 'button',
      text: 'More to choose from:',
      buttons: [{ type: 'web_url', title: 'Open', url: 'https://hub.example/m#once' }],
    },
  ]);
});

test('what is long is split between sentences, and what can be tapped stands under the end of it', () => {
  const text = 'This sentence is here to be long enough. '.repeat(100).trim();
  const quickReplies = Array.from({ length: 20 }, (_, n) => ({ label: `Reply number ${n} of twenty`, text: 'x' }));
  const bodies = renderMessenger(said(text, { quickReplies }), rendering);
  assert.equal(bodies.length, 3);
  for (const part of payloadsOf(bodies)) assert.ok(typeof part === 'string' && part.endsWith('enough.'));
  const replies = bodies.map(({ message }) => ('quick_replies' in message ? message.quick_replies : undefined));
  assert.deepEqual(
    replies.map((some) => some?.length),
    [undefined, undefined, 13],
  );
});

test('below full there is the way to the secure view and no answer', () => {
  const message = said('Hay algo nuevo de tu banco.');
  const viewAddress = 'https://hub.example/v#t';
  assert.deepEqual(
    payloadsOf(renderMessenger(message, { ...rendering, locale: 'es', detail: 'pointer', viewAddress })),
    [
      {
        template_type: 'button',
        text: 'Hay algo nuevo de tu banco. El enlace se abre una sola vez y vale 10 minutos.',
        buttons: [
          { type: 'web_url', title: 'Abrir', url: viewAddress },
          { type: 'postback', title: 'Enviar otro enlace', payload: `menu|show|${id}` },
        ],
      },
    ],
  );
});

test('the window decides the form: an answer, news, words of the staff, or a template and nothing else', () => {
  const viewAddress = 'https://hub.example/v#t';
  const formOf = (over: Partial<Rendering>) =>
    renderMessenger(purchase, { ...rendering, ...over }).map((body) =>
      'tag' in body ? body.tag : body.messaging_type,
    );
  assert.deepEqual(formOf({ purpose: null }), ['RESPONSE']);
  assert.deepEqual(formOf({}), ['UPDATE']);
  assert.deepEqual(formOf({ window: 'human-agent' }), ['HUMAN_AGENT']);
  assert.deepEqual(formOf({ window: 'template', viewAddress }), ['UTILITY']);
  assert.deepEqual(formOf({ window: 'template' }), []);
});

test('what came in the customer’s quiet hours is there when they look, and no telephone announces it', () => {
  const viewAddress = 'https://hub.example/v#t';
  const announced = (quiet: boolean, window: Rendering['window']) =>
    renderMessenger({ ...purchase, ...(quiet && { quiet }) }, { ...rendering, window, viewAddress }).map(
      ({ notification_type }) => notification_type,
    );
  for (const window of ['free', 'human-agent', 'template'] as const) {
    assert.deepEqual(announced(true, window), ['NO_PUSH']);
    assert.deepEqual(announced(false, window), [undefined]);
  }
});
