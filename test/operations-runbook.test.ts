import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { alarms, limits } from '#base';

// Whoever is woken by an alarm finds it in the runbook.

const runbook = readFileSync('docs/operations.md', 'utf8');
const sources = globSync('src/**/*.ts')
  .filter((file) => !/\.(test|fixture)\.ts$/.test(file))
  .map((file) => ({ file, text: readFileSync(file, 'utf8').replaceAll(/^\s*(\*|\/\/).*$/gm, '') }));

/** Codes with which the proof log says that it must not go on; they are their alarms' names. */
const codesOfLog = sources
  .filter(({ file }) => /src\/proof\/(sequencer|witnessing|checkpoint-memory)\.ts$/.test(file))
  .flatMap(({ text }) => [...text.matchAll(/'(log_[a-z_]+)'/g)].map(([, code = '']) => code));

/** The names in what the code logs as `alarm`. */
const raised = sources.flatMap(({ file, text }) =>
  [...text.matchAll(/\balarm: ([^,}\n]+)/g)].flatMap(([, value = '']) => {
    const [, name] = /^'([a-z_]+)'$/.exec(value.trim()) ?? [];
    if (name !== undefined) return [name];
    if (value.trim() === 'error.code' && file === 'src/proof/sequencer.ts') return codesOfLog;
    // The port that counts them.
    if (file === 'src/app/metrics.ts') return [];
    return [`${value.trim()} in ${file}, which no runbook can name`];
  }),
);

const section = (title: string): string => runbook.split(/^## /m).find((part) => part.startsWith(title)) ?? '';

test('every alarm of the code has its row in the runbook and its count, and no row is left of one that is gone', () => {
  const known = [...new Set(raised)].toSorted();
  assert.ok(known.length > 10 && codesOfLog.length >= 6);
  const rows = [...section('Alarms').matchAll(/^\| `([a-z_]+)` \| (.+) \| (.+) \|$/gm)];
  assert.deepEqual(
    rows.map(([, name]) => name),
    known,
  );
  for (const [, name, meaning = '', remedy = ''] of rows)
    assert.ok(meaning.length > 40 && remedy.length > 20, `${name} says what it means and what to do`);
  assert.deepEqual([...alarms], known);
});

test('the runbook names every metric of ours', () => {
  const { text } = sources.find(({ file }) => file === 'src/app/metrics.ts') ?? { text: '' };
  const whole = [...text.matchAll(/name: 'tellerline_([a-z_]+)'/g)];
  const gauges = [...text.matchAll(/(?:gauge|ofPools|ofBacklogs)\(\s*'([a-z_]+)'/g)];
  const names = [...whole, ...gauges].map(([, name = '']) => name);
  assert.ok(names.length > 18);
  const watched = section('What to watch');
  assert.deepEqual(
    names.filter((name) => {
      // A row may name several with one beginning: `tellerline_backlog_waiting`, `_unknown`.
      const [, end = ''] = /(_[a-z]+)$/.exec(name) ?? [];
      return !watched.includes(`tellerline_${name}`) && !watched.includes(`\`${end}\``) && !watched.includes(`…${end}`);
    }),
    [],
  );
});

test('the limits that the runbook tells are those of the code', () => {
  const refused = section('What is refused');
  assert.ok(refused.includes(`${limits.batchesInFlightMax} batches`));
  assert.ok(refused.includes(`${limits.bytesInFlightMax / 1024 / 1024} MiB of bodies`));
  assert.ok(refused.includes(`has been worked on for ${limits.batchInFlightMsMax / 1000} s`));
  assert.ok(refused.includes(`when ${limits.socketsBufferBytesMax / 1024 / 1024} MiB do`));
  assert.ok(refused.includes(`longer than ${limits.batchArrivingMsMax / 1000} s to arrive`));
  assert.equal(limits.bytesArrivingPerAddressMax * 2, limits.bytesInFlightMax, 'half of that');
  assert.equal(limits.socketBufferBytesMax, 512 * 1024, 'half a megabyte');
  const stopping = section('Stopping');
  assert.ok(stopping.includes(`all of it ${limits.stopMsMax / 1000} s`));
  assert.ok(stopping.includes(`up to ${limits.socketCloseSpreadMsMax / 1000} s`));
});
