import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { messengerProfile, readMessenger } from '#channels/messenger';
import { templateCatalogue } from '#channels/meta';
import { readWhatsApp } from '#channels/whatsapp';
import type { PlatformName } from '../src/sandbox/platforms/phone-api.ts';
import { startPlatformTrial, type PlatformTrial } from '../src/sandbox/platforms/platform-trial.fixture.ts';

const reference = '00000000-0000-7000-8000-000000000001:0:1';
let trial: PlatformTrial;

before(async () => {
  trial = await startPlatformTrial();
});
after(() => trial.close());

/** Everything that a person can do with the telephone at this platform. */
async function doEverything(platform: PlatformName, messageId: string): Promise<void> {
  const picture = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1').toString('base64');
  await trial.phone('press', platform, { message: messageId, n: 0 });
  await trial.phone('say', platform, { text: 'an answer', replyTo: messageId });
  await trial.phone('react', platform, { message: messageId, emoji: '👍' });
  await trial.phone('react', platform, { message: messageId });
  await trial.phone('picture', platform, { mimeType: 'image/png', base64: picture, caption: 'mine' });
  await trial.phone('location', platform, { latitude: 40.7, longitude: -74 });
  for (const what of ['audio', 'sticker', 'contacts', 'order', 'unsupported'])
    await trial.phone('other', platform, { what });
  await trial.phone('read', platform);
}

async function untilAllTold(platform: PlatformName): Promise<void> {
  for (;;) {
    const { waiting } = await trial.control('GET', `/${platform}/webhooks`);
    if (waiting === 0) return;
  }
}

test('everything that the stand-in of Messenger tells is understood', async () => {
  await trial.phone('get-started', 'messenger', { ref: 'card' });
  await trial.phone('say', 'messenger', { text: 'Hello' });
  const { person } = await trial.state('messenger');
  const buttons = [{ type: 'postback', title: 'Yes', payload: 'act|1|0' }];
  const { body } = await trial.graph('messenger', 'POST', '/me/messages', {
    recipient: { id: person.id },
    message: {
      attachment: { type: 'template', payload: { template_type: 'button', text: 'Was it you?', buttons } },
      quick_replies: [{ content_type: 'text', title: 'Help', payload: 'say|1|0' }],
      metadata: reference,
    },
  });
  await doEverything('messenger', String(body['message_id']));
  await trial.phone('press', 'messenger', { message: body['message_id'], n: 1 });
  await trial.control('POST', '/messenger/standby', { person: 'robert', text: 'to another app' });
  await trial.graph('messenger', 'POST', '/me/message_templates', {
    name: 'something_new',
    language: 'es',
    category: 'UTILITY',
    components: [{ type: 'BODY', text: 'Hay algo nuevo.' }],
  });
  await trial.hub.until((item) => item['field'] === 'message_template_status_update');
  await untilAllTold('messenger');
  const readings = trial.hub.told
    .filter(({ platform }) => platform === 'messenger')
    .flatMap(({ raw }) => readMessenger(raw, trial.settings.messenger));
  assert.deepEqual(
    readings.filter(({ kind }) => kind === 'dead-letter'),
    [],
  );
  const kinds = new Set<string>(readings.map(({ kind }) => kind));
  const expected = ['echo', 'location', 'media', 'press', 'reaction', 'routing', 'template', 'text', 'watermark'];
  assert.deepEqual(
    expected.filter((kind) => !kinds.has(kind)),
    [],
    [...kinds].join(' '),
  );
  assert.ok(readings.some((one) => one.kind === 'echo' && one.own && one.reference === reference));
});

test('everything that the stand-in of WhatsApp tells is understood, whatever its people hide', async () => {
  const [number] = trial.settings.whatsapp.numbers;
  for (const hides of ['nothing', 'number', 'id']) {
    await trial.control('PUT', '/whatsapp/people/robert', { hides });
    await trial.phone('say', 'whatsapp', { text: 'Hello' });
    const { person } = await trial.state('whatsapp');
    const reply = { type: 'reply', reply: { id: 'act|1|0', title: 'Yes' } };
    const { body } = await trial.graph('whatsapp', 'POST', `/${number?.phoneNumberId ?? ''}/messages`, {
      messaging_product: 'whatsapp',
      ...(hides === 'number' ? { recipient: person.id } : { to: person.number }),
      type: 'interactive',
      interactive: { type: 'button', body: { text: 'Was it you?' }, action: { buttons: [reply] } },
      biz_opaque_callback_data: reference,
    });
    await doEverything('whatsapp', (body['messages'] as { id: string }[])[0]?.id ?? '');
  }
  await trial.phone('new-number', 'whatsapp', { how: 'changed' });
  await untilAllTold('whatsapp');
  const readings = trial.hub.told
    .filter(({ platform }) => platform === 'whatsapp')
    .flatMap(({ raw }) => readWhatsApp(raw));
  assert.deepEqual(
    readings.filter(({ kind }) => kind === 'dead-letter'),
    [],
  );
  const kinds = new Set<string>(readings.map(({ kind }) => kind));
  const expected = ['location', 'media', 'press', 'reaction', 'readdressed', 'status', 'text', 'unsupported'];
  assert.deepEqual(
    expected.filter((kind) => !kinds.has(kind)),
    [],
    [...kinds].join(' '),
  );
  assert.ok(readings.some((one) => one.kind === 'status' && one.reference === reference));
});

test('the stand-ins approve every template of the catalogue and take the profile', async () => {
  const [number] = trial.settings.whatsapp.numbers;
  const places = [
    ['messenger', '/me'],
    ['whatsapp', `/${number?.businessAccountId ?? ''}`],
  ] as const;
  const catalogue = templateCatalogue(trial.hub.url);
  for (const [platform, owner] of places) {
    for (const definition of catalogue) {
      const made = await trial.graph(platform, 'POST', `${owner}/message_templates`, definition);
      assert.equal(made.status, 200, made.error?.message ?? '');
    }
    const names = new Set(catalogue.map(({ name }) => name));
    const approved = (): number =>
      trial.hub.items(platform).filter((item) => {
        const value = item['value'] as { event?: string; message_template_name?: string } | undefined;
        return value?.event === 'APPROVED' && names.has(value.message_template_name ?? '');
      }).length;
    await trial.hub.until(() => approved() === catalogue.length);
  }
  const profile = await trial.graph('messenger', 'POST', '/me/messenger_profile', messengerProfile(trial.hub.url));
  assert.equal(profile.status, 200, profile.error?.message ?? '');
});
