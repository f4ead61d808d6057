import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { systemClock } from '#base';
import { examineChannels } from '../src/app/doctor.ts';
import { configureChannels, type ChannelSettings } from '../src/app/channels-file.ts';
import { testHub, type TestHub } from './hub.ts';
import { until } from './until.ts';

// The examination of a page and a number, against the stand-ins of the platforms and the hub's own webhook.

let hub: TestHub;
before(async () => {
  hub = await testHub();
});
after(() => hub.close());

const examined = async (settings: ChannelSettings, publicUrl = hub.url) => {
  const lines: string[] = [];
  const channels = configureChannels(settings);
  const ills = await examineChannels({ channels, publicUrl, clock: systemClock, say: (line) => void lines.push(line) });
  return { ills, text: lines.join('\n') };
};

/** Says something to the platforms' control API. */
async function fault(platform: string, faults: object): Promise<void> {
  const response = await fetch(`${hub.sandboxUrl}/control/platforms/${platform}/faults`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(faults),
  });
  assert.equal(response.ok, true, await response.text());
}

test('a page and a number that are set up are found well, and no secret is printed', async () => {
  const { platforms } = hub;
  // The templates are made, and approved, a moment after the start.
  await until('all to be well', async () => (await examined({ ...platforms })).ills === 0);
  const { text } = await examined({ ...platforms });
  assert.match(text, /Messenger, /);
  assert.match(text, /WhatsApp, /);
  assert.match(text, /✔ reachable/);
  assert.match(text, /✔ templates/);
  const secrets = [
    platforms.messenger.appSecret,
    platforms.messenger.verifyToken,
    ...platforms.messenger.pages.map(({ accessToken }) => accessToken),
    ...platforms.whatsapp.numbers.map(({ accessToken }) => accessToken),
  ];
  for (const secret of secrets) assert.ok(!text.includes(secret));
});

test('a dead token, a missing permission and an address that is not ours are named, each with what to mend', async () => {
  const { messenger } = hub.platforms;
  const [page] = messenger.pages;
  assert.ok(page);
  await fault('messenger', { tokensDead: [page.pageId] });
  const dead = await examined({ messenger: { ...messenger, pages: [page] } });
  assert.match(dead.text, /✖ token +The access token is dead\.\n +Generate a new one/);
  await fault('messenger', { tokensDead: [], permissionMissing: true });
  const poor = await examined({ messenger: { ...messenger, pages: [page] } });
  assert.match(poor.text, /✖ permissions/);
  await fault('messenger', { permissionMissing: false });
  const elsewhere = await examined({ messenger: { ...messenger, pages: [page] } }, hub.sandboxUrl);
  assert.match(elsewhere.text, /✖ reachable +Our address answered 404/);
  assert.match(elsewhere.text, /✖ webhook +The app calls another address than ours\./);
});
