import assert from 'node:assert/strict';
import { statSync } from 'node:fs';
import { test } from 'node:test';
import fc from 'fast-check';
import { BANKING_INTENTS } from './banking-intents.ts';
import { classify } from './classify.ts';

test('the weights of both languages are at most 5 MB', () => {
  const bytes = ['model.bin', 'windows.bin', 'model-es.bin'].map(
    (name) => statSync(new URL(name, import.meta.url)).size,
  );
  assert.ok(bytes.reduce((sum, one) => sum + one, 0) <= 5_000_000, bytes.join(', '));
});

test('the same question gets the same verdict', () => {
  const first = classify('Why was my card declined?', 'en');
  classify('where is my card', 'en');
  assert.deepEqual(classify('Why was my card declined?', 'en'), first);
});

test('case, accents and curly apostrophes change nothing', () => {
  assert.deepEqual(classify('MY CARD WON’T WORK', 'en'), classify("my card won't work", 'en'));
  assert.deepEqual(classify('PERDI MI TARJETA', 'es'), classify('perdí mi tarjeta', 'es'));
});

test('the order of words counts', () => {
  const [one, other] = ['my transfer was declined not my card', 'my card was declined not my transfer'];
  assert.notDeepEqual(classify(one, 'en'), classify(other, 'en'));
});

test('a text without words, or in a script that was never learnt, is unsure', () => {
  for (const text of ['', '   ', '…', '🙂🙂🙂', '我的卡在哪里', 'Где моя карта', '\u0000\uFFFF'])
    assert.equal(classify(text, 'en').unsure, true, JSON.stringify(text));
});

test('of a very long text only the beginning counts', () => {
  const long = 'my card was swallowed by the machine '.repeat(100_000);
  assert.deepEqual(classify(long, 'en'), classify(long.slice(0, 4_000), 'en'));
  assert.equal(typeof classify('a'.repeat(1_000_000), 'en').confidence, 'number');
});

test('whatever is typed gets an intent of the list, three others behind it, and shares that add up to one at most', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 300 }), fc.constantFrom('en', 'es'), (text, locale) => {
      const { intent, confidence, runnersUp } = classify(text, locale);
      const all = [{ intent, confidence }, ...runnersUp];
      assert.equal(new Set(all.map((one) => one.intent)).size, 4);
      assert.ok(all.every((one) => BANKING_INTENTS.includes(one.intent)));
      const shares = all.map((one) => one.confidence);
      assert.deepEqual(
        shares.toSorted((a, b) => b - a),
        shares,
      );
      assert.ok(shares.reduce((sum, one) => sum + one, 0) <= 1 + 1e-9);
    }),
    { numRuns: 200 },
  );
});
