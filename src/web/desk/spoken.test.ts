import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lookAlikesOf, piecesOf } from './spoken.ts';

test('what turns the direction of writing is shown by its number and does nothing', () => {
  assert.deepEqual(piecesOf('send to \u202egro.kcatta\u202c now'), [
    { text: 'send to ' },
    { hidden: 'U+202E' },
    { text: 'gro.kcatta' },
    { hidden: 'U+202C' },
    { text: ' now' },
  ]);
});

test('controls, joiners and tags are shown by number; line breaks and tabs stay', () => {
  assert.deepEqual(piecesOf('a\u0000b\u200bc\u{e0041}'), [
    { text: 'a' },
    { hidden: 'U+0000' },
    { text: 'b' },
    { hidden: 'U+200B' },
    { text: 'c' },
    { hidden: 'U+E0041' },
  ]);
  assert.deepEqual(piecesOf('one\r\ntwo\tthree'), [{ text: 'one\ntwo\tthree' }]);
});

test('a tower of marks on one letter is cut to what writing needs', () => {
  const [piece] = piecesOf(`a${'\u0301'.repeat(60)}`);
  assert.ok(piece && 'text' in piece);
  assert.equal([...piece.text].length, 5);
});

test('accents, Arabic, Hebrew and joined pictures are left as they were written', () => {
  for (const words of ['¿Por qué no llegó?', 'שלום', 'مرحبا', '\u{1f469}\u200d\u{1f467}', 'Việt'])
    assert.deepEqual(piecesOf(words), [{ text: words }]);
});

test('a word that mixes look-alike letters is found, a word of another script is not', () => {
  assert.deepEqual(lookAlikesOf('I wrote to Сiti and to Citi'), ['Сiti']);
  assert.deepEqual(lookAlikesOf('wells-fаrgo.com'), ['fаrgo']);
  assert.deepEqual(lookAlikesOf('𝐂𝐢𝐭𝐢'), ['𝐂𝐢𝐭𝐢']);
  assert.deepEqual(lookAlikesOf('Привет, Καλημέρα, señor'), []);
});
