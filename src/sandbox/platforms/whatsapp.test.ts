import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import type { PhonePerson } from './phone-api.ts';
import { startPlatformTrial, type GraphReply, type PlatformTrial } from './platform-trial.fixture.ts';

let trial: PlatformTrial;
let person: PhonePerson;
let numberId: string;
let business: string;

before(async () => {
  trial = await startPlatformTrial();
  ({ person } = await trial.state('whatsapp'));
  const [number] = trial.settings.whatsapp.numbers;
  numberId = number?.phoneNumberId ?? '';
  business = number?.businessAccountId ?? '';
});
after(() => trial.close());
beforeEach(async () => {
  await trial.heal();
  await trial.faults('whatsapp', { ratesKept: false });
  await trial.phone('say', 'whatsapp', { text: 'Hello' });
});

const send = (body: object, to: object = { to: person.number }): Promise<GraphReply> =>
  trial.graph('whatsapp', 'POST', `/${numberId}/messages`, { messaging_product: 'whatsapp', ...to, ...body });
const say = (text: string, more: object = {}) => send({ type: 'text', text: { body: text }, ...more });
const x = (count: number): string => 'x'.repeat(count);
const reply = (id: string, title: string): object => ({ type: 'reply', reply: { id, title } });
const buttons = (count: number, title = 'Button'): object => ({
  type: 'button',
  body: { text: 'Choose' },
  action: { buttons: Array.from({ length: count }, (_, n) => reply(`act|${n}`, `${title} ${n}`)) },
});
const list = (count: number, row: object = {}): object => ({
  type: 'list',
  body: { text: 'Choose' },
  action: {
    button: 'Open',
    sections: [{ rows: Array.from({ length: count }, (_, n) => ({ id: `${n}`, title: `Row ${n}`, ...row })) }],
  },
});
const cta = (displayText: string, url: string): object => ({
  type: 'cta_url',
  body: { text: 'Look' },
  action: { name: 'cta_url', parameters: { display_text: displayText, url } },
});
const idOf = ({ body }: GraphReply): string => (body['messages'] as { id: string }[])[0]?.id ?? '';
const valueOf = (item: Readonly<Record<string, unknown>>) =>
  (item['value'] ?? {}) as {
    contacts?: Record<string, unknown>[];
    messages?: Record<string, unknown>[];
    statuses?: { id: string; status: string; errors?: { code: number }[]; [name: string]: unknown }[];
  };
const statusOf = async (id: string, status: string) => {
  const item = await trial.hub.until((one) =>
    (valueOf(one).statuses ?? []).some((told) => told.id === id && told.status === status),
  );
  return (valueOf(item).statuses ?? []).find((told) => told.id === id && told.status === status);
};
const lastMessage = async (holds: (message: Record<string, unknown>) => boolean) =>
  valueOf(await trial.hub.until((item) => (valueOf(item).messages ?? []).some(holds)));

test('each form of message is taken within its limits and refused above them', async () => {
  const interactive = (what: object): object => ({ type: 'interactive', interactive: what });
  const within: object[] = [
    { type: 'text', text: { body: x(4_096) } },
    interactive(buttons(3)),
    interactive({ ...buttons(1), body: { text: x(1_024) }, footer: { text: x(60) } }),
    interactive({ ...buttons(1), action: { buttons: [reply(x(256), x(20))] } }),
    interactive(list(10)),
    interactive(list(1, { id: x(200), title: x(24), description: x(72) })),
    interactive(cta(x(20), 'https://bank.example/v')),
    { type: 'text', text: { body: 'a' }, biz_opaque_callback_data: x(512) },
  ];
  for (const body of within) assert.equal((await send(body)).status, 200, JSON.stringify(body).slice(0, 90));
  const above: object[] = [
    interactive(buttons(4)),
    interactive(buttons(0)),
    interactive({ ...buttons(1), body: { text: x(1_025) } }),
    interactive({ ...buttons(1), footer: { text: x(61) } }),
    interactive({ ...buttons(1), action: { buttons: [reply('a', x(21))] } }),
    interactive({ ...buttons(1), action: { buttons: [reply(x(257), 'a')] } }),
    interactive({ ...buttons(1), action: { buttons: [reply('a', 'a'), reply('a', 'b')] } }),
    interactive(list(11)),
    interactive(list(1, { title: x(25) })),
    interactive(list(1, { description: x(73) })),
    interactive(list(1, { id: x(201) })),
    interactive(cta(x(21), 'https://bank.example/v')),
    interactive(cta('Look', 'ftp://bank.example')),
    interactive({ type: 'carousel' }),
  ];
  for (const body of above) assert.equal((await send(body)).error?.code, 131009, JSON.stringify(body).slice(0, 90));
  for (const body of [{ type: 'text', text: { body: x(4_097) } }, { type: 'nonsense' }, { type: 'text' }])
    assert.equal((await send(body)).error?.code, 100);
  assert.equal((await send({ type: 'text', text: { body: 'a' } }, {})).error?.code, 131008);
  assert.match((await send(above[0] ?? {})).error?.message ?? '', /^\(#131009\)/);
});

test('statuses come in order with the callback data', async () => {
  const id = idOf(await say('Hello', { biz_opaque_callback_data: 'delivery-7' }));
  for (const status of ['sent', 'delivered'])
    assert.equal((await statusOf(id, status))?.['biz_opaque_callback_data'], 'delivery-7');
  await trial.phone('read', 'whatsapp');
  assert.equal((await statusOf(id, 'read'))?.['recipient_id'], person.number);
});

test('a day after the last message free words fail with 131047: by a status, or by the answer where that is set', async () => {
  await trial.phone('time', 'whatsapp', { passedMs: 25 * 3_600_000 });
  const taken = await say('late', { biz_opaque_callback_data: 'late-1' });
  assert.equal(taken.status, 200);
  const failed = await statusOf(idOf(taken), 'failed');
  assert.deepEqual([failed?.errors?.[0]?.code, failed?.['biz_opaque_callback_data']], [131047, 'late-1']);
  assert.ok(!(await trial.state('whatsapp')).thread.some(({ text }) => text === 'late'));
  await trial.faults('whatsapp', { refusals: 'answer' });
  assert.equal((await say('late')).error?.code, 131047);
});

test('somebody unreachable, and a number that nobody has, fail with 131026', async () => {
  await trial.phone('reach', 'whatsapp', { reach: 'unreachable' });
  assert.equal((await statusOf(idOf(await say('a')), 'failed'))?.errors?.[0]?.code, 131026);
  await trial.phone('reach', 'whatsapp', { reach: 'reachable' });
  const nobody = await send({ type: 'text', text: { body: 'a' } }, { to: '15550000000' });
  assert.equal((await statusOf(idOf(nobody), 'failed'))?.errors?.[0]?.code, 131026);
});

test('templates: missing 132001, other parameters 132000, paused 132015, stopped marketing 131050', async () => {
  await trial.faults('whatsapp', { templatesAfterMs: 0, refusals: 'answer' });
  const make = async (name: string, category: string): Promise<string> => {
    const components = [
      { type: 'body', text: 'You paid {{amount}} at {{merchant}} today.', example: { body_text_named_params: [] } },
    ];
    const asked = { name, language: 'en_US', category, parameter_format: 'NAMED', components };
    const { body } = await trial.graph('whatsapp', 'POST', `/${business}/message_templates`, asked);
    await trial.hub.until(
      (item) => (item['value'] as { message_template_name?: string })?.message_template_name === name,
    );
    return String(body['id']);
  };
  const id = await make('purchase', 'utility');
  const named = (values: Record<string, string>): object[] =>
    Object.entries(values).map(([parameter_name, text]) => ({ type: 'text', parameter_name, text }));
  const use = (name: string, values: Record<string, string>, code = 'en_US') =>
    send({
      type: 'template',
      template: { name, language: { code }, components: [{ type: 'body', parameters: named(values) }] },
    });
  const values = { merchant: 'Blue Bottle', amount: '$6.50' };
  await trial.phone('time', 'whatsapp', { passedMs: 90 * 86_400_000 });
  assert.equal((await use('purchase', values)).status, 200);
  const shown = (await trial.state('whatsapp')).thread.at(-1);
  assert.deepEqual([shown?.text, shown?.template], ['You paid $6.50 at Blue Bottle today.', 'purchase']);
  assert.equal((await use('purchase', { merchant: 'a' })).error?.code, 132000);
  assert.equal((await use('purchase', { merchant: 'a', other: 'b' })).error?.code, 132000);
  assert.equal((await use('purchase', { ...values, amount: 'a\nb' })).error?.code, 132012);
  assert.equal((await use('purchase', values, 'es')).error?.code, 132001);
  assert.equal((await use('nothing', values)).error?.code, 132001);
  await trial.control('POST', `/whatsapp/templates/${id}/status`, { status: 'PAUSED' });
  assert.equal((await use('purchase', values)).error?.code, 132015);
  await make('offer', 'MARKETING');
  await trial.control('PUT', '/whatsapp/people/robert', { stoppedMarketing: true });
  assert.equal((await use('offer', values)).error?.code, 131050);
  await trial.faults('whatsapp', { templates: 'reject' });
  await make('rejected', 'UTILITY');
  assert.equal((await use('rejected', values)).error?.code, 132001);
});

test('a hidden number: webhooks carry the business-scoped id alone, and a send to it arrives', async () => {
  await trial.control('PUT', '/whatsapp/people/robert', { hides: 'number' });
  await trial.phone('say', 'whatsapp', { text: 'hidden' });
  const value = await lastMessage((message) => (message['text'] as { body?: string })?.body === 'hidden');
  const [message] = value.messages ?? [];
  const [contact] = value.contacts ?? [];
  assert.deepEqual([message?.['from'], message?.['from_user_id']], [undefined, person.id]);
  assert.deepEqual([contact?.['wa_id'], contact?.['user_id']], [undefined, person.id]);
  const id = idOf(await send({ type: 'text', text: { body: 'to the id' } }, { recipient: person.id }));
  assert.equal((await statusOf(id, 'delivered'))?.['recipient_id'], undefined);
  await trial.control('PUT', '/whatsapp/people/robert', { hides: 'id' });
  await trial.phone('say', 'whatsapp', { text: 'number alone' });
  const other = await lastMessage((one) => (one['text'] as { body?: string })?.body === 'number alone');
  assert.deepEqual([other.messages?.[0]?.['from'], other.messages?.[0]?.['from_user_id']], [person.number, undefined]);
  await trial.control('PUT', '/whatsapp/people/robert', { hides: 'nothing' });
});

test('what a person does comes in WhatsApp’s own forms', async () => {
  const sent = await send({ type: 'interactive', interactive: buttons(2) });
  await trial.phone('press', 'whatsapp', { message: idOf(sent), n: 1 });
  const pressed = await lastMessage((message) => message['type'] === 'interactive');
  assert.deepEqual(pressed.messages?.[0]?.['interactive'], {
    type: 'button_reply',
    button_reply: { id: 'act|1', title: 'Button 1' },
  });
  assert.equal((pressed.messages?.[0]?.['context'] as { id?: string } | undefined)?.id, idOf(sent));
  const rows = await send({ type: 'interactive', interactive: list(3) });
  await trial.phone('press', 'whatsapp', { message: idOf(rows), n: 2 });
  await lastMessage((message) => (message['interactive'] as { type?: string })?.type === 'list_reply');
  await trial.phone('react', 'whatsapp', { message: idOf(sent), emoji: '👍' });
  await lastMessage((message) => (message['reaction'] as { emoji?: string })?.emoji === '👍');
  await trial.phone('location', 'whatsapp', { latitude: 40.7, longitude: -74 });
  await lastMessage((message) => message['type'] === 'location');
  for (const what of ['audio', 'sticker', 'contacts', 'order', 'unsupported']) {
    await trial.phone('other', 'whatsapp', { what });
    await lastMessage((message) => message['type'] === what);
  }
  const link = await send({ type: 'interactive', interactive: cta('Open', 'https://bank.example/v#token') });
  const { open } = await trial.phone('press', 'whatsapp', { message: idOf(link), n: 0 });
  assert.equal(open, 'https://bank.example/v#token');
});

test('a picture of a person’s has an id, an address that the token opens, and its bytes', async () => {
  const bytes = Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), Buffer.alloc(50)]);
  await trial.phone('picture', 'whatsapp', {
    mimeType: 'image/png',
    base64: bytes.toString('base64'),
    caption: 'mine',
  });
  const value = await lastMessage((message) => message['type'] === 'image');
  const image = value.messages?.[0]?.['image'] as { id?: string } | undefined;
  const { body } = await trial.graph('whatsapp', 'GET', `/${image?.id ?? ''}`);
  const url = String(body['url']);
  assert.equal((await fetch(url)).status, 401);
  const authorization = `Bearer ${trial.settings.whatsapp.numbers[0]?.accessToken ?? ''}`;
  const downloaded = await fetch(url, { headers: { authorization } });
  assert.deepEqual(Buffer.from(await downloaded.arrayBuffer()), bytes);
});

test('an uploaded picture is sent by its id', async () => {
  const form = new FormData();
  form.set('messaging_product', 'whatsapp');
  form.set('file', new Blob([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1')], { type: 'image/png' }), 'card.png');
  const { graph, numbers } = trial.settings.whatsapp;
  const answer = await fetch(`${graph}/${numberId}/media`, {
    method: 'POST',
    headers: { authorization: `Bearer ${numbers[0]?.accessToken ?? ''}` },
    body: form,
  });
  const { id } = (await answer.json()) as { id: string };
  assert.equal((await send({ type: 'image', image: { id } })).status, 200);
  assert.equal((await send({ type: 'image', image: { id: 'nothing' } })).error?.code, 131053);
});

test('a new number is told by the old one, and the old one is nobody’s; a recycled one is a stranger’s', async () => {
  const old = await trial.state('whatsapp');
  const changed = await trial.renumber('whatsapp', 'changed');
  const value = await lastMessage((message) => message['type'] === 'system');
  assert.deepEqual(
    [value.messages?.[0]?.['from'], (value.messages?.[0]?.['system'] as { wa_id?: string } | undefined)?.wa_id],
    [old.person.number, changed.person.number],
  );
  assert.equal((await statusOf(idOf(await say('to the old')), 'failed'))?.errors?.[0]?.code, 131026);
  const recycled = await trial.renumber('whatsapp', 'recycled');
  assert.equal(recycled.person.number, changed.person.number);
  assert.notEqual(recycled.person.id, changed.person.id);
  assert.deepEqual(recycled.thread, []);
  ({ person } = recycled);
});

test('the number and its token can be looked at', async () => {
  const about = await trial.graph('whatsapp', 'GET', `/${numberId}?fields=display_phone_number,quality_rating`);
  assert.deepEqual(about.body, { display_phone_number: '+15555550100', quality_rating: 'GREEN', id: numberId });
  const { body } = await trial.graph('whatsapp', 'GET', `/${business}/subscribed_apps`);
  assert.equal((body['data'] as unknown[]).length, 1);
  await trial.faults('whatsapp', { permissionMissing: true });
  assert.equal((await say('a')).error?.code, 200);
  await trial.faults('whatsapp', { permissionMissing: false, accountRestricted: true });
  assert.equal((await say('a')).error?.code, 131031);
});

test('a chat goes on after the sandbox was started anew, with the same secrets', async () => {
  await trial.phone('say', 'whatsapp', { text: 'before' });
  const { settings } = trial;
  await trial.restart();
  assert.deepEqual(trial.settings, settings);
  const { thread, window } = await trial.state('whatsapp');
  assert.equal(thread.at(-1)?.text, 'before');
  assert.ok(window.open);
  assert.equal((await say('after')).status, 200);
  assert.equal((await trial.state('whatsapp')).seen[0]?.path, `/${numberId}/messages`);
});
