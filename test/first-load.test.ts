import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { buildWebIfStale, firstLoad } from '../tools/build-web.ts';

/** What a phone on a slow network fetches of script before the messenger shows something, gzip. */
const messengerBytesMax = 45 * 1024;

test('the messenger shows something after at most 45 KB of script', async (t) => {
  await buildWebIfStale();
  const { 'index.html': messenger, 'link.html': linking } = await firstLoad();
  t.diagnostic(`messenger ${(messenger / 1024).toFixed(1)} KB, linking page ${(linking / 1024).toFixed(1)} KB`);
  assert.ok(messenger <= messengerBytesMax, `${messenger} bytes`);
  // A measure that finds no script would hold any limit: Preact alone is more than this.
  assert.ok(messenger > 4096 && linking > 4096);
});

test('no page brings the library that checks what comes in: it tries to compile code, which the pages forbid', async () => {
  await buildWebIfStale();
  const scripts = globSync('dist/web/assets/*.js', { cwd: new URL('..', import.meta.url) });
  assert.ok(scripts.length > 5);
  const compiling = scripts.filter((file) =>
    /new Function\b|ZodError/.test(readFileSync(new URL(`../${file}`, import.meta.url), 'utf8')),
  );
  assert.deepEqual(compiling, []);
});
