import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isTellerlineError, limits, type Clock } from '#base';
import { createAdmission, type Admission, type Announced } from './admission.ts';

/** A clock that a test moves. */
function handClock(): Clock & { forward(ms: number): void } {
  let nowMs = 1000;
  return { nowMs: () => nowMs, monotonicMs: () => nowMs, forward: (ms) => (nowMs += ms) };
}

let addresses = 0;
/** Each from an address of its own, unless the test is about one. */
const from = (bytes?: number, address = `10.0.0.${(addresses += 1)}`): Announced => ({ bytes, address });

const refusedAs = (admission: Admission, announced: Announced): string | undefined => {
  try {
    admission.enter(announced).answered();
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
  const tickets = Array.from({ length: limits.batchesInFlightMax }, () => byNumber.enter(from(1)));
  assert.equal(refusedAs(byNumber, from(1)), 'intake_full');
  tickets[0]?.answered();
  assert.equal(refusedAs(byNumber, from(1)), undefined);

  const byWeight = createAdmission(handClock());
  const fit = Math.floor(limits.bytesInFlightMax / limits.eventBodyBytesMax);
  // A body that does not say what it weighs counts as the largest.
  for (let n = 0; n < fit; n += 1) byWeight.enter(from(undefined));
  assert.equal(refusedAs(byWeight, from(limits.eventBodyBytesMax)), 'intake_full');
  assert.equal(byWeight.inFlight().bytes, fit * limits.eventBodyBytesMax);
});

test('a batch whose sender has gone stays counted until it is worked off', async () => {
  const admission = createAdmission(handClock());
  const ticket = admission.enter(from(100));
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
  const ticket = admission.enter(from(100));
  await assert.rejects(ticket.during(() => Promise.reject(new Error('no'))));
  assert.equal(admission.inFlight().batches, 1, 'its answer is not sent yet');
  ticket.answered();
  ticket.answered();
  assert.deepEqual(admission.inFlight(), { batches: 0, bytes: 0, oldestMs: 0 });
  await admission.empty();
});

test('while work on the oldest batch is held up, no more are let in; one that only arrives slowly holds up nobody', async () => {
  const clock = handClock();
  const admission = createAdmission(clock);
  const slow = admission.enter(from(1));
  clock.forward(limits.batchInFlightMsMax * 2);
  assert.equal(refusedAs(admission, from(1)), undefined);
  assert.equal(admission.inFlight().oldestMs, 0);
  const work = Promise.withResolvers<void>();
  const working = slow.during(() => work.promise);
  clock.forward(limits.batchInFlightMsMax);
  assert.equal(refusedAs(admission, from(1)), undefined);
  clock.forward(1);
  assert.equal(refusedAs(admission, from(1)), 'backlog_too_old');
  work.resolve();
  await working;
  assert.equal(refusedAs(admission, from(1)), undefined);
});

test('one address that announces and sends nothing takes at most half of the room', () => {
  const fill = (bytes: number): Admission => {
    const admission = createAdmission(handClock());
    while (admission.inFlight().batches < 10_000) {
      try {
        admission.enter(from(bytes, 'stranger'));
      } catch {
        return admission;
      }
    }
    return assert.fail('it is never refused');
  };
  const large = fill(limits.eventBodyBytesMax);
  assert.equal(large.inFlight().bytes, limits.bytesArrivingPerAddressMax);
  const small = fill(1);
  assert.equal(small.inFlight().batches, limits.batchesInFlightMax / 2);
  for (const admission of [large, small]) {
    assert.equal(refusedAs(admission, from(1, 'stranger')), 'intake_full');
    assert.equal(refusedAs(admission, from(limits.eventBodyBytesMax)), undefined);
  }
});

test('a backlog that is too old lets nothing in; one without a limit is only looked at', async () => {
  const count = { waiting: 1, unknown: 0, parked: 0 };
  let mailsMs = 60_000;
  const admission = createAdmission(handClock(), async () => [
    { ...count, name: 'mails', ageMsMax: 60_000, oldestMs: mailsMs },
    { ...count, name: 'calls', oldestMs: 999_999_999 },
  ]);
  await admission.look();
  assert.equal(refusedAs(admission, from(1)), undefined);
  assert.deepEqual(
    admission.backlogs().map(({ name, oldestMs }) => [name, oldestMs]),
    [
      ['mails', 60_000],
      ['calls', 999_999_999],
    ],
  );
  mailsMs += 1;
  await admission.look();
  assert.equal(refusedAs(admission, from(1)), 'backlog_too_old');
  mailsMs = 0;
  await admission.look();
  assert.equal(refusedAs(admission, from(1)), undefined);
});

test('once closed it lets nothing in', () => {
  const admission = createAdmission(handClock());
  admission.close();
  assert.equal(refusedAs(admission, from(1)), 'stopping');
});
