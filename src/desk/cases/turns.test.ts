import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import { isTellerlineError, limits, newId, type IdentityId } from '#base';
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

/** A case that `one` has taken and opened. */
async function claimed() {
  const customer = await linkedCustomer(at);
  const { caseId } = await openCaseOf(at, customer);
  await at.desk.staff.claim(one, caseId);
  await at.desk.staff.open(one, caseId);
  return { customer, caseId };
}

test('a case that is passed on is due again, first when its new team goes first', async () => {
  const { caseId } = await claimed();
  const here = at.desk.staff.connect({ staff: two, sessionId: 'two', frame: () => undefined });
  await at.desk.staff.answer(one, caseId, words('Fraud will look at it.'));
  const passed = await at.desk.staff.transfer(one, caseId, { team: 'fraud', note: 'please look' });
  assert.deepEqual([passed.state, passed.priority, passed.claimedBy], ['waiting', 'fraud', undefined]);
  const fifteen = at.clock.nowMs() + 15 * 60_000;
  assert.ok(passed.answerBy !== undefined && Date.parse(passed.answerBy) <= fifteen);
  const waiting = await at.desk.staff.inbox(two, { view: 'waiting' });
  assert.ok(waiting.cases.some((brief) => brief.caseId === caseId));
  await at.desk.staff.claim(one, caseId);
  await at.desk.staff.answer(one, caseId, words('My colleague goes on.'));
  const named = await at.desk.staff.transfer(one, caseId, { team: 'cards', name: 'agent-2', note: '' });
  assert.deepEqual([named.state, named.priority, named.claimedBy], ['claimed', 'normal', 'agent-2']);
  assert.ok(named.answerBy !== undefined);
  here.end();
});

test('a case that is passed on before its answer keeps the earlier of both promises', async () => {
  const { caseId } = await claimed();
  const before = (await at.desk.staff.inbox(one, { view: 'mine' })).cases.find((brief) => brief.caseId === caseId);
  at.clock.moveMs(60_000);
  const passed = await at.desk.staff.transfer(one, caseId, { team: 'general', note: '' });
  assert.ok(before?.answerBy !== undefined && passed.answerBy !== undefined);
  assert.ok(Date.parse(passed.answerBy) <= Date.parse(before.answerBy));
});

test('what the customer wrote while an answer was written keeps the case due and unread', async () => {
  const { caseId, customer } = await claimed();
  const seenSeq = (await at.desk.staff.entries(one, caseId, 0)).at(-1)?.seq ?? 0;
  await sayInTalk(at, customer, 'and my other card is gone too');
  await at.desk.staff.answer(one, caseId, { ...words('It left us on Monday.'), seenSeq });
  const mine = await at.desk.staff.inbox(one, { view: 'mine' });
  const brief = mine.cases.find((each) => each.caseId === caseId);
  assert.deepEqual([brief?.state, brief?.unread], ['claimed', 1]);
  assert.ok(brief?.answerBy !== undefined);
  const now = (await at.desk.staff.entries(one, caseId, 0)).at(-1)?.seq ?? 0;
  await at.desk.staff.answer(one, caseId, { ...words('That one is blocked.'), seenSeq: now });
  const answered = (await at.desk.staff.inbox(one, { view: 'mine' })).cases.find((each) => each.caseId === caseId);
  assert.deepEqual([answered?.state, answered?.unread], ['with-customer', 0]);
});

test('a case is not closed over words that nobody has read', async () => {
  const { caseId, customer } = await claimed();
  const seenSeq = (await at.desk.staff.entries(one, caseId, 0)).at(-1)?.seq ?? 0;
  await sayInTalk(at, customer, 'wait, one more thing');
  await assert.rejects(at.desk.staff.close(one, caseId, seenSeq), code('customer_wrote'));
  const now = (await at.desk.staff.entries(one, caseId, 0)).at(-1)?.seq ?? 0;
  assert.equal((await at.desk.staff.close(one, caseId, now)).state, 'closed');
});

test('an answer that was said comes back as said, whatever became of the case since', async () => {
  const { caseId, customer } = await claimed();
  const said = words('It left us on Monday.');
  const first = await at.desk.staff.answer(one, caseId, said);
  await at.desk.staff.release(one, caseId);
  assert.deepEqual(await at.desk.staff.answer(one, caseId, said), first);
  await at.db.database.transaction((tx) => at.desk.customers.close(tx, customer.thread, caseId));
  assert.deepEqual(await at.desk.staff.answer(one, caseId, said), first);
  await assert.rejects(at.desk.staff.answer(one, caseId, words('another')), code('case_closed'));
});

test('a proposal that is sent again is proposed once, and a field is asked for once while that is open', async () => {
  const { caseId, customer } = await claimed();
  const wanted = { action: 'freeze', clientId: randomUUID() } as const;
  const [first, again] = [
    await at.desk.staff.propose(one, caseId, wanted),
    await at.desk.staff.propose(one, caseId, wanted),
  ];
  assert.equal(first.seq, again.seq);
  const told = (what: string) => at.told.filter((each) => each.caseId === caseId && each.what === what).length;
  assert.equal(told('proposed'), 1);
  for (let n = 0; n < 2; n += 1) await at.desk.staff.askFor(one, caseId, 'balances');
  await at.desk.staff.askFor(one, caseId, 'card');
  assert.equal(told('askedForField'), 2);
  at.clock.moveMs(limits.proposalMinutesMax * 60_000 + 1);
  await at.desk.staff.askFor(one, caseId, 'balances');
  assert.equal(told('askedForField'), 3);
  await at.db.database.transaction((tx) => at.desk.customers.close(tx, customer.thread, caseId));
});

test('the customer is shown that somebody writes while it is who has their talk, and not after that', async () => {
  const { caseId, customer } = await claimed();
  const typing: boolean[] = [];
  const customerGone = at.delivery.outlets.connect(customer.thread.conversationId, {
    identityId: newId<IdentityId>(),
    manner: () => ({ locale: 'en', timeZone: 'UTC' }),
    speak: () => undefined,
    entries: () => undefined,
    upTo: () => Number.MAX_SAFE_INTEGER,
    newer: () => undefined,
    frame: (frame) => void (frame.frame === 'typing' && typing.push(frame.on)),
  });
  const desks = [];
  for (const staff of [one, two]) {
    const desk = at.desk.staff.connect({ staff, sessionId: randomUUID(), frame: () => undefined });
    await at.desk.staff.open(staff, caseId);
    await desk.opened(caseId, 0);
    desks.push(desk);
  }
  at.desk.staff.typing(two, caseId, true);
  assert.deepEqual(typing, []);
  at.desk.staff.typing(one, caseId, true);
  assert.deepEqual(typing, [true]);
  desks[0]?.shut(caseId);
  assert.deepEqual(typing, [true, false]);
  await desks[0]?.opened(caseId, 0);
  at.desk.staff.typing(one, caseId, true);
  await at.desk.staff.release(one, caseId);
  assert.deepEqual(typing, [true, false, true, false]);
  at.desk.staff.typing(one, caseId, true);
  assert.equal(typing.length, 4);
  for (const desk of desks) desk.end();
  customerGone();
});

test('whoever asks for a moment keeps the turn, and the promise stands', async () => {
  const { caseId } = await claimed();
  const brief = async () =>
    (await at.desk.staff.inbox(one, { view: 'mine' })).cases.find((each) => each.caseId === caseId);
  const before = await brief();
  await at.desk.staff.answer(one, caseId, { ...words('One moment, I am looking.'), keepsTurn: true });
  const kept = await brief();
  assert.deepEqual([kept?.state, kept?.answerBy], ['claimed', before?.answerBy]);
  await at.desk.staff.answer(one, caseId, words('It left us on Monday.'));
  assert.equal((await brief())?.state, 'with-customer');
});
