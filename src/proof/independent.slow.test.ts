import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { generateKeyPairSync, hash, sign } from 'node:crypto';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { signCheckpoint } from './checkpoint.ts';
import { parseCosigner } from './cosignature.ts';
import { leafOf } from './entry.ts';
import { consistencySpans, inclusionSpans, leafHash, rootOf, rootOfSpan } from './merkle.ts';
import { noteSigner } from './note.ts';
import { grow, tileName } from './tiles.ts';

/** Where Debian puts the sources of golang-golang-x-mod-dev. */
const gopath = process.env['GOPATH'] ?? '/usr/share/gocode';

const base64 = (bytes: Buffer): string => bytes.toString('base64');
const flipped = (bytes: Buffer): Buffer => Buffer.from(bytes.map((byte, n) => (n === 11 ? byte ^ 4 : byte)));

const witnessName = 'witness.example/w1';
const witnessKey = generateKeyPairSync('ed25519');
const witnessBytes = witnessKey.publicKey.export({ format: 'der', type: 'spki' }).subarray(-32);

/** The line of a witness's cosignature of a checkpoint's text; `flip`: with one bit of this byte altered. */
function cosignature(text: string, flip?: number): string {
  const keyHash = hash('sha256', Buffer.concat([Buffer.from(`${witnessName}\n\x04`), witnessBytes]), 'buffer');
  const time = Buffer.alloc(8);
  time.writeBigUInt64BE(1_795_000_000n);
  const signature = sign(null, Buffer.from(`cosignature/v1\ntime 1795000000\n${text}`), witnessKey.privateKey);
  const bytes = Buffer.concat([keyHash.subarray(0, 4), time, signature]);
  if (flip !== undefined) bytes[flip] = (bytes[flip] ?? 0) ^ 1;
  const line = `— ${witnessName} ${base64(bytes)}\n`;
  const key = Buffer.concat([Buffer.of(4), witnessBytes]);
  const cosigner = parseCosigner(`${witnessName}+${keyHash.toString('hex').slice(0, 8)}+${base64(key)}`);
  assert.equal(cosigner?.find(text, line) !== undefined, flip === undefined, 'our own check says the same');
  return line;
}

/** A tree, proofs from it, and for each of them altered ones. */
function cases(count: number) {
  const signer = noteSigner('log.example/log', Buffer.alloc(32, 7));
  const leaves = Array.from({ length: count }, (_, n) => leafOf([leafHash(Buffer.from(`${n}`))]));
  const hashes = leaves.map(leafHash);
  const root = (size: number): string => base64(rootOf(hashes.slice(0, size)));
  const note = signCheckpoint({ size: count, root: rootOf(hashes) }, signer);

  const inclusion = [1, 2, 7, 256, 257, count].flatMap((size) =>
    [0, Math.floor(size / 2), size - 1].flatMap((index) => {
      const path = inclusionSpans(index, size).map((span) => rootOfSpan(hashes, span));
      const leaf = leaves[index] ?? Buffer.alloc(0);
      const right = { index, size, root: root(size), leaf: base64(leaf), path: path.map(base64), want: true };
      const wrong = { ...right, want: false };
      return [
        right,
        { ...wrong, leaf: base64(flipped(leaf)) },
        { ...wrong, root: base64(flipped(rootOf(hashes.slice(0, size)))) },
        { ...wrong, path: [...right.path, root(1)] },
        ...(size > 2 ? [{ ...wrong, index: index === 0 ? 1 : 0 }] : []),
        ...path.map((step, n) => ({ ...wrong, path: right.path.with(n, base64(flipped(step))) })),
        ...path.map((_, n) => ({ ...wrong, path: right.path.toSpliced(n, 1) })),
      ];
    }),
  );
  const consistency = [1, 2, 3, 128, 255, 256, 257, count - 1, count].flatMap((earlier) => {
    const path = consistencySpans(earlier, count).map((span) => rootOfSpan(hashes, span));
    const trees = { earlier, size: count, earlierRoot: root(earlier), root: root(count) };
    const right = { ...trees, path: path.map(base64), want: true };
    const altered = hashes.with(0, flipped(hashes[0] ?? Buffer.alloc(0)));
    return [
      right,
      { ...right, earlierRoot: base64(rootOf(altered.slice(0, earlier))), want: false },
      ...path.map((step, n) => ({ ...right, path: right.path.with(n, base64(flipped(step))), want: false })),
    ];
  });
  const cosigned = note + cosignature(note.slice(0, note.indexOf('\n\n') + 1));
  const checkpoints = [
    { note, signatures: 1, want: true },
    { note: cosigned, signatures: 2, want: true },
    ...[note, cosigned].flatMap((one) =>
      [
        one.replace(`\n${count}\n`, `\n${count + 1}\n`),
        one.replace('log.example', 'log.exomple'),
        one.slice(0, -1),
      ].map((altered) => ({ note: altered, signatures: 2, want: false })),
    ),
    // A witness's key for another's cosignature, and another time than the one that was signed.
    ...[0, 6, 11, 40].map((at) => ({
      note: note + cosignature(note.slice(0, note.indexOf('\n\n') + 1), at),
      signatures: 2,
      want: false,
    })),
  ];
  const tiles = Object.fromEntries(grow(new Map(), 0, hashes).map((tile) => [tileName(tile), base64(tile.hashes)]));
  const witness = { witness: witnessName, witnessKey: base64(witnessBytes) };
  return { key: signer.text, ...witness, leaves: leaves.map(base64), tiles, checkpoints, inclusion, consistency };
}

test('Go’s own tlog and note accept our key, checkpoint, tiles and proofs, and refuse every altered one', (t) => {
  const missing =
    'This check needs Go and golang.org/x/mod: apt-get install golang-go golang-golang-x-mod-dev (or set GOPATH).';
  assert.equal(spawnSync('go', ['version']).status, 0, missing);
  assert.ok(existsSync(join(gopath, 'src/golang.org/x/mod/sumdb/tlog')), missing);

  const given = cases(700);
  const cache = mkdtempSync(join(tmpdir(), 'tellerline-go-'));
  try {
    const program = join(import.meta.dirname, 'independent-check.go');
    const env = { ...process.env, GO111MODULE: 'off', GOPATH: gopath, GOFLAGS: '', GOPROXY: 'off', GOCACHE: cache };
    const { status, stdout, stderr } = spawnSync('go', ['run', program], {
      input: JSON.stringify(given),
      encoding: 'utf8',
      env,
    });
    assert.equal(status, 0, stdout + stderr);
    const all = [...given.checkpoints, ...given.inclusion, ...given.consistency];
    const refused = all.filter((one) => !one.want).length + Object.keys(given.tiles).length;
    assert.match(stdout, new RegExp(`refused ${refused}\\n`));
    t.diagnostic(`Go: ${stdout.trim()}`);
  } finally {
    rmSync(cache, { recursive: true, force: true });
  }
});
