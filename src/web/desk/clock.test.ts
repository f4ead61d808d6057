import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CaseBrief } from '#contract';
import { byUrgency, hoursAndMinutes, standingOf, untilNextMinute } from './clock.ts';

const answerBy = '2026-11-20T20:27:00.000Z';
const at = (instant: string): number => Date.parse(`2026-11-20T${instant}Z`);

test('a promise counts down in started minutes and is late only once it has passed', () => {
  const claimed = { state: 'claimed', answerBy } as const;
  assert.deepEqual(standingOf(claimed, at('20:23:00')), { stands: 'due', answerBy, minutes: 4 });
  assert.deepEqual(standingOf(claimed, at('20:26:59')), { stands: 'due', answerBy, minutes: 1 });
  assert.deepEqual(standingOf(claimed, at('20:27:00')), { stands: 'late', answerBy, minutes: 0 });
  assert.deepEqual(standingOf(claimed, at('20:29:30')), { stands: 'late', answerBy, minutes: 2 });
});

test('where it is the customer’s turn, and where a case is closed, no clock runs', () => {
  assert.deepEqual(standingOf({ state: 'with-customer' }, at('20:29:30')), { stands: 'with-customer' });
  assert.deepEqual(standingOf({ state: 'closed', answerBy }, at('20:29:30')), { stands: 'closed' });
});

test('hours are told from minutes', () => {
  assert.deepEqual(hoursAndMinutes(59), { hours: 0, minutes: 59 });
  assert.deepEqual(hoursAndMinutes(135), { hours: 2, minutes: 15 });
});

test('a clock is looked at when its minute changes', () => {
  assert.equal(untilNextMinute(at('20:26:59.250')), 750);
  assert.equal(untilNextMinute(at('20:27:00.000')), 60_000);
});

test('fraud comes first, then what is due first, then what waits for the customer, then what is closed', () => {
  const brief = (number: number, more: Partial<CaseBrief>): CaseBrief => ({
    caseId: `${number}`,
    number,
    topic: 'other',
    team: 'general',
    locale: 'en',
    priority: 'normal',
    state: 'waiting',
    openedAt: answerBy,
    updatedAt: answerBy,
    unread: 0,
    ...more,
  });
  const cases = [
    brief(1, { state: 'closed' }),
    brief(2, { state: 'with-customer' }),
    brief(3, { answerBy: '2026-11-20T20:40:00.000Z' }),
    brief(4, { answerBy }),
    brief(5, { answerBy: '2026-11-20T21:00:00.000Z', priority: 'fraud' }),
  ];
  assert.deepEqual(
    cases.toSorted(byUrgency).map(({ number }) => number),
    [5, 4, 3, 2, 1],
  );
});
