import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

const root = new URL('../', import.meta.url);
const rows = readFileSync(new URL('docs/consent-rules.md', root), 'utf8')
  .split('\n')
  .filter((line) => /^\| T\d+ /.test(line))
  .map((line) => line.split('|').map((cell) => cell.trim()));

test('each of the thirty rules has a row, and a test or a reason', () => {
  assert.deepEqual(
    rows.map(([, id]) => id),
    Array.from({ length: 30 }, (_, n) => `T${n + 1}`),
  );
  for (const [, id, , , held = '', note = ''] of rows)
    assert.ok(held !== '–' || note.startsWith('the operator’s contract'), id ?? '');
});

test('every test that a rule names is there', () => {
  for (const [, id = '', , , held = ''] of rows) {
    if (held === '–') continue;
    const [, file = '', name = ''] = /^`([^`]+)`: “(.+)”$/.exec(held) ?? [];
    const tests = readFileSync(new URL(file, root), 'utf8');
    const named = [...tests.matchAll(/\b(?:test|it)\(\s*['`](.+)['`],/g)].map(([, title = '']) =>
      title.replace(/, \$\{.*/, ''),
    );
    assert.ok(named.includes(name), `${id}: ${file}: ${name}`);
  }
});
