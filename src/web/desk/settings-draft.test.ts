import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  minuteOf,
  timeOf,
  toSave,
  withCapacity,
  withDay,
  withHoliday,
  withHours,
  withPromise,
  wrongIn,
  type SettingsDraft,
} from './settings-draft.ts';

const settings: SettingsDraft = {
  timeZone: 'America/New_York',
  week: [{ day: 2, opensMinute: 480, closesMinute: 1440 }],
  holidays: ['2026-12-25'],
  answerMinutes: { fraud: 10, cards: 30, payments: 60, accounts: 120, general: 120 },
  capacities: [
    { staffId: 'one', name: 'agent-1', capacity: 5 },
    { staffId: 'two', name: 'agent-2', capacity: 5 },
  ],
  revision: 0,
};

test('a time stands in its field and comes back; midnight closes a day and opens one', () => {
  assert.deepEqual([480, 1439, 1440].map(timeOf), ['08:00', '23:59', '00:00']);
  assert.deepEqual([minuteOf('00:00', false), minuteOf('00:00', true), minuteOf('08:05', true)], [0, 1440, 485]);
  assert.equal(minuteOf('', true), undefined);
});

test('a day that opens gets the hours of another, and days stay in order', () => {
  assert.deepEqual(withDay(settings, 1, true).week, [
    { day: 1, opensMinute: 480, closesMinute: 1440 },
    { day: 2, opensMinute: 480, closesMinute: 1440 },
  ]);
  assert.deepEqual(withDay(settings, 2, false).week, []);
  assert.deepEqual(withDay(withDay(settings, 2, false), 7, true).week, [
    { day: 7, opensMinute: 540, closesMinute: 1020 },
  ]);
  assert.deepEqual(withHoliday(settings, '2026-11-26', true).holidays, ['2026-11-26', '2026-12-25']);
  assert.deepEqual(withHoliday(settings, '2026-12-25', false).holidays, []);
});

test('what makes no sense is named before it is sent', () => {
  assert.equal(wrongIn(settings), undefined);
  assert.equal(wrongIn(withDay(settings, 2, false)), 'week');
  assert.equal(wrongIn(withHours(settings, 2, { closesMinute: 480 })), 'hours');
  assert.equal(wrongIn(withPromise(settings, 'cards', 0)), 'numbers');
  assert.equal(wrongIn(withCapacity(settings, 'one', Number.NaN)), 'numbers');
});

test('of capacities only what somebody has written is sent', () => {
  assert.deepEqual(toSave(settings).capacities, []);
  const back = withCapacity(withCapacity(settings, 'two', 3), 'two', 5);
  assert.deepEqual(toSave(back).capacities, [{ staffId: 'two', capacity: 5 }]);
});
