import assert from 'node:assert/strict';
import { test } from 'node:test';
import { whatsAppProfile } from './locale.ts';

test('somebody is greeted in the language of their number’s country, and in the usual one where it tells nothing', async () => {
  const localeOf = async (number?: string): Promise<string | undefined> =>
    (await whatsAppProfile({ channel: 'whatsapp', account: 'a', person: { id: 'U', ...(number && { number }) } }))
      .locale;
  // Madrid, Mexico City, San Juan, Santo Domingo, Asunción.
  for (const number of ['34911234567', '525512345678', '17875551234', '18095551234', '595211234567'])
    assert.equal(await localeOf(number), 'es', number);
  // New York, São Paulo, Paris, Georgetown, Port-au-Prince; and a number that is hidden.
  for (const number of ['12125551234', '551112345678', '33112345678', '5922261234', '50922123456', undefined])
    assert.equal(await localeOf(number), undefined, number ?? 'hidden');
});
