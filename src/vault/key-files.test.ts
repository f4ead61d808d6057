import assert from 'node:assert/strict';
import { createHmac, hkdfSync } from 'node:crypto';
import {
  chmodSync,
  cpSync,
  existsSync,
  globSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import fc from 'fast-check';
import { isTellerlineError, systemRandom, type BankId } from '#base';
import { dataKey, seal } from './cipher.ts';
import { fileKeyProvider } from './key-files.ts';

const citi = 'citi' as BankId;
const withCode = (code: string) => (error: unknown) => isTellerlineError(error, code);
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tellerline-kek-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

test('key files are made once, readable by their owner alone, and refused when others may read them', async () => {
  const first = fileKeyProvider(folder, systemRandom);
  await first.createRoot(citi, 1);
  for (const path of ['kek', 'index', 'roots/citi/1']) {
    assert.equal(statSync(join(folder, path)).mode & 0o777, 0o600);
  }
  assert.equal(readFileSync(join(folder, 'kek')).length, 32);
  const again = fileKeyProvider(folder, systemRandom);
  await again.createRoot(citi, 1);
  assert.deepEqual(await again.leaseRoot(citi, 1), await first.leaseRoot(citi, 1));
  chmodSync(join(folder, 'kek'), 0o644);
  assert.throws(() => fileKeyProvider(folder, systemRandom), withCode('key_file_open_to_others'));
});

test('a damaged key file is refused by name', () => {
  fileKeyProvider(folder, systemRandom);
  writeFileSync(join(folder, 'kek'), Buffer.alloc(31));
  assert.throws(() => fileKeyProvider(folder, systemRandom), withCode('key_file_damaged'));
});

test('blind indexes differ by domain and stay the same under every key-encrypting key', async () => {
  const provider = fileKeyProvider(folder, systemRandom);
  const before = provider.index('account', 'citi|1');
  // As it was before the index key had a file of its own (RFC 5869, RFC 2104).
  const derived = Buffer.from(
    hkdfSync('sha256', readFileSync(join(folder, 'kek')), '', 'tellerline blind index v1', 32),
  );
  assert.deepEqual(before, createHmac('sha256', derived).update('account\0citi|1').digest());
  assert.notDeepEqual(before, provider.index('grant', 'citi|1'));
  await provider.rotateKek();
  assert.deepEqual(fileKeyProvider(folder, systemRandom).index('account', 'citi|1'), before);
});

test('a root never stands in a file in the clear, and opens under its own owner and generation alone', async () => {
  const provider = fileKeyProvider(folder, systemRandom);
  await provider.createRoot(citi, 1);
  await provider.createRoot('us-bank' as BankId, 1);
  const root = await provider.leaseRoot(citi, 1);
  for (const path of globSync(join(folder, '**/*')).filter((one) => statSync(one).isFile())) {
    assert.equal(readFileSync(path).includes(root), false, path);
  }
  cpSync(join(folder, 'roots/citi/1'), join(folder, 'roots/us-bank/1'));
  cpSync(join(folder, 'roots/citi/1'), join(folder, 'roots/citi/2'));
  await assert.rejects(provider.leaseRoot('us-bank' as BankId, 1), withCode('sealed_unreadable'));
  await assert.rejects(provider.leaseRoot(citi, 2), withCode('sealed_unreadable'));
});

test('destroyed roots are gone; the later ones stay', async () => {
  const provider = fileKeyProvider(folder, systemRandom);
  for (const generation of [1, 2, 9, 10]) await provider.createRoot(citi, generation);
  await provider.destroyRootsBefore(citi, 10);
  for (const generation of [1, 2, 9]) await assert.rejects(provider.leaseRoot(citi, generation), withCode('root_gone'));
  assert.equal((await provider.leaseRoot(citi, 10)).length, 32);
  await provider.destroyRootsBefore('us-bank' as BankId, 4);
});

test('a new key-encrypting key opens the same roots; the old one opens nothing any more', async () => {
  const provider = fileKeyProvider(folder, systemRandom);
  await provider.createRoot(citi, 1);
  const root = await provider.leaseRoot(citi, 1);
  const old = readFileSync(join(folder, 'kek'));
  await provider.rotateKek();
  assert.notDeepEqual(readFileSync(join(folder, 'kek')), old);
  assert.equal(existsSync(join(folder, 'kek.next')), false);
  assert.deepEqual(await provider.leaseRoot(citi, 1), root);
  writeFileSync(join(folder, 'kek'), old);
  await assert.rejects(provider.leaseRoot(citi, 1), withCode('sealed_unreadable'));
});

test('a rotation of the key-encrypting key that was cut off at any step loses nothing and is taken up', async () => {
  const provider = fileKeyProvider(folder, systemRandom);
  const index = provider.index('account', 'x');
  for (const generation of [1, 2, 3]) await provider.createRoot(citi, generation);
  const roots = await Promise.all([1, 2, 3].map((generation) => provider.leaseRoot(citi, generation)));
  for (let step = 0; ; step += 1) {
    // Each step of a rotation asks for random bytes first: here the process dies.
    let asked = -Infinity;
    const dying = fileKeyProvider(folder, {
      bytes: (count) => {
        asked += 1;
        if (asked > step + 1) throw new Error('killed');
        return systemRandom.bytes(count);
      },
    });
    asked = 0;
    const died = await dying.rotateKek().then(
      () => false,
      (error: Error) => error.message === 'killed',
    );
    const next = fileKeyProvider(folder, systemRandom);
    for (const [n, root] of roots.entries()) assert.deepEqual(await next.leaseRoot(citi, n + 1), root);
    assert.deepEqual(next.index('account', 'x'), index);
    if (!died) {
      assert.ok(step > 8, `cut off at ${step} steps`);
      return;
    }
    // Made while the rotation is half done, it has to survive its end.
    await next.createRoot('us-bank' as BankId, step + 1);
    const made = await next.leaseRoot('us-bank' as BankId, step + 1);
    await next.rotateKek();
    assert.deepEqual(await next.leaseRoot('us-bank' as BankId, step + 1), made);
    await next.destroyRootsBefore('us-bank' as BankId, step + 2);
  }
});

test('what the key-encrypting key wrapped itself opens in its own place', async () => {
  const provider = fileKeyProvider(folder, systemRandom);
  const kek = dataKey(readFileSync(join(folder, 'kek')));
  await fc.assert(
    fc.asyncProperty(
      fc.uint8Array({ minLength: 32, maxLength: 32 }),
      fc.string(),
      fc.string(),
      async (bytes, here, there) => {
        const wrapped = seal(kek, `wrap|${here}`, Buffer.from(bytes), systemRandom);
        assert.deepEqual(await provider.unwrapDirect(here, wrapped), Buffer.from(bytes));
        if (here !== there) await assert.rejects(provider.unwrapDirect(there, wrapped), withCode('sealed_unreadable'));
      },
    ),
    { numRuns: 30 },
  );
});
