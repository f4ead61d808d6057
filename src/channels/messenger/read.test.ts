import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Reading } from '#delivery';
import { readMessenger } from './read.ts';

const appId = '184719329217930020';
const reference = '019a0000-0000-7000-8000-000000000001:0:1';

/** Events of one person's at one page, in one entry. */
function body(events: readonly object[], list = 'messaging'): Buffer {
  const messaging = events.map((event) => ({
    sender: { id: 'P1' },
    recipient: { id: 'PAGE' },
    timestamp: 1_790_000_000_123,
    ...event,
  }));
  return Buffer.from(
    JSON.stringify({ object: 'page', entry: [{ id: 'PAGE', time: 1_790_000_000_500, [list]: messaging }] }),
  );
}

const read = (events: readonly object[], list?: string): readonly Reading[] =>
  readMessenger(body(events, list), { appId });

/** The one reading without what every one has. */
function only(event: object, list?: string): object {
  const readings = read([event], list);
  assert.equal(readings.length, 1);
  const { word: _word, ...reading } = readings[0] as Reading;
  return reading;
}

const common = { from: 'person', account: 'PAGE', person: { id: 'P1' }, atMs: 1_790_000_000_123 };

test('a text says who, where, when and under which id', () => {
  assert.deepEqual(only({ message: { mid: 'm1', text: 'balance', reply_to: { mid: 'm0' } } }), {
    ...common,
    key: 'm1',
    repliesTo: 'm0',
    kind: 'text',
    text: 'balance',
  });
});

test('a quick reply and a button are presses of what we had put behind them', () => {
  const quick = { mid: 'm1', text: 'Yes', quick_reply: { payload: 'say|a|0' } };
  assert.deepEqual(only({ message: quick }), { ...common, key: 'm1', kind: 'press', payload: 'say|a|0', title: 'Yes' });
  assert.deepEqual(only({ postback: { mid: 'm2', title: 'Freeze', payload: 'act|a|0' } }), {
    ...common,
    key: 'm2',
    kind: 'press',
    payload: 'act|a|0',
    title: 'Freeze',
  });
});

test('a message of several things is several readings, each with a key of its own', () => {
  const attachments = [
    { type: 'image', payload: { url: 'https://cdn.example/1' } },
    { type: 'location', payload: { coordinates: { lat: 52.4, long: 9.7 } } },
    { type: 'fallback', title: 'the preview of a link in the text' },
  ];
  const readings = read([{ message: { mid: 'm1', text: 'here', attachments } }]);
  assert.deepEqual(
    readings.map((one) => [one.kind, 'key' in one ? one.key : '']),
    [
      ['text', 'm1'],
      ['media', 'm1#1'],
      ['location', 'm1#2'],
    ],
  );
});

test('a sticker is one thing, in whichever form it comes', () => {
  const sticker = { type: 'sticker', payload: { url: 'https://cdn.example/s', sticker_id: 1 } };
  const asPicture = { type: 'image', payload: { url: 'https://cdn.example/s', sticker_id: 1 } };
  for (const attachments of [[sticker], [asPicture], [sticker, asPicture], [asPicture, sticker]])
    assert.deepEqual(only({ message: { mid: 'm1', attachments } }), {
      ...common,
      key: 'm1',
      kind: 'media',
      media: 'other',
      what: 'sticker',
    });
});

test('an event without an id has the same key at every delivery, and another than its neighbour', () => {
  const keys = (events: readonly object[]): unknown[] => read(events).map((one) => ('key' in one ? one.key : ''));
  const press = { postback: { payload: 'get-started', title: 'Get started' } };
  const [first, second] = keys([press, { ...press, timestamp: 1_790_000_000_124 }]);
  assert.notEqual(first, second);
  assert.deepEqual(keys([press]), [first]);
});

test('an echo is told by its app or by our reference, and never as something that a person said', () => {
  const swapped = { sender: { id: 'PAGE' }, recipient: { id: 'P1' } };
  const echo = (message: object): object =>
    only({ ...swapped, message: { is_echo: true, mid: 'm1', text: 'x', ...message } });
  const expected = {
    from: 'platform',
    account: 'PAGE',
    key: 'm1:echo',
    kind: 'echo',
    platformId: 'm1',
    person: { id: 'P1' },
  };
  assert.deepEqual(echo({ metadata: reference }), { ...expected, reference, own: true });
  assert.deepEqual(echo({ app_id: appId, metadata: 'another program’s' }), { ...expected, own: true });
  assert.deepEqual(echo({ app_id: '263902037430900' }), { ...expected, own: false });
});

test('an app whose id is beyond 2^53 is not mistaken for its neighbour', () => {
  const raw = body([{ message: { is_echo: true, mid: 'm1', app_id: 'ID' } }]).toString();
  const own = (id: string): unknown => {
    const [echo] = readMessenger(Buffer.from(raw.replace('"ID"', id)), { appId });
    return echo?.kind === 'echo' && echo.own;
  };
  // As numbers both are 184719329217930020.
  assert.deepEqual([own('184719329217930020'), own('184719329217930021')], [true, false]);
});

test('receipts name messages, or everything up to a moment', () => {
  const evidence = { from: 'platform', account: 'PAGE' };
  const readings = read([{ delivery: { mids: ['m1', 'm2'], watermark: 1_790_000_000_000 } }]);
  assert.deepEqual(
    readings.map((one) => one.kind),
    ['status', 'status', 'watermark'],
  );
  const { key: _key, ...seen } = only({ read: { watermark: 1_790_000_000_001 } }) as { key: string };
  assert.deepEqual(seen, {
    ...evidence,
    kind: 'watermark',
    status: 'read',
    person: { id: 'P1' },
    upToMs: 1_790_000_000_001,
  });
});

test('what is said while another app has the thread is known, and nobody’s to answer', () => {
  const [said, echoed] = read(
    [{ message: { mid: 'm1', text: 'hello' } }, { message: { is_echo: true, mid: 'm2', metadata: reference } }],
    'standby',
  );
  assert.deepEqual([said?.from, said?.kind], ['platform', 'routing']);
  // What settles a message of ours does so from there too.
  assert.deepEqual([echoed?.kind, echoed?.kind === 'echo' && echoed.own], ['echo', true]);
});

test('passing the thread is read in every spelling, with who has it now', () => {
  const given = { pass_thread_control: { previous_owner_app_id: '1', new_owner_app_id: appId } };
  const taken = { take_thread_control: { previous_owner_app_id: appId } };
  for (const list of ['messaging', 'messaging_handover', 'messaging_handovers'])
    assert.deepEqual(
      read([given, taken], list).map((one) => one.kind === 'routing' && one.ours),
      [true, false],
    );
  const change = { field: 'messaging_handovers', value: { sender: { id: 'P1' }, recipient: { id: 'PAGE' }, ...given } };
  const raw = Buffer.from(JSON.stringify({ object: 'page', entry: [{ id: 'PAGE', changes: [change] }] }));
  const [routed] = readMessenger(raw, { appId });
  assert.deepEqual(routed?.kind === 'routing' && [routed.ours, routed.person], [true, { id: 'P1' }]);
});

test('a bad event is a dead letter that can be read again, and drops no neighbour', () => {
  const events = [
    { message: { mid: 'm1', text: 'first' } },
    { SOMETHING_NEW: { mid: 'm2' } },
    { message: 'not an object' },
    { sender: null, message: { mid: 'm3', text: 'by nobody' } },
    { message: { mid: 'm4', text: 'last' } },
  ];
  const readings = read(events);
  assert.deepEqual(
    readings.map((one) => (one.kind === 'dead-letter' ? one.reason : one.kind)),
    ['text', 'event_unknown', 'message_malformed', 'person_missing', 'text'],
  );
  for (const letter of readings.filter((one) => one.kind === 'dead-letter'))
    assert.deepEqual(readMessenger(letter.raw, { appId }), [letter]);
});

test('another product’s body is not taken for a page’s', () => {
  const raw = Buffer.from(
    body([{ message: { mid: 'm1', text: 'hello' } }])
      .toString()
      .replace('"page"', '"instagram"'),
  );
  assert.deepEqual(
    readMessenger(raw, { appId }).map((one) => one.kind === 'dead-letter' && one.reason),
    ['product_unknown'],
  );
});
