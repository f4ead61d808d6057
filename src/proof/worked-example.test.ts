import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { saltOf } from './entry.ts';
import { verifyExport, type LogExport } from './export.ts';
import { noteSigner } from './note.ts';

const page = readFileSync(new URL('../../docs/proof-log.md', import.meta.url), 'utf8');

/** The last block of this kind on the page. */
function block(kind: string): string {
  const [, text = ''] = [...page.matchAll(new RegExp(`\`\`\`${kind}\n([^]*?)\`\`\``, 'g'))].at(-1) ?? [];
  assert.notEqual(text, '', `docs/proof-log.md has a block of ${kind}`);
  return text;
}

test('the export printed in docs/proof-log.md passes, under the key and the salt that the page names', () => {
  const exported = JSON.parse(block('json')) as LogExport;
  const signer = noteSigner('log.example/log', Buffer.alloc(32, 7));
  assert.equal(verifyExport(block('json'), signer).holds, true);
  const saltKey = Buffer.from(Array.from({ length: 32 }, (_, n) => n));
  const [entry] = exported.entries;
  assert.ok(entry);
  assert.equal(entry.salt, saltOf(saltKey, entry.record.id).toString('base64'));
});

test('whoever recomputes the example by hand, as the page says, arrives at what it prints', () => {
  // With an environment and a folder of its own: a locale that this machine lacks, or a folder that is gone, has any
  // shell complain. What tools remark is shown beside a wrong result, and is none.
  const { error, status, stdout, stderr } = spawnSync('bash', ['-eu', '-o', 'pipefail', '-c', block('bash')], {
    encoding: 'utf8',
    cwd: '/',
    env: { PATH: process.env['PATH'], LC_ALL: 'C' },
  });
  assert.equal(error, undefined);
  assert.deepEqual([status, stdout], [0, block('text')], stderr);
  const root = Buffer.from(/root (\w{64})\n$/.exec(stdout)?.[1] ?? '', 'hex').toString('base64');
  const { checkpoint } = JSON.parse(block('json')) as LogExport;
  assert.equal(checkpoint.split('\n')[2], root);
});

test('what is no export is refused in words, whatever it is', () => {
  const half = block('json').replace('question-answered', '\\ud800');
  for (const text of ['', 'null', '[]', '{}', half, block('json').replace('"waiting": 0', '"waiting": -1')]) {
    const { holds, said } = verifyExport(text, undefined);
    assert.deepEqual([holds, said], [false, ['This is not an export or a receipt of a proof log.']]);
  }
});
