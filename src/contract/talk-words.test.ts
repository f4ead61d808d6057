import assert from 'node:assert/strict';
import { test } from 'node:test';
import { waitWords } from './talk-words.ts';

test('a wait is said no more exactly than it is known', () => {
  const said = [10, 61, 350, 700, 3500, 4800].map((seconds) => [waitWords(seconds, 'en'), waitWords(seconds, 'es')]);
  assert.deepEqual(said, [
    ['under a minute', 'menos de un minuto'],
    ['about 1 min', 'cerca de 1 min'],
    ['about 6 min', 'unos 6 min'],
    ['about 10 min', 'unos 10 min'],
    ['about 1 h', 'cerca de 1 h'],
    ['about 1 h 15 min', 'cerca de 1 h 15 min'],
  ]);
});
