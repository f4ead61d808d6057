import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { after, before, beforeEach, test } from 'node:test';
import type { PlatformName } from './phone-api.ts';
import { startPlatformTrial, type PlatformTrial } from './platform-trial.fixture.ts';

let trial: PlatformTrial;
let psid: string;

before(async () => {
  trial = await startPlatformTrial();
  psid = (await trial.state('messenger')).person.id;
});
after(() => trial.close());
beforeEach(() => trial.heal());

const send = (text: string, metadata?: string) =>
  trial.graph('messenger', 'POST', '/me/messages', {
    recipient: { id: psid },
    message: { text, ...(metadata && { metadata }) },
  });
const messageOf = (item: Readonly<Record<string, unknown>>) =>
  (item['message'] ?? {}) as { mid?: string; text?: string; metadata?: string; is_echo?: boolean; app_id?: number };
const say = (text: string, platform: PlatformName = 'messenger') => trial.phone('say', platform, { text });

test('a body is signed over its own bytes with the app’s secret, and holds nothing outside of ASCII', async () => {
  await say('¿Cuánto gasté en café / té? 😀');
  await trial.hub.until((item) => messageOf(item).text === '¿Cuánto gasté en café / té? 😀');
  const body = trial.hub.told.at(-1);
  assert.ok(body);
  const { appSecret } = trial.settings.messenger;
  const expected = createHmac('sha256', appSecret).update(body.raw).digest('hex');
  assert.equal(body.headers['x-hub-signature-256'], `sha256=${expected}`);
  assert.ok(body.raw.every((byte) => byte < 0x80));
  assert.match(body.raw.toString(), /\\u00bfCu\\u00e1nto.*caf\\u00e9 \\\/ t.*\\ud83d\\ude00/);
});

test('an echo with its metadata comes before the send’s own answer; delivery and read come after', async () => {
  await say('Hello');
  const { body } = await send('An answer', 'delivery-1');
  const echo = trial.hub.items('messenger').find((item) => messageOf(item).metadata === 'delivery-1');
  assert.ok(echo);
  assert.deepEqual(
    [messageOf(echo).mid, messageOf(echo).is_echo, messageOf(echo).app_id],
    [body['message_id'], true, Number(trial.settings.messenger.appId)],
  );
  assert.equal((echo['recipient'] as { id: string }).id, psid);
  await trial.hub.until((item) => (item['delivery'] as { mids?: string[] })?.mids?.[0] === body['message_id']);
  await trial.phone('read', 'messenger');
  await trial.hub.until((item) => item['read'] !== undefined);
  assert.equal((await trial.state('messenger')).thread.at(-1)?.status, 'read');
});

test('a body that is not answered with 200 comes again, the same bytes, until it is', async () => {
  await trial.faults('messenger', { redeliverAfterMs: 10 });
  trial.hub.answers.push(500, 404);
  await say('again and again');
  const seen = () =>
    trial.hub.told.filter(({ items }) => items.some((item) => messageOf(item).text === 'again and again'));
  await trial.hub.until(() => seen().length === 3);
  assert.deepEqual(
    seen().map(({ status }) => status),
    [500, 404, 200],
  );
  assert.ok(seen().every(({ raw }) => raw.equals(seen()[0]?.raw ?? Buffer.alloc(0))));
});

test('doubled bodies come twice', async () => {
  await trial.faults('messenger', { webhooksDoubled: 1 });
  await say('twice');
  const seen = () => trial.hub.items().filter((item) => messageOf(item).text === 'twice').length;
  await trial.hub.until(() => seen() === 2);
});

test('what is held comes in one body when it is let go, in any order where that is set, the same for a seed', async () => {
  const orderOf = async (seed: string): Promise<string[]> => {
    await trial.faults('messenger', { webhooksHeld: true, webhooksShuffled: true, seed });
    const texts = Array.from({ length: 8 }, (_, place) => `${seed} ${place}`);
    for (const text of texts) await say(text);
    const from = trial.hub.told.length;
    await trial.faults('messenger', { webhooksHeld: false });
    const came = () =>
      trial.hub.told.slice(from).flatMap(({ items }) => items.flatMap((item) => messageOf(item).text ?? []));
    await trial.hub.until(() => came().length === texts.length);
    assert.equal(trial.hub.told.length, from + 1);
    return came().map((text) => text.slice(seed.length));
  };
  const first = await orderOf('seed');
  assert.notDeepEqual(first, first.toSorted());
  await trial.heal();
  assert.deepEqual(await orderOf('seed'), first);
});

test('nothing is sent before the handshake is answered', async () => {
  await trial.restart();
  await trial.faults('messenger', { redeliverAfterMs: 10 });
  trial.hub.handshakes = false;
  await say('not yet');
  const attempts = async (): Promise<number> => {
    const { bodies } = (await trial.control('GET', '/messenger/webhooks')) as { bodies: { attempts: number }[] };
    return bodies[0]?.attempts ?? 0;
  };
  while ((await attempts()) < 2);
  assert.ok(!trial.hub.items().some((item) => messageOf(item).text === 'not yet'));
  trial.hub.handshakes = true;
  await trial.hub.until((item) => messageOf(item).text === 'not yet');
});

test('a field that is not subscribed is not told', async () => {
  const fields = trial.graph('messenger', 'POST', '/me/subscribed_apps', { subscribed_fields: ['messages'] });
  assert.equal((await fields).status, 200);
  const { body } = await trial.graph('messenger', 'GET', '/me/subscribed_apps');
  assert.deepEqual((body['data'] as { subscribed_fields: string[] }[])[0]?.subscribed_fields, ['messages']);
  await say('Hello');
  await send('no echo', 'unheard');
  await say('marker');
  await trial.hub.until((item) => messageOf(item).text === 'marker');
  assert.ok(!trial.hub.items().some((item) => messageOf(item).metadata === 'unheard'));
  assert.equal(
    (await trial.graph('messenger', 'POST', '/me/subscribed_apps', { subscribed_fields: ['nonsense'] })).error?.code,
    100,
  );
  const all =
    'messages,messaging_postbacks,message_echoes,message_deliveries,message_reads,messaging_account_linking,standby';
  await trial.graph('messenger', 'POST', `/me/subscribed_apps?subscribed_fields=${all}`);
});

test('standby is told in a list of its own', async () => {
  await trial.control('POST', '/messenger/standby', { person: 'robert', text: 'to another app' });
  await trial.hub.until((item) => messageOf(item).text === 'to another app');
  assert.match(trial.hub.told.at(-1)?.raw.toString() ?? '', /"standby":\[/);
});

test('taken and reset: the send counts, its echo comes, and the caller has no answer', async () => {
  await say('Hello');
  await trial.control('DELETE', '/messenger/taken');
  await trial.faults('messenger', { resetAfterTakingNext: 1 });
  await assert.rejects(send('cut off', 'unknown-1'));
  await trial.hub.until((item) => messageOf(item).metadata === 'unknown-1');
  await trial.faults('messenger', { resetBeforeTakingNext: 1, serverErrorsNext: 1, rateLimitedNext: 1 });
  assert.deepEqual([(await send('x', 'not-1')).status, (await send('x', 'not-2')).error?.code], [500, 613]);
  await assert.rejects(send('x', 'not-3'));
  await send('x', 'taken-1');
  const { taken } = (await trial.control('GET', '/messenger/taken')) as { taken: { reference: string }[] };
  assert.deepEqual(
    taken.map(({ reference }) => reference),
    ['unknown-1', 'taken-1'],
  );
});

test('chances of faults are drawn from the seed', async () => {
  await say('Hello');
  const row = async (seed: string): Promise<number[]> => {
    await trial.faults('messenger', { seed, serverErrors: 0.3, rateLimited: 0.3 });
    const statuses: number[] = [];
    for (let sent = 0; sent < 20; sent += 1) statuses.push((await send('a')).status);
    return statuses;
  };
  const one = await row('one');
  assert.deepEqual(await row('one'), one);
  assert.ok(new Set(one).size === 3);
});

test('Meta’s own account linking: a token for five minutes, the person behind it, linked and unlinked', async () => {
  await say('Hello');
  const payload = {
    template_type: 'button',
    text: 'Join',
    buttons: [{ type: 'account_link', url: `${trial.hub.url}/join` }],
  };
  const sent = await trial.graph('messenger', 'POST', '/me/messages', {
    recipient: { id: psid },
    message: { attachment: { type: 'template', payload } },
  });
  const { open } = await trial.phone('press', 'messenger', { message: sent.body['message_id'], n: 0 });
  const address = new URL(String(open));
  const token = address.searchParams.get('account_linking_token') ?? '';
  const asked = await trial.graph('messenger', 'GET', `/me?fields=recipient&account_linking_token=${token}`);
  assert.equal(asked.body['recipient'], psid);
  const back = new URL(address.searchParams.get('redirect_uri') ?? '');
  back.searchParams.set('authorization_code', 'code-1');
  assert.equal((await fetch(back)).status, 200);
  const linkOf = (item: Readonly<Record<string, unknown>>) => item['account_linking'] as { status: string } | undefined;
  const linked = await trial.hub.until((item) => linkOf(item)?.status === 'linked');
  assert.deepEqual(linkOf(linked), { status: 'linked', authorization_code: 'code-1' });
  assert.equal((await fetch(back)).status, 400);
  await trial.graph('messenger', 'POST', '/me/unlink_accounts', { psid });
  await trial.hub.until((item) => linkOf(item)?.status === 'unlinked');
});

test('the platform looks at addresses in a message by GET, without the fragment', async () => {
  await say('Hello');
  await send(`See ${trial.hub.url}/v#one-time-token.`);
  for (;;) {
    const { previews } = (await trial.control('GET', '/messenger/previews')) as { previews: { url: string }[] };
    if (previews.some(({ url }) => url === `${trial.hub.url}/v`)) break;
  }
  const look = trial.hub.looked.find(({ path }) => path === '/v');
  assert.match(look?.agent ?? '', /^facebookexternalhit/);
});

test('a picture is fetched before the message is taken; what is none, or too large, is refused', async () => {
  await say('Hello');
  const image = () =>
    trial.graph('messenger', 'POST', '/me/messages', {
      recipient: { id: psid },
      message: { attachment: { type: 'image', payload: { url: `${trial.hub.url}/picture` } } },
    });
  assert.equal((await image()).error?.error_subcode, 2018008);
  trial.hub.picture = Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), Buffer.alloc(100)]);
  assert.equal((await image()).status, 200);
  const src = (await trial.state('messenger')).thread.at(-1)?.pictures[0]?.src ?? '';
  const shown = await fetch(`${trial.sandbox.url}${src}`);
  assert.equal(shown.headers.get('content-type'), 'image/png');
  trial.hub.picture = Buffer.concat([trial.hub.picture, Buffer.alloc(8 * 1024 * 1024)]);
  assert.equal((await image()).error?.error_subcode, 2018022);
});
