import { equal } from 'node:assert/strict';
import { test } from 'node:test';
import { isQuietAt } from './quiet.ts';

const night = { from: '22:00', to: '07:30' };
const at = (instant: string): number => Date.parse(instant);

test('quiet hours are those of the customer’s own clock, past midnight and up to their end', () => {
  const inNewYork = (instant: string) => isQuietAt(night, 'America/New_York', at(instant));
  equal(inNewYork('2026-11-20T21:59:59-05:00'), false);
  equal(inNewYork('2026-11-20T22:00:00-05:00'), true);
  equal(inNewYork('2026-11-21T00:00:00-05:00'), true);
  equal(inNewYork('2026-11-21T07:29:59-05:00'), true);
  equal(inNewYork('2026-11-21T07:30:00-05:00'), false);
  // The same instant is midday elsewhere.
  equal(isQuietAt(night, 'Asia/Kolkata', at('2026-11-21T02:00:00-05:00')), false);
});

test('hours within one day end on that day, and without any nothing is quiet', () => {
  const siesta = { from: '14:00', to: '16:00' };
  equal(isQuietAt(siesta, 'America/Chicago', at('2026-11-20T15:00:00-06:00')), true);
  equal(isQuietAt(siesta, 'America/Chicago', at('2026-11-20T23:00:00-06:00')), false);
  equal(isQuietAt(null, 'America/Chicago', at('2026-11-20T23:00:00-06:00')), false);
});

test('on the night when the clock is set back the hour that comes twice is quiet both times', () => {
  const inNewYork = (instant: string) => isQuietAt({ from: '01:00', to: '02:00' }, 'America/New_York', at(instant));
  equal(inNewYork('2026-11-01T05:30:00Z'), true);
  equal(inNewYork('2026-11-01T06:30:00Z'), true);
  equal(inNewYork('2026-11-01T07:30:00Z'), false);
});
