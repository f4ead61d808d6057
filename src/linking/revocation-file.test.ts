import assert from 'node:assert/strict';
import { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, beforeEach, test } from 'node:test';
import { revocationFile, type Ending } from './revocation-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'tellerline-revocations-'));
const file = join(folder, 'revocations');
const memory = revocationFile(folder, () => 0);
const ending = (n: number): Ending => ({ what: 'account', customer: `customer-${n}` });
const cut = '\n{"at":"2026-11-21T00:00:00.000Z","what":"acc';

beforeEach(() => rmSync(file, { force: true }));
after(() => rmSync(folder, { recursive: true }));

test('what was taken back is read in its order, and the file is its owner’s alone', () => {
  assert.deepEqual(memory.read(), []);
  memory.append([ending(1), ending(2)]);
  memory.append([ending(3)]);
  assert.deepEqual(memory.read(), [ending(1), ending(2), ending(3)]);
  assert.equal(statSync(file).mode & 0o777, 0o600);
});

test('a write that was cut off ends nothing, wherever it was cut, and hides nothing that follows', () => {
  memory.append([ending(1)]);
  const before = readFileSync(file, 'utf8');
  memory.append([ending(2)]);
  const whole = readFileSync(file, 'utf8');
  for (let length = before.length; length < whole.length; length += 1) {
    writeFileSync(file, whole.slice(0, length));
    assert.deepEqual(memory.read(), [ending(1)]);
    memory.append([ending(3)]);
    appendFileSync(file, cut);
    memory.append([ending(4)]);
    assert.deepEqual(memory.read(), [ending(1), ending(3), ending(4)], whole.slice(before.length, length));
  }
});

test('a line that is damaged is refused, wherever it stands, and never skipped', () => {
  memory.append([ending(1), ending(2), ending(3)]);
  const lines = readFileSync(file, 'utf8').split('\n');
  const damages = [
    (line: string) => line.replace('account', 'acc*unt'),
    (line: string) => line.replace('"customer"', '"custom\u0000r"'),
    (line: string) => line.replace('{', ''),
  ];
  for (let n = 1; n < lines.length; n += 1) {
    for (const damage of damages) {
      writeFileSync(file, lines.with(n, damage(lines[n] ?? '')).join('\n'));
      assert.throws(() => memory.read(), { code: 'revocations_damaged', detail: { line: n + 1 } });
    }
  }
  for (const n of [1, 2]) {
    writeFileSync(file, lines.with(n, (lines[n] ?? '').slice(0, 30)).join('\n'));
    assert.throws(() => memory.read(), { code: 'revocations_damaged' }, 'half a line that was once whole');
  }
});
