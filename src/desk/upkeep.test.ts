import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import { isTellerlineError, limits, type BankId } from '#base';
import { TEAMS, type CaseBrief } from '#contract';
import { sql } from '#db';
import { linkedCustomer, openCaseOf, sayInTalk, staffNamed, testDesk, type TestDesk } from './desk.fixture.ts';
import type { Staff } from './staff-desk.ts';

let at: TestDesk;
before(async () => {
  at = await testDesk();
});
after(() => at.close());

const code = (expected: string) => (error: unknown) => isTellerlineError(error, expected);
const words = (text: string) => ({ text, clientId: randomUUID() });

/** Somebody who has signed in: a person with a session, as the sign-in enters them. */
async function signedIn(name: string, of: Partial<Staff> = {}): Promise<Staff> {
  const staff = staffNamed(name, { ...of, staffId: randomUUID() });
  const { staffId, bankId, role, teams, locales, capacity } = staff;
  const now = new Date(at.clock.nowMs());
  await at.db.database.execute(sql`insert into staff
    (staff_id, bank_id, issuer, subject, name, name_key, role, teams, locales, capacity, last_seen_at)
    values (${staffId}, ${bankId}, 'i', ${staffId}, ${name}, ${staffId}, ${role}, ${[...teams]}, ${[...locales]}, ${capacity}, ${now})`);
  await at.db.database.execute(sql`insert into staff_sessions
    (session_hash, session_id, staff_id, bank_id, started_at, last_seen_at, ends_at)
    values (${Buffer.from(randomUUID())}, ${randomUUID()}, ${staffId}, ${bankId}, ${now}, ${now},
      ${new Date(at.clock.nowMs() + 10 * 3_600_000)})`);
  return staff;
}
const signOut = ({ staffId }: Staff) =>
  at.db.database.execute(sql`delete from staff_sessions where staff_id = ${staffId}`);
const minutes = (count: number) => at.clock.moveMs(count * 60_000);

/** A case, with the bank of its test alone. */
async function caseAt(bank: string, topic = 'card_arrival') {
  const customer = await linkedCustomer(at, { bank });
  return { customer, ...(await openCaseOf(at, customer, { topic })) };
}
const briefOf = async (staff: Staff, caseId: string): Promise<CaseBrief | undefined> =>
  (await at.desk.staff.inbox(staff, { view: 'all' })).cases.find((one) => one.caseId === caseId);
const toldOf = (caseId: string, what: string) => at.told.filter((one) => one.caseId === caseId && one.what === what);
const happenedIn = async (staff: Staff, caseId: string): Promise<string[]> =>
  (await at.desk.staff.open(staff, caseId)).entries.flatMap((one) => (one.entry === 'happened' ? [one.what] : []));

test('a case of somebody who has signed out waits again, by the place that its promise gives it', async () => {
  const bankId = 'gone-bank' as BankId;
  const [one, two] = [await signedIn('agent-1', { bankId }), await signedIn('agent-2', { bankId })];
  const { caseId } = await caseAt(bankId);
  const promised = (await at.desk.staff.claim(one, caseId))?.answerBy;
  minutes(1);
  await caseAt(bankId);
  await at.desk.lookAfter();
  assert.equal((await briefOf(two, caseId))?.claimedBy, 'agent-1', 'who is here keeps it');
  await signOut(one);
  await Promise.all([at.desk.lookAfter(), at.beside().lookAfter()]);
  const back = await briefOf(two, caseId);
  assert.deepEqual([back?.state, back?.claimedBy, back?.answerBy], ['waiting', undefined, promised]);
  assert.deepEqual(
    toldOf(caseId, 'returned').map(({ detail }) => detail),
    [{ by: 'agent-1', answerBy: new Date(promised ?? ''), isOpenNow: true }],
  );
  assert.equal((await at.desk.staff.claim(two))?.caseId, caseId, 'it was there first');
  assert.deepEqual((await happenedIn(two, caseId)).slice(-2), ['returned', 'claimed']);
});

test('whoever is away for longer than a coffee loses what is due, and keeps what waits for its customer', async () => {
  const bankId = 'away-bank' as BankId;
  const one = await signedIn('agent-1', { bankId });
  const [due, answered] = [await caseAt(bankId), await caseAt(bankId)];
  for (const { caseId } of [due, answered]) await at.desk.staff.claim(one, caseId);
  await at.desk.staff.answer(one, answered.caseId, words('Done.'));
  minutes(limits.claimAwayMinutesMax - 1);
  await at.desk.lookAfter();
  assert.equal((await briefOf(one, due.caseId))?.claimedBy, 'agent-1');
  minutes(2);
  await at.desk.lookAfter();
  assert.equal((await briefOf(one, due.caseId))?.state, 'waiting');
  assert.equal((await briefOf(one, answered.caseId))?.claimedBy, 'agent-1');
  assert.equal(toldOf(answered.caseId, 'returned').length, 0);
  // Their customer writes: they have as long as ever to come back, when their session stands.
  await sayInTalk(at, answered.customer, 'one more thing');
  await at.desk.lookAfter();
  assert.equal((await briefOf(one, answered.caseId))?.claimedBy, 'agent-1');
  await signOut(one);
  await at.desk.lookAfter();
  assert.equal((await briefOf(one, answered.caseId))?.state, 'waiting');
});

test('a case is handed to a colleague who is here, of the team, and has room', async () => {
  const bankId = 'colleague-bank' as BankId;
  const one = await signedIn('agent-1', { bankId });
  await signedIn('agent-2', { bankId, capacity: 1 });
  await signedIn('agent-3', { bankId, teams: ['fraud'] });
  await signedIn('officer', { bankId, role: 'privacy-officer' });
  const away = await signedIn('agent-4', { bankId });
  await signOut(away);
  await signedIn('elsewhere', { bankId: 'other-bank' as BankId });
  const [first, second] = [await caseAt(bankId), await caseAt(bankId)];
  for (const { caseId } of [first, second]) await at.desk.staff.claim(one, caseId);
  const room = async () =>
    (await at.desk.staff.colleagues(one)).map(({ name, room: left, teams }) => [name, left, teams.length]);
  assert.deepEqual(await room(), [
    ['agent-2', 1, TEAMS.length],
    ['agent-3', 100, 1],
  ]);
  const to = (name: string) => ({ team: 'cards' as const, name, note: 'please' });
  const { transfer } = at.desk.staff;
  await assert.rejects(transfer(one, first.caseId, to('nobody')), code('staff_unknown'));
  await assert.rejects(transfer(one, first.caseId, to('officer')), code('staff_unknown'));
  await assert.rejects(transfer(one, first.caseId, to('agent-4')), code('colleague_away'));
  await assert.rejects(transfer(one, first.caseId, to('agent-3')), code('colleague_other_team'));
  const both = await Promise.allSettled([first, second].map(({ caseId }) => transfer(one, caseId, to('agent-2'))));
  assert.deepEqual(both.map(({ status }) => status).toSorted(), ['fulfilled', 'rejected']);
  const refused = both.find((each) => each.status === 'rejected');
  assert.ok(code('colleague_full')(refused?.reason));
  assert.deepEqual((await room())[0], ['agent-2', 0, TEAMS.length]);
});

test('a missed promise is told once, by whichever process, with nothing new promised; anybody of the team may take it', async () => {
  const bankId = 'late-bank' as BankId;
  const [one, two] = [staffNamed('agent-1', { bankId }), staffNamed('agent-2', { bankId })];
  const [held, waits] = [await caseAt(bankId), await caseAt(bankId)];
  const promised = (await at.desk.staff.claim(one, held.caseId))?.answerBy;
  assert.ok(promised !== undefined);
  await at.desk.staff.answer(one, held.caseId, { ...words('One moment.'), keepsTurn: true });
  await assert.rejects(at.desk.staff.claim(two, held.caseId), code('case_claimed'));
  at.clock.moveMs(Date.parse(promised) - at.clock.nowMs() - 1);
  await at.desk.lookAfter();
  assert.equal(toldOf(held.caseId, 'late').length, 0, 'it is not late yet');
  at.clock.moveMs(1);
  await Promise.all([at.desk.lookAfter(), at.beside().lookAfter()]);
  await at.beside().lookAfter();
  const promisedAt = new Date(promised);
  assert.deepEqual(
    toldOf(held.caseId, 'late').map(({ detail }) => detail),
    [{ promisedAt, by: 'agent-1', isUp: true }],
  );
  assert.deepEqual(
    toldOf(waits.caseId, 'late').map(({ detail }) => detail),
    [{ promisedAt, place: 1 }],
  );
  const brief = await briefOf(two, held.caseId);
  assert.deepEqual([brief?.late, brief?.answerBy, brief?.claimedBy], [true, promised, 'agent-1']);
  const inbox = await at.desk.staff.inbox(two, { view: 'waiting' });
  assert.deepEqual(inbox.cases.map(({ caseId }) => caseId).toSorted(), [held.caseId, waits.caseId].toSorted());
  assert.equal(inbox.counts.waiting, 2);
  assert.equal(
    (await at.desk.staff.inbox(one, { view: 'waiting' })).counts.waiting,
    1,
    'one’s own is not put up to oneself',
  );
  assert.equal((await at.desk.staff.claim(two, held.caseId))?.claimedBy, 'agent-2');
  await assert.rejects(at.desk.staff.answer(one, held.caseId, words('too late')), code('case_not_claimed'));
  assert.deepEqual((await happenedIn(two, held.caseId)).slice(-2), ['late', 'claimed']);

  // Whoever has taken it since keeps it: it does not go from hand to hand.
  const three = staffNamed('agent-3', { bankId });
  await assert.rejects(at.desk.staff.claim(three, held.caseId), code('case_claimed'));
  await assert.rejects(at.desk.staff.claim(one, held.caseId), code('case_claimed'));
  const still = await at.desk.staff.inbox(three, { view: 'waiting' });
  assert.deepEqual([still.cases.map(({ caseId }) => caseId), still.counts.waiting], [[waits.caseId], 1]);
  assert.equal((await at.desk.staff.claim(three))?.caseId, waits.caseId, 'the next is the one that waits');
  assert.equal((await at.desk.staff.inbox(one, { view: 'waiting' })).counts.waiting, 0);
  await at.desk.lookAfter();
  assert.equal(toldOf(held.caseId, 'late').length, 1);

  // Another promise is another time.
  await at.desk.staff.answer(two, held.caseId, words('Here it is.'));
  assert.equal((await briefOf(two, held.caseId))?.late, undefined);
  await sayInTalk(at, held.customer, 'and this?');
  minutes(24 * 60);
  await at.desk.lookAfter();
  assert.equal(toldOf(held.caseId, 'late').length, 2);
});

test('whoever becomes a privacy officer has no cases any more', async () => {
  const bankId = 'officer-bank' as BankId;
  const [one, two] = [await signedIn('agent-1', { bankId }), await signedIn('agent-2', { bankId })];
  const { caseId } = await caseAt(bankId);
  await at.desk.staff.claim(one, caseId);
  await at.db.database.execute(sql`update staff set role = 'privacy-officer' where staff_id = ${one.staffId}`);
  await at.desk.lookAfter();
  assert.equal((await briefOf(two, caseId))?.state, 'waiting');
});

test('who signs in again within a minute of the end of their session keeps their cases', async () => {
  const bankId = 'grace-bank' as BankId;
  const one = await signedIn('agent-1', { bankId });
  const { caseId } = await caseAt(bankId);
  await at.desk.staff.claim(one, caseId);
  await at.db.database.execute(
    sql`update staff_sessions set ends_at = ${new Date(at.clock.nowMs())} where staff_id = ${one.staffId}`,
  );
  at.clock.moveMs(limits.claimGraceSeconds * 1000 - 1);
  await at.desk.lookAfter();
  assert.equal((await briefOf(one, caseId))?.claimedBy, 'agent-1');
  at.clock.moveMs(1);
  await at.desk.lookAfter();
  assert.equal((await briefOf(one, caseId))?.claimedBy, undefined);
});

test('a bank whose cases cannot be tended holds up no other, and its own only until they have had their turn', async () => {
  const [dead, alive] = ['dead-keys' as BankId, 'live-keys' as BankId];
  const [first, last] = [await caseAt(dead), await caseAt(dead)];
  const other = await caseAt(alive);
  // More than one look holds, all of them due before the other bank's: of a link that has no key.
  await at.db.database.execute(sql`insert into cases
      (bank_id, case_id, number, is_talk, link_id, customer_id, conversation_id, topic, team, locale, priority, state, opened_at, updated_at, due_at, sealed_question)
    select bank_id, gen_random_uuid(), 100000 + n, false, gen_random_uuid(), customer_id, conversation_id, topic, team, locale, priority, state,
      opened_at, updated_at, due_at - interval '1 minute', sealed_question
    from cases, generate_series(1, 450) n where case_id = ${first.caseId}`);
  minutes(24 * 60);
  await at.desk.lookAfter();
  assert.equal(toldOf(other.caseId, 'late').length, 1, 'another bank’s customer is told at the first look');
  assert.equal(toldOf(last.caseId, 'late').length, 0, 'their own are behind more than one look holds');
  for (let n = 0; n < 2; n += 1) await at.desk.lookAfter();
  assert.equal(toldOf(last.caseId, 'late').length, 1);
});
