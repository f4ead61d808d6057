import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { isTellerlineError, systemRandom } from '#base';
import { openCheckpoint, signCheckpoint } from './checkpoint.ts';
import { readLogKey } from './log-key.ts';
import { emptyRoot, leafHash } from './merkle.ts';
import { noteSigner, openNote, parseVerifier, signNote } from './note.ts';

const signer = noteSigner('log.example/log', Buffer.alloc(32, 7));

test('a note of Go’s own documentation verifies', () => {
  // The example of golang.org/x/mod/sumdb/note, function Open.
  const verifier = parseVerifier('PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW');
  const text = 'If you think cryptography is the answer to your problem,\nthen you don’t know what your problem is.\n';
  const ascii = text.replace('’', "'");
  const note = `${ascii}\n— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n`;
  assert.ok(verifier);
  assert.equal(openNote(note, verifier), ascii);
  assert.equal(openNote(note, { ...verifier, name: 'EnochRoot' }), undefined);
});

test('a checkpoint says what was signed, and no altered byte of it passes', () => {
  const root = leafHash(Buffer.from('one'));
  const note = signCheckpoint({ size: 1, root }, signer);
  const verifier = parseVerifier(signer.text);
  assert.ok(verifier);
  assert.deepEqual(openCheckpoint(note, verifier), { size: 1, root });
  const bytes = Buffer.from(note);
  for (let bit = 0; bit < bytes.length * 8; bit += 1) {
    const altered = Buffer.from(bytes);
    altered[bit >> 3] = (altered[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    assert.equal(openCheckpoint(altered.toString(), verifier), undefined, `bit ${bit}`);
  }
  assert.equal(openCheckpoint(note.slice(0, -1), verifier), undefined);
});

test('a checkpoint of another log, or of a form that is not a checkpoint’s, is refused though it is signed', () => {
  const root = emptyRoot.toString('base64');
  assert.deepEqual(openCheckpoint(signNote(`${signer.name}\n0\n${root}\n`, signer), signer)?.size, 0);
  for (const text of [
    `other.example\n0\n${root}\n`,
    `${signer.name}\n00\n${root}\n`,
    `${signer.name}\n-1\n${root}\n`,
    `${signer.name}\n0\n${root.slice(4)}\n`,
    `${signer.name}\n99999999999999999\n${root}\n`,
    'hello\n',
  ]) {
    assert.equal(openCheckpoint(signNote(text, signer), signer), undefined, text);
  }
});

test('further signatures, as of witnesses, are passed over', () => {
  const note = signCheckpoint({ size: 0, root: emptyRoot }, signer);
  const witness = noteSigner('witness.example', Buffer.alloc(32, 8));
  const line = signNote(note.slice(0, note.indexOf('\n\n') + 1), witness).split('\n\n')[1] ?? '';
  assert.equal(openCheckpoint(note + line, signer)?.size, 0);
  assert.equal(openCheckpoint(note + line, witness), undefined);
});

test('the log’s key is made once, keeps its name, and is refused when others may read it', () => {
  const directory = mkdtempSync(join(tmpdir(), 'tellerline-log-key-'));
  const path = join(directory, 'log-key');
  try {
    const first = readLogKey(directory, 'one.example/log', systemRandom);
    assert.equal(statSync(path).mode & 0o777, 0o600);
    assert.equal(readLogKey(directory, 'two.example/log', systemRandom).text, first.text);
    assert.equal(first.name, 'one.example/log');
    chmodSync(path, 0o640);
    assert.throws(
      () => readLogKey(directory, 'x', systemRandom),
      (error) => isTellerlineError(error, 'key_file_open_to_others'),
    );
    chmodSync(path, 0o600);
    writeFileSync(path, readFileSync(path, 'utf8').replace('one', 'two'));
    assert.throws(
      () => readLogKey(directory, 'x', systemRandom),
      (error) => isTellerlineError(error, 'key_file_damaged'),
    );
  } finally {
    rmSync(directory, { recursive: true });
  }
});
