import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { IdentityId } from '#base';
import { channelTable, messengerTables, notificationTable } from './export-channels.ts';

const by = { locale: 'es', when: String, bank: String } as const;
const identity = 'identity' as IdentityId;
const since = new Date('2026-11-20T19:14:00Z');

test('the page to read names who somebody is at messengers, and shows the pictures that they sent from there', () => {
  const person = { id: '24680', number: '16145550100' };
  const address = { identity, channel: 'whatsapp', account: '<b>', person, since, heardAt: null };
  const picture = { at: since, type: 'image/webp', base64: 'UklGRg==' };
  const page = messengerTables({ addresses: [{ ...address, state: 'retired' }], pictures: [picture] }, 'x', by);
  assert.match(page, /<td>WhatsApp<\/td><td>24680, 16145550100<\/td><td>&lt;b&gt;<\/td><td>ya no se usa<\/td>/);
  assert.match(page, /<img src="data:image\/webp;base64,UklGRg==" alt="Una foto que enviaste">/);
  assert.equal(messengerTables({ addresses: [], pictures: [] }, 'x', by), '<p>Nada.</p>');
});

test('and where there is something told, how much of it', () => {
  const browser = { id: identity, endpoint: 'https://push.example/secret', browser: 'Firefox', system: '', since: 'x' };
  const told = notificationTable({ email: 'ana@person.example', browsers: [browser] }, 'x', by);
  assert.match(told, /ana@person\.example/);
  assert.match(told, /<td>Firefox, push\.example<\/td>/);
  const channel = { identityId: identity, channel: 'messenger', spare: false };
  assert.match(
    channelTable([{ ...channel, detail: 'pointer', otherwise: 'drop', details: { balances: 'off' } }], 'x', by),
    /<td>Facebook Messenger<\/td><td>nada<\/td><td>solo que hay algo<\/td><td>solo que hay algo<\/td><td>omitirlo<\/td>/,
  );
});
