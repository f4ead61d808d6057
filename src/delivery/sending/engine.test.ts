import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { createLog, newId } from '#base';
import type { ConversationId, CustomerId, DeliveryId, IdentityId, MessageId, NodeId } from '#base';
import type { Written } from '../change.ts';
import { DeliveryEngine } from './engine.ts';
import { MemoryStore } from './memory-store.ts';
import type { Dispatch, Outcome, Sender } from './sender.ts';
import { VirtualTime } from './virtual-time.fixture.ts';

// The engine on the model of its store, in virtual time: what a messenger does, and what then stands in a
// person's chat there.

/** A messenger that does with each call what the test says; by default it takes it. */
class Messenger implements Sender {
  readonly channel: string;
  readonly removes = true;
  readonly concurrencyMax = 16;
  readonly timeoutMs = 10_000;
  readonly settleMs = 15_000;
  /** What it took, in order, and every call that was made. */
  readonly shown: string[] = [];
  readonly calls: { at: number; text: string; dispatch: Dispatch }[] = [];
  does: (text: string, attempt: number) => Outcome | 'nothing' | 'takes and resets' | { afterMs: number } = () =>
    this.#sent();
  readonly #time: VirtualTime;
  #next = 0;

  constructor(channel: string, time: VirtualTime) {
    this.channel = channel;
    this.#time = time;
  }

  #sent(): Outcome {
    this.#next += 1;
    return { outcome: 'sent', platformId: `${this.channel}-${this.#next}` };
  }

  async send(dispatch: Dispatch): Promise<Outcome> {
    const { message, entry } = dispatch;
    const text = message?.content.kind === 'text' ? message.content.text : entry;
    this.calls.push({ at: this.#time.nowMs(), text, dispatch });
    const does = this.does(text, dispatch.attempt);
    if (does === 'nothing') return Promise.withResolvers<Outcome>().promise;
    if (does === 'takes and resets') {
      this.shown.push(text);
      throw new Error('ECONNRESET');
    }
    if ('afterMs' in does && !('outcome' in does)) {
      const done = Promise.withResolvers<void>();
      this.#time.after(does.afterMs, done.resolve);
      await done.promise;
      this.shown.push(text);
      return this.#sent();
    }
    if (does.outcome === 'sent') this.shown.push(text);
    return does;
  }

  takesAll(): void {
    this.does = () => this.#sent();
  }
}

let time: VirtualTime;
let store: MemoryStore;
let messenger: Messenger;
let other: Messenger;
const texts = new Map<MessageId, { text: string; revision: number }>();
const alarms: string[] = [];
/** Messages whose reading ends with an error. */
const damaged = new Set<MessageId>();

beforeEach(() => {
  time = new VirtualTime();
  store = new MemoryStore(
    () => time.nowMs(),
    () => newId<DeliveryId>(),
  );
  messenger = new Messenger('fake', time);
  other = new Messenger('other', time);
  texts.clear();
  alarms.length = 0;
  damaged.clear();
});

const log = createLog('debug', {
  write: (line) => {
    const { alarm } = JSON.parse(line) as { alarm?: string };
    if (alarm !== undefined) alarms.push(alarm);
  },
});

/** Starts a process. */
async function node(): Promise<DeliveryEngine> {
  const engine = new DeliveryEngine({
    node: newId<NodeId>(),
    store,
    senders: [messenger, other],
    content: async (_, messageIds) => {
      if (messageIds.some((id) => damaged.has(id))) throw new Error('This could not be read.');
      return new Map(
        messageIds.flatMap((id) => {
          const said = texts.get(id);
          if (!said || store.erased.has(id)) return [];
          const message = {
            id,
            revision: said.revision,
            author: 'bank' as const,
            at: '',
            content: { kind: 'text' as const, text: said.text },
          };
          return [
            [
              id,
              { message, detail: 'full' as const, purpose: null, manner: { locale: 'en' as const, timeZone: 'UTC' } },
            ],
          ];
        }),
      );
    },
    clock: time,
    timers: time,
    random: { bytes: (count) => Buffer.alloc(count, 0x80) },
    log,
    tellOthers: () => undefined,
  });
  await engine.start();
  return engine;
}

interface Chat {
  readonly conversationId: ConversationId;
  readonly customerId: CustomerId;
  seq: number;
}

function chat(...channels: string[]): Chat {
  const made = { conversationId: newId<ConversationId>(), customerId: newId<CustomerId>(), seq: 0 };
  for (const channel of channels)
    store.destinations.push({ ...made, identityId: newId<IdentityId>(), channel, detail: 'full' });
  return made;
}

/** Writes one entry and, when an engine is given, hands it on after COMMIT. */
async function say(of: Chat, text: string, to?: DeliveryEngine, edits?: MessageId): Promise<MessageId> {
  const messageId = edits ?? newId<MessageId>();
  const revision = (texts.get(messageId)?.revision ?? 0) + 1;
  texts.set(messageId, { text, revision });
  of.seq += 1;
  const { conversationId, customerId } = of;
  const body = { from: 'customer', said: { content: { kind: 'text', text } } } as const;
  const written: Written = {
    change: { conversationId, customerId, messageId, atMs: 0, entry: edits ? 'edit' : 'message', author: 'bank', body },
    seq: of.seq,
    revision,
  };
  const work: (() => void)[] = [];
  const put = await store.put({ afterCommit: (one) => work.push(one) }, [written], abilities);
  for (const one of work) one();
  to?.offer(put);
  return messageId;
}

/** Takes a message back. */
async function remove(of: Chat, messageId: MessageId, to: DeliveryEngine): Promise<void> {
  of.seq += 1;
  const { conversationId, customerId, seq } = of;
  const change = { conversationId, customerId, messageId, atMs: 0, entry: 'removal' } as const;
  const work: (() => void)[] = [];
  const put = await store.put({ afterCommit: (one) => work.push(one) }, [{ change, seq, revision: 9 }], abilities);
  for (const one of work) one();
  to.offer(put);
}

const numbers = (count: number): string[] => Array.from({ length: count }, (_, n) => String(n));
const later = { outcome: 'later', code: 'http-500' } as const;

const abilities = { removing: ['fake'], unchanging: [] };

test('what is handed on is sent at once and in order, without waiting for anything to be looked for', async () => {
  const engine = await node();
  const ana = chat('fake');
  for (const text of numbers(20)) await say(ana, text, engine);
  await time.pass(0);
  assert.deepEqual(messenger.shown, numbers(20));
  assert.deepEqual(new Set(store.deliveries.map(({ state }) => state)), new Set(['delivered']));
  await engine.stop();
});

test('what nobody handed on is found within seconds', async () => {
  const engine = await node();
  const ana = chat('fake');
  for (const text of numbers(3)) await say(ana, text);
  await time.pass(6_000);
  assert.deepEqual(messenger.shown, numbers(3));
  await engine.stop();
});

test('while the oldest waits nothing younger overtakes it, and each is shown once', async () => {
  const engine = await node();
  const ana = chat('fake');
  messenger.does = (text, attempt) => (text === '1' && attempt < 3 ? later : { outcome: 'sent', platformId: newId() });
  for (const text of numbers(4)) await say(ana, text, engine);
  await time.pass(30_000);
  assert.deepEqual(messenger.shown, numbers(4));
  await engine.stop();
});

test('an unknown outcome holds its lane, and is sent again under the same reference when nothing settles it', async () => {
  const engine = await node();
  const ana = chat('fake');
  messenger.does = (text, attempt) =>
    text === '0' && attempt === 1 ? 'takes and resets' : { outcome: 'sent', platformId: newId() };
  for (const text of numbers(3)) await say(ana, text, engine);
  await time.pass(messenger.settleMs - 1_000);
  assert.deepEqual(messenger.shown, ['0']);
  await time.pass(3_000);
  assert.deepEqual(messenger.shown, ['0', '0', '1', '2']);
  assert.equal(messenger.calls[0]?.dispatch.reference, messenger.calls[1]?.dispatch.reference);
  await engine.stop();
});

test('an echo settles an unknown outcome: nothing is shown twice, and the lane goes on at once', async () => {
  const engine = await node();
  const ana = chat('fake');
  messenger.does = (text) => (text === '0' ? 'nothing' : { outcome: 'sent', platformId: newId() });
  for (const text of numbers(2)) await say(ana, text, engine);
  await time.pass(11_000);
  const [first] = messenger.calls;
  assert.ok(first);
  const echo = { as: 'delivered', deliveryId: first.dispatch.reference, platformId: 'm1', shownRevision: 1 } as const;
  assert.equal(await engine.settle(echo), true);
  assert.equal(await engine.settle(echo), false, 'the second echo says nothing new');
  await time.pass(0);
  assert.deepEqual(messenger.shown, ['1']);
  await time.pass(60_000);
  assert.equal(messenger.calls.length, 2);
  await engine.stop();
});

test('an answer that comes after its time is over settles all the same', async () => {
  const engine = await node();
  const ana = chat('fake');
  messenger.does = (text) => (text === '0' ? { afterMs: 12_000 } : { outcome: 'sent', platformId: newId() });
  await say(ana, '0', engine);
  await time.pass(60_000);
  assert.deepEqual(messenger.shown, ['0']);
  assert.equal(store.deliveries[0]?.state, 'delivered');
  await engine.stop();
});

test('what a messenger refuses is parked with an alarm and holds up its own card alone', async () => {
  const engine = await node();
  const ana = chat('fake');
  messenger.does = (text) =>
    text === 'poison' ? { outcome: 'refused', code: '100' } : { outcome: 'sent', platformId: newId() };
  await say(ana, '0', engine);
  const poison = await say(ana, 'poison', engine);
  await say(ana, '1', engine);
  await time.pass(0);
  await say(ana, 'changed', engine, poison);
  await say(ana, '2', engine);
  await time.pass(1_000);
  assert.deepEqual(messenger.shown, ['0', '1', '2']);
  assert.deepEqual(
    store.deliveries.map(({ state }) => state),
    ['delivered', 'parked', 'delivered', 'parked', 'delivered'],
  );
  assert.deepEqual(alarms, ['delivery_parked', 'delivery_parked']);
  await engine.stop();
});

test('a delivery that fails again and again while others succeed is parked; while everything fails none is', async () => {
  const engine = await node();
  const [ana, bea] = [chat('fake'), chat('fake')];
  messenger.does = (text) => (text === 'poison' ? later : { outcome: 'sent', platformId: newId() });
  await say(ana, 'poison', engine);
  await say(ana, 'after', engine);
  for (let minute = 0; minute < 60; minute += 1) {
    await say(bea, 'well', engine);
    await time.pass(60_000);
  }
  assert.deepEqual(
    store.deliveries.slice(0, 2).map(({ state }) => state),
    ['parked', 'delivered'],
  );
  messenger.does = () => later;
  const carl = chat('fake');
  await say(carl, 'patient', engine);
  await time.pass(6 * 3_600_000);
  messenger.takesAll();
  await time.pass(400_000);
  assert.equal(messenger.shown.at(-1), 'patient');
  await engine.stop();
});

test('a messenger that fails is left in peace and tried now and then; Retry-After of all is kept', async () => {
  const engine = await node();
  messenger.does = () => later;
  for (const text of numbers(50)) await say(chat('fake'), text, engine);
  await time.pass(600_000);
  assert.ok(messenger.calls.length < 90, `${messenger.calls.length} calls`);
  assert.equal(alarms.filter((alarm) => alarm === 'messenger_failing').length, 1);
  messenger.takesAll();
  await time.pass(400_000);
  assert.equal(messenger.shown.length, 50);

  messenger.does = () => ({ outcome: 'later', code: '429', afterMs: 120_000, whole: true });
  messenger.calls.length = 0;
  for (const text of numbers(50)) await say(chat('fake'), text, engine);
  await time.pass(100_000);
  assert.ok(messenger.calls.length <= messenger.concurrencyMax, `${messenger.calls.length} calls`);
  messenger.takesAll();
  await time.pass(100_000);
  assert.equal(messenger.shown.length, 100);
  await engine.stop();
});

test('a messenger that never answers holds up nobody at another', async () => {
  const engine = await node();
  messenger.does = () => 'nothing';
  for (const text of numbers(300)) await say(chat('fake', 'other'), text, engine);
  await time.pass(100);
  assert.equal(other.shown.length, 300);
  assert.equal(messenger.calls.length, messenger.concurrencyMax);
  await time.pass(60_000);
  await engine.stop();
});

test('what was deleted or revoked before it is sent is not sent', async () => {
  const engine = await node();
  const ana = chat('fake');
  messenger.does = (text, attempt) =>
    text === '0' && attempt === 1 ? later : { outcome: 'sent', platformId: newId() };
  await say(ana, '0', engine);
  const gone = await say(ana, 'gone', engine);
  await say(ana, '1', engine);
  await time.pass(0);
  store.erased.add(gone);
  await time.pass(10_000);
  assert.deepEqual(messenger.shown, ['0', '1']);
  assert.equal(store.deliveries[1]?.state, 'skipped');
  await engine.stop();
});

test('what cannot be read now waits, and is sent when it can be', async () => {
  const engine = await node();
  const ana = chat('fake');
  const message = await say(ana, 'later');
  const kept = texts.get(message);
  texts.delete(message);
  await time.pass(70_000);
  assert.equal(messenger.calls.length, 0);
  if (kept) texts.set(message, kept);
  await time.pass(40_000);
  assert.deepEqual(messenger.shown, ['later']);
  await engine.stop();
});

test('an edit is sent with the messenger’s own id of what it changes, and once when its content was shown already', async () => {
  const engine = await node();
  const ana = chat('fake');
  const card = await say(ana, 'pending', engine);
  await time.pass(0);
  await say(ana, 'posted', engine, card);
  await time.pass(0);
  assert.deepEqual(messenger.shown, ['pending', 'posted']);
  assert.equal(messenger.calls[1]?.dispatch.replaces, 'fake-1');

  const coming = await say(ana, 'one');
  await say(ana, 'two', undefined, coming);
  await time.pass(6_000);
  assert.deepEqual(messenger.shown.slice(2), ['two'], 'the newest is read when it is sent');
  assert.equal(store.deliveries.at(-1)?.code, 'shown');
  await engine.stop();
});

test('a process that dies is followed by another within 30 s; what it was calling about counts as unknown', async () => {
  await node();
  const ana = chat('fake');
  const bea = chat('fake');
  messenger.does = () => 'nothing';
  await say(ana, 'calling');
  await time.pass(5_000);
  assert.equal(messenger.calls.length, 1);
  // Its timers are still there, and its every word is refused from here on: as good as dead.
  const beforeMs = time.nowMs();
  time.jump(16_000);
  const next = await node();
  messenger.takesAll();
  await say(bea, 'new');
  await time.pass(beforeMs + 30_000 - time.nowMs());
  assert.deepEqual(messenger.shown.toSorted(), ['calling', 'new']);
  await next.stop();
});

test('two processes share the work, and when one leaves the other goes on with all of it', async () => {
  const one = await node();
  const two = await node();
  await time.pass(10_000);
  const chats = Array.from({ length: 100 }, () => chat('fake'));
  for (const of of chats) for (const text of numbers(3)) await say(of, text);
  await time.pass(10_000);
  assert.equal(messenger.shown.length, 300);
  for (const { conversationId } of chats) {
    const own = store.deliveries.filter((delivery) => delivery.conversationId === conversationId);
    assert.deepEqual(
      own.map(({ attempts }) => attempts),
      [1, 1, 1],
    );
  }
  await one.stop();
  await say(chats[0] as Chat, 'after one left');
  await time.pass(10_000);
  assert.equal(messenger.shown.length, 301);
  await two.stop();
});

test('a backlog far beyond what is kept in memory is brought, each once and in order', async () => {
  const chats = Array.from({ length: 900 }, () => chat('fake'));
  for (const of of chats) for (const text of numbers(5)) await say(of, text);
  const engine = await node();
  await time.pass(20_000);
  assert.equal(messenger.shown.length, 4_500);
  for (const [, lane] of Map.groupBy(messenger.calls, ({ dispatch }) => dispatch.identityId))
    assert.deepEqual(
      lane.map(({ text }) => text),
      numbers(5),
    );
  await engine.stop();
});

test('what ends its reading with an error is parked within minutes with an alarm, and what is behind it goes on', async () => {
  const engine = await node();
  const ana = chat('fake');
  await say(ana, '0');
  damaged.add(await say(ana, 'damaged'));
  for (const text of ['1', '2']) await say(ana, text);
  await time.pass(6_000);
  assert.deepEqual(messenger.shown, ['0'], 'it holds up nothing that is before it');
  await time.pass(300_000);
  assert.deepEqual(messenger.shown, ['0', '1', '2']);
  assert.equal(store.deliveries[1]?.state, 'parked');
  assert.deepEqual(alarms, ['delivery_parked']);
  await engine.stop();
});

test('what cannot be read for hours is parked with an alarm, and what is behind it goes on', async () => {
  const engine = await node();
  const ana = chat('fake');
  texts.delete(await say(ana, 'missing'));
  await say(ana, 'after');
  await time.pass(3_600_000);
  assert.deepEqual(messenger.shown, [], 'a key service may be down for so long');
  await time.pass(4 * 3_600_000);
  assert.deepEqual(messenger.shown, ['after']);
  assert.equal(store.deliveries[0]?.state, 'parked');
  assert.deepEqual(alarms, ['delivery_parked']);
  await engine.stop();
});

test('what ends without a word is sent once more, and then parked with an alarm, also when nothing else succeeds', async () => {
  const engine = await node();
  const ana = chat('fake');
  messenger.does = (text) => (text === 'poison' ? 'takes and resets' : { outcome: 'sent', platformId: newId() });
  await say(ana, 'poison', engine);
  await say(ana, 'after');
  await time.pass(24 * 3_600_000);
  assert.equal(messenger.shown.filter((text) => text === 'poison').length, 2);
  assert.equal(messenger.calls[0]?.dispatch.reference, messenger.calls[1]?.dispatch.reference);
  assert.equal(messenger.shown.at(-1), 'after');
  assert.equal(store.deliveries[0]?.code, 'unknown-twice');
  assert.deepEqual(alarms, ['delivery_parked']);
  await engine.stop();
});

test('what was taken back while nobody knew whether it stands there is taken back when an echo says so', async () => {
  for (const afterMs of [12_000, 120_000]) {
    messenger.calls.length = 0;
    const engine = await node();
    const ana = chat('fake');
    messenger.does = (text) => (text === 'card' ? 'nothing' : { outcome: 'skipped', code: 'nothing-to-take-back' });
    const card = await say(ana, 'card', engine);
    await time.pass(11_000);
    await remove(ana, card, engine);
    await time.pass(1_000);
    assert.deepEqual(
      messenger.calls.map(({ text }) => text),
      ['card'],
    );
    await time.pass(afterMs - 12_000);
    messenger.takesAll();
    const deliveryId = messenger.calls[0]?.dispatch.reference as DeliveryId;
    const echo = { as: 'delivered', deliveryId, platformId: 'm1', shownRevision: 1 } as const;
    assert.equal(await engine.settle(echo), true);
    await time.pass(10_000);
    assert.equal(messenger.calls.at(-1)?.text, 'removal');
    assert.equal(messenger.calls.at(-1)?.dispatch.replaces, 'm1');
    await engine.stop();
  }
});

test('what is refused after it had been taken goes again as the error asks, and what a window kept goes as what needs none', async () => {
  const engine = await node();
  const ana = chat('fake');
  await say(ana, '0', engine);
  await time.pass(0);
  const { deliveryId } = store.deliveries[0] ?? assert.fail('nothing was put');
  const failed = { as: 'failed', deliveryId, platformIndex: Buffer.from('fake'), code: '131047' } as const;
  assert.equal(await engine.settle({ ...failed, becomes: 'waiting', inMs: 0, windowOver: true }), true);
  await time.pass(10_000);
  assert.deepEqual(
    messenger.calls.map(({ dispatch }) => dispatch.windowOver),
    [false, true],
  );
  assert.equal(store.deliveries[0]?.state, 'delivered');
  assert.equal(await engine.settle({ ...failed, becomes: 'parked' }), true);
  assert.deepEqual(alarms, ['delivery_parked']);
  await engine.stop();
});

test('what a messenger says it takes without a window goes at once, and counts against nothing', async () => {
  const engine = await node();
  const ana = chat('fake');
  messenger.does = (_, attempt) =>
    attempt === 1 ? { outcome: 'window', code: 'window-over' } : { outcome: 'sent', platformId: newId() };
  await say(ana, '0', engine);
  await time.pass(1_000);
  assert.deepEqual(messenger.shown, ['0']);
  assert.deepEqual(
    messenger.calls.map(({ dispatch }) => dispatch.windowOver),
    [false, true],
  );
  assert.equal(store.deliveries[0]?.failures, 0);
  await engine.stop();
});
