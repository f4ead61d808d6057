import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createLog } from '#base';
import { stopInOrder, type Stage } from './stopping.ts';

test('stages end one after the other; what hangs or fails holds up no other', async () => {
  const did: string[] = [];
  let logged = '';
  const log = createLog('info', { write: (line) => (logged += line) });
  const stage = (name: string, end: () => Promise<unknown>, msMax = 60_000): Stage => ({
    stage: name,
    msMax,
    end: () => {
      did.push(name);
      return end();
    },
  });
  let firstEnded = false;
  await stopInOrder(log, [
    stage('first', async () => {
      await new Promise(setImmediate);
      firstEnded = true;
    }),
    stage('fails', async () => {
      assert.ok(firstEnded);
      throw new Error('no');
    }),
    stage('hangs', () => new Promise(() => undefined), 20),
    stage('last', async () => undefined),
  ]);
  assert.deepEqual(did, ['first', 'fails', 'hangs', 'last']);
  assert.match(logged, /"stage":"fails".*did not stop cleanly/);
  assert.match(logged, /"stage":"hangs".*left behind/);
});
