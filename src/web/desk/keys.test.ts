import assert from 'node:assert/strict';
import { test } from 'node:test';
import { commandOf, keyMap, sends, type KeyPress } from './keys.ts';

const press = (key: string, more: Partial<KeyPress> = {}): KeyPress => ({
  key,
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  isComposing: false,
  defaultPrevented: false,
  ...more,
});

test('no key means two things', () => {
  const keys = keyMap.flatMap(({ keys }) => keys);
  assert.equal(new Set(keys).size, keys.length);
});

test('a letter that is typed into a field is a letter', () => {
  for (const { keys } of keyMap)
    for (const key of keys.filter((key) => key !== 'Escape'))
      assert.equal(commandOf(press(key), 'field', true), undefined, key);
  assert.equal(commandOf(press('Escape'), 'field', true), 'back');
});

test('a dialogue has its own keys', () => {
  for (const { keys } of keyMap) assert.equal(commandOf(press(keys[0] ?? ''), 'dialogue', true), undefined);
});

test('the browser’s and the system’s own combinations are left alone', () => {
  for (const held of ['ctrlKey', 'metaKey', 'altKey'] as const)
    for (const { keys } of keyMap)
      assert.equal(commandOf(press(keys[0] ?? '', { [held]: true }), 'inbox', true), undefined);
});

test('arrows walk through the inbox only while the focus is in it, letters everywhere on the page', () => {
  assert.equal(commandOf(press('ArrowDown'), 'inbox', true), 'next');
  assert.equal(commandOf(press('ArrowDown'), 'page', true), undefined);
  assert.equal(commandOf(press('Enter'), 'page', true), undefined);
  assert.equal(commandOf(press('j'), 'page', true), 'next');
});

test('single letters can be turned off; arrows and Escape stay', () => {
  for (const key of ['j', 'k', 'c', 'a', 'n', 't', 'p', 'e', '/', '?'])
    assert.equal(commandOf(press(key), 'page', false), undefined, key);
  assert.equal(commandOf(press('ArrowUp'), 'inbox', false), 'previous');
  assert.equal(commandOf(press('Escape'), 'page', false), 'back');
});

test('an input method’s Enter sends nothing; Ctrl and Command with it do', () => {
  assert.equal(sends(press('Enter')), false);
  assert.equal(sends(press('Enter', { ctrlKey: true })), true);
  assert.equal(sends(press('Enter', { metaKey: true })), true);
  assert.equal(sends(press('Enter', { ctrlKey: true, isComposing: true })), false);
});
