import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

const read = (locale: string): Record<string, string> =>
  JSON.parse(readFileSync(new URL(`./words/refused_${locale}.json`, import.meta.url), 'utf8')) as Record<
    string,
    string
  >;

test('what refuses evidence and disputes is told in both languages, and shouts in neither', () => {
  const [english, spanish] = [read('en'), read('es')];
  assert.deepEqual(Object.keys(spanish), Object.keys(english));
  for (const code of ['case_over', 'receipt_changed', 'picture_too_large', 'picture_unreadable', 'case_pictures_many'])
    assert.notEqual(english[code], spanish[code]);
  for (const text of [...Object.values(english), ...Object.values(spanish)]) assert.match(text, /^[^!]+\.$/);
});
