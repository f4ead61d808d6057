import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Message } from '#contract';
import fc from 'fast-check';
import { PretendHub, type Fate } from './pretend-hub.fixture.ts';
import { Sync } from './sync.ts';

const person = { locale: 'en', timeZone: 'America/New_York' } as const;

/** Lets everything that waits on a promise go on. */
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** The network carries everything from here on, until nothing is under way. */
async function calm(hub: PretendHub): Promise<void> {
  for (let round = 0; round < 2000; round += 1) {
    await settle();
    if (hub.callsWaiting > 0) hub.decide(0, 'carry');
    else if (hub.framesWaiting > 0) hub.deliver(0, false);
    else if (hub.timersWaiting > 0) hub.pass(30_000);
    else break;
  }
  await settle();
}

const shown = (sync: Sync): string[] =>
  sync.snapshot().messages.map(({ seq, message }) => `${seq} ${message.content.text} r${message.revision}`);

/** What the hub's entries say must be on the screen. */
function expected(hub: PretendHub): string[] {
  const removed = new Set(hub.written.flatMap((entry) => (entry.entry === 'removal' ? entry.messageId : [])));
  return hub.written.flatMap((entry) => {
    if (entry.entry !== 'message' || removed.has(entry.message.id)) return [];
    const newest = newestOf(hub, entry.message.id);
    return newest ? `${entry.seq} ${newest.content.text} r${newest.revision}` : [];
  });
}

function newestOf(hub: PretendHub, id: string): Message | undefined {
  return hub.written
    .flatMap((entry) => (entry.entry !== 'removal' && entry.message.id === id ? entry.message : []))
    .reduce<Message | undefined>((newest, one) => (newest && newest.revision > one.revision ? newest : one), undefined);
}

type Step =
  | { readonly do: 'hub-says' | 'customer-says' | 'cut' | 'wake' }
  | { readonly do: 'edit' | 'remove'; readonly which: number }
  | { readonly do: 'call'; readonly which: number; readonly fate: Fate }
  | { readonly do: 'frame'; readonly which: number; readonly twice: boolean }
  | { readonly do: 'pass'; readonly ms: number };

const which = fc.nat(30);
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('call' as const),
      which,
      fate: fc.constantFrom<Fate>('carry', 'carry', 'carry', 'lose-request', 'lose-answer'),
    }),
  },
  { weight: 6, arbitrary: fc.record({ do: fc.constant('frame' as const), which, twice: fc.boolean() }) },
  { weight: 3, arbitrary: fc.constantFrom<Step>({ do: 'hub-says' }, { do: 'customer-says' }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('edit' as const, 'remove' as const), which }) },
  { weight: 1, arbitrary: fc.constantFrom<Step>({ do: 'cut' }, { do: 'wake' }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('pass' as const), ms: fc.integer({ min: 1, max: 15_000 }) }) },
);

function take(hub: PretendHub, sync: Sync, one: Step, number: number): void {
  switch (one.do) {
    case 'hub-says':
      return void hub.message('tellerline', `answer ${number}`);
    case 'customer-says':
      return sync.say(`words ${number}`);
    case 'cut':
      return hub.cut();
    case 'wake':
      return sync.wake();
    case 'call':
      return hub.decide(one.which, one.fate);
    case 'frame':
      return hub.deliver(one.which, one.twice);
    case 'pass':
      return hub.pass(one.ms);
    case 'edit':
    case 'remove':
      return change(hub, one.do, one.which);
  }
}

function change(hub: PretendHub, what: 'edit' | 'remove', at: number): void {
  const removed = new Set(hub.written.flatMap((entry) => (entry.entry === 'removal' ? entry.messageId : [])));
  const living = hub.written.flatMap((entry) =>
    entry.entry === 'message' && !removed.has(entry.message.id) ? entry.message : [],
  );
  const message = living[at % Math.max(1, living.length)];
  if (!message) return;
  if (what === 'remove') return void hub.enter((seq) => ({ entry: 'removal', seq, messageId: message.id }));
  const newest = newestOf(hub, message.id) ?? message;
  hub.enter((seq) => ({ entry: 'edit', seq, message: { ...newest, revision: newest.revision + 1 } }));
}

test('whatever the network loses, doubles or reorders, every entry is shown exactly once and every word is stored exactly once', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.nat(90),
      fc.boolean(),
      fc.array(step, { minLength: 20, maxLength: 120, size: 'max' }),
      async (before, openedFirst, script) => {
        const hub = new PretendHub();
        for (let count = 0; count < before; count += 1) hub.message('tellerline', `before ${count}`);
        const sync = new Sync(hub, hub, person);
        sync.start();
        if (openedFirst) await calm(hub);
        let said = 0;
        for (const [number, one] of script.entries()) {
          if (one.do === 'customer-says') said += 1;
          take(hub, sync, one, number);
          await settle();
        }
        await calm(hub);
        while (sync.snapshot().hasOlder) {
          void sync.older();
          await calm(hub);
        }
        assert.deepEqual(shown(sync), expected(hub));
        assert.deepEqual(sync.snapshot().outgoing, []);
        assert.equal(hub.written.filter((entry) => entry.entry === 'message' && entry.message.clientId).length, said);
        assert.deepEqual(hub.storage.names(), []);
        assert.equal(sync.snapshot().offline, false);
      },
    ),
    { numRuns: 150 },
  );
});

async function opened(hub: PretendHub): Promise<Sync> {
  const sync = new Sync(hub, hub, person);
  sync.start();
  await calm(hub);
  return sync;
}

test('a lost frame is asked for as soon as the next one shows the gap', async () => {
  const hub = new PretendHub();
  const sync = await opened(hub);
  hub.message('tellerline', 'one');
  hub.message('tellerline', 'two');
  hub.drop(0);
  hub.deliver(0, false);
  assert.deepEqual(shown(sync), [], 'two waits for one');
  await settle();
  assert.equal(hub.callsWaiting, 1);
  hub.decide(0, 'carry');
  await settle();
  assert.deepEqual(shown(sync), ['1 one r1', '2 two r1']);
});

test('what the hub said is there and does not come is asked for', async () => {
  const hub = new PretendHub();
  const sync = await opened(hub);
  hub.cut();
  hub.message('tellerline', 'missed');
  hub.pass(1000);
  for (let calls = 0; calls < 2; calls += 1) {
    await settle();
    hub.decide(0, 'carry');
  }
  assert.equal(hub.framesWaiting, 2);
  hub.drop(1);
  hub.deliver(0, false);
  await calm(hub);
  assert.deepEqual(shown(sync), ['1 missed r1']);
});

test('what was typed before the page was closed is sent by the next page, once', async () => {
  const hub = new PretendHub();
  const first = await opened(hub);
  first.say('kept');
  await settle();
  hub.decide(0, 'lose-answer');
  await settle();
  assert.ok(hub.storage.names().some((name) => name.startsWith('outbox.')));
  await opened(hub);
  assert.deepEqual(expected(hub), ['1 kept r1']);
  assert.deepEqual(hub.storage.names(), []);
});

test('a refused message says why and is not sent again by itself', async () => {
  const hub = new PretendHub();
  const sync = await opened(hub);
  sync.say('');
  await calm(hub);
  assert.deepEqual(
    sync.snapshot().outgoing.map((item) => (item.state === 'refused' ? item.reason : item.state)),
    ['There is nothing to send.'],
  );
  assert.deepEqual(hub.storage.names(), []);
});

test('a short break is never spoken of; a long one once, and healing says nothing', async () => {
  const hub = new PretendHub();
  const sync = await opened(hub);
  const said: boolean[] = [];
  sync.subscribe(() => {
    const { offline } = sync.snapshot();
    if (offline !== (said.at(-1) ?? false)) said.push(offline);
  });
  hub.cut();
  hub.pass(1000);
  await calm(hub);
  assert.deepEqual(said, []);
  hub.cut();
  for (let round = 0; round < 8; round += 1) {
    hub.pass(2000);
    await settle();
    if (hub.callsWaiting > 0) hub.decide(0, 'lose-request');
    await settle();
  }
  assert.deepEqual(said, [true]);
  await calm(hub);
  assert.deepEqual(said, [true, false]);
});

test('new messages are announced once, in words; what the customer said and what was there before are not', async () => {
  const hub = new PretendHub();
  hub.message('tellerline', 'from before');
  const sync = await opened(hub);
  assert.equal(sync.snapshot().announcement, undefined);
  hub.message('tellerline', 'now');
  hub.deliver(0, true);
  await calm(hub);
  assert.deepEqual(sync.snapshot().announcement, { number: 1, urgent: false, texts: ['now'] });
  sync.say('mine');
  await calm(hub);
  assert.equal(sync.snapshot().announcement?.number, 1);
});

test('what came in quiet hours is shown and not announced, whatever comes with it', async () => {
  const hub = new PretendHub();
  const sync = await opened(hub);
  hub.message('bank', 'at night', { quiet: true });
  hub.deliver(0, true);
  await calm(hub);
  assert.deepEqual(
    sync.snapshot().messages.map(({ message }) => message.content.text),
    ['at night'],
  );
  assert.equal(sync.snapshot().announcement, undefined);
  hub.message('bank', 'still night', { quiet: true });
  hub.message('tellerline', 'an answer');
  hub.deliver(0, true);
  await calm(hub);
  assert.deepEqual(sync.snapshot().announcement?.texts, ['an answer']);
});

test('a button counts once, however often it is pressed and whatever is lost', async () => {
  const hub = new PretendHub();
  const sync = await opened(hub);
  void sync.press('token');
  void sync.press('token');
  assert.equal(hub.callsWaiting, 1);
  hub.decide(0, 'lose-request');
  await settle();
  assert.deepEqual(sync.snapshot().presses['token'], { state: 'unknown' });
  void sync.press('token');
  await calm(hub);
  assert.deepEqual(sync.snapshot().presses['token'], { state: 'pressed' });
  assert.equal(hub.acts.get('token'), 1);
});

test('an ended session forgets everything and begins anew', async () => {
  const hub = new PretendHub();
  hub.message('tellerline', 'secret');
  const sync = await opened(hub);
  hub.storage.set('draft', 'half a sentence');
  hub.end();
  await calm(hub);
  const { phase, messages, outgoing } = sync.snapshot();
  assert.deepEqual({ phase, messages, outgoing }, { phase: 'open', messages: [], outgoing: [] });
  assert.deepEqual(hub.storage.names(), []);
});

test('an ended session is noticed after a break, too', async () => {
  const hub = new PretendHub();
  hub.message('tellerline', 'secret');
  const sync = await opened(hub);
  hub.cut();
  hub.end();
  await calm(hub);
  assert.deepEqual(sync.snapshot().messages, []);
});

test('sent away for a restart, browsers come back at random within five seconds, and not by the short pause of a lost line', async () => {
  const cameBackAfter: number[] = [];
  for (const chance of [0, 0.25, 0.5, 0.75, 0.999]) {
    const hub = new PretendHub();
    hub.message('tellerline', 'before');
    const sync = new Sync(hub, hub, person);
    sync.start();
    await calm(hub);
    hub.chance = chance;
    hub.cut(1012);
    const cutAt = hub.nowMs();
    while (hub.callsWaiting === 0) hub.pass(1);
    cameBackAfter.push(hub.nowMs() - cutAt);
    hub.message('tellerline', 'meanwhile');
    await calm(hub);
    assert.deepEqual(shown(sync), expected(hub));
    assert.equal(sync.snapshot().offline, false);
  }
  assert.deepEqual(cameBackAfter, [1, 1250, 2500, 3750, 4995]);
});
