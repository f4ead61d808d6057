import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import sharp from 'sharp';
import { isTellerlineError, limits, newId, type BankId, type IdentityId, type MessageId } from '#base';
import { sql } from '#db';
import type { DeskServerFrame } from '#contract';
import { until } from '#test/until';
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
const inTransaction = <Result>(work: Parameters<TestDesk['db']['database']['transaction']>[0]): Promise<Result> =>
  at.db.database.transaction(work) as Promise<Result>;

/** A case that `one` has taken and opened. */
async function claimed() {
  const customer = await linkedCustomer(at);
  const { caseId } = await openCaseOf(at, customer);
  await at.desk.staff.claim(one, caseId);
  await at.desk.staff.open(one, caseId);
  return { customer, caseId };
}

test('a question goes from the customer’s button to staff’s answer and back, in one gapless log', async () => {
  const customer = await linkedCustomer(at);
  const opened = await openCaseOf(at, customer, { tried: ['Told when cards arrive.'], confidence: 0.9 });
  assert.deepEqual([opened.team, opened.isOpenNow, opened.place > 0], ['cards', true, true]);
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
  await inTransaction((tx) => at.desk.customers.close(tx, customer.thread, opened.caseId));
  assert.equal(await sayInTalk(at, customer, 'hello again'), 'to tellerline');
  await assert.rejects(at.desk.staff.open(one, opened.caseId), code('case_closed'));
  await assert.rejects(at.desk.staff.answer(one, opened.caseId, words('more')), code('case_closed'));
});

test('a desk is told that its look has run out, once, and is sent what comes after it has looked again', async () => {
  const { customer, caseId } = await claimed();
  const frames: DeskServerFrame[] = [];
  const desk = at.desk.staff.connect({
    staff: one,
    sessionId: randomUUID(),
    frame: (frame) => void frames.push(frame),
  });
  const told = (): string[] => frames.map(({ frame }) => frame).filter((frame) => frame !== 'case');
  await desk.opened(caseId, 2);
  at.clock.moveMs(limits.staffLookMinutesMax * 60_000);
  await sayInTalk(at, customer, 'are you there');
  await sayInTalk(at, customer, 'hello');
  await until('what became of it', async () => told().length > 0);
  await at.desk.staff.open(one, caseId);
  await desk.opened(caseId, 2);
  desk.end();
  assert.deepEqual(told(), ['look-over', 'entries']);
});

test('of two who take the same case one has it', async () => {
  const { caseId } = await openCaseOf(at, await linkedCustomer(at));
  const taken = await Promise.allSettled([at.desk.staff.claim(one, caseId), at.desk.staff.claim(two, caseId)]);
  const [refused, ...more] = taken.filter(({ status }) => status === 'rejected');
  assert.equal(more.length, 0);
  assert.ok(refused?.status === 'rejected' && isTellerlineError(refused.reason, 'case_claimed'));
});

test('whoever takes what is due gets a case of their own, fraud first, and none beyond their capacity', async () => {
  const bankId = 'wells-fargo' as BankId;
  const opened = [];
  for (const topic of ['exchange_rate', 'card_arrival', 'fraud', 'terminate_account'])
    opened.push(await openCaseOf(at, await linkedCustomer(at, { bank: bankId }), { topic }));
  const staff = ['a', 'b', 'c', 'd', 'e'].map((name) => staffNamed(name, { bankId }));
  const first = await at.desk.staff.claim(staff[0] ?? one);
  assert.equal(first?.caseId, opened[2]?.caseId);
  const rest = await Promise.all(staff.slice(1, 4).map((agent) => at.desk.staff.claim(agent)));
  assert.equal(new Set(rest.map((brief) => brief?.caseId)).size, 3);
  assert.equal(await at.desk.staff.claim(staff[4] ?? one), undefined);
  await openCaseOf(at, await linkedCustomer(at, { bank: bankId }));
  assert.equal(await at.desk.staff.claim(staffNamed('a', { bankId, capacity: 1 })), undefined);
  assert.equal(await at.desk.staff.claim(staffNamed('spanish', { bankId, locales: ['es'] })), undefined);
});

test('only who has a case answers it, and the same answer is said once', async () => {
  const { caseId, customer } = await claimed();
  await assert.rejects(at.desk.staff.answer(two, caseId, words('not mine')), code('case_not_claimed'));
  const said = words('It is on its way.');
  const both = await Promise.all([at.desk.staff.answer(one, caseId, said), at.desk.staff.answer(one, caseId, said)]);
  assert.equal(both[0].seq, both[1].seq);
  const heard = at.told.filter((told) => told.caseId === caseId && told.what === 'saidByStaff');
  assert.equal(heard.length, 1);
  assert.equal((await at.delivery.standing(customer.thread)).lastSeq, 2);
});

test('an answer that was written without a colleague’s is refused, and sent once it was read', async () => {
  const { caseId } = await claimed();
  const seen = (await at.desk.staff.entries(one, caseId, 0)).at(-1)?.seq ?? 0;
  const here = at.desk.staff.connect({ staff: two, sessionId: 'two', frame: () => undefined });
  await at.desk.staff.transfer(one, caseId, { team: 'cards', name: 'agent-2', note: 'yours' });
  await at.desk.staff.open(two, caseId);
  await at.desk.staff.answer(two, caseId, words('Answered by the second.'));
  const back = at.desk.staff.connect({ staff: one, sessionId: 'one', frame: () => undefined });
  await at.desk.staff.transfer(two, caseId, { team: 'cards', name: 'agent-1', note: '' });
  const late = { ...words('Answered by the first.'), seenSeq: seen };
  await assert.rejects(at.desk.staff.answer(one, caseId, late), code('answer_collides'));
  const now = (await at.desk.staff.entries(one, caseId, 0)).at(-1)?.seq ?? 0;
  assert.ok((await at.desk.staff.answer(one, caseId, { ...late, seenSeq: now })).seq > now);
  here.end();
  back.end();
});

test('an answer and a close that cross are told in the order in which they are stored, and nothing after the end', async () => {
  const { caseId, customer } = await claimed();
  const close = inTransaction((tx) => at.desk.customers.close(tx, customer.thread, caseId));
  const answers = Array.from({ length: 5 }, (_, n) => at.desk.staff.answer(one, caseId, words(`answer ${n}`)));
  const outcomes = await Promise.allSettled([...answers, sayInTalk(at, customer, 'and one more thing'), close]);
  const refused = outcomes.filter((outcome) => outcome.status === 'rejected');
  assert.ok(refused.every(({ reason }) => isTellerlineError(reason, 'case_closed')));
  const [{ last, entries } = { last: 0n, entries: 0n }] = await at.db.database.query<{
    last: bigint;
    entries: bigint;
  }>(sql`
    select last_seq as last, (select count(*) from case_entries e where e.case_id = c.case_id) as entries
    from cases c where case_id = ${caseId}`);
  assert.equal(last, entries);
  const closing = await at.db.database.query<{ seq: bigint }>(sql`
    select seq from case_entries where case_id = ${caseId} order by seq desc limit 1`);
  assert.equal(closing[0]?.seq, last);
});

test('the customer leaves the talk and keeps the place; who takes the case calls them back', async () => {
  const customer = await linkedCustomer(at);
  const { caseId } = await openCaseOf(at, customer);
  await inTransaction((tx) => at.desk.customers.leave(tx, customer.thread, caseId));
  assert.equal(await sayInTalk(at, customer, 'what is my balance'), 'to tellerline');
  await at.desk.staff.claim(one, caseId);
  assert.ok(at.told.some((told) => told.caseId === caseId && told.what === 'calledBack'));
  await inTransaction((tx) => at.desk.customers.resume(tx, customer.thread, caseId));
  assert.equal(await sayInTalk(at, customer, 'here I am'), 'to the case');
  const view = await at.desk.staff.open(one, caseId);
  const text = JSON.stringify(view.entries);
  assert.ok(text.includes('here I am') && !text.includes('what is my balance'));
});

test('a case’s customer opens three at most, and what they type goes to the newest', async () => {
  const customer = await linkedCustomer(at);
  for (let n = 0; n < limits.openCasesMax; n += 1) await openCaseOf(at, customer, { topic: `topic_${n}` });
  await assert.rejects(openCaseOf(at, customer), code('cases_too_many'));
  const talk = await at.desk.customers.talkOf(at.db.database, customer.thread.conversationId);
  assert.equal(talk?.topic, `topic_${limits.openCasesMax - 1}`);
});

test('staff take up again what they closed, within its time; what the customer closed stays closed', async () => {
  const { caseId, customer } = await claimed();
  await at.desk.staff.close(one, caseId);
  await assert.rejects(at.desk.staff.open(one, caseId), code('case_closed'));
  const closedLately = async (staff = one): Promise<boolean> =>
    (await at.desk.staff.inbox(staff, { view: 'closed' })).cases.some((brief) => brief.caseId === caseId);
  at.clock.moveMs(24 * 3_600_000);
  assert.deepEqual(
    [await closedLately(), await closedLately(staffNamed('agent-1', { bankId: 'us-bank' as BankId }))],
    [true, false],
    'a day later they still find it',
  );
  assert.equal((await at.desk.staff.reopen(one, caseId)).state, 'claimed');
  assert.ok((await at.desk.staff.open(one, caseId)).entries.length > 0);
  await inTransaction((tx) => at.desk.customers.close(tx, customer.thread, caseId));
  await assert.rejects(at.desk.staff.reopen(one, caseId), code('reopen_refused'));
  assert.equal(await closedLately(), false, 'what its customer closed is not theirs to take up');
  await inTransaction((tx) => at.desk.customers.rate(tx, customer.thread, caseId, 4));
  const [rated] = await at.desk.customers.cases(at.db.database, customer.thread);
  assert.deepEqual([rated?.state, rated?.rating, rated?.closedBy], ['closed', 4, 'customer']);
});

test('a proposal does nothing by itself: its customer confirms it once, or it is over', async () => {
  const { caseId, customer } = await claimed();
  const entry = await at.desk.staff.propose(one, caseId, { action: 'freeze', cardLast4: '9113' });
  assert.ok(entry.entry === 'proposed' && entry.proposal.state === 'waits');
  const proposalId = entry.entry === 'proposed' ? entry.proposal.proposalId : '';
  const stranger = await linkedCustomer(at);
  const settle = (thread: typeof customer.thread) => (tx: Parameters<typeof at.desk.customers.settle>[0]) =>
    at.desk.customers.settle(tx, thread, proposalId, 'confirmed');
  await assert.rejects(inTransaction(settle(stranger.thread)), code('case_unknown'));
  const asked = await inTransaction<{ action: string }>((tx) =>
    at.desk.customers.proposal(tx, customer.thread, proposalId),
  );
  assert.equal(asked.action, 'freeze');
  await inTransaction(settle(customer.thread));
  await assert.rejects(inTransaction(settle(customer.thread)), code('proposal_over'));
  const after = (await at.desk.staff.entries(one, caseId, 0)).find((one) => one.entry === 'proposed');
  assert.ok(after?.entry === 'proposed' && after.proposal.state === 'confirmed');
  const next = await at.desk.staff.propose(one, caseId, { action: 'replace' });
  const frames: { frame: string }[] = [];
  at.clock.moveMs((limits.proposalMinutesMax + 1) * 60_000);
  await at.desk.staff.open(one, caseId);
  const shows = at.desk.staff.connect({ staff: one, sessionId: 's', frame: (frame) => void frames.push(frame) });
  await shows.opened(caseId, next.seq);
  await at.desk.tidy();
  shows.end();
  assert.match(JSON.stringify(frames), /"action":"replace","state":"expired"/, 'who shows it sees that it is over');
  assert.ok(at.told.some((told) => told.caseId === caseId && told.what === 'proposalOver'));
  assert.equal((await at.desk.staff.open(one, caseId)).brief.proposalWaits, undefined);
  assert.ok(next.seq > entry.seq);
});

test('a picture of either side is kept sealed, encoded anew, and shown to who has the case open', async () => {
  const { caseId, customer } = await claimed();
  const png = await sharp({ create: { width: 40, height: 30, channels: 3, background: '#a03' } })
    .withExif({ IFD0: { Copyright: 'planted-place' } })
    .png()
    .toBuffer();
  const sent = await at.desk.staff.sendPicture(one, caseId, png, { clientId: randomUUID() });
  assert.ok(sent.entry === 'picture');
  const pictureId = sent.entry === 'picture' ? sent.pictureId : '';
  const shown = await at.desk.staff.picture(one, caseId, pictureId);
  assert.equal(shown.type, 'image/webp');
  assert.ok(!shown.bytes.includes('planted-place'));
  const own = await at.desk.customers.picture(customer.thread, newId<IdentityId>(), pictureId);
  assert.deepEqual(own.bytes, shown.bytes);
  await assert.rejects(at.desk.staff.picture(two, caseId, pictureId), code('case_not_opened'));
  await assert.rejects(
    at.desk.staff.sendPicture(one, caseId, Buffer.from('<svg>'), { clientId: randomUUID() }),
    code('picture_unreadable'),
  );
});

test('marks stand beside pictures too, of staff and of the customer', async () => {
  const { caseId, customer } = await claimed();
  const pixel = await sharp({ create: { width: 4, height: 4, channels: 3, background: 'red' } })
    .webp()
    .toBuffer();
  await at.desk.staff.sendPicture(one, caseId, pixel, { clientId: randomUUID() });
  const { lastSeq } = await at.delivery.standing(customer.thread);
  await at.desk.customers.customerHas(customer.thread.conversationId, lastSeq, 'read');
  const sent = (await at.desk.staff.entries(one, caseId, 0)).findLast(({ entry }) => entry === 'picture');
  assert.ok(sent?.entry === 'picture' && sent.mark === 'read');
  const messageId = newId<MessageId>();
  await inTransaction(async (tx) => {
    const talk = await at.desk.customers.talkIn(tx, customer.thread);
    assert.ok(talk);
    await at.desk.customers.sentPicture(tx, talk, { bytes: pixel, messageId });
  });
  const seen = (await at.desk.staff.entries(one, caseId, 0)).at(-1);
  assert.ok(
    seen?.entry === 'picture' && seen.mark === undefined,
    'it is the customer who sees how far theirs has come',
  );
  await at.desk.staff.read(one, caseId, seen.seq);
  assert.deepEqual(
    at.told
      .filter(({ what }) => what === 'readByStaff')
      .map(({ detail }) => detail)
      .slice(-1),
    [messageId],
  );
});

test('what staff said is delivered, then read, and a mark never goes back', async () => {
  const { caseId, customer } = await claimed();
  const marks: unknown[] = [];
  const frames = { staff: one, sessionId: 's', frame: (frame: { frame: string }) => void marks.push(frame) };
  const connection = at.desk.staff.connect(frames);
  await connection.opened(caseId, 0);
  await at.desk.staff.answer(one, caseId, words('read me'));
  const { lastSeq } = await at.delivery.standing(customer.thread);
  const markOf = async () => {
    const last = (await at.desk.staff.entries(one, caseId, 0)).at(-1);
    return last?.entry === 'said' ? last.mark : undefined;
  };
  assert.equal(await markOf(), 'sent');
  await at.desk.customers.customerHas(customer.thread.conversationId, lastSeq, 'delivered');
  assert.equal(await markOf(), 'delivered');
  await at.desk.customers.customerHas(customer.thread.conversationId, lastSeq, 'read');
  await at.desk.customers.customerHas(customer.thread.conversationId, lastSeq - 1, 'delivered');
  assert.equal(await markOf(), 'read');
  const told = marks.filter((frame) => (frame as { frame: string }).frame === 'marks') as { readSeq: number }[];
  assert.deepEqual(
    told.map(({ readSeq }) => readSeq > 0),
    [false, true],
  );
  connection.end();
});
