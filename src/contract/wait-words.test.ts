import assert from 'node:assert/strict';
import { test } from 'node:test';
import { waitSpanOf, waitWords } from './wait-words.ts';

test('a wait is said no more exactly than it is known', () => {
  const said = [10, 61, 350, 700, 3500, 4800].map((seconds) => [
    waitWords(seconds, undefined, 'en'),
    waitWords(seconds, undefined, 'es'),
  ]);
  assert.deepEqual(said, [
    ['under a minute', 'menos de un minuto'],
    ['about 1 min', 'cerca de 1 min'],
    ['about 6 min', 'unos 6 min'],
    ['about 10 min', 'unos 10 min'],
    ['about 1 h', 'cerca de 1 h'],
    ['about 1 h 15 min', 'cerca de 1 h 15 min'],
  ]);
});

test('between what a wait mostly lies is said in whole minutes, never narrower than it is', () => {
  assert.deepEqual(waitSpanOf(8, 59), { fromSeconds: 0, toSeconds: 60 });
  assert.deepEqual(waitSpanOf(130, 301), { fromSeconds: 120, toSeconds: 360 });
  assert.deepEqual(waitSpanOf(599, 601), { fromSeconds: 540, toSeconds: 900 });
  assert.deepEqual(waitSpanOf(3000, 4600), { fromSeconds: 3000, toSeconds: 5400 });
  const said = (seconds: number, from: number, to: number): string[] =>
    (['en', 'es'] as const).map((locale) => waitWords(seconds, waitSpanOf(from, to), locale));
  assert.deepEqual(said(12, 3, 40), ['under a minute', 'menos de un minuto']);
  assert.deepEqual(said(25, 5, 170), ['usually under 3 min', 'menos de 3 min, por lo general']);
  assert.deepEqual(said(100, 20, 240), [
    'about 2 min, usually under 4 min',
    'unos 2 min, por lo general menos de 4 min',
  ]);
  assert.deepEqual(said(640, 480, 840), [
    'about 10 min, usually 8 to 15 min',
    'unos 10 min, por lo general de 8 a 15 min',
  ]);
  assert.deepEqual(said(4200, 2800, 6000), [
    'about 1 h 15 min, usually 45 min to 1 h 45 min',
    'cerca de 1 h 15 min, por lo general de 45 min a 1 h 45 min',
  ]);
});
