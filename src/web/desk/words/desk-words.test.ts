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
import { CARD_ACTIONS, CHAT_FIELDS, LOOK_REASONS, STAFF_ROLES, TEAMS } from '#contract';
import { keyMap } from '../keys.ts';

const read = (locale: string): Record<string, string> =>
  JSON.parse(readFileSync(new URL(`./desk_${locale}.json`, import.meta.url), 'utf8')) as Record<string, string>;
const english = read('en');
const spanish = read('es');

function argumentsOf(elements: readonly MessageFormatElement[]): string[] {
  const found = elements.flatMap((element): string[] => {
    if (isArgumentElement(element)) return [element.value];
    if (!isPluralElement(element) && !isSelectElement(element)) return [];
    return [element.value, ...Object.values(element.options).flatMap(({ value }) => argumentsOf(value))];
  });
  return [...new Set(found)].toSorted();
}

test('both languages say the same, with the same arguments, and nothing shouts', () => {
  assert.deepEqual(Object.keys(spanish).toSorted(), Object.keys(english).toSorted());
  for (const [id, text] of Object.entries(english)) {
    const other = spanish[id] ?? '';
    assert.deepEqual(argumentsOf(parse(other)), argumentsOf(parse(text)), id);
    assert.doesNotMatch(text + other, /[!¡]/, id);
    assert.notEqual(other.trim(), '', id);
  }
});

test('in Spanish no full stop stands right behind a time, which ends in one itself', () => {
  const twice = Object.entries(spanish).filter(([, text]) => /\{(time|until)\}\./.test(text));
  assert.deepEqual(twice, []);
});

test('every team, role, field, reason, action and key has its words', () => {
  const wanted = [
    ...TEAMS.map((one) => `team.${one}`),
    ...STAFF_ROLES.map((one) => `role.${one}`),
    ...CHAT_FIELDS.flatMap((one) => [`field.${one}`, `fieldIn.${one}`, `looked.what.${one}`]),
    ...LOOK_REASONS.map((one) => `reason.${one}`),
    ...CARD_ACTIONS.flatMap((one) => [`action.${one}`, `propose.${one}`]),
    ...keyMap.map(({ command }) => `keys.${command}`),
  ];
  assert.deepEqual(
    wanted.filter((id) => !(id in english)),
    [],
  );
});
