import assert from 'node:assert/strict';
import { generateKeyPairSync, hash, sign, type KeyObject } from 'node:crypto';
import { test } from 'node:test';
import { findWitnesses, isCosigned, type NamedWitness } from './cosignature.ts';

const text = 'log.example/log\n3\nLUvAMCb22q+lVm3XiJYJ34d9+U96m1lFM6BZ5vvpvc4=\n';
const own = '— log.example/log AAAAAA==\n';

/** A witness as its own program is: nothing of it comes from ours. */
class Witness {
  readonly key: string;
  readonly name: string;
  readonly #secret: KeyObject;
  readonly #hash: Buffer;

  constructor(name: string, type = 4) {
    const { privateKey, publicKey } = generateKeyPairSync('ed25519');
    const { x = '' } = publicKey.export({ format: 'jwk' });
    const data = Buffer.concat([Buffer.of(type), Buffer.from(x, 'base64url')]);
    this.#hash = hash('sha256', Buffer.concat([Buffer.from(`${name}\n`), data]), 'buffer').subarray(0, 4);
    this.#secret = privateKey;
    this.name = name;
    this.key = `${name}+${this.#hash.toString('hex')}+${data.toString('base64')}`;
  }

  line(of = text, head = 'cosignature/v1'): string {
    const time = Buffer.alloc(8);
    time.writeBigUInt64BE(1_700_000_000n);
    const signature = sign(null, Buffer.from(`${head}\ntime 1700000000\n${of}`), this.#secret);
    return `— ${this.name} ${Buffer.concat([this.#hash, time, signature]).toString('base64')}\n`;
  }

  named(more: Partial<NamedWitness> = {}): NamedWitness {
    return { name: this.name, key: this.key, independent: true, at: '2026-11-20T00:00:00Z', ...more };
  }
}

const note = (...lines: readonly string[]): string => `${text}\n${own}${lines.join('')}`;
const nothing = { remembered: [], first: [], said: [], gone: [], changed: [] };

test('a cosignature is right over the very checkpoint, by the very key, in its own form', async () => {
  const witness = new Witness('w.example');
  const another = new Witness('w.example');
  assert.equal(await isCosigned(note(witness.line()), witness.key), true);
  assert.equal(await isCosigned(note(another.line(), witness.line()), witness.key), true);
  assert.equal(await isCosigned(note(), witness.key), false);
  assert.equal(await isCosigned(note(another.line()), witness.key), false, 'another key');
  assert.equal(
    await isCosigned(note(witness.line(text.replace('\n3\n', '\n4\n'))), witness.key),
    false,
    'another size',
  );
  assert.equal(await isCosigned(note(witness.line(text, 'cosignature/v2')), witness.key), false, 'another form');
  const logKey = new Witness('w.example', 1);
  assert.equal(await isCosigned(note(logKey.line()), logKey.key), false, 'a log’s key');
  assert.equal(await isCosigned(note(witness.line()), 'nonsense'), false);
  assert.equal(await isCosigned('nonsense', witness.key), false);
});

test('every flipped bit of a cosignature is found', async () => {
  const witness = new Witness('w.example');
  const [, , base64 = ''] = witness.line().trim().split(' ');
  const bytes = Buffer.from(base64, 'base64');
  for (let bit = 0; bit < bytes.length * 8; bit += 1) {
    const altered = Buffer.from(bytes);
    altered[bit >> 3] = (altered[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    assert.equal(await isCosigned(note(`— w.example ${altered.toString('base64')}\n`), witness.key), false, `${bit}`);
  }
});

test('what the operator says is told from what was checked, and a key that verified is remembered', async () => {
  const signs = new Witness('a.example');
  const silent = new Witness('b.example');
  const named = [signs.named(), silent.named(), new Witness('c.example').named({ at: null })];
  const { finding, keys } = await findWitnesses(note(signs.line()), named, {});
  assert.deepEqual(finding, { ...nothing, first: ['a.example'], said: ['b.example'] });
  assert.deepEqual(keys, { 'a.example': signs.key });
  const again = await findWitnesses(note(signs.line()), [], keys);
  assert.deepEqual(again.finding, { ...nothing, remembered: ['a.example'] }, 'also when the status no longer names it');
  const without = await findWitnesses(note(), named, keys);
  assert.deepEqual(without.finding, { ...nothing, gone: ['a.example'], said: ['b.example'] });
});

test('another key in the place of one that is remembered is found, and does not take its place', async () => {
  const known = new Witness('a.example');
  const swapped = new Witness('a.example');
  const before = { 'a.example': known.key };
  const { finding, keys } = await findWitnesses(note(swapped.line()), [swapped.named()], before);
  assert.deepEqual(finding, { ...nothing, changed: ['a.example'] });
  assert.deepEqual(keys, before);
});

test('a witness of the operator’s own is no witness', async () => {
  const sandbox = new Witness('sandbox-witness');
  const { finding, keys } = await findWitnesses(note(sandbox.line()), [sandbox.named({ independent: false })], {});
  assert.deepEqual([finding, keys], [nothing, {}]);
});
