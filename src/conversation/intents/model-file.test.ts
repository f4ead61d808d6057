import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { readModel, writeModel } from './model-file.ts';

const file = readFileSync(new URL('model.bin', import.meta.url));

test('a model that is read and written again is the same file', () => {
  assert.ok(writeModel(readModel(file)).equals(file));
});

test('the file names whose questions it was trained on, and their licence', () => {
  assert.match(readModel(file).head.attribution, /BANKING77.*CC BY 4\.0/);
});

test('a file that is cut off, longer than it says, or something else is not read', () => {
  assert.throws(() => readModel(file.subarray(0, -1)), /as long as its header says/);
  assert.throws(() => readModel(Buffer.concat([file, Buffer.from([0])])), /as long as its header says/);
  assert.throws(() => readModel(Buffer.from('{"model":1}')), /begins with TLI1/);
});
