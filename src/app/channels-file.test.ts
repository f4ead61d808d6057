import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { isTellerlineError } from '#base';
import { readChannelsFile } from './channels-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'tellerline-channels-'));
after(() => rmSync(folder, { recursive: true }));

function fileOf(content: unknown): string {
  const path = join(folder, 'channels.json');
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}

const page = { pageId: '101', name: 'Page', accessToken: 'token-of-page' };
const messenger = { appId: '1', appSecret: 'secret-of-app', verifyToken: 'verify', pages: [page] };

test('a page needs five settings, and the Graph API is Meta’s own', () => {
  assert.deepEqual(readChannelsFile(fileOf({ messenger })), {
    messenger: { ...messenger, graph: 'https://graph.facebook.com/v26.0' },
  });
});

test('a secret may stand in a file of its own, beside this one', () => {
  writeFileSync(join(folder, 'token'), 'token-in-file\n');
  const { accessToken: _, ...rest } = page;
  const settings = readChannelsFile(
    fileOf({ messenger: { ...messenger, pages: [{ ...rest, accessTokenFile: 'token' }] } }),
  );
  assert.equal(settings.messenger?.pages[0]?.accessToken, 'token-in-file');
});

test('what is wrong is named by its place, and no secret is repeated', () => {
  const wrong: [unknown, RegExp][] = [
    ['{', /not JSON/],
    [{ messenger: { ...messenger, pages: [] } }, /messenger\.pages/],
    [{ messenger: { ...messenger, pages: [{ ...page, pageId: 'secret-of-app' }] } }, /messenger\.pages\.0\.pageId/],
    [{ messenger: { ...messenger, appSecret: undefined } }, /either appSecret or appSecretFile/],
    [{ messenger: { ...messenger, appSecretFile: 'x' } }, /either appSecret or appSecretFile/],
    [{ messenger: { ...messenger, graph: 'http://graph.example' } }, /messenger\.graph/],
    [{ messenger, telegram: {} }, /telegram|file/],
  ];
  for (const [content, expected] of wrong)
    assert.throws(
      () => readChannelsFile(fileOf(content)),
      (error) =>
        isTellerlineError(error, 'channels_invalid') &&
        expected.test(error.message) &&
        !/secret-of|token-of/.test(error.message),
      JSON.stringify(content),
    );
});
