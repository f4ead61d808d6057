import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { isTellerlineError } from '#base';
import { readShopsFile } from './shops-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'tellerline-shops-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const file = (content: unknown): string => {
  const path = join(folder, 'shops.json');
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
};

test('shops and carriers are read, with secrets of the file and of files beside it', () => {
  writeFileSync(join(folder, 'northwind.secret'), 'planted-secret\n');
  const path = file({
    shops: [{ id: 'northwind', name: 'Northwind', shopify: ['file:northwind.secret', 'old-secret'] }],
    carriers: [{ id: 'easypost', name: 'EasyPost', easypost: ['another-secret'], signing: ['whsec_AAAAAAAA'] }],
  });
  const { shops, carriers } = readShopsFile(path);
  assert.deepEqual(shops[0]?.shopify, ['planted-secret', 'old-secret']);
  assert.deepEqual([shops[0]?.woocommerce, carriers[0]?.easypost], [undefined, ['another-secret']]);
});

test('what is wrong is named by its place, and never by its value', () => {
  for (const [content, says] of [
    ['{', /not JSON/],
    [{ shops: [{ id: 'North Wind', name: 'x' }] }, /shops\.0\.id/],
    [{ shops: [{ id: 'a', name: 'x', shopify: [] }] }, /shops\.0\.shopify/],
    [{ shops: [{ id: 'a', name: 'x', secret: 'planted-secret' }] }, /shops\.0/],
    [{ shops: [1, 2].map(() => ({ id: 'a', name: 'x' })) }, /twice/],
    [{ shops: [{ id: 'a', name: 'x', shopify: ['file:nowhere'] }] }, /cannot be read/],
    [{ carriers: [{ id: 'a', name: 'x', signing: ['planted-secret'] }] }, /signing/],
  ] as const)
    assert.throws(
      () => readShopsFile(file(content)),
      (error) =>
        isTellerlineError(error, 'shops_invalid') &&
        says.test(error.message) &&
        !error.message.includes('planted-secret'),
      JSON.stringify(content),
    );
});
