import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import {
  isArgumentElement,
  isPluralElement,
  isSelectElement,
  parse,
  type MessageFormatElement,
} from '@formatjs/icu-messageformat-parser';

const read = (locale: string): Record<string, string> =>
  JSON.parse(readFileSync(new URL(`./${locale}.json`, import.meta.url), 'utf8')) as Record<string, string>;
const english = read('en');
const spanish = read('es');

/** Names of the arguments of a text, with the choices of a select. */
function argumentsOf(elements: readonly MessageFormatElement[]): string[] {
  const found = elements.flatMap((element): string[] => {
    if (isArgumentElement(element)) return [element.value];
    if (!isPluralElement(element) && !isSelectElement(element)) return [];
    const inside = Object.values(element.options).flatMap(({ value }) => argumentsOf(value));
    const choices = isSelectElement(element) ? `:${Object.keys(element.options).toSorted().join('|')}` : ':plural';
    return [element.value + choices, ...inside];
  });
  return [...new Set(found)].toSorted();
}

test('both languages have the same texts', () => {
  assert.deepEqual(Object.keys(spanish).toSorted(), Object.keys(english).toSorted());
});

test('every text takes the same arguments in both languages', () => {
  for (const [id, text] of Object.entries(english)) {
    assert.deepEqual(argumentsOf(parse(spanish[id] ?? '')), argumentsOf(parse(text)), id);
  }
});

test('no text shouts, and none is empty', () => {
  for (const text of [...Object.values(english), ...Object.values(spanish)]) {
    assert.doesNotMatch(text, /!/);
    assert.notEqual(text.trim(), '');
  }
});

test('the names that tests hold on to stand', () => {
  assert.equal(english['linkBank'], 'Link a bank');
  assert.equal(english['composer.message'], 'Message');
  assert.equal(english['composer.send'], 'Send');
  assert.equal(english['linking.continue'], 'Continue to {bank}');
});
