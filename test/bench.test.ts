import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { atLeast, atMost, rowOf } from '../bench/measured.ts';
import { pictureOf } from '../bench/picture.ts';
import { stepsOf } from '../bench/profile.ts';
import type { Results } from '../bench/results.ts';

test('a figure is the median of its runs, with their spread, and keeps a promise or does not', () => {
  assert.deepEqual(rowOf('events', 'events/s', [14_000, 16_000, 15_500], atLeast(15_000)), {
    name: 'events',
    unit: 'events/s',
    value: 15_500,
    min: 14_000,
    max: 16_000,
    goal: 15_000,
    reached: true,
  });
  assert.equal(rowOf('latency', 'ms', [260, 240, 255], atMost(250)).reached, false);
  assert.equal(rowOf('two runs', 'ms', [10, 20]).value, 15);
  assert.equal(rowOf('any', 'ms', [1]).goal, null);
});

test('the picture says in words whether each promise is kept, and escapes them', () => {
  const rows = [
    rowOf('a <b> & c', 'ms', [30], atMost(40)),
    rowOf('rate', '/s', [10], atLeast(20)),
    rowOf('x', 's', [1]),
  ];
  const picture = pictureOf({ at: '2026-11-21T00:00:00Z', machine: 'a machine', rows });
  assert.match(
    picture,
    /<desc id="words">a &lt;b&gt; &amp; c: 30 ms, at most 40: reached\. rate: 10 \/s, at least 20: missed\.<\/desc>/,
  );
  assert.match(picture, /prefers-color-scheme: dark/);
});

test('processor time stands with the file of ours that asked for it', () => {
  const src = new URL('../src/vault/cipher.ts', import.meta.url).href;
  const frame = (functionName: string, url: string) => ({
    functionName,
    url,
    scriptId: '0',
    lineNumber: 0,
    columnNumber: 0,
  });
  const steps = stepsOf({
    nodes: [
      { id: 1, callFrame: frame('(root)', ''), children: [2, 4, 5] },
      { id: 2, callFrame: frame('seal', src), children: [3] },
      { id: 3, callFrame: frame('update', 'node:internal/crypto/cipher') },
      { id: 4, callFrame: frame('(idle)', '') },
      { id: 5, callFrame: frame('parse', 'file:///x/node_modules/pg-protocol/dist/parser.js') },
    ],
    startTime: 0,
    endTime: 10,
    samples: [2, 3, 4, 5],
    timeDeltas: [1, 2, 3, 4],
  });
  assert.deepEqual(steps, { 'src/vault/cipher.ts': 3, 'package pg-protocol': 4 });
});

test('a short run measures events and sockets, loses and doubles none, and writes what it measured', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tellerline-bench-test-'));
  try {
    const small = ['--seconds', '1', '--runs', '1', '--links', '500', '--many-links', '0', '--connected', '20'];
    const { status, stderr, stdout } = spawnSync(
      process.execPath,
      ['bench/run.ts', 'events', 'sockets', ...small, '--results', folder],
      { encoding: 'utf8', cwd: join(import.meta.dirname, '..') },
    );
    assert.equal(status, 0, stderr);
    assert.match(stdout, /share of the ceiling/);
    const { rows, machine } = JSON.parse(readFileSync(join(folder, 'latest.json'), 'utf8')) as Results;
    assert.match(machine, /cores of/);
    for (const row of rows) {
      assert.deepEqual(Object.keys(row), ['name', 'unit', 'value', 'min', 'max', 'goal', 'reached']);
      assert.ok(Number.isFinite(row.value), row.name);
      assert.equal(row.goal === null, row.reached === null);
    }
    for (const name of ['single events', 'time in the app: src/vault/cipher.ts', 'share of the ceiling'])
      assert.ok(
        rows.some((row) => row.name === name && row.value > 0),
        name,
      );
    assert.match(readFileSync(join(folder, 'latest.svg'), 'utf8'), /^<svg /);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
