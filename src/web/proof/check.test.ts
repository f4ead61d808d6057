import assert from 'node:assert/strict';
import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import canonicalize from 'canonicalize';
import fc from 'fast-check';
import type { LedgerEntry } from '#contract';
import { fromBase64, same, toBase64, type Bytes } from './bytes.ts';
import { canonical, isInLog, stepsOf } from './check.ts';
import { openCheckpoint } from './note.ts';
import { continues, leafHash, nodeHash, subtreesFromTiles, type TreeHead } from './tree.ts';

interface Export {
  readonly key: string;
  readonly checkpoint: string;
  readonly entries: readonly LedgerEntry[];
}

/** The worked example of the documentation: computed once by other code, and checked by Go’s own. */
const [, example = ''] =
  /```json\n([^]*?)```/.exec(readFileSync(new URL('../../../docs/proof-log.md', import.meta.url), 'utf8')) ?? [];
const documented = JSON.parse(example) as Export;

async function holds({ key, checkpoint, entries }: Export): Promise<boolean> {
  const tree = await openCheckpoint(checkpoint, key);
  if (typeof tree === 'string') return false;
  const all = await Promise.all(entries.map((entry) => isInLog(entry, tree)));
  return all.every(Boolean);
}

test('the documented example passes, and shows each step', async () => {
  assert.equal(await holds(documented), true);
  const [entry] = documented.entries;
  assert.ok(entry);
  const steps = await stepsOf(entry, 3);
  assert.equal(steps?.leaf.length, 37);
  assert.equal(toBase64(steps.root), documented.checkpoint.split('\n')[2]);
});

test('no example with one part altered passes', async (context) => {
  /** Every text and number in it, one after the other, altered. */
  const altered: Export[] = [];
  const walk = (value: unknown, put: (other: unknown) => unknown): void => {
    if (typeof value === 'string') {
      for (let at = 0; at < value.length; at += 1) {
        const other = value[at] === 'A' ? 'B' : 'A';
        altered.push(put(value.slice(0, at) + other + value.slice(at + 1)) as Export);
      }
      altered.push(put(`${value} `) as Export, put(value.slice(1)) as Export);
    } else if (typeof value === 'number') altered.push(put(value + 1) as Export, put(value - 1) as Export);
    else if (Array.isArray(value)) {
      value.forEach((one, n) => walk(one, (other) => put(value.with(n, other))));
      altered.push(put(value.slice(1)) as Export, put([...value, value[0] ?? '']) as Export);
    } else if (typeof value === 'object' && value !== null)
      for (const [name, one] of Object.entries(value)) walk(one, (other) => put({ ...value, [name]: other }));
  };
  const { entries, key, checkpoint } = documented;
  walk({ entries: entries[0], key, checkpoint }, (other) => {
    const { entries: entry, ...rest } = other as { entries: LedgerEntry; key: string; checkpoint: string };
    return { ...rest, entries: [entry] };
  });
  let passed = 0;
  for (const one of altered) if (await holds(one)) passed += 1;
  assert.equal(passed, 0);
  context.diagnostic(`${altered.length} altered examples, ${passed} passed`);
});

test('the canonical form is that of RFC 8785', () => {
  const value = fc.oneof(fc.string({ unit: 'grapheme' }), fc.integer(), fc.boolean(), fc.array(fc.string()));
  const names = fc.string({ unit: 'grapheme', minLength: 1 }).filter((name) => name !== '__proto__');
  fc.assert(
    fc.property(fc.dictionary(names, value, { noNullPrototype: true }), (record) => {
      fc.pre(JSON.stringify(record).isWellFormed() && !/\\ud/.test(JSON.stringify(record)));
      assert.equal(canonical(record), canonicalize(record));
    }),
  );
});

/** A tree built plainly, from its leaves. */
async function rootOf(leaves: readonly Bytes[]): Promise<Bytes> {
  const [only] = leaves;
  if (leaves.length === 1 && only) return leafHash(only);
  const middle = 2 ** Math.ceil(Math.log2(leaves.length) - 1);
  return nodeHash(await rootOf(leaves.slice(0, middle)), await rootOf(leaves.slice(middle)));
}

const leavesOf = (count: number): Bytes[] => Array.from({ length: count }, (_, n) => Uint8Array.of(n & 255, n >> 8));

/** The tiles of a tree as the log serves them. */
function tilesOf(leaves: readonly Bytes[]): (address: string) => Promise<Bytes> {
  return async (address) => {
    const [, level = '', tile = '', width] = /^tile\/(\d)\/(\d{3})(?:\.p\/(\d+))?$/.exec(address) ?? [];
    const unit = 256 ** Number(level);
    const hashes = await Promise.all(
      Array.from({ length: Number(width ?? 256) }, (_, n) => {
        const from = (Number(tile) * 256 + n) * unit;
        return rootOf(leaves.slice(from, from + unit));
      }),
    );
    return Uint8Array.from(hashes.flatMap((hash) => [...hash]));
  };
}

test('a log that has grown continues what was seen; one that was rewritten does not', async () => {
  const leaves = leavesOf(700);
  const head = async (of: readonly Bytes[]): Promise<TreeHead> => ({ size: of.length, root: await rootOf(of) });
  const newer = await head(leaves);
  const rewritten = leaves.with(3, Uint8Array.of(9, 9, 9));
  const forged = await head(rewritten);
  for (const size of [1, 2, 3, 255, 256, 257, 300, 512, 513, 699, 700]) {
    const older = await head(leaves.slice(0, size));
    assert.equal(await continues(older, newer, subtreesFromTiles(700, tilesOf(leaves))), true, `${size}`);
    const lied = size > 3 && (await continues(older, forged, subtreesFromTiles(700, tilesOf(rewritten))));
    assert.equal(lied, false, `${size}, rewritten`);
    // Tiles of the true log do not help the forger either.
    assert.equal(size > 3 && (await continues(older, forged, subtreesFromTiles(700, tilesOf(leaves)))), false);
  }
  assert.equal(
    await continues(newer, await head(leaves.slice(0, 600)), subtreesFromTiles(600, tilesOf(leaves))),
    false,
  );
});

test('lines of witnesses are named and do not stand for the log’s own signature', async () => {
  const { key, checkpoint } = documented;
  const opened = await openCheckpoint(`${checkpoint}— witness.example ${toBase64(new Uint8Array(76))}\n`, key);
  assert.ok(typeof opened !== 'string');
  assert.deepEqual(opened.others, ['witness.example']);
  const [text = ''] = checkpoint.split('\n\n');
  const stranger = generateKeyPairSync('ed25519').privateKey;
  const signature = sign(null, Buffer.from(`${text}\n`), stranger);
  const [, hash = ''] = key.split('+');
  const line = Buffer.concat([Buffer.from(hash, 'hex'), signature]).toString('base64');
  assert.equal(await openCheckpoint(`${text}\n\n— ${key.split('+')[0] ?? ''} ${line}\n`, key), 'wrong-signature');
  assert.equal(await openCheckpoint(text, key), 'malformed');
});

test('base64 has one form for the same bytes', () => {
  assert.equal(fromBase64('AB=='), undefined);
  assert.equal(fromBase64('A A='), undefined);
  assert.ok(same(fromBase64('AA==') ?? new Uint8Array(9), Uint8Array.of(0)));
  const digest = createHash('sha256').update('x').digest();
  assert.equal(toBase64(digest), digest.toString('base64'));
});
