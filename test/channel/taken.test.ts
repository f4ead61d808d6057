import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, test } from 'node:test';
import fc from 'fast-check';
import { createLog, systemClock } from '#base';
import { messengerProfile, messengerRequest, renderMessenger } from '#channels/messenger';
import { templateCatalogue, type Rendering } from '#channels/meta';
import { renderWhatsApp, whatsAppRequest } from '#channels/whatsapp';
import { atDetail, type Message } from '#contract';
import { createSandbox, type Sandbox } from '#sandbox';
import { testDatabase } from '#test/database';
import { madeMessage, madeRendering } from './made-messages.ts';

/** The sandbox's platforms keep rules of their own writing: what they refuse, we have understood otherwise. */

const dot = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);
/** Answers the platforms' webhooks and serves the picture that they fetch. */
const hub = createServer((request, response) => {
  if (request.method === 'GET') response.writeHead(200, { 'content-type': 'image/png' }).end(dot);
  else request.resume().on('end', () => response.writeHead(200).end());
});
let publicUrl: string;
let sandbox: Sandbox;
let base: Awaited<ReturnType<typeof testDatabase>>;

before(async () => {
  await new Promise<void>((resolve) => hub.listen(0, '127.0.0.1', resolve));
  publicUrl = `http://localhost:${(hub.address() as AddressInfo).port}`;
  base = await testDatabase();
  const log = createLog('silent');
  sandbox = await createSandbox({
    databaseUrl: base.sandboxUrl,
    port: 0,
    hubUrl: publicUrl,
    clock: systemClock,
    log,
    seedCustomers: 1,
  });
  // Rates are another test's matter.
  for (const platform of ['messenger', 'whatsapp'])
    await fetch(`${sandbox.url}/control/platforms/${platform}/faults`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json', origin: new URL(sandbox.url).origin },
      body: JSON.stringify({ ratesKept: false }),
    });
});
after(async () => {
  await sandbox.close();
  hub.closeAllConnections();
  await new Promise<void>((resolve) => hub.close(() => resolve()));
  await base.close();
});

type Platform = 'messenger' | 'whatsapp';

/** Calls the platform with its page's or number's token; the error's code and words when it refuses. */
async function call(platform: Platform, path: string, body: object): Promise<string | undefined> {
  const { messenger, whatsapp } = sandbox.platforms;
  const token = (platform === 'messenger' ? messenger.pages[0] : whatsapp.numbers[0])?.accessToken ?? '';
  const answer = await fetch(`${sandbox.platforms[platform].graph}${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  const { error } = (await answer.json()) as { error?: { code: number; message: string } };
  return error && `${error.code} ${error.message}`;
}

/** Somebody who has just written, and how a message goes to them. */
async function person(platform: Platform): Promise<(message: Message, rendering: Rendering) => Promise<string[]>> {
  const phone = (path: string, init?: RequestInit) => fetch(`${sandbox.url}/phone/api/${path}`, init);
  await phone('say', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ platform, text: 'Hello' }),
  });
  const state = (await (await phone(`state?platform=${platform}`)).json()) as {
    person: { id: string; number?: string };
  };
  const { id, number } = state.person;
  const account = sandbox.platforms.whatsapp.numbers[0]?.phoneNumberId ?? '';
  return async (message, rendering) => {
    const refused: string[] = [];
    const requests =
      platform === 'messenger'
        ? renderMessenger(message, rendering).map((body) => messengerRequest(body, id, 'reference'))
        : renderWhatsApp(message, rendering).map((body) =>
            whatsAppRequest(body, { id, ...(number && { number }) }, 'reference'),
          );
    for (const request of requests) {
      const error = await call(platform, platform === 'messenger' ? '/me/messages' : `/${account}/messages`, request);
      if (error !== undefined) refused.push(`${error}: ${JSON.stringify(request).slice(0, 300)}`);
    }
    return refused;
  };
}

const at = (rendering: Rendering): Rendering => ({
  ...rendering,
  window: 'free',
  publicUrl,
  ...(rendering.pictureAddress && { pictureAddress: `${publicUrl}/pictures/x` }),
  ...(rendering.viewAddress && { viewAddress: `${publicUrl}/v#AbCdEf` }),
});
/** Addresses in what is said would be looked at for a preview: none that leads out of this machine. */
const isAtHome = (message: Message): boolean => !JSON.stringify(message).includes('://evil');

for (const platform of ['messenger', 'whatsapp'] as const) {
  test(`${platform} takes whatever we make of a message`, async () => {
    const send = await person(platform);
    const made = fc.tuple(madeMessage.filter(isAtHome), madeRendering);
    await fc.assert(
      fc.asyncProperty(made, async ([message, rendering]) => {
        const shown = atDetail(message, true, rendering.detail, rendering.locale);
        assert.deepEqual(await send(shown, at(rendering)), []);
      }),
      { numRuns: 25 },
    );
  });

  test(`${platform} takes every template that we propose, and each as it is sent`, async () => {
    const { messenger, whatsapp } = sandbox.platforms;
    const place = platform === 'messenger' ? messenger.pages[0]?.pageId : whatsapp.numbers[0]?.businessAccountId;
    for (const proposed of templateCatalogue(publicUrl))
      assert.equal(await call(platform, `/${place}/message_templates`, proposed), undefined, proposed.name);
    const send = await person(platform);
    const message: Message = {
      id: '018f3c1e-0000-7000-8000-000000000003',
      revision: 1,
      author: 'bank',
      at: '2026-11-20T19:14:00Z',
      content: { kind: 'text', text: 'Two lines\n\nof words,      and a gap.' },
    };
    const rendering = at({
      timeZone: 'UTC',
      faces: [],
      publicUrl,
      locale: 'es',
      window: 'free',
      detail: 'full',
      purpose: null,
    });
    const template = { ...rendering, window: 'template', viewAddress: `${publicUrl}/v#AbCdEf` } as const;
    // A template is approved a moment after it was proposed.
    for (const purpose of [null, 'fraud-alerts', 'customer-chat'] as const) {
      let refused = ['not sent yet'];
      for (let attempt = 0; refused.length > 0 && attempt < 50; attempt += 1) {
        refused = await send(message, { ...template, purpose });
        if (refused.length > 0) await new Promise((resolve) => setTimeout(resolve, 100));
      }
      assert.deepEqual(refused, []);
    }
  });
}

test('Messenger takes the profile', async () => {
  assert.equal(await call('messenger', '/me/messenger_profile', messengerProfile(publicUrl)), undefined);
});
