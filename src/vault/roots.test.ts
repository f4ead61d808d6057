import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import fc from 'fast-check';
import { createLog, isTellerlineError, systemRandom, type BankId } from '#base';
import { openDatabase } from '#db';
import { operator, rootGone, type KeyProvider, type RootOwner } from './key-provider.ts';
import { createRoots, type Roots } from './roots.ts';

// Wrapping and unwrapping ask no database: one that cannot be reached shows it.
const database = openDatabase('postgres://127.0.0.1:1/none', { log: createLog('silent') });
after(() => database.close());

const owners = ['citi' as BankId, 'us-bank' as BankId, operator] as const;

/** Roots in memory of generations 1 to 3, and how often each was released. */
function rootsInMemory(): { roots: Roots; released: Map<string, number>; pass: (ms: number) => void } {
  const held = new Map<string, Buffer>();
  for (const owner of owners) for (const n of [1, 2, 3]) held.set(`${owner}|${n}`, systemRandom.bytes(32));
  const released = new Map<string, number>();
  let nowMs = 0;
  const provider: KeyProvider = {
    holders: new Set(),
    index: () => assert.fail('no index is asked for'),
    unwrapDirect: () => assert.fail('nothing is wrapped directly'),
    createRoot: () => assert.fail('no root is made'),
    destroyRootsBefore: () => assert.fail('no root is destroyed'),
    rotateKek: () => assert.fail('no key is rotated'),
    leaseRoot: async (owner, generation) => {
      const name = `${owner}|${generation}`;
      released.set(name, (released.get(name) ?? 0) + 1);
      const root = held.get(name);
      if (!root) throw rootGone(owner, generation);
      // A copy: what is leased is wiped by whoever leased it.
      return Buffer.from(root);
    },
  };
  const clock = { nowMs: () => Date.now(), monotonicMs: () => nowMs };
  return {
    roots: createRoots({ database, provider, clock, random: systemRandom }),
    released,
    pass: (ms) => (nowMs += ms),
  };
}

const place = fc.record({
  owner: fc.constantFrom<RootOwner>(...owners),
  generation: fc.integer({ min: 1, max: 3 }),
  context: fc.string({ maxLength: 40 }),
});

test('a wrapped key opens at its own owner, generation and place, and nowhere else', async () => {
  const { roots } = rootsInMemory();
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ minLength: 32, maxLength: 32 }), place, place, async (bytes, here, there) => {
      const secret = Buffer.from(bytes);
      const [wrapped] = await roots.wrap(here.owner, here.generation, [{ context: here.context, secret }]);
      assert.ok(wrapped);
      assert.deepEqual(await roots.unwrap(here.owner, [{ ...here, wrapped }]), [secret]);
      assert.equal(wrapped.includes(secret), false);
      const same = here.owner === there.owner && here.generation === there.generation && here.context === there.context;
      if (same) return;
      await assert.rejects(roots.unwrap(there.owner, [{ ...there, wrapped }]), (error) =>
        isTellerlineError(error, 'sealed_unreadable'),
      );
    }),
  );
});

test('many keys of several generations come back in their order', async () => {
  const { roots } = rootsInMemory();
  await fc.assert(
    fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 3 }), { maxLength: 20 }), async (generations) => {
      const keys = generations.map((generation, n) => ({
        generation,
        context: `link|${n}`,
        secret: systemRandom.bytes(32),
      }));
      const wrapped = await Promise.all(
        keys.map(async (key) => ({ ...key, wrapped: (await roots.wrap('citi' as BankId, key.generation, [key]))[0] })),
      );
      const opened = await roots.unwrap(
        'citi' as BankId,
        wrapped.map((key) => ({ ...key, wrapped: key.wrapped as Buffer })),
      );
      assert.deepEqual(
        opened,
        keys.map((key) => key.secret),
      );
    }),
    { numRuns: 30 },
  );
});

test('however many ask at once, a root is released once a lease', async () => {
  const { roots, released, pass } = rootsInMemory();
  const wrapOne = () => roots.wrap(operator, 1, [{ context: 'x', secret: Buffer.alloc(32) }]);
  await Promise.all(Array.from({ length: 100 }, wrapOne));
  pass(29_999);
  await wrapOne();
  assert.equal(released.get('operator|1'), 1);
  pass(1);
  await Promise.all(Array.from({ length: 100 }, wrapOne));
  assert.equal(released.get('operator|1'), 2);
});

test('a root that could not be had is asked for again by the next one', async () => {
  const { roots, released } = rootsInMemory();
  const asking = () => roots.wrap(operator, 9, [{ context: 'x', secret: Buffer.alloc(32) }]);
  for (let n = 1; n <= 2; n += 1) {
    await assert.rejects(asking(), (error) => isTellerlineError(error, 'root_gone'));
    assert.equal(released.get('operator|9'), n);
  }
});
