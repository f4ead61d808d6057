import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Entry, Message } from '#contract';
import fc from 'fast-check';
import { EntryLog } from './entry-log.ts';

const message = (id: string, revision: number): Message => ({
  id,
  revision,
  author: 'tellerline',
  at: '2026-11-20T19:14:00Z',
  content: { kind: 'text', text: `${id} as of revision ${revision}` },
});

type Step = { readonly do: 'say' } | { readonly do: 'edit' | 'remove'; readonly which: number };

/** A conversation as the hub writes it: every step one entry, sequence numbers without gaps. */
function write(steps: readonly Step[]): Entry[] {
  const revisions = new Map<string, number>();
  const removed = new Set<string>();
  return steps.map((step, index): Entry => {
    const seq = index + 1;
    const living = [...revisions.keys()].filter((id) => !removed.has(id));
    const id = step.do === 'say' ? undefined : living[step.which % Math.max(1, living.length)];
    if (step.do === 'say' || id === undefined) {
      revisions.set(`m${seq}`, 1);
      return { entry: 'message', seq, message: message(`m${seq}`, 1) };
    }
    if (step.do === 'remove') {
      removed.add(id);
      return { entry: 'removal', seq, messageId: id };
    }
    const revision = (revisions.get(id) ?? 0) + 1;
    revisions.set(id, revision);
    return { entry: 'edit', seq, message: message(id, revision) };
  });
}

/** What a reader must see of `entries`: each message once, where it was said, newest revision, removed ones gone. */
function reading(entries: readonly Entry[]): string[] {
  const removed = new Set(entries.flatMap((entry) => (entry.entry === 'removal' ? entry.messageId : [])));
  return entries.flatMap((entry) => {
    if (entry.entry !== 'message' || removed.has(entry.message.id)) return [];
    const revisions = entries.flatMap((one) =>
      one.entry !== 'removal' && one.message.id === entry.message.id ? one.message.revision : [],
    );
    return `${entry.seq} ${entry.message.id} r${Math.max(...revisions)}`;
  });
}

const shown = (log: EntryLog): string[] =>
  log.shown.map((one) => `${one.seq} ${one.message.id} r${one.message.revision}`);

const steps = fc.array(
  fc.oneof(
    { weight: 3, arbitrary: fc.constant<Step>({ do: 'say' }) },
    { weight: 2, arbitrary: fc.record({ do: fc.constant('edit' as const), which: fc.nat(50) }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('remove' as const), which: fc.nat(50) }) },
  ),
  { minLength: 1, maxLength: 40 },
);

test('any order and any number of duplicates show every entry exactly once, in its newest revision', () => {
  fc.assert(
    fc.property(
      steps,
      fc.nat(40),
      fc.infiniteStream(fc.nat()),
      fc.array(fc.nat(), { maxLength: 30 }),
      (script, start, chance, twice) => {
        const entries = write(script);
        const log = new EntryLog(start % (entries.length + 1));
        const arrivals = [...entries, ...twice.flatMap((at) => entries[at % entries.length] ?? [])]
          .map((entry) => ({ entry, key: chance.next().value ?? 0 }))
          .toSorted((a, b) => a.key - b.key);
        for (const { entry } of arrivals) log.receive([entry]);
        assert.deepEqual(shown(log), reading(entries));
        assert.equal(log.low, 1);
        assert.equal(log.high, entries.length);
        assert.equal(log.hasGap, false);
      },
    ),
  );
});

test('at every moment only what is gapless is shown', () => {
  fc.assert(
    fc.property(steps, fc.infiniteStream(fc.nat()), (script, chance) => {
      const entries = write(script);
      const log = new EntryLog(0);
      const arrived = new Set<number>();
      const order = entries
        .map((entry) => ({ entry, key: chance.next().value ?? 0 }))
        .toSorted((a, b) => a.key - b.key);
      for (const { entry } of order) {
        log.receive([entry]);
        arrived.add(entry.seq);
        let gapless = 0;
        while (arrived.has(gapless + 1)) gapless += 1;
        assert.equal(log.high, gapless);
        assert.deepEqual(shown(log), reading(entries.slice(0, gapless)));
        assert.equal(log.hasGap, arrived.size > gapless);
      }
    }),
  );
});

test('an edit whose message lies in an older page waits for it and wins', () => {
  const [first, edit] = write([{ do: 'say' }, { do: 'edit', which: 0 }]);
  assert.ok(first && edit);
  const log = new EntryLog(1);
  log.receive([edit]);
  assert.deepEqual(shown(log), []);
  log.receive([first]);
  assert.deepEqual(shown(log), ['1 m1 r2']);
});

test('a removal known before its message keeps it from ever being shown', () => {
  const [first, removal] = write([{ do: 'say' }, { do: 'remove', which: 0 }]);
  assert.ok(first && removal);
  const log = new EntryLog(1);
  log.receive([removal]);
  log.receive([first]);
  assert.deepEqual(shown(log), []);
});

test('what arrives at the end is told apart from what is loaded from before', () => {
  const entries = write([{ do: 'say' }, { do: 'say' }, { do: 'say' }]);
  const log = new EntryLog(2);
  assert.deepEqual(log.receive(entries.slice(0, 2)), []);
  assert.deepEqual(
    log.receive(entries.slice(2)).map(({ seq }) => seq),
    [3],
  );
});

test('an untouched message keeps its identity, so that its row is not drawn again', () => {
  const entries = write([{ do: 'say' }, { do: 'say' }, { do: 'edit', which: 1 }]);
  const log = new EntryLog(0);
  log.receive(entries.slice(0, 2));
  const before = log.shown[0];
  log.receive(entries.slice(2));
  assert.equal(log.shown[0], before);
  assert.equal(log.shown[1]?.message.revision, 2);
});
