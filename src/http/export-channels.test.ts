import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { IdentityId } from '#base';
import { channelSections } from './export-channels.ts';

const messengers = new Map([
  ['messenger', 'Facebook Messenger'],
  ['whatsapp', 'WhatsApp'],
]);
const by = { locale: 'es', when: String, bank: String, messenger: (id: string) => messengers.get(id) } as const;
const identity = 'identity' as IdentityId;
const since = new Date('2026-11-20T19:14:00Z');

test('the page to read names who somebody is at messengers, their pictures, and what is told where', () => {
  const person = { id: '24680', number: '16145550100' };
  const page = channelSections(
    {
      messengers: {
        addresses: [{ identity, channel: 'whatsapp', account: '<b>', person, state: 'retired', since, heardAt: null }],
        pictures: [{ at: since, type: 'image/webp', base64: 'UklGRg==' }],
      },
      notifications: {
        email: 'ana@person.example',
        browsers: [
          { id: identity, endpoint: 'https://push.example/secret', browser: 'Firefox', system: '', since: 'x' },
        ],
      },
      channels: [
        {
          identityId: identity,
          channel: 'messenger',
          detail: 'pointer',
          details: { balances: 'off' },
          otherwise: 'drop',
          spare: false,
        },
      ],
    },
    by,
  );
  assert.match(page, /<td>WhatsApp<\/td><td>24680, 16145550100<\/td><td>&lt;b&gt;<\/td><td>ya no se usa<\/td>/);
  assert.match(page, /<img src="data:image\/webp;base64,UklGRg==" alt="Una foto que enviaste">/);
  assert.match(page, /ana@person\.example/);
  assert.match(page, /<td>Firefox, push\.example<\/td>/);
  assert.match(
    page,
    /<td>Facebook Messenger<\/td><td>nada<\/td><td>solo que hay algo<\/td><td>solo que hay algo<\/td><td>omitirlo<\/td>/,
  );
});

test('what there is none of is said in a word', () => {
  const nothing = {
    messengers: { addresses: [], pictures: [] },
    notifications: { email: undefined, browsers: [] },
    channels: [],
  };
  assert.equal(channelSections(nothing, by).match(/<p>Nada\.<\/p>/g)?.length, 3);
});
