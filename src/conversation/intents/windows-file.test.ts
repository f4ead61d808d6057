import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { questionWords } from './features.ts';
import { readingOf } from './reading.ts';
import { readWindows, writeWindows } from './windows-file.ts';

const file = readFileSync(new URL('windows.bin', import.meta.url));

test('networks that are read and written again are the same file', () => {
  assert.ok(writeWindows(readWindows(file)).equals(file));
});

test('the file names whose questions it was trained on, and their licence', () => {
  assert.match(readWindows(file).attribution, /BANKING77.*CC BY 4\.0/);
});

test('a file that is cut off, longer than it says, or something else is not read', () => {
  assert.throws(() => readWindows(file.subarray(0, -1)), /as long as its header says/);
  assert.throws(() => readWindows(Buffer.concat([file, Buffer.from([0])])), /as long as its header says/);
  assert.throws(() => readWindows(Buffer.from('{"model":1}')), /begins with TLW1/);
});

test('that the words used most were looked at before changes no score', () => {
  const model = readWindows(file);
  const words = questionWords('Why was my card declined at the Xylograph?');
  assert.ok(words.some((word) => model.commonWords.includes(word)));
  assert.ok(words.some((word) => !model.commonWords.includes(word)));
  assert.deepEqual(readingOf({ ...model, commonWords: [] })(words), readingOf(model)(words));
});
