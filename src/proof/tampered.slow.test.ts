import assert from 'node:assert/strict';
import { test } from 'node:test';
import { times } from '#test/whole';
import { signCheckpoint } from './checkpoint.ts';
import { commitmentOf, leafOf, saltOf, type LogRecord } from './entry.ts';
import { verifyExport, type LogExport } from './export.ts';
import { inclusionSpans, leafHash, rootOf, rootOfSpan } from './merkle.ts';
import { noteSigner } from './note.ts';
import { bundle, grow, parseTileAddress, tileName, tileWidth } from './tiles.ts';
import { verifyLog, type LogFetch } from './verify-log.ts';

// Every bit flipped, everything deleted, everything swapped, in a log and in an export: each has to be found.
// Of the log one in so many is altered, in every part of it; `npm run whole` leaves out fewer.

const signer = noteSigner('log.example/log', Buffer.alloc(32, 7));
const saltKey = Buffer.alloc(32, 9);
const leafCount = 300;
const records = Array.from({ length: leafCount }, (_, n): LogRecord => {
  return {
    id: `00000000-0000-7000-8000-${String(n).padStart(12, '0')}`,
    type: 'access',
    records: n,
    fields: ['amount'],
  };
});
const commitments = records.map((record) => [commitmentOf(record, saltOf(saltKey, record.id)), Buffer.alloc(32, 4)]);
const leaves = commitments.map(leafOf);
const checkpoint = signCheckpoint({ size: leafCount, root: rootOf(leaves.map(leafHash)) }, signer);
const remembered = signCheckpoint({ size: 270, root: rootOf(leaves.slice(0, 270).map(leafHash)) }, signer);
const tiles = new Map(grow(new Map(), 0, leaves.map(leafHash)).map((tile) => [tileName(tile), tile.hashes]));

/** A log as it shows itself; each part may be another than the honest one. */
function shown(
  parts: { leaves?: readonly Buffer[]; tiles?: ReadonlyMap<string, Buffer>; checkpoint?: Buffer | string } = {},
): LogFetch {
  return async (path) => {
    if (path === 'key') return Buffer.from(`${signer.text}\n`);
    if (path === 'checkpoint') return Buffer.from(parts.checkpoint ?? checkpoint);
    const address = parseTileAddress(path.replace('tile/', ''));
    if (!address) return undefined;
    const first = address.index * tileWidth;
    if (address.of === 'entries') return bundle((parts.leaves ?? leaves).slice(first, first + address.width));
    return (parts.tiles ?? tiles).get(tileName(address))?.subarray(0, address.width * 32);
  };
}

const holds = async (fetch: LogFetch): Promise<boolean> =>
  (await verifyLog(fetch, { expected: signer, remembered, all: true })).holds;

/** The bytes with one bit flipped: for every bit when the whole is run, else for every third. */
function* flips(bytes: Buffer): Generator<Buffer> {
  for (let bit = 0; bit < bytes.length * 8; bit += times(1, 3)) {
    const flipped = Buffer.from(bytes);
    flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    yield flipped;
  }
}

test('in a log every flipped bit, every deletion and every swap is found', async (t) => {
  assert.equal(await holds(shown()), true);
  let [made, found] = [0, 0];
  const expectFound = async (fetch: LogFetch): Promise<void> => {
    made += 1;
    if (!(await holds(fetch))) found += 1;
  };
  // Every bit of every seventh leaf, or of fewer: the last ones, which nobody remembered yet, are among them.
  for (let n = 4; n < leafCount; n += times(7, 37))
    for (const flipped of flips(leaves[n] as Buffer)) await expectFound(shown({ leaves: leaves.with(n, flipped) }));
  for (let n = 0; n < leafCount; n += times(1, 5)) {
    await expectFound(shown({ leaves: leaves.toSpliced(n, 1) }));
    const other = (n * 7 + 1) % leafCount;
    if (other === n) continue;
    const swapped = leaves.with(n, leaves[other] as Buffer).with(other, leaves[n] as Buffer);
    await expectFound(shown({ leaves: swapped }));
  }
  for (const [name, hashes] of tiles) {
    let n = 0;
    for (const flipped of flips(hashes))
      if ((n += 1) % times(13, 41) === 0) await expectFound(shown({ tiles: new Map(tiles).set(name, flipped) }));
  }
  for (const flipped of flips(Buffer.from(checkpoint))) await expectFound(shown({ checkpoint: flipped }));
  t.diagnostic(`altered logs: ${made}, found: ${found}`);
  assert.equal(found, made);
});

test('in an export every flipped bit of what is proven, every deletion and every swap of its proofs is found', (t) => {
  const text = (bytes: Buffer): string => bytes.toString('base64');
  const entries = [3, 100, 299].map((index): LogExport['entries'][number] => {
    const record = records[index] as LogRecord;
    const inner = (commitments[index] as Buffer[]).map(leafHash);
    const path = inclusionSpans(index, leafCount).map((span) => rootOfSpan(leaves.map(leafHash), span));
    return {
      record: record as LogExport['entries'][number]['record'],
      salt: text(saltOf(saltKey, record.id)),
      leaf: { index, entries: 2, position: 0, path: inclusionSpans(0, 2).map((span) => text(rootOfSpan(inner, span))) },
      path: path.map(text),
    };
  });
  const honest: LogExport = { format: 'tellerline-log-export/1', key: signer.text, checkpoint, entries, waiting: 0 };
  assert.equal(verifyExport(JSON.stringify(honest), signer).holds, true);
  let [made, found] = [0, 0];
  const expectFound = (altered: LogExport): void => {
    made += 1;
    if (!verifyExport(JSON.stringify(altered), signer).holds) found += 1;
  };
  const alter = (n: number, entry: Partial<LogExport['entries'][number]>): void =>
    expectFound({ ...honest, entries: entries.with(n, { ...(entries[n] as (typeof entries)[number]), ...entry }) });
  for (const [n, { record, salt, leaf, path }] of entries.entries()) {
    for (const flipped of flips(Buffer.from(salt, 'base64'))) alter(n, { salt: text(flipped) });
    for (const [at, step] of path.entries()) {
      for (const flipped of flips(Buffer.from(step, 'base64'))) alter(n, { path: path.with(at, text(flipped)) });
      alter(n, { path: path.toSpliced(at, 1) });
      alter(n, { path: path.with(at, path[(at + 1) % path.length] as string) });
    }
    for (const [at, step] of leaf.path.entries()) {
      for (const flipped of flips(Buffer.from(step, 'base64')))
        alter(n, { leaf: { ...leaf, path: leaf.path.with(at, text(flipped)) } });
      alter(n, { leaf: { ...leaf, path: leaf.path.toSpliced(at, 1) } });
    }
    for (const change of [{ index: leaf.index + 1 }, { index: 0 }, { entries: 3 }, { entries: 1 }, { position: 1 }])
      alter(n, { leaf: { ...leaf, ...change } });
    for (const [field, value] of Object.entries(record)) {
      alter(n, {
        record: Object.fromEntries(Object.entries(record).filter(([name]) => name !== field)) as typeof record,
      });
      if (typeof value !== 'string') continue;
      // Flipped in UTF-8, so that it stays text.
      for (let at = 0; at < value.length; at += 1) {
        for (const bit of [1, 2, 4, 8, 16]) {
          const letter = String.fromCharCode(value.charCodeAt(at) ^ bit);
          alter(n, { record: { ...record, [field]: value.slice(0, at) + letter + value.slice(at + 1) } });
        }
      }
    }
    alter(n, { record: { ...record, more: true } });
    alter(n, { record: entries[(n + 1) % entries.length]?.record ?? record });
  }
  for (const flipped of flips(Buffer.from(checkpoint)))
    expectFound({ ...honest, checkpoint: flipped.toString('utf8') });
  t.diagnostic(`altered exports: ${made}, found: ${found}`);
  assert.equal(found, made);
});
