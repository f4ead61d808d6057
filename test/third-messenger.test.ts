import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Channels, JoinCode } from '#contract';
import { chimeAt, chimeChatter } from './channel/chime.ts';
import { chimePlatform, type ChimePlatform } from './chime/platform.ts';
import { testHub, type TestHub } from './hub.ts';
import { until } from './until.ts';
import { Visitor } from './visitor.ts';

// A messenger takes one folder (test/chime) and one line in a list of kinds; nothing else knows of it.

let platform: ChimePlatform;
let hub: TestHub;
before(async () => {
  platform = await chimePlatform();
  hub = await testHub({ messengers: [chimeAt(platform.api)] });
});
after(async () => {
  await hub.close();
  await platform.close();
});

test('a third messenger is joined, stands under its own name where one is told, and is brought a purchase', async () => {
  const ana = await Visitor.arrive(hub);
  await ana.link('citi', 'customer-1');
  const { code } = (await ana.call<JoinCode>('POST', '/api/channels/code')).body;
  await chimeChatter(hub, platform, 'Ana').say(code);
  const told = await until('Chime to be a channel of hers', async () => {
    const { body } = await ana.call<Channels>('GET', '/api/channels');
    return body.channels.length > 0 && body;
  });
  assert.deepEqual(
    told.channels.map(({ channel, name, hasWindow, detail }) => ({ channel, name, hasWindow, detail })),
    [{ channel: 'chime', name: 'Chime', hasWindow: false, detail: 'pointer' }],
  );
  assert.deepEqual(told.reach[0], { channel: 'chime', name: 'Chime' });
  const full = told.previews.find(({ purpose, detail }) => purpose === 'transactions' && detail === 'full');
  assert.match(full?.parts[0]?.text ?? '', /Stroman & Hudson/, 'the example is drawn by Chime itself');
  assert.equal(full?.later, undefined, 'with no window nothing else comes later');

  const response = await fetch(`${hub.sandboxUrl}/control/banks/citi/purchases`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ customer: 'customer-1', purchases: [{ amount: '4.20', merchant: { name: 'Kiosk' } }] }),
  });
  assert.equal(response.ok, true);
  const sent = await until('the purchase at Chime', async () =>
    platform.sent.find(({ buttons = [] }) => buttons.some(({ url }) => url?.startsWith(`${hub.url}/v#`))),
  );
  assert.equal(sent.to, 'Ana');
  assert.doesNotMatch(JSON.stringify(platform.sent), /Kiosk|4\.20/, 'it is told at the level that holds there');
});
