import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { FromPerson, Reading } from '#delivery';
import type { Check, Ear, Thing } from './under-test.ts';

const text = (key: string, words = 'How much is left?', by?: 'Ada' | 'Ben'): Thing => ({
  does: 'text',
  key,
  text: words,
  ...(by && { by }),
});

/** The one reading of one thing. */
async function heard(ear: Ear, thing: Thing): Promise<Reading> {
  const [reading, ...more] = await ear.hear([thing]);
  assert.ok(reading, 'the thing vanished');
  assert.equal(more.length, 0, 'it is one thing');
  return reading;
}

/** What a person did, of one thing, of this kind. */
async function did<Kind extends FromPerson['kind']>(
  ear: Ear,
  thing: Thing,
  kind: Kind,
): Promise<Extract<FromPerson, { kind: Kind }>> {
  const reading = await heard(ear, thing);
  assert.equal(reading.kind, kind);
  return reading as Extract<FromPerson, { kind: Kind }>;
}

/** The kinds of readings in their order; of a dead letter its reason too. */
const kindsOf = (readings: readonly Reading[]): string[] => readings.map(({ kind }) => kind);

/** A key that two checks, and two runs, do not share. */
let keys = 0;
const key = (): string => `conformance-${process.pid}-${(keys += 1)}`;

const reference = '019a0000-0000-7000-8000-000000000001:0:1';

const people: readonly Check[] = [
  {
    rule: 'a text says who, when and what, in its own words',
    run: async ({ ear }) => {
      const said = await did(ear, text(key(), '¿Cuánto gasté en café? 🙂 שלום'), 'text');
      assert.equal(said.text, '¿Cuánto gasté en café? 🙂 שלום');
      assert.ok(said.person.id !== undefined || said.person.number !== undefined);
      assert.ok(said.atMs > Date.UTC(2020, 0, 1), 'by the messenger’s clock');
      assert.notEqual(said.account, '');
    },
  },
  {
    rule: 'a long text arrives whole',
    run: async ({ ear }) => {
      const long = 'añ🙂 '.repeat(300).trim();
      assert.equal((await did(ear, text(key(), long), 'text')).text, long);
    },
  },
  {
    rule: 'words that look like a button are words',
    run: async ({ ear }) => {
      for (const words of ['act|11111111-1111-4111-8111-111111111111|0', 'get-started', '{"payload":"menu|stop"}'])
        assert.equal((await did(ear, text(key(), words), 'text')).text, words);
    },
  },
  {
    rule: 'a reply names the message that it answers',
    run: async ({ ear }) => {
      const said = await did(ear, { does: 'text', key: key(), text: 'yes', repliesTo: 'ours-1' }, 'text');
      assert.match(said.repliesTo ?? '', /ours-1/);
    },
  },
  ...(['button', 'quick-reply'] as const).map((on): Check => ({
    rule: `a press of a ${on} brings back what was put behind it, sign by sign`,
    run: async ({ ear }) => {
      const payload = 'act|11111111-1111-4111-8111-111111111111|0';
      const pressed = await did(ear, { does: 'press', key: key(), payload, title: 'Stop', on }, 'press');
      assert.deepEqual([pressed.payload, pressed.title], [payload, 'Stop']);
    },
  })),
  {
    rule: 'a reaction is one, with the message that it stands under; taken back it has no emoji',
    run: async ({ ear }) => {
      const given = await did(ear, { does: 'reaction', key: key(), emoji: '👍', under: 'ours-1' }, 'reaction');
      assert.equal(given.emoji, '👍');
      assert.match(given.repliesTo ?? '', /ours-1/);
      const taken = await did(ear, { does: 'reaction', key: key(), under: 'ours-1' }, 'reaction');
      assert.equal(taken.emoji, undefined);
    },
  },
  {
    rule: 'a picture says where it can be fetched',
    run: async ({ ear }) => {
      const url = 'https://media.example/1.jpg';
      const shown = await did(ear, { does: 'picture', key: key(), url }, 'media');
      assert.deepEqual([shown.media, shown.source?.url], ['picture', url]);
    },
  },
  {
    rule: 'other media is named, and is no picture',
    run: async ({ ear }) => {
      const sent = await did(ear, { does: 'other-media', key: key() }, 'media');
      assert.equal(sent.media, 'other');
      assert.match(sent.what, /^[\w:.-]+$/);
    },
  },
  {
    rule: 'a place has its latitude and longitude',
    run: async ({ ear }) => {
      const at = await did(ear, { does: 'location', key: key(), latitude: 52.4, longitude: -9.7 }, 'location');
      assert.deepEqual([at.latitude, at.longitude], [52.4, -9.7]);
    },
  },
  {
    rule: 'a message that is taken back is told so',
    run: async ({ ear }) => void (await did(ear, { does: 'unsay', key: key(), of: 'theirs-1' }, 'unsaid')),
  },
  {
    rule: 'a message that is changed is told so, and its new words are no new question',
    run: async ({ ear }) => void (await did(ear, { does: 'change', key: key(), of: 'theirs-1' }, 'changed')),
  },
  {
    rule: 'whoever is somebody else from now on is told apart from whoever they were',
    run: async ({ ear }) => {
      const moved = await did(ear, { does: 'move', key: key() }, 'readdressed');
      assert.notDeepEqual(moved.now, moved.person);
    },
  },
  {
    rule: 'two people in one body are two',
    run: async ({ ear }) => {
      const readings = await ear.hear([text(key(), 'I am Ada', 'Ada'), text(key(), 'I am Ben', 'Ben')]);
      const [ada, ben] = readings.map((one) => (one.from === 'person' ? one.person : undefined));
      assert.ok(ada && ben);
      assert.notDeepEqual(ada, ben);
      const [again] = await ear.hear([text(key(), 'Ada again', 'Ada')]);
      assert.deepEqual(again?.from === 'person' && again.person, ada);
    },
  },
];

const platform: readonly Check[] = [
  {
    rule: 'our own echo is evidence that settles, and nothing that a person said',
    run: async ({ ear }) => {
      const echo = await heard(ear, { does: 'echo', key: key(), reference });
      assert.ok(echo.kind === 'echo' && echo.from === 'platform');
      assert.deepEqual([echo.own, echo.reference], [true, reference]);
    },
  },
  {
    rule: 'what somebody else said in our name is known, not ours, and nothing that a person said',
    run: async ({ ear }) => {
      const echo = await heard(ear, { does: 'echo', key: key() });
      assert.ok(echo.kind === 'echo' && echo.from === 'platform');
      assert.deepEqual([echo.own, echo.reference], [false, undefined]);
    },
  },
  ...(['delivered', 'read', 'failed'] as const).map((status): Check => ({
    rule: `that a message of ours was ${status === 'failed' ? 'not taken' : status} is evidence`,
    run: async ({ ear }) => {
      const readings = await ear.hear([{ does: 'status', key: key(), status, reference }]);
      assert.ok(readings.length > 0);
      for (const told of readings)
        assert.ok((told.kind === 'status' || told.kind === 'watermark') && told.status === status, told.kind);
    },
  })),
  {
    rule: 'what is said while somebody else has the thread is nobody’s to answer',
    run: async ({ ear }) => {
      const said = await heard(ear, { does: 'elsewhere', key: key(), text: 'hello' });
      assert.deepEqual([said.from, said.kind], ['platform', 'routing']);
    },
  },
];

const wholeness: readonly Check[] = [
  {
    rule: 'the same thing twice has the same key',
    run: async ({ ear }) => {
      const name = key();
      const [once, twice] = [await heard(ear, text(name)), await heard(ear, text(name))];
      assert.ok(once.from === 'person' && twice.from === 'person');
      assert.equal(once.key, twice.key);
    },
  },
  {
    rule: 'two things have two keys, though they say the same',
    run: async ({ ear }) => {
      const readings = await ear.hear([text(key(), 'yes'), text(key(), 'yes')]);
      assert.equal(new Set(readings.map((one) => 'key' in one && one.key)).size, 2);
    },
  },
  {
    rule: 'things that come together keep their order',
    run: async ({ ear }) => {
      const words = ['one', 'two', 'three', 'four', 'five'];
      const readings = await ear.hear(words.map((word) => text(key(), word)));
      assert.deepEqual(
        readings.map((one) => one.kind === 'text' && one.text),
        words,
      );
    },
  },
  {
    rule: 'a garbled thing drops no neighbour, and says by a stable code that it was not understood',
    run: async ({ ear }) => {
      const readings = await ear.hear([text(key(), 'before'), { does: 'garbled', key: key() }, text(key(), 'after')]);
      assert.deepEqual(kindsOf(readings), ['text', 'dead-letter', 'text']);
      const [, letter] = readings;
      assert.match(letter?.kind === 'dead-letter' ? letter.reason : '', /^[a-z][a-z_]+$/);
    },
  },
  {
    rule: 'something that nobody has heard of yet is kept or named, and never lost',
    run: async ({ ear }) => {
      const one = await heard(ear, { does: 'something-new', key: key() });
      assert.ok(['dead-letter', 'unsupported', 'ignored'].includes(one.kind), one.kind);
    },
  },
  {
    rule: 'what was not understood can be read again from what was kept of it',
    run: async ({ ear }) => {
      const letter = await heard(ear, { does: 'garbled', key: key() });
      assert.ok(letter.kind === 'dead-letter');
      assert.deepEqual(await ear.hearBytes(letter.raw), [letter]);
    },
  },
  {
    rule: 'garbage is one thing that was not understood',
    run: async ({ ear }) => {
      for (const raw of ['', 'null', '[]', '<html>', '{"a":', '\0\0\0'].map((bytes) => Buffer.from(bytes)))
        assert.deepEqual(kindsOf(await ear.hearBytes(raw)), ['dead-letter']);
    },
  },
  {
    rule: 'a body far too deep is refused before anything is built from it',
    run: async ({ ear }) => {
      for (const bracket of ['[', '{"a":'])
        assert.deepEqual(kindsOf(await ear.hearBytes(Buffer.from(bracket.repeat(200_000)))), ['dead-letter']);
    },
  },
  {
    rule: 'a body beyond the limit is not read',
    run: async ({ ear }) => {
      assert.deepEqual(kindsOf(await ear.hearBytes(Buffer.alloc(ear.limits.bytes + 1, 0x20))), ['dead-letter']);
    },
  },
  {
    rule: 'of a batch beyond the limit nothing is lost: the rest is kept, and read from there',
    run: async ({ ear }) => {
      const things = Array.from({ length: ear.limits.things + 3 }, () => text(key()));
      const readings = await ear.hear(things);
      const letter = readings.at(-1);
      assert.equal(readings.length, ear.limits.things + 1);
      assert.ok(letter?.kind === 'dead-letter');
      assert.deepEqual(kindsOf(await ear.hearBytes(letter.raw)), ['text', 'text', 'text']);
    },
  },
  {
    rule: 'bytes changed anywhere crash nothing, and are never lost',
    run: async ({ ear }) => {
      const whole = ear.bytes([text(key())]);
      const change = fc.tuple(fc.nat({ max: whole.length - 1 }), fc.uint8Array({ minLength: 1, maxLength: 4 }));
      await fc.assert(
        fc.asyncProperty(change, async ([at, bytes]) => {
          const changed = Buffer.from(whole);
          changed.set(bytes.subarray(0, whole.length - at), at);
          assert.ok((await ear.hearBytes(changed)).length > 0);
        }),
        { numRuns: 60 },
      );
    },
  },
];

/** Reading in: each thing for itself, nothing lost, nothing taken for what it is not. */
export const readingChecks: readonly Check[] = [...people, ...platform, ...wholeness];
