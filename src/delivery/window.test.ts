import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PURPOSES, type Purpose } from '#contract';
import { windowOf, type WindowOf } from './window.ts';

const hourMs = 3_600_000;
const nowMs = Date.UTC(2026, 10, 21, 12);
const ofBank = { author: 'bank', purpose: 'transactions', humanAgent: true, nowMs } as const;
const after = (hours: number, over: Partial<WindowOf> = {}) =>
  windowOf({ ...ofBank, heardAtMs: nowMs - hours * hourMs, ...over });

test('within a day of a person’s last word anything may be sent, later a template alone', () => {
  assert.deepEqual([after(0), after(23.9), after(24), after(1000)], ['free', 'free', 'template', 'template']);
  assert.equal(windowOf({ ...ofBank, heardAtMs: undefined }), 'template');
});

test('a window that closes within the minute counts as closed', () => {
  assert.equal(after(24 - 1 / 120), 'template');
});

test('words of staff in a case may follow for a week, where the messenger knows that, and nothing else may', () => {
  const staff = { author: 'bank', purpose: 'customer-chat' } as const;
  assert.deepEqual(
    [after(25, staff), after(167, staff), after(168, staff)],
    ['human-agent', 'human-agent', 'template'],
  );
  assert.equal(after(25, { ...staff, humanAgent: false }), 'template');
  const others: (Purpose | null)[] = [null, ...PURPOSES.filter((purpose) => purpose !== 'customer-chat')];
  for (const purpose of others) assert.equal(after(25, { purpose }), 'template');
  for (const author of ['tellerline', 'customer'] as const) assert.equal(after(25, { ...staff, author }), 'template');
});
