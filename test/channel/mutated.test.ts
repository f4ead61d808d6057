import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { limits } from '#base';
import { readAnswer } from '#channels/meta';
import { readMessenger } from '#channels/messenger';
import { readWhatsApp } from '#channels/whatsapp';
import type { Reading } from '#delivery';
import { inEnvelope } from '../../tools/channel-fragments.ts';
import { recorded } from './recorded.ts';

const readers = {
  messenger: (raw: Buffer): readonly Reading[] => readMessenger(raw, { appId: '1' }),
  whatsapp: readWhatsApp,
};

/** One body of each, where the recorded ones are not here. */
const own = {
  messenger:
    '{"object":"page","entry":[{"id":"1","messaging":[{"sender":{"id":"2"},"recipient":{"id":"1"},"timestamp":1790000000000,"message":{"mid":"m","text":"t","attachments":[{"type":"image","payload":{"url":"u"}}]}}]}]}',
  whatsapp:
    '{"object":"whatsapp_business_account","entry":[{"id":"1","changes":[{"field":"messages","value":{"metadata":{"phone_number_id":"3"},"contacts":[{"wa_id":"2","user_id":"U"}],"messages":[{"from":"2","id":"w","timestamp":"1790000000","type":"text","text":{"body":"t"}}],"statuses":[{"id":"w","status":"sent"}]}}]}]}',
};

const bodies = [
  ...(['messenger', 'whatsapp'] as const).map((platform) => ({ platform, text: own[platform] })),
  ...recorded('incoming').map(({ platform, raw }) => ({ platform, text: inEnvelope(platform, raw).toString() })),
];

/** What may stand in any place of a body. */
const anything = fc.oneof(
  fc.constantFrom(null, true, '', '\0', '\ud800', '__proto__', 'constructor', '9'.repeat(400), -0, 2 ** 53, 1e308),
  fc.jsonValue({ maxDepth: 3 }),
  fc.string({ unit: 'binary' }),
);

/** The value with what stands at one place, counted through all of it, replaced; keys count as places too. */
function withReplaced(value: unknown, place: number, replacement: unknown): unknown {
  let count = 0;
  const visit = (one: unknown): unknown => {
    count += 1;
    if (count === place) return replacement;
    if (Array.isArray(one)) return one.map(visit);
    if (typeof one !== 'object' || one === null) return one;
    return Object.fromEntries(
      Object.entries(one).map(([key, inner]) => {
        count += 1;
        return [count === place ? nameOf(replacement) : key, visit(inner)];
      }),
    );
  };
  return visit(value);
}

/** What stands for a key; an object’s own `toString` may be anything here. */
const nameOf = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

/** What holds of every reading, whatever the body was. */
function assertSound(readings: readonly Reading[]): void {
  assert.ok(readings.length > 0, 'the body vanished');
  for (const reading of readings) {
    assert.match(reading.word ?? '', /^[\w:.=,;-]{1,600}$/);
    if (reading.kind === 'dead-letter') {
      assert.match(reading.reason, /^[a-z_]+$/);
      continue;
    }
    assert.match(reading.key, /^[\x21-\x7e]{1,600}$/);
    assert.match(reading.account, /^[\x21-\x7e]{1,512}$/);
    if (reading.from === 'person') {
      const { id, number } = reading.person;
      assert.ok(id !== undefined || number !== undefined);
      assert.ok(Number.isSafeInteger(reading.atMs) && reading.atMs >= 0);
    }
    if ('what' in reading) assert.match(reading.what, /^[\w:.=,;-]{1,600}$/);
    if ('text' in reading) assert.ok(reading.text.isWellFormed() && !reading.text.includes('\0'));
  }
}

test('a body that was changed at any place is read or kept, never lost, and crashes nothing', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...bodies),
      fc.integer({ min: 1, max: 60 }),
      anything,
      ({ platform, text }, place, junk) => {
        const raw = Buffer.from(JSON.stringify(withReplaced(JSON.parse(text), place, junk)));
        const readings = readers[platform](raw);
        assertSound(readings);
        assert.deepEqual(readers[platform](raw), readings);
      },
    ),
    { numRuns: 3000 },
  );
});

test('bytes that were changed, cut or doubled are read or kept', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...bodies),
      fc.nat(),
      fc.uint8Array({ maxLength: 8 }),
      fc.nat({ max: 40 }),
      ({ platform, text }, at, bytes, cut) => {
        const raw = Buffer.from(text);
        const place = at % raw.length;
        assertSound(readers[platform](Buffer.concat([raw.subarray(0, place), bytes, raw.subarray(place + cut)])));
      },
    ),
    { numRuns: 3000 },
  );
});

test('garbage is one dead letter, with the bytes as they came', () => {
  const garbage = [
    '',
    'null',
    '[]',
    '"page"',
    '{"object":"page"}',
    '{"entry":{}}',
    '{"entry":[]}',
    '\ufeff{',
    '<html>',
  ];
  for (const read of Object.values(readers)) {
    for (const text of [...garbage.map((one) => Buffer.from(one)), Buffer.from([0xff, 0xfe, 0x00])]) {
      const readings = read(text);
      assert.equal(readings.length, 1);
      assert.ok(readings[0]?.kind === 'dead-letter' && readings[0].raw.equals(text), text.toString());
    }
  }
});

test('what is too deep or too large is kept before anything is built from it', () => {
  const reason = (raw: Buffer): unknown[] => readWhatsApp(raw).map((one) => one.kind === 'dead-letter' && one.reason);
  assert.deepEqual(reason(Buffer.from('['.repeat(1_000_000))), ['body_too_deep']);
  const nested = `${'{"a":'.repeat(limits.channelDepthMax)}1${'}'.repeat(limits.channelDepthMax)}`;
  assert.deepEqual(reason(Buffer.from(`{"entry":[${nested}]}`)), ['body_too_deep']);
  assert.deepEqual(reason(Buffer.alloc(limits.channelBodyBytesMax + 1, 0x20)), ['body_too_large']);
});

test('of a batch beyond the limit the rest is kept, and can be read from there', () => {
  const event = (index: number): object => ({ sender: { id: '2' }, message: { mid: `m${index}`, text: 't' } });
  const messaging = Array.from({ length: limits.channelEventsMax + 5 }, (_, index) => event(index));
  const entry = [
    { id: '1', messaging },
    { id: '1', messaging: [event(-1)] },
  ];
  const readings = readers.messenger(Buffer.from(JSON.stringify({ object: 'page', entry })));
  const letter = readings.at(-1);
  assert.equal(readings.length, limits.channelEventsMax + 1);
  assert.ok(letter?.kind === 'dead-letter' && letter.reason === 'body_too_long');
  assert.deepEqual(
    readers.messenger(letter.raw).map((one) => 'key' in one && one.key),
    ['m1000', 'm1001', 'm1002', 'm1003', 'm1004', 'm-1'],
  );
});

test('an answer of any form is read or called unreadable', () => {
  fc.assert(
    fc.property(fc.oneof(fc.json(), fc.string()), (text) => {
      assert.ok(['taken', 'done', 'error', 'unreadable'].includes(readAnswer(text).kind));
    }),
    { numRuns: 1000 },
  );
  assert.deepEqual(readAnswer('{"messaging_product":"whatsapp","contacts":[{"wa_id":"1"}],"messages":[{"id":"w"}]}'), {
    kind: 'taken',
    platformId: 'w',
    recipientId: '1',
  });
  assert.deepEqual(readAnswer('<html>502</html>'), { kind: 'unreadable' });
});
