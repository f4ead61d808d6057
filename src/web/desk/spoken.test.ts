import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lookAlikesOf, piecesOf } from './spoken.ts';

const shown = (words: string): string[] =>
  piecesOf(words).map((piece) => ('text' in piece ? piece.text : `[${piece.hidden}]`));

test('what turns the direction of writing is shown by its number and does nothing', () => {
  assert.deepEqual(shown('send to \u202egro.kcatta\u202c now'), [
    'send to ',
    '[U+202E]',
    'gro.kcatta',
    '[U+202C]',
    ' now',
  ]);
});

test('controls, joiners and tags are shown by number; line breaks and tabs stay', () => {
  assert.deepEqual(shown('a\u0000b\u200bc\u{e0041}'), ['a', '[U+0000]', 'b', '[U+200B]', 'c', '[U+E0041]']);
  assert.deepEqual(shown('one\r\ntwo\tthree'), ['one\ntwo\tthree']);
});

test('a tower of marks on one letter is cut to what writing needs', () => {
  const [piece = ''] = shown(`a${'\u0301'.repeat(60)}`);
  assert.equal(Array.from(piece).length, 5);
});

test('accents, Arabic, Hebrew and joined pictures are left as they were written', () => {
  for (const words of ['¿Por qué no llegó?', 'שלום', 'مرحبا', '\u{1f469}\u200d\u{1f467}', 'Việt'])
    assert.deepEqual(shown(words), [words]);
});

test('a word that mixes look-alike letters is found, a word of another script is not', () => {
  assert.deepEqual(lookAlikesOf('I wrote to Сiti and to Citi'), ['Сiti']);
  assert.deepEqual(lookAlikesOf('wells-fаrgo.com'), ['fаrgo']);
  assert.deepEqual(lookAlikesOf('𝐂𝐢𝐭𝐢'), ['𝐂𝐢𝐭𝐢']);
  assert.deepEqual(lookAlikesOf('Привет, Καλημέρα, señor'), []);
});

test('each piece says where it begins, so that no two are taken for each other', () => {
  const starts = piecesOf('\u202eab\u202e\u202ecd').map(({ at }) => at);
  assert.deepEqual(starts, [0, 1, 3, 4, 5]);
});
