import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import { isTellerlineError } from '#base';
import { linkedCustomer, openCaseOf, sayInTalk, staffNamed, testDesk, type TestDesk } from '../desk.fixture.ts';

let at: TestDesk;
before(async () => {
  at = await testDesk();
});
after(() => at.close());

const one = staffNamed('agent-1');
const two = staffNamed('agent-2');
const code = (expected: string) => (error: unknown) => isTellerlineError(error, expected);
const words = (text: string) => ({ text, clientId: randomUUID() });

test('a question goes from the customer’s button to staff’s answer and back, in one gapless log', async () => {
  const customer = await linkedCustomer(at);
  const opened = await openCaseOf(at, customer, { tried: ['Told when cards arrive.'], confidence: 0.9 });
  assert.deepEqual([opened.place, opened.team, opened.isOpenNow], [1, 'cards', true]);
  assert.equal(await sayInTalk(at, customer, 'it is two weeks late'), 'to the case');
  const taken = await at.desk.staff.claim(one, opened.caseId);
  assert.deepEqual([taken?.state, taken?.claimedBy, taken?.unread], ['claimed', 'agent-1', 1]);
  const view = await at.desk.staff.open(one, opened.caseId);
  assert.deepEqual(view.question, {
    asked: 'where is my card',
    sortedAs: 'card_arrival',
    confidence: 0.9,
    tried: ['Told when cards arrive.'],
  });
  await at.desk.staff.answer(one, opened.caseId, words('It left us on Monday.'));
  await sayInTalk(at, customer, 'thank you');
  const entries = await at.desk.staff.entries(one, opened.caseId, 0);
  assert.deepEqual(
    entries.map((entry) => [entry.seq, entry.entry, 'text' in entry ? entry.text : 'what' in entry ? entry.what : '']),
    [
      [1, 'happened', 'opened'],
      [2, 'said', 'it is two weeks late'],
      [3, 'happened', 'claimed'],
      [4, 'said', 'It left us on Monday.'],
      [5, 'said', 'thank you'],
    ],
  );
  await at.db.database.transaction((tx) => at.desk.customers.close(tx, customer.thread, opened.caseId));
  assert.equal(await sayInTalk(at, customer, 'hello again'), 'to tellerline');
  await assert.rejects(at.desk.staff.open(one, opened.caseId), code('case_closed'));
});

test('of two who take the same case one has it', async () => {
  const opened = await openCaseOf(at, await linkedCustomer(at));
  const taken = await Promise.allSettled([
    at.desk.staff.claim(one, opened.caseId),
    at.desk.staff.claim(two, opened.caseId),
  ]);
  const [refused, ...more] = taken.filter(({ status }) => status === 'rejected');
  assert.equal(more.length, 0);
  assert.ok(refused?.status === 'rejected' && isTellerlineError(refused.reason, 'case_claimed'));
});
