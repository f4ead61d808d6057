import assert from 'node:assert/strict';
import { after, beforeEach, test } from 'node:test';
import { createLog, newId, systemTimers, type DeliveryId, type IdentityId, type MessageId } from '#base';
import type { Dispatch, OpenAddress, Parts } from '#delivery';
import { circuitsInMemory } from './circuits.fixture.ts';
import type { CircuitStore } from './circuits.ts';
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
    platform?: 'whatsapp';
    threadAway?: (identityId: IdentityId, routedAtMs: number | undefined) => Promise<boolean>;
    taken?: Parts['taken'];
    stops?: CircuitStore;
    processes?: () => number;
  } = {},
) {
  const { composed = { bodies: [{ text: 'one' }] }, address = {}, platform = kind.platform } = options;
  const { rates, threadAway, taken, stops = circuitsInMemory(clock), processes } = options;
  const parts = partsKept();
  const write = (line: string): void => {
    logged += line;
  };
  const sender = metaSender(
    { ...kind, platform },
    {
      graph: graphOf({ graph: graph.graph, appSecret: 'secret' }),
      accounts: [
        { account: 'p1', name: 'Page one', accessToken: 'token-of-p1' },
        { account: 'p2', name: 'Page two', accessToken: 'token-of-p2' },
      ],
      compose: async (_told, at) => (typeof composed === 'function' ? composed(at) : composed),
      addressOf: async () =>
        address === 'none'
          ? undefined
          : {
              account: 'p1',
              person: { id: 'person-1' },
              heardAtMs: time.ms,
              away: false,
              routedAtMs: undefined,
              ...address,
            },
      parts: taken ? { ...parts, taken } : parts,
      circuits: stops,
      ...(threadAway && { threadAway }),
      ...(processes && { processes }),
      clock,
      timers: systemTimers,
      log: createLog('debug', { write }, (name) => alarms.push(name)),
      ...(rates && { rates }),
    },
  );
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
  windowOver: false,
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

test('a change of what was kept quiet there is said as it stands now', async () => {
  const { sender } = senderWith();
  assert.equal((await sender.send(dispatch({ entry: 'edit', replaces: undefined }), signal)).outcome, 'sent');
  assert.equal(graph.received[0]?.body['repliesTo'], undefined);
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

test('what a messenger no longer takes freely goes again at once, composed as for a person who never wrote', async () => {
  const asked: (number | undefined)[] = [];
  const { sender } = senderWith({
    composed: ({ heardAtMs }) => {
      asked.push(heardAtMs);
      return heardAtMs === undefined ? { closed: 'no-template' } : { bodies: [{ text: 'one' }] };
    },
  });
  graph.plays.push(graphError(400, 10, 2018278));
  const one = dispatch();
  assert.deepEqual(await sender.send(one, signal), { outcome: 'window', code: 'window-over' });
  const again = { ...one, attempt: 2, windowOver: true };
  assert.deepEqual(await sender.send(again, signal), { outcome: 'closed', code: 'no-template' });
  assert.deepEqual(asked, [time.ms, undefined]);
  // A template that is refused by the same words, as where the country has none, has nothing behind it.
  const { sender: templates } = senderWith();
  graph.plays.push(graphError(400, 10, 2018278));
  assert.deepEqual(await templates.send(again, signal), { outcome: 'closed', code: 'window-over' });
});

test('an error that comes as a status asks for the same as one that a call is answered with', async () => {
  const asks = async (code: number | undefined, more: { windowOver?: true; account?: string } = {}) => {
    const { sender } = senderWith();
    const { windowOver = false, account = 'p1' } = more;
    return sender.failed?.({ account, identityId: newId<IdentityId>(), attempt: 1, windowOver, code });
  };
  assert.deepEqual(await asks(1), { outcome: 'later', code: 'graph-1' });
  assert.equal((await asks(551))?.outcome, 'closed');
  assert.deepEqual(await asks(100), { outcome: 'refused', code: 'graph-100' });
  assert.deepEqual(await asks(613), { outcome: 'later', code: 'graph-613', afterMs: 2_000 });
  assert.deepEqual(await asks(undefined), { outcome: 'refused', code: 'failed' });
  assert.deepEqual(await asks(1, { account: 'sold' }), { outcome: 'refused', code: 'failed' });
});

test('of WhatsApp, whose errors come as statuses: the window, who is not there, a template that is paused, a dead token', async () => {
  const { sender } = senderWith({ platform: 'whatsapp' });
  const told = { account: 'p1', identityId: newId<IdentityId>(), attempt: 1, windowOver: false };
  const asks = async (code: number, windowOver = false) => sender.failed?.({ ...told, windowOver, code });
  assert.deepEqual(await asks(131047), { outcome: 'window', code: 'window-over' });
  assert.deepEqual(await asks(131047, true), { outcome: 'closed', code: 'window-over' });
  for (const code of [131026, 131050, 132001, 132015]) assert.equal((await asks(code))?.outcome, 'closed', `${code}`);
  assert.deepEqual(await asks(131000), { outcome: 'later', code: 'graph-131000' });
  assert.deepEqual(alarms, []);
  assert.equal((await asks(190))?.outcome, 'later');
  assert.deepEqual(alarms, ['messenger_token_dead']);
  assert.equal((await sender.send(dispatch(), signal)).outcome, 'later');
  assert.equal(graph.received.length, 0, 'the circuit is open');
});

test('while another app has the thread nothing is called; the error says so, and it is noted', async () => {
  const noted: unknown[] = [];
  const threadAway = async (...of: unknown[]): Promise<boolean> => {
    noted.push(of);
    return true;
  };
  const { sender } = senderWith({ threadAway, address: { routedAtMs: 17 } });
  const one = dispatch();
  graph.plays.push(graphError(400, 10, 2018300));
  assert.deepEqual(await sender.send(one, signal), { outcome: 'closed', code: 'thread-away' });
  assert.deepEqual(noted, [[one.identityId, 17]]);
  assert.deepEqual(alarms, []);
  const { sender: knowing } = senderWith({ address: { away: true } });
  assert.deepEqual(await knowing.send(one, signal), { outcome: 'closed', code: 'thread-away' });
  assert.equal(graph.received.length, 1);
});

test('a thread that changed hands while a call was refused for it is looked at again', async () => {
  const { sender } = senderWith({ threadAway: async () => false });
  graph.plays.push(graphError(400, 10, 2018300));
  assert.deepEqual(await sender.send(dispatch(), signal), { outcome: 'later', code: 'thread-away', afterMs: 1_000 });
});

test('a certain outcome stays certain when what goes with it cannot be kept', async () => {
  const away = async (): Promise<never> => {
    throw new Error('the database is away');
  };
  const outcomes: string[] = [];
  const sends = async (sender: ReturnType<typeof senderWith>['sender']) =>
    void outcomes.push((await sender.send(dispatch(), signal)).outcome);
  graph.plays.push(graphError(400, 10, 2018300));
  await sends(senderWith({ threadAway: away }).sender);
  graph.plays.push(graphError(401, 190));
  await sends(senderWith({ stops: { ...circuitsInMemory(clock), open: away } }).sender);
  const stops = circuitsInMemory(clock);
  await stops.open('p1', 'token', -1);
  await sends(senderWith({ stops: { ...stops, close: away } }).sender);
  assert.deepEqual(outcomes, ['closed', 'later', 'sent']);
});

test('a part that was taken and could not be entered waits for its echo, but for the last, which settles the message', async () => {
  const composed = { bodies: [{ n: 0 }, { n: 1 }] };
  const failing = (at: number) =>
    senderWith({
      composed,
      taken: async ({ part }) => {
        if (part === at) throw new Error('the database is away');
      },
    }).sender;
  const code = 'part-not-kept';
  assert.deepEqual(await failing(0).send(dispatch(), signal), { outcome: 'unknown', code, part: 0 });
  graph.plays.push({ status: 200, json: { message_id: 'a' } }, { status: 200, json: { message_id: 'b' } });
  assert.deepEqual(await failing(1).send(dispatch(), signal), { outcome: 'sent', platformId: 'b' });
});

test('where only an early part goes again the message stands as its last', async () => {
  const { sender, parts } = senderWith({ composed: { bodies: [{ n: 0 }, { n: 1 }] } });
  const one = dispatch({ attempt: 2 });
  parts.all.set(`${one.reference}:1`, 'last');
  graph.plays.push({ status: 200, json: { message_id: 'first-anew' } });
  assert.deepEqual(await sender.send(one, signal), { outcome: 'sent', platformId: 'last' });
});

test('what could not be prepared was not sent: that is no outcome that nobody knows', async () => {
  const { sender } = senderWith({
    composed: () => {
      throw new Error('the database is away');
    },
  });
  assert.deepEqual(await sender.send(dispatch(), signal), { outcome: 'later', code: 'not-prepared' });
});

test('a place is taken of the page and of the person, or of neither', async () => {
  const rates = { accountRate: { perSecond: 0.1, burst: 1 }, personRate: { perSecond: 0.1, burst: 1 } };
  const address = { account: 'p1' };
  const { sender } = senderWith({ rates, address });
  assert.equal((await sender.send(dispatch(), signal)).outcome, 'sent');
  const one = dispatch();
  const refused = await sender.send(one, signal);
  assert.deepEqual([refused.outcome, 'code' in refused && refused.code], ['later', 'rate-account']);
  // The other page is free, and the person's place was not spent.
  address.account = 'p2';
  assert.equal((await sender.send(one, signal)).outcome, 'sent');
});

test('several processes share the rate of a page, and know of each other’s dead token', async () => {
  const stops = circuitsInMemory(clock);
  const rates = { accountRate: { perSecond: 0.1, burst: 4 } };
  const [one, two] = [0, 1].map(() => senderWith({ rates, stops, processes: () => 2 }).sender);
  assert.ok(one && two);
  const outcomes = async (sender: typeof one, count: number) => {
    const got: string[] = [];
    for (let n = 0; n < count; n += 1) got.push((await sender.send(dispatch(), signal)).outcome);
    return got;
  };
  assert.deepEqual(await outcomes(one, 3), ['sent', 'sent', 'later']);
  assert.deepEqual(await outcomes(two, 3), ['sent', 'sent', 'later']);
  time.ms += 60_000;
  graph.plays.push(graphError(401, 190));
  assert.deepEqual(await outcomes(one, 1), ['later']);
  const before = graph.received.length;
  assert.deepEqual(await outcomes(two, 2), ['later', 'later']);
  assert.equal(graph.received.length, before, 'the other does not find out for itself');
  assert.deepEqual(alarms, ['messenger_token_dead']);
  // One of them finds out when the pause is over.
  time.ms += 5 * 60_000 + 1;
  graph.plays.push(graphError(401, 190));
  await Promise.all([outcomes(one, 1), outcomes(two, 1)]);
  assert.equal(graph.received.length, before + 1);
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
  assert.deepEqual(await sent, { outcome: 'unknown', code: 'timeout', part: 0 });
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
  assert.deepEqual(await sender.checkTokens(), [{ name: 'Page one', why: 'token', isNew: true }]);
  assert.deepEqual(alarms, ['messenger_token_dead']);
  graph.plays.push(graphError(401, 190), { status: 200, json: { id: 'p2' } });
  assert.deepEqual(await sender.checkTokens(), [{ name: 'Page one', why: 'token', isNew: false }]);
  assert.deepEqual(alarms, ['messenger_token_dead'], 'what is known is said again by whoever asked');
});

test('a page that works again by another’s call waits no longer; one that was set up no more is forgotten', async () => {
  const stops = circuitsInMemory(clock);
  const { sender } = senderWith({ stops });
  graph.plays.push(graphError(401, 190));
  assert.equal((await sender.send(dispatch(), signal)).outcome, 'later');
  time.ms += 5 * 60_000 + 1;
  // It is read as stopped, and closed by another process before this one asks for its call.
  const { probe } = stops;
  stops.probe = async (account, forMs) => {
    await stops.close(account);
    return probe(account, forMs);
  };
  assert.equal((await sender.send(dispatch(), signal)).outcome, 'sent');
  stops.probe = probe;
  await stops.open('sold', 'token', 1_000);
  graph.plays.push({ status: 200, json: { id: 'p1' } }, { status: 200, json: { id: 'p2' } });
  assert.deepEqual(await sender.checkTokens(), []);
  assert.deepEqual(await stops.all(), []);
});

test('what cannot be sent anyhow does not use up the one call that finds out', async () => {
  const stops = circuitsInMemory(clock);
  let closed = true;
  const { sender } = senderWith({
    stops,
    composed: () => (closed ? { closed: 'no-template' } : { bodies: [{ text: 'one' }] }),
  });
  await stops.open('p1', 'token', 1_000);
  time.ms += 2_000;
  assert.deepEqual(await sender.send(dispatch(), signal), { outcome: 'closed', code: 'no-template' });
  closed = false;
  assert.equal((await sender.send(dispatch(), signal)).outcome, 'sent');
  assert.deepEqual(await stops.all(), []);
});

test('another reason for which a page is stopped is another alarm', async () => {
  const { sender } = senderWith();
  graph.plays.push(graphError(401, 190));
  await sender.send(dispatch(), signal);
  time.ms += 5 * 60_000 + 1;
  graph.plays.push(graphError(400, 10, 1893063));
  await sender.send(dispatch(), signal);
  assert.deepEqual(alarms, ['messenger_token_dead', 'messenger_restricted']);
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
