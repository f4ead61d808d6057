import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { REMINDER_DAYS, reminderDue } from './reminders.ts';

const day = 86_400_000;
const end = 400 * day;

test('a consent is reminded of at 30, 7 and 1 days, each once', () => {
  const sent: [number, number][] = [];
  let last: number | null = null;
  for (let now = 0; now < end + day; now += day / 4) {
    const due = reminderDue(end, last, now);
    if (due === undefined) continue;
    sent.push([due, (end - now) / day]);
    last = due;
  }
  assert.deepEqual(sent, [
    [30, 30],
    [7, 7],
    [1, 1],
  ]);
});

test('after a pause only the nearest reminder is sent, and none once the consent is over', () => {
  assert.equal(reminderDue(end, null, end - 5 * day), 7);
  assert.equal(reminderDue(end, 7, end - 5 * day), undefined);
  assert.equal(reminderDue(end, null, end - 1), 1);
  assert.equal(reminderDue(end, null, end), undefined);
  assert.equal(reminderDue(end, null, end - 31 * day), undefined);
});

test('a clock that jumps back and forth repeats none', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 450 * day }), { maxLength: 60 }), (times) => {
      let last: number | null = null;
      const sent: number[] = [];
      for (const now of times) {
        const due = reminderDue(end, last, now);
        if (due === undefined) continue;
        sent.push(due);
        last = due;
      }
      assert.deepEqual(
        sent,
        sent.toSorted((a, b) => b - a),
      );
      assert.equal(new Set(sent).size, sent.length);
      assert.ok(sent.every((days) => REMINDER_DAYS.some((one) => one === days)));
    }),
  );
});
