import { equal } from 'node:assert/strict';
import { test } from 'node:test';
import { nextDigestMs } from './digests.ts';

const next = (hour: number, timeZone: string, after: string): string =>
  Temporal.Instant.fromEpochMilliseconds(nextDigestMs(hour, timeZone, Date.parse(after)))
    .toZonedDateTimeISO(timeZone)
    .toString({ timeZoneName: 'never' });

test('the digest is next at its hour of the customer’s own day: today when that is to come, else tomorrow', () => {
  equal(next(20, 'America/New_York', '2026-11-20T19:59:59-05:00'), '2026-11-20T20:00:00-05:00');
  equal(next(20, 'America/New_York', '2026-11-20T20:00:00-05:00'), '2026-11-21T20:00:00-05:00');
  equal(next(0, 'Asia/Kolkata', '2026-12-31T12:00:00Z'), '2027-01-01T00:00:00+05:30');
});

test('when the clock is changed it comes once that day: after the hour that is left out, and at the first of two', () => {
  equal(next(2, 'America/New_York', '2027-03-13T12:00:00-05:00'), '2027-03-14T03:00:00-04:00');
  equal(next(2, 'America/New_York', '2027-03-14T03:00:00-04:00'), '2027-03-15T02:00:00-04:00');
  equal(next(1, 'America/New_York', '2026-10-31T12:00:00-04:00'), '2026-11-01T01:00:00-04:00');
  equal(next(1, 'America/New_York', '2026-11-01T01:00:00-04:00'), '2026-11-02T01:00:00-05:00');
});
