import assert from 'node:assert/strict';
import { test } from 'node:test';
import { breaksOfMessenger, messengerRequest, renderMessenger } from '#channels/messenger';
import type { Rendering } from '#channels/meta';
import { breaksOfWhatsApp, renderWhatsApp, whatsAppRequest } from '#channels/whatsapp';
import { atDetail } from '#contract';
import { madeMatters } from './made-matters.ts';
import { messageOf } from './made-message.ts';

// Cards of matters that go on, as they stand in messengers that draw no cards of ours.

const at = (given: Partial<Rendering> = {}): Rendering => ({
  detail: 'full',
  locale: 'en',
  timeZone: 'America/New_York',
  purpose: 'fraud-alerts',
  window: 'free',
  publicUrl: 'https://hub.example',
  faces: [{ id: 'citi', name: 'Citi', mark: 'Ci', accent: { light: '#00677f', dark: '#62c3dd' }, telephone: '' }],
  ...given,
});
const reference = '018f3c1e-0000-7000-8000-000000000001:0:1';
const picture = { pictureAddress: 'https://hub.example/pictures/one' };
const message = (name: string, locale: 'en' | 'es' = 'en') =>
  messageOf(madeMatters[name] ?? assert.fail(name), 0, locale);
const plain = (text: string): string => text.replaceAll(/[\u00a0\u202f]/g, ' ');
const textIn = (bodies: unknown): string => plain(JSON.stringify(bodies));

test('an alert is its picture, then why and until when over the two answers, the safe one first', () => {
  const bodies = renderMessenger(message('alert-open'), at(picture));
  assert.equal(bodies.length, 2);
  const [drawn, asked] = bodies.map((body) =>
    'message' in body && 'attachment' in body.message ? body.message.attachment : undefined,
  );
  assert.equal(drawn?.type, 'image');
  assert.ok(asked?.type === 'template' && asked.payload.template_type === 'button');
  assert.deepEqual(
    asked.payload.buttons.map(({ title }) => title),
    ['No, freeze my card', 'Yes, it was me'],
  );
  assert.equal(
    plain(asked.payload.text),
    [
      'Was this you? Citi holds $1,284.00 at Joyería Ocampo, Guadalajara. It waits for your answer until 3:32 PM.',
      'Held by Citi, not paid',
      '48 minutes earlier this card was used in Westerville, OH, 1,804 miles away.',
      'It is much more than you usually pay at once.',
    ].join('\n'),
  );
});

test('a bill stands in the picture; where there is none, line by line in words', () => {
  const line = '• Stoneware bowl × 2: $76.00';
  const receipt = message('receipt');
  for (const render of [renderMessenger, renderWhatsApp]) {
    assert.ok(textIn(render(receipt, at())).includes(line));
    assert.ok(!textIn(render(receipt, at(picture))).includes(line));
    assert.ok(textIn(render(receipt, at(picture))).includes('Halden & Row, order 18842: $115.20.'));
  }
  assert.match(textIn(renderWhatsApp(message('receipt-odd'), at(picture))), /do not add up/);
});

test('what keeps a parcel comes with what one can do, in the customer’s language', () => {
  const said = textIn(renderWhatsApp(message('parcel-customs', 'es'), at({ locale: 'es', purpose: 'shipping' })));
  assert.match(said, /Está en la aduana\./);
  assert.match(said, /paga solo ahí/);
});

test('no card of any state breaks a rule of either platform, with its picture or without, in both languages', () => {
  for (const name of Object.keys(madeMatters))
    for (const locale of ['en', 'es'] as const)
      for (const given of [{}, picture]) {
        const rendering = at({ locale, ...given });
        for (const body of renderMessenger(message(name, locale), rendering))
          assert.deepEqual(breaksOfMessenger(messengerRequest(body, '1234567890', reference)), [], name);
        for (const body of renderWhatsApp(message(name, locale), rendering))
          assert.deepEqual(breaksOfWhatsApp(whatsAppRequest(body, { number: '15550001111' }, reference)), [], name);
      }
});

test('below full an alert asks with a rounded sum and no answer, a receipt names its shop, a parcel how far it is', () => {
  const masked = (name: string): string => {
    const shown = atDetail(message(name), true, 'masked', 'en');
    const bodies = renderMessenger(shown, at({ detail: 'masked', viewAddress: 'https://hub.example/v#one' }));
    assert.ok(!textIn(bodies).includes('freeze'), name);
    return textIn(bodies);
  };
  assert.match(masked('alert-open'), /Your bank asks about a payment of about \$1,284 at Joyería Ocampo\./);
  assert.match(masked('receipt'), /A receipt from Halden & Row, about \$115\./);
  assert.match(masked('parcel-out'), /A parcel is out for delivery\./);
  assert.match(masked('freeze-confirmed'), /There is something new from your bank\./);
});
