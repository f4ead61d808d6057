import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inspect } from 'node:util';
import fc from 'fast-check';
import { createLog, isTellerlineError, systemRandom } from '#base';
import { dataKey, newSecret, open, saltKeyOf, seal } from './cipher.ts';
import { Plaintext } from './plaintext.ts';

const key = dataKey(systemRandom.bytes(32));
const unreadable = (error: unknown): boolean => isTellerlineError(error, 'sealed_unreadable');

test('what was sealed opens again in its own place', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), fc.string(), (bytes, context) => {
      const sealed = seal(key, context, Buffer.from(bytes), systemRandom);
      assert.deepEqual(open(key, context, sealed), Buffer.from(bytes));
    }),
  );
});

test('a sealed value does not open in another place, under another key, or with any bit changed', () => {
  const sealed = seal(key, 'here', Buffer.from('4417 holds $2,318.42'), systemRandom);
  assert.throws(() => open(key, 'there', sealed), unreadable);
  assert.throws(() => open(dataKey(systemRandom.bytes(32)), 'here', sealed), unreadable);
  for (let bit = 0; bit < sealed.length * 8; bit += 1) {
    const changed = Buffer.from(sealed);
    changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    assert.throws(() => open(key, 'here', changed), unreadable);
  }
  for (let length = 0; length < sealed.length; length += 1) {
    assert.throws(() => open(key, 'here', sealed.subarray(0, length)), unreadable);
  }
});

test('a secret of before opens what it sealed, and one of today has parts of its own', () => {
  const old = systemRandom.bytes(32);
  const today = newSecret(systemRandom);
  for (const secret of [old, today]) {
    const sealed = seal(dataKey(Buffer.from(secret)), 'here', Buffer.from('x'), systemRandom);
    assert.deepEqual(open(dataKey(Buffer.from(secret)), 'here', sealed), Buffer.from('x'));
    const { encryption, commitment } = dataKey(Buffer.from(secret));
    const parts = [encryption, commitment, saltKeyOf(Buffer.from(secret))].map((part) => part.toString('hex'));
    assert.equal(new Set(parts).size, 3);
  }
  const taken = Buffer.from(today);
  dataKey(taken);
  assert.ok(
    taken.every((byte) => byte === 0),
    'a secret that was split is overwritten',
  );
});

test('the same value sealed twice is not the same twice', () => {
  const once = seal(key, 'here', Buffer.from('x'), systemRandom);
  const twice = seal(key, 'here', Buffer.from('x'), systemRandom);
  assert.notDeepEqual(once, twice);
});

test('plaintext cannot be logged, serialised, concatenated or compared by accident', () => {
  const opened = new Plaintext({ merchant: 'Stroman & Hudson' });
  assert.equal(inspect(opened), '[plaintext]');
  assert.equal(inspect({ deep: [opened] }).includes('Stroman'), false);
  assert.equal(opened.toString(), '[plaintext]');
  assert.throws(() => JSON.stringify({ opened }), /cannot be serialised/);
  assert.throws(() => Number(opened), /cannot be compared/);
  let written = '';
  const log = createLog('info', { write: (line: string) => (written += line) });
  log.info({ opened }, 'a line');
  assert.match(written, /a line/);
  assert.equal(written.includes('Stroman'), false);
  assert.equal(
    opened.use((value) => value.merchant),
    'Stroman & Hudson',
  );
});
