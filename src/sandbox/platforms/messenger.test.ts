import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { startPlatformTrial, type PlatformTrial } from './platform-trial.fixture.ts';

let trial: PlatformTrial;
let psid: string;

before(async () => {
  trial = await startPlatformTrial();
  psid = (await trial.state('messenger')).person.id;
});
after(() => trial.close());
beforeEach(async () => {
  await trial.heal();
  await trial.phone('say', 'messenger', { text: 'Hello' });
});

const send = (message: object, more: object = {}) =>
  trial.graph('messenger', 'POST', '/me/messages', {
    recipient: { id: psid },
    messaging_type: 'RESPONSE',
    message,
    ...more,
  });
const x = (count: number): string => 'x'.repeat(count);
const template = (payload: object): object => ({ attachment: { type: 'template', payload } });
const button = { type: 'postback', title: 'Yes', payload: 'yes' };
const receipt = {
  template_type: 'receipt',
  recipient_name: 'Robert Hale',
  order_number: 'A-1',
  currency: 'USD',
  payment_method: 'Card',
  summary: { total_cost: 6.5 },
  elements: [],
};

test('each form of message is taken within its limits and refused with code 100 above them', async () => {
  const buttons = (count: number): object[] => Array.from({ length: count }, () => button);
  const replies = (count: number, title = 'Yes'): object[] =>
    Array.from({ length: count }, () => ({ content_type: 'text', title, payload: 'yes' }));
  const generic = (count: number): object =>
    template({
      template_type: 'generic',
      elements: Array.from({ length: count }, () => ({ title: 'Card', subtitle: 'below' })),
    });
  const within: object[] = [
    { text: x(2_000) },
    { text: '😀'.repeat(2_000) },
    { text: 'a', quick_replies: replies(13, x(20)) },
    template({ template_type: 'button', text: x(640), buttons: buttons(3) }),
    generic(10),
    template({ ...receipt, elements: Array.from({ length: 100 }, () => ({ title: 'a', price: 1 })) }),
    { text: 'a', metadata: x(1_000) },
  ];
  for (const message of within) assert.equal((await send(message)).status, 200, JSON.stringify(message).slice(0, 80));
  const above: object[] = [
    { text: x(2_001) },
    { text: '' },
    {},
    { text: 'a', attachment: { type: 'image', payload: {} } },
    { text: 'a', quick_replies: replies(14) },
    { text: 'a', quick_replies: replies(1, x(21)) },
    template({ template_type: 'button', text: x(641), buttons: buttons(1) }),
    template({ template_type: 'button', text: 'a', buttons: buttons(4) }),
    template({ template_type: 'button', text: 'a', buttons: [{ ...button, title: x(21) }] }),
    template({ template_type: 'button', text: 'a', buttons: [{ type: 'web_url', title: 'a', url: 'javascript:1' }] }),
    template({ template_type: 'button', text: 'a', buttons: [] }),
    generic(11),
    template({ template_type: 'generic', elements: [{ title: 'alone' }] }),
    template({ template_type: 'list', elements: [] }),
    template({ template_type: 'open_graph', elements: [] }),
    template({
      ...receipt,
      order_number: 'A-2',
      elements: Array.from({ length: 101 }, () => ({ title: 'a', price: 1 })),
    }),
    { text: 'a', metadata: x(1_001) },
    { text: 'a', something: 'else' },
  ];
  for (const message of above) {
    const { status, error } = await send(message);
    assert.deepEqual([status, error?.code], [400, 100], JSON.stringify(message).slice(0, 80));
  }
});

test('a receipt must have each required member, and an order number that was not used', async () => {
  for (const name of ['recipient_name', 'order_number', 'currency', 'payment_method', 'summary'] as const) {
    const { [name]: _gone, ...rest } = { ...receipt, order_number: 'B-1' };
    const { error } = await send(template(rest));
    assert.equal(error?.code, 100);
    assert.match(error?.message ?? '', new RegExp(name));
  }
  assert.equal((await send(template({ ...receipt, order_number: 'B-2' }))).status, 200);
  assert.match(
    (await send(template({ ...receipt, order_number: 'B-2' }))).error?.message ?? '',
    /order_number.*unique/,
  );
});

test('a day after the last message free words are refused with 10/2018278; HUMAN_AGENT goes on for a week', async () => {
  const hour = 3_600_000;
  const human = { messaging_type: 'MESSAGE_TAG', tag: 'HUMAN_AGENT' };
  await trial.phone('time', 'messenger', { passedMs: 23 * hour });
  assert.equal((await send({ text: 'a' })).status, 200);
  await trial.phone('time', 'messenger', { passedMs: 25 * hour });
  const { error } = await send({ text: 'a' });
  assert.deepEqual([error?.code, error?.error_subcode], [10, 2018278]);
  assert.equal((await send({ text: 'a' }, human)).status, 200);
  await trial.phone('time', 'messenger', { passedMs: 8 * 24 * hour });
  assert.equal((await send({ text: 'a' }, human)).error?.error_subcode, 2018278);
  await trial.phone('say', 'messenger', { text: 'again' });
  assert.equal((await send({ text: 'a' })).status, 200);
});

test('the tags that died in April 2026 are refused with code 100, inside the window too', async () => {
  for (const tag of ['ACCOUNT_UPDATE', 'POST_PURCHASE_UPDATE', 'CONFIRMED_EVENT_UPDATE']) {
    const { error } = await send({ text: 'a' }, { messaging_type: 'MESSAGE_TAG', tag });
    assert.equal(error?.code, 100);
    assert.match(error?.message ?? '', new RegExp(tag));
  }
});

test('somebody unreachable is 551/1545041, one who blocked the page 2, nobody 100/2018001', async () => {
  await trial.phone('reach', 'messenger', { reach: 'unreachable' });
  const { error } = await send({ text: 'a' });
  assert.deepEqual([error?.code, error?.error_subcode], [551, 1545041]);
  await trial.phone('reach', 'messenger', { reach: 'blocked' });
  assert.deepEqual([(await send({ text: 'a' })).status, (await send({ text: 'a' })).error?.code], [500, 2]);
  await trial.phone('reach', 'messenger', { reach: 'reachable' });
  assert.equal((await send({ text: 'a' }, { recipient: { id: '1' } })).error?.error_subcode, 2018001);
});

test('a utility template is approved a moment later, told by webhook, and sent outside the window', async () => {
  await trial.faults('messenger', { templatesAfterMs: 300 });
  const asked = {
    name: 'something_new',
    language: 'en_US',
    category: 'UTILITY',
    components: [
      { type: 'BODY', text: 'Hello {{1}}, something new.', example: { body_text: [['Robert']] } },
      { type: 'BUTTONS', buttons: [{ type: 'URL', text: 'Open', url: `${trial.hub.url}/v{{1}}` }] },
    ],
  };
  const made = await trial.graph('messenger', 'POST', '/me/message_templates', asked);
  assert.equal(made.body['status'], 'PENDING');
  const parameters = (...texts: string[]): object[] => texts.map((text) => ({ type: 'text', text }));
  const components = [
    { type: 'body', parameters: parameters('Robert') },
    { type: 'button', sub_type: 'url', index: '0', parameters: parameters('#secret') },
  ];
  const utility = (changes: object = {}) =>
    send(
      { template: { name: 'something_new', language: { code: 'en_US' }, components, ...changes } },
      { messaging_type: 'UTILITY' },
    );
  assert.equal((await utility()).error?.code, 100);
  await trial.hub.until((item) => item['field'] === 'message_template_status_update');
  await trial.phone('time', 'messenger', { passedMs: 30 * 86_400_000 });
  assert.equal((await utility()).status, 200);
  const { thread } = await trial.state('messenger');
  assert.equal(thread.at(-1)?.text, 'Hello Robert, something new.');
  assert.equal(thread.at(-1)?.buttons[0]?.url, `${trial.hub.url}/v#secret`);
  assert.equal((await utility({ components: components.slice(1) })).error?.code, 100);
  assert.equal((await utility({ language: { code: 'es' } })).error?.code, 100);
  await trial.faults('messenger', { utilityUnavailable: true });
  assert.equal((await utility()).error?.code, 10);
  assert.equal((await trial.graph('messenger', 'POST', '/me/message_templates', asked)).error?.error_subcode, 2388024);
});

test('a profile is kept and shown, and a menu wants a get started button first', async () => {
  const menu = [
    { locale: 'default', call_to_actions: [{ type: 'postback', title: 'Balance', payload: 'menu|balance' }] },
  ];
  const profile = (body: object) => trial.graph('messenger', 'POST', '/me/messenger_profile', body);
  assert.equal((await profile({ persistent_menu: menu })).error?.code, 100);
  assert.equal((await profile({ get_started: { payload: 'get-started' }, persistent_menu: menu })).status, 200);
  const greeting = [{ locale: 'default', text: 'A bank in your messenger' }];
  const iceBreakers = [{ locale: 'default', call_to_actions: [{ question: 'What is this', payload: 'menu|what' }] }];
  assert.equal((await profile({ greeting, ice_breakers: iceBreakers })).status, 200);
  assert.equal((await profile({ greeting: [{ locale: 'default', text: x(161) }] })).error?.code, 100);
  const kept = await trial.graph('messenger', 'GET', '/me/messenger_profile?fields=get_started,greeting');
  assert.deepEqual(kept.body['data'], [{ get_started: { payload: 'get-started' }, greeting }]);
  const shown = (await trial.state('messenger')).profile;
  assert.deepEqual(
    [shown.greeting, shown.getStarted, shown.menu[0]?.title, shown.iceBreakers[0]?.title],
    ['A bank in your messenger', true, 'Balance', 'What is this'],
  );
  await trial.phone('menu', 'messenger', { n: 0 });
  await trial.hub.until((item) => (item['postback'] as { payload?: string })?.payload === 'menu|balance');
});

test('a page’s token opens its own page alone; a dead one is 190; a wrong proof is refused', async () => {
  const [, other] = trial.settings.messenger.pages;
  const me = await trial.graph('messenger', 'GET', '/me?fields=id,name');
  assert.equal(me.body['id'], trial.settings.messenger.pages[0]?.pageId);
  assert.equal((await trial.graph('messenger', 'GET', `/${other?.pageId ?? ''}`)).error?.error_subcode, 33);
  assert.equal((await trial.graph('messenger', 'GET', '/me', undefined, { token: 'no' })).error?.code, 190);
  const wrong = await trial.graph('messenger', 'GET', `/me?appsecret_proof=${'0'.repeat(64)}`);
  assert.match(wrong.error?.message ?? '', /appsecret_proof/);
  assert.equal((await trial.graph('messenger', 'GET', `/me?appsecret_proof=${trial.proof('messenger')}`)).status, 200);
  await trial.faults('messenger', { proofRequired: true });
  assert.match((await send({ text: 'a' })).error?.message ?? '', /requires? an? appsecret_proof/i);
  await trial.faults('messenger', { proofRequired: false, tokensDead: [trial.settings.messenger.pages[0]?.pageId] });
  assert.deepEqual([(await send({ text: 'a' })).status, (await send({ text: 'a' })).error?.code], [401, 190]);
  const token = trial.settings.messenger.pages[0]?.accessToken ?? '';
  const debug = await trial.graph('messenger', 'GET', `/debug_token?input_token=${token}`, undefined, { asApp: true });
  assert.equal((debug.body['data'] as { is_valid: boolean }).is_valid, false);
});

test('a version that is not there yet is an unknown path, an older one is served', async () => {
  const { graph } = trial.settings.messenger;
  const token = trial.settings.messenger.pages[0]?.accessToken ?? '';
  const at = async (version: string): Promise<number> => {
    const answer = await fetch(`${graph.replace('v26.0', version)}/me?access_token=${token}`);
    return ((await answer.json()) as { error?: { code: number } }).error?.code ?? answer.status;
  };
  assert.deepEqual([await at('v27.0'), await at('v25.0'), await at('v26.0')], [2500, 200, 200]);
});

test('a batch answers each call for itself, up to fifty', async () => {
  const call = (text: string): object => ({
    method: 'POST',
    relative_url: 'me/messages',
    body: new URLSearchParams({
      recipient: JSON.stringify({ id: psid }),
      message: JSON.stringify({ text }),
    }).toString(),
  });
  const { body } = await trial.graph('messenger', 'POST', '/', { batch: [call('one'), call(''), call('three')] });
  const answers = Object.values(body) as { code: number; body: string }[];
  assert.deepEqual(
    answers.map(({ code }) => code),
    [200, 400, 200],
  );
  assert.equal(JSON.parse(answers[1]?.body ?? '').error.code, 100);
  const many = Array.from({ length: 51 }, () => call('a'));
  assert.equal((await trial.graph('messenger', 'POST', '/', { batch: many })).error?.code, 100);
});

test('garbage is answered in the Graph API’s form', async () => {
  const token = trial.settings.messenger.pages[0]?.accessToken ?? '';
  const bodies = [
    '{',
    '[]',
    'null',
    '"text"',
    '\u0000',
    `{"recipient":${'['.repeat(5_000)}`,
    '{"recipient":{"id":{}},"message":[]}',
  ];
  for (const body of bodies) {
    for (const type of [
      'application/json',
      'text/plain',
      'multipart/form-data; boundary=x',
      'application/x-www-form-urlencoded',
    ]) {
      const answer = await fetch(`${trial.settings.messenger.graph}/me/messages?access_token=${token}`, {
        method: 'POST',
        headers: { 'content-type': type },
        body,
      });
      const { error } = (await answer.json()) as { error: { code: number; fbtrace_id: string } };
      assert.deepEqual([answer.status, error.code, typeof error.fbtrace_id], [400, 100, 'string'], `${type} ${body}`);
    }
  }
  const batch = await trial.graph('messenger', 'POST', '/', { batch: '{' });
  assert.equal(batch.error?.code, 100);
});

test('while another app has the thread, sends are 10/2018300 and what the person says is told on the side', async () => {
  const { person } = await trial.state('messenger');
  await trial.control('POST', '/messenger/handover', { person: person.key, owner: 'another' });
  await trial.hub.until((item) => 'take_thread_control' in item);
  const refused = await send({ text: 'a' });
  assert.deepEqual([refused.error?.code, refused.error?.error_subcode], [10, 2018300]);
  await trial.phone('say', 'messenger', { text: 'to the other one' });
  await trial.hub.until((item) => (item['message'] as { text?: string })?.text === 'to the other one');
  const [body] = trial.hub.told.slice(-1);
  assert.ok(body?.raw.includes('"standby"'));
  await trial.control('POST', '/messenger/handover', { person: person.key, owner: 'us' });
  await trial.hub.until((item) => 'pass_thread_control' in item);
  assert.equal((await send({ text: 'a' })).status, 200);
});

test('what sends were answered with is counted, and what was taken without its sender being told is marked', async () => {
  await trial.faults('messenger', { resetAfterTakingNext: 1 });
  await assert.rejects(send({ text: 'cut', metadata: 'mine' }));
  const { taken } = await trial.control('GET', '/messenger/taken');
  const cut = (taken as { reference?: string; unanswered?: string }[]).find(({ reference }) => reference === 'mine');
  assert.equal(cut?.unanswered, 'cut');
  const { answers } = await trial.control('GET', '/messenger/answers');
  assert.equal((answers as Record<string, number>)['taken and cut'], 1);
});
