import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import * as z from 'zod';
import { isTellerlineError } from '#base';
import type { ChannelKind, SettingsSection } from '#delivery';
import { readChannelsFile } from './channels-file.ts';
import { channelKinds } from './channels.ts';

const folder = mkdtempSync(join(tmpdir(), 'tellerline-channels-'));
after(() => rmSync(folder, { recursive: true }));

function fileOf(content: unknown): string {
  const path = join(folder, 'channels.json');
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}

const page = { pageId: '101', name: 'Page', accessToken: 'token-of-page' };
const messenger = { appId: '1', appSecret: 'secret-of-app', verifyToken: 'verify', pages: [page] };

/** A kind of the test's own: what stands in its part, with its secret. */
function chatter(): ChannelKind & { readonly secrets: string[] } {
  const secrets: string[] = [];
  return {
    channel: 'chatter',
    secrets,
    configure: (section: SettingsSection) => {
      const given = section.checked(z.strictObject({ key: z.string().optional(), keyFile: z.string().optional() }));
      secrets.push(section.secret(given, 'key'));
      return {
        channel: 'chatter',
        create: () => {
          throw new Error('none is made here');
        },
      };
    },
  };
}

test('a page needs five settings; what is not in the file is not set up', () => {
  assert.deepEqual(
    readChannelsFile(fileOf({ messenger })).map(({ channel }) => channel),
    ['messenger'],
  );
  assert.deepEqual(readChannelsFile(fileOf({})), []);
});

test('a secret may stand in a file of its own, beside this one', () => {
  writeFileSync(join(folder, 'token'), 'token-in-file\n');
  const kind = chatter();
  readChannelsFile(fileOf({ chatter: { keyFile: 'token' } }), [...channelKinds, kind]);
  assert.deepEqual(kind.secrets, ['token-in-file']);
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
