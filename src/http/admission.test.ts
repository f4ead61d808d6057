import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isTellerlineError, limits, type Clock } from '#base';
import { createAdmission, type Admission } from './admission.ts';

/** A clock that a test moves. */
function handClock(): Clock & { forward(ms: number): void } {
  let nowMs = 1000;
  return { nowMs: () => nowMs, monotonicMs: () => nowMs, forward: (ms) => (nowMs += ms) };
}

const refusedAs = (admission: Admission, bytes?: number): string | undefined => {
  try {
    admission.enter(bytes).answered();
    return undefined;
  } catch (error) {
    assert.ok(isTellerlineError(error));
    assert.equal(error.status, 503);
    assert.ok(Number(error.detail['retryAfterSeconds']) > 0);
    return error.code;
  }
};

test('batches are let in up to their number and to their weight, and again when some have left', () => {
  const byNumber = createAdmission(handClock());
  const tickets = Array.from({ length: limits.batchesInFlightMax }, () => byNumber.enter(1));
  assert.equal(refusedAs(byNumber, 1), 'intake_full');
  tickets[0]?.answered();
  assert.equal(refusedAs(byNumber, 1), undefined);

  const byWeight = createAdmission(handClock());
  const fit = Math.floor(limits.bytesInFlightMax / limits.eventBodyBytesMax);
  // A body that does not say what it weighs counts as the largest.
  for (let n = 0; n < fit; n += 1) byWeight.enter(undefined);
  assert.equal(refusedAs(byWeight, limits.eventBodyBytesMax), 'intake_full');
  assert.equal(byWeight.inFlight().bytes, fit * limits.eventBodyBytesMax);
});

test('a batch whose sender has gone stays counted until it is worked off', async () => {
  const admission = createAdmission(handClock());
  const ticket = admission.enter(100);
  const work = Promise.withResolvers<void>();
  const working = ticket.during(() => work.promise);
  ticket.answered();
  assert.equal(admission.inFlight().batches, 1);
  let isEmpty = false;
  const empty = admission.empty().then(() => (isEmpty = true));
  await Promise.resolve();
  assert.equal(isEmpty, false);
  work.resolve();
  await working;
  await empty;
  assert.deepEqual(admission.inFlight(), { batches: 0, bytes: 0, oldestMs: 0 });
});

test('work that fails leaves as well', async () => {
  const admission = createAdmission(handClock());
  const ticket = admission.enter(100);
  await assert.rejects(ticket.during(() => Promise.reject(new Error('no'))));
  assert.equal(admission.inFlight().batches, 1, 'its answer is not sent yet');
  ticket.answered();
  ticket.answered();
  assert.deepEqual(admission.inFlight(), { batches: 0, bytes: 0, oldestMs: 0 });
  await admission.empty();
});

test('while the oldest batch inside is held up, no more are let in', () => {
  const clock = handClock();
  const admission = createAdmission(clock);
  const stuck = admission.enter(1);
  clock.forward(limits.batchInFlightMsMax);
  assert.equal(refusedAs(admission, 1), undefined);
  clock.forward(1);
  assert.equal(refusedAs(admission, 1), 'backlog_too_old');
  stuck.answered();
  assert.equal(refusedAs(admission, 1), undefined);
});

test('a backlog that is too old lets nothing in; one without a limit is only looked at', async () => {
  const count = { waiting: 1, unknown: 0, parked: 0 };
  let mailsMs = 60_000;
  const admission = createAdmission(handClock(), async () => [
    { ...count, name: 'mails', ageMsMax: 60_000, oldestMs: mailsMs },
    { ...count, name: 'calls', oldestMs: 999_999_999 },
  ]);
  await admission.look();
  assert.equal(refusedAs(admission, 1), undefined);
  assert.deepEqual(
    admission.backlogs().map(({ name, oldestMs }) => [name, oldestMs]),
    [
      ['mails', 60_000],
      ['calls', 999_999_999],
    ],
  );
  mailsMs += 1;
  await admission.look();
  assert.equal(refusedAs(admission, 1), 'backlog_too_old');
  mailsMs = 0;
  await admission.look();
  assert.equal(refusedAs(admission, 1), undefined);
});

test('once closed it lets nothing in', () => {
  const admission = createAdmission(handClock());
  admission.close();
  assert.equal(refusedAs(admission, 1), 'stopping');
});
