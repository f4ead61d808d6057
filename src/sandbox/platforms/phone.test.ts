import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { startPlatformTrial, type PlatformTrial } from './platform-trial.fixture.ts';

let trial: PlatformTrial;

before(async () => {
  trial = await startPlatformTrial();
});
after(() => trial.close());

test('a telephone shows what was sent, and beside it what the platform could read of it', async () => {
  await trial.phone('say', 'messenger', { text: 'Hello' });
  const { person } = await trial.state('messenger');
  const buttons = [
    { type: 'postback', title: 'It was me', payload: 'act|1|0' },
    { type: 'web_url', title: 'Open', url: `${trial.hub.url}/v#token` },
  ];
  const payload = { template_type: 'button', text: 'Was this you?', buttons };
  await trial.graph('messenger', 'POST', '/me/messages', {
    recipient: { id: person.id },
    message: {
      attachment: { type: 'template', payload },
      quick_replies: [{ content_type: 'text', title: 'Help', payload: 'say|1|0' }],
    },
  });
  const shown = await trial.state('messenger');
  const message = shown.thread.at(-1);
  assert.equal(message?.text, 'Was this you?');
  assert.deepEqual(
    [...(message?.buttons ?? []), ...(message?.quickReplies ?? [])].map(({ n, kind, title }) => [n, kind, title]),
    [
      [0, 'press', 'It was me'],
      [1, 'url', 'Open'],
      [2, 'press', 'Help'],
    ],
  );
  const [request] = shown.seen;
  assert.deepEqual([request?.method, request?.path, request?.answer.status], ['POST', '/me/messages', 200]);
  assert.ok(!JSON.stringify(shown.seen).includes(trial.settings.messenger.pages[0]?.accessToken ?? ''));

  const id = message?.id ?? '';
  const opened = await trial.phone('press', 'messenger', { message: id, n: 1 });
  assert.equal(opened['open'], `${trial.hub.url}/v#token`);
  await trial.phone('press', 'messenger', { message: id, n: 0 });
  await trial.hub.until((item) => (item['postback'] as { payload?: string })?.payload === 'act|1|0');
  await trial.phone('press', 'messenger', { message: id, n: 2 });
  await trial.hub.until(
    (item) => (item['message'] as { quick_reply?: { payload: string } })?.quick_reply?.payload === 'say|1|0',
  );
  await trial.phone('react', 'messenger', { message: id, emoji: '👍' });
  await trial.hub.until((item) => (item['reaction'] as { emoji?: string })?.emoji === '👍');
});

test('a change is told to whoever listens', async () => {
  const events = await fetch(`${trial.sandbox.url}/phone/api/events?platform=whatsapp`);
  const reader = events.body?.pipeThrough(new TextDecoderStream()).getReader();
  const next = async (): Promise<number> => {
    const { value = '' } = (await reader?.read()) ?? {};
    return Number(/"version":(\d+)/.exec(value)?.[1]);
  };
  const first = await next();
  await trial.phone('say', 'whatsapp', { text: 'Hello' });
  assert.ok((await next()) > first);
  await reader?.cancel();
});

test('somebody new has ids of their own and begins with nothing said', async () => {
  const { person: made } = (await trial.phone('people', 'whatsapp', { name: 'Ana', hides: 'number' })) as {
    person: { key: string };
  };
  const { person, window, thread } = await trial.state('whatsapp', made.key);
  assert.deepEqual([person.name, person.hides, window.open, thread.length], ['Ana', 'number', false, 0]);
  const others = (await trial.state('whatsapp')).people.filter(({ key }) => key !== person.key);
  assert.ok(others.every(({ id, number }) => id !== person.id && number !== person.number));
});

test('a first press of get started carries the word of the link, later ones are referrals', async () => {
  await trial.graph('messenger', 'POST', '/me/messenger_profile', { get_started: { payload: 'get-started' } });
  const { person } = (await trial.phone('people', 'messenger', { name: 'Ben' })) as { person: { key: string } };
  await trial.phone('get-started', 'messenger', { person: person.key, ref: 'card-42' });
  const begun = await trial.hub.until((item) => (item['postback'] as { payload?: string })?.payload === 'get-started');
  assert.equal((begun['postback'] as { referral: { ref: string } }).referral.ref, 'card-42');
  await trial.phone('get-started', 'messenger', { person: person.key, ref: 'card-43' });
  await trial.hub.until((item) => (item['referral'] as { ref?: string })?.ref === 'card-43');
});

test('another page of the browser’s cannot use the telephone, and nonsense is refused with a code', async () => {
  const post = (headers: Record<string, string>, body: string): Promise<Response> =>
    fetch(`${trial.sandbox.url}/phone/api/say`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body,
    });
  const said = JSON.stringify({ platform: 'messenger', text: 'a' });
  assert.equal((await post({ origin: 'https://elsewhere.example' }, said)).status, 403);
  assert.equal((await post({}, '{"platform":"messenger"}')).status, 422);
  assert.equal((await post({}, '{')).status, 400);
  assert.equal((await post({}, JSON.stringify({ platform: 'messenger', person: 'nobody', text: 'a' }))).status, 404);
  const faults = await fetch(`${trial.sandbox.url}/control/platforms/messenger/faults`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: '{"nonsense":1}',
  });
  assert.equal(faults.status, 422);
});
