import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import fc from 'fast-check';
import { newId, type BankId, type ConsentId, type CustomerId, type LinkId } from '#base';
import { sql } from '#db';
import { testDatabase, type TestDatabase } from '#test/database';
import { grantConsent } from './consents.ts';
import { markReminded, REMINDER_DAYS, remindersDue } from './reminders.ts';

const day = 86_400_000;
const end = Date.parse('2027-06-01T00:00:00Z');

let db: TestDatabase;
before(async () => {
  db = await testDatabase();
});
beforeEach(() => db.database.execute(sql`delete from consents`));
after(() => db.close());

async function consentUntil(expiresAtMs: number, linkId = newId<LinkId>(), change: 'granted' | 'amended' = 'granted') {
  await db.database.transaction((tx) =>
    grantConsent(
      tx,
      {
        consentId: newId<ConsentId>(),
        customerId: newId<CustomerId>(),
        linkId,
        bankId: 'citi' as BankId,
        purposes: ['balances'],
        grantedAt: new Date(expiresAtMs - 365 * day),
        expiresAt: new Date(expiresAtMs),
        sealedDocument: Buffer.alloc(0),
      },
      change,
    ),
  );
  return linkId;
}

/** Sends what is due at a time, as the chore does; answers for how many days. */
async function send(nowMs: number): Promise<number[]> {
  const due = await remindersDue(db.database, nowMs);
  const sent = [];
  for (const one of due) if (await db.database.transaction((tx) => markReminded(tx, one))) sent.push(one.days);
  return sent;
}

test('a consent is reminded of at 30, 7 and 1 days, each once', async () => {
  await consentUntil(end);
  const sent: [number, number][] = [];
  for (let now = end - 40 * day; now < end + day; now += day / 4)
    for (const days of await send(now)) sent.push([days, (end - now) / day]);
  assert.deepEqual(sent, [
    [30, 30],
    [7, 7],
    [1, 1],
  ]);
});

test('after a pause only the nearest reminder is sent, and none once the consent is over', async () => {
  await consentUntil(end);
  assert.deepEqual(await send(end - 31 * day), []);
  assert.deepEqual(await send(end - 5 * day), [7]);
  assert.deepEqual(await send(end - 5 * day), []);
  assert.deepEqual(await send(end - 1), [1]);
  assert.deepEqual(await send(end), []);
});

test('a clock that jumps back and forth repeats none', async () => {
  const times = fc.array(fc.integer({ min: 0, max: 60 }), { maxLength: 20 });
  await fc.assert(
    fc.asyncProperty(times, async (daysLeft) => {
      await db.database.execute(sql`delete from consents`);
      await consentUntil(end);
      const sent: number[] = [];
      for (const left of daysLeft) sent.push(...(await send(end - left * day)));
      assert.deepEqual(
        sent,
        sent.toSorted((a, b) => b - a),
      );
      assert.equal(new Set(sent).size, sent.length);
      assert.ok(sent.every((days) => REMINDER_DAYS.some((one) => one === days)));
    }),
    { numRuns: 30 },
  );
});

test('those who were reminded do not stand in front of those who were not', async () => {
  for (let n = 0; n < 600; n += 1) await consentUntil(end + 5 * day);
  await db.database.execute(sql`update consents set reminded_days = 7`);
  await consentUntil(end + 6 * day);
  assert.deepEqual(await send(end), [7]);
});

test('a narrower consent that ends on the same day is not reminded of again', async () => {
  const linkId = await consentUntil(end);
  assert.deepEqual(await send(end - 20 * day), [30]);
  await consentUntil(end, linkId, 'amended');
  assert.deepEqual(await send(end - 19 * day), []);
  assert.deepEqual(await send(end - 6 * day), [7]);
});
