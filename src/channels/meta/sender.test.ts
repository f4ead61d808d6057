import assert from 'node:assert/strict';
import { after, beforeEach, test } from 'node:test';
import { createLog, newId, systemTimers, type DeliveryId, type IdentityId, type MessageId } from '#base';
import type { Dispatch, OpenAddress, Parts } from '#delivery';
import type { Composed } from './compose.ts';
import { graphOf } from './graph.ts';
import { graphError, scriptedGraph } from './scripted-graph.fixture.ts';
import { metaSender, type MetaKind, type MetaRates } from './sender.ts';

type Body = Readonly<Record<string, unknown>>;

const graph = await scriptedGraph();
after(() => graph.close());

const time = { ms: 1_000_000 };
const clock = { nowMs: () => time.ms, monotonicMs: () => time.ms };
let logged = '';
let alarms: string[] = [];

const kind: MetaKind<Body> = {
  platform: 'messenger',
  accountRate: { perSecond: 40, burst: 100 },
  personRate: { perSecond: 1, burst: 100 },
  post: (account, { id }, body, reference, repliesTo) => ({
    path: `${account}/messages`,
    body: { to: id, ...body, reference, ...(repliesTo !== undefined && { repliesTo }) },
  }),
};

/** Parts in memory: that PostgreSQL's are kept alike, test/sends and the deliveries' own tests see to. */
function partsKept(): Parts & { readonly all: Map<string, string> } {
  const all = new Map<string, string>();
  return {
    all,
    begin: async ({ deliveryId, parts }) =>
      new Map(
        Array.from({ length: parts }, (_, part) => [part, all.get(`${deliveryId}:${part}`)] as const).filter(
          (one): one is readonly [number, string] => one[1] !== undefined,
        ),
      ),
    taken: async ({ deliveryId, part }, platformId) => {
      all.set(`${deliveryId}:${part}`, platformId);
    },
  };
}

function senderWith(
  options: {
    composed?: Composed<Body> | ((at: OpenAddress) => Composed<Body>);
    address?: Partial<OpenAddress> | 'none';
    rates?: Partial<MetaRates>;
  } = {},
) {
  const { composed = { bodies: [{ text: 'one' }] }, address = {}, rates } = options;
  const parts = partsKept();
  const write = (line: string): void => {
    logged += line;
  };
  const sender = metaSender(kind, {
    graph: graphOf({ graph: graph.graph, appSecret: 'secret' }),
    accounts: [
      { account: 'p1', name: 'Page one', accessToken: 'token-of-p1' },
      { account: 'p2', name: 'Page two', accessToken: 'token-of-p2' },
    ],
    compose: async (_told, at) => (typeof composed === 'function' ? composed(at) : composed),
    addressOf: async () =>
      address === 'none' ? undefined : { account: 'p1', person: { id: 'person-1' }, heardAtMs: time.ms, ...address },
    parts,
    clock,
    timers: systemTimers,
    log: createLog('debug', { write }, (name) => alarms.push(name)),
    ...(rates && { rates }),
  });
  return { sender, parts };
}

const dispatch = (more: Partial<Dispatch> = {}): Dispatch => ({
  customerId: newId(),
  conversationId: newId(),
  identityId: newId<IdentityId>(),
  detail: 'full',
  purpose: null,
  reference: newId<DeliveryId>(),
  attempt: 1,
  entry: 'message',
  message: {
    id: newId<MessageId>(),
    revision: 1,
    author: 'tellerline',
    at: '2026-11-20T12:00:00.000Z',
    content: { kind: 'text', text: 'Hello' },
  },
  manner: { locale: 'en', timeZone: 'UTC' },
  replaces: undefined,
  ...more,
});

const signal = new AbortController().signal;

beforeEach(() => {
  graph.received.length = 0;
  graph.plays.length = 0;
  time.ms += 3_600_000;
  logged = '';
  alarms = [];
});

test('a message goes to its person from its page, with our reference, and the token stands in no address', async () => {
  const { sender } = senderWith();
  const one = dispatch();
  assert.deepEqual(await sender.send(one, signal), { outcome: 'sent', platformId: 'm1' });
  const [call] = graph.received;
  assert.equal(call?.path, '/v26.0/p1/messages');
  assert.deepEqual(call?.body, { to: 'person-1', text: 'one', reference: `${one.reference}:0:1` });
  assert.equal(call?.headers.authorization, 'Bearer token-of-p1');
  assert.deepEqual([...(call?.query.keys() ?? [])], ['appsecret_proof']);
  assert.equal(call?.query.get('appsecret_proof')?.length, 64);
});

test('what cannot be said there is not called for', async () => {
  const skipped = async (more: Partial<Dispatch>, address?: 'none') =>
    (await senderWith(address && { address }).sender.send(dispatch(more), signal)).outcome;
  assert.equal(await skipped({ entry: 'removal', message: undefined }), 'skipped');
  assert.equal(await skipped({ entry: 'edit' }), 'skipped');
  assert.equal(await skipped({}, 'none'), 'skipped');
  const { sender } = senderWith({ composed: { closed: 'no-template' } });
  assert.deepEqual(await sender.send(dispatch(), signal), { outcome: 'closed', code: 'no-template' });
  const { sender: other } = senderWith({ address: { account: 'sold' } });
  assert.equal((await other.send(dispatch(), signal)).outcome, 'closed');
  assert.equal(graph.received.length, 0);
});

test('a change that is worth it is a reply to what was shown before', async () => {
  const { sender } = senderWith();
  await sender.send(dispatch({ entry: 'edit', replaces: 'm-before' }), signal);
  assert.equal(graph.received[0]?.body['repliesTo'], 'm-before');
});

test('a message in parts goes on behind what the messenger has', async () => {
  const { sender, parts } = senderWith({ composed: { bodies: [{ n: 0 }, { n: 1 }, { n: 2 }] } });
  const one = dispatch();
  graph.plays.push({ status: 200, json: { message_id: 'a' } }, 'reset');
  assert.equal((await sender.send(one, signal)).outcome, 'unknown');
  // The echo of the second came: it had been taken.
  parts.all.set(`${one.reference}:1`, 'b');
  graph.plays.push({ status: 200, json: { message_id: 'c' } });
  assert.deepEqual(await sender.send({ ...one, attempt: 2 }, signal), { outcome: 'sent', platformId: 'c' });
  assert.deepEqual(
    graph.received.map(({ body }) => [body['n'], body['reference']]),
    [
      [0, `${one.reference}:0:1`],
      [1, `${one.reference}:1:1`],
      [2, `${one.reference}:2:2`],
    ],
  );
});

test('each error of the tables has its remedy', async () => {
  const outcomes: [ReturnType<typeof graphError>, string][] = [
    ...[1, 2, 1200].map((code) => [graphError(400, code), 'later'] as [ReturnType<typeof graphError>, string]),
    [graphError(400, 551, 1545041), 'closed'],
    [graphError(400, 200, 1545041), 'closed'],
    [graphError(403, 200), 'refused'],
    [graphError(400, 100), 'refused'],
    [graphError(500, 99_999), 'later'],
    [{ status: 502, text: '<html>' }, 'unknown'],
    [{ status: 200, text: 'not JSON' }, 'unknown'],
    ['reset', 'unknown'],
  ];
  for (const [play, expected] of outcomes) {
    const { sender } = senderWith();
    graph.plays.push(play);
    assert.equal((await sender.send(dispatch(), signal)).outcome, expected, JSON.stringify(play));
  }
  assert.ok(alarms.includes('messenger_permission'));
});

test('what a messenger no longer takes freely is composed anew, as for a person who never wrote', async () => {
  const asked: (number | undefined)[] = [];
  const { sender } = senderWith({
    composed: ({ heardAtMs }) => {
      asked.push(heardAtMs);
      return heardAtMs === undefined ? { closed: 'no-template' } : { bodies: [{ text: 'one' }] };
    },
  });
  graph.plays.push(graphError(400, 10, 2018278));
  assert.deepEqual(await sender.send(dispatch(), signal), { outcome: 'closed', code: 'no-template' });
  assert.deepEqual(asked, [time.ms, undefined]);
});

test('what never went out is no unknown outcome', async () => {
  const gone = await scriptedGraph();
  await gone.close();
  const call = { method: 'POST', path: 'me/messages', accessToken: 't', body: {} } as const;
  assert.deepEqual(await graphOf({ graph: gone.graph, appSecret: 's' }).call(call), { got: 'no-connection' });
});

test('an answer that does not come is unknown when the call is given up', async () => {
  const { sender } = senderWith();
  graph.plays.push('silence');
  const aborter = new AbortController();
  const sent = sender.send(dispatch(), aborter.signal);
  while (graph.received.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  aborter.abort();
  assert.deepEqual(await sent, { outcome: 'unknown', code: 'timeout' });
});

test('a dead token stops its page alone, with one alarm; one call after a pause finds out, and a check mends it', async () => {
  const address: { account?: string } = { account: 'p1' };
  const { sender } = senderWith({ address });
  graph.plays.push(graphError(401, 190, 460));
  const first = await sender.send(dispatch(), signal);
  assert.equal(first.outcome, 'later');
  assert.deepEqual(alarms, ['messenger_token_dead']);
  assert.equal((await sender.send(dispatch(), signal)).outcome, 'later');
  assert.equal(graph.received.length, 1, 'nothing more is called');
  address.account = 'p2';
  assert.equal((await sender.send(dispatch(), signal)).outcome, 'sent');
  address.account = 'p1';
  time.ms += 5 * 60_000;
  graph.plays.push(graphError(401, 190));
  await sender.send(dispatch(), signal);
  assert.equal(graph.received.length, 3);
  assert.deepEqual(alarms, ['messenger_token_dead'], 'said once');
  graph.plays.push({ status: 200, json: { id: 'p1' } }, { status: 200, json: { id: 'p2' } });
  assert.deepEqual(await sender.checkTokens(), []);
  assert.equal((await sender.send(dispatch(), signal)).outcome, 'sent');
  assert.equal(logged.includes('token-of'), false);
});

test('a check finds a token that died while nothing was sent', async () => {
  const { sender } = senderWith();
  graph.plays.push(graphError(401, 190), { status: 200, json: { id: 'p2' } });
  assert.deepEqual(await sender.checkTokens(), [{ name: 'Page one', why: 'token' }]);
  assert.deepEqual(alarms, ['messenger_token_dead']);
});

test('told to be slower, the whole page waits, and for as long as the platform says', async () => {
  const { sender } = senderWith();
  graph.plays.push({ ...(graphError(400, 613) as object), status: 400, headers: { 'retry-after': '120' } });
  assert.deepEqual(await sender.send(dispatch(), signal), { outcome: 'later', code: 'graph-613', afterMs: 120_000 });
  const next = await sender.send(dispatch(), signal);
  assert.equal(next.outcome, 'later');
  assert.equal(graph.received.length, 1);
});

test('told to be slower without a time, it waits twice as long each time, until something is taken', async () => {
  const { sender } = senderWith();
  const waits: (number | undefined)[] = [];
  for (let n = 0; n < 3; n += 1) {
    graph.plays.push(graphError(400, 613));
    const outcome = await sender.send(dispatch(), signal);
    waits.push(outcome.outcome === 'later' ? outcome.afterMs : undefined);
    time.ms += 60_000;
  }
  assert.deepEqual(waits, [2_000, 4_000, 8_000]);
  await sender.send(dispatch(), signal);
  graph.plays.push(graphError(400, 613));
  assert.deepEqual(await sender.send(dispatch(), signal), { outcome: 'later', code: 'graph-613', afterMs: 2_000 });
});

test('when nearly all that is allowed is used up, the page pauses before it is told to', async () => {
  const { sender } = senderWith();
  const usage = JSON.stringify({ p1: [{ type: 'messenger', call_count: 97, estimated_time_to_regain_access: 3 }] });
  graph.plays.push({ status: 200, json: { message_id: 'm' }, headers: { 'x-business-use-case-usage': usage } });
  assert.equal((await sender.send(dispatch(), signal)).outcome, 'sent');
  const next = await sender.send(dispatch(), signal);
  assert.deepEqual(next, { outcome: 'later', code: 'rate-account', afterMs: 180_000 });
});

test('one person is not sent more than the pair limit allows, and others are', async () => {
  const { sender } = senderWith({ rates: { personRate: { perSecond: 1 / 6, burst: 2 } } });
  const identityId = newId<IdentityId>();
  const outcomes = [];
  for (let n = 0; n < 3; n += 1) outcomes.push((await sender.send(dispatch({ identityId }), signal)).outcome);
  assert.deepEqual(outcomes, ['sent', 'sent', 'later']);
  assert.equal((await sender.send(dispatch(), signal)).outcome, 'sent');
});

test('a rise of refusals is one alarm', async () => {
  const { sender } = senderWith();
  for (let n = 0; n < 12; n += 1) {
    graph.plays.push(graphError(400, 100));
    assert.equal((await sender.send(dispatch(), signal)).outcome, 'refused');
  }
  assert.deepEqual(alarms, ['messages_rejected']);
});
