import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import { isTellerlineError, type CaseId } from '#base';
import type { CaseBrief } from '#contract';
import { sql } from '#db';
import { linkedCustomer, openCaseOf, sayInTalk, staffNamed, testDesk, type TestDesk } from '../desk.fixture.ts';
import type { ReplyOfBank } from './bank-replies.ts';

let at: TestDesk;
before(async () => {
  at = await testDesk();
});
after(() => at.close());

const one = staffNamed('agent-1');
const code = (expected: string) => (error: unknown) => isTellerlineError(error, expected);
const words = (text: string) => ({ text, clientId: randomUUID() });

async function opened() {
  const customer = await linkedCustomer(at);
  return { customer, ...(await openCaseOf(at, customer)) };
}
/** The bank's system says something that it composed now, unless said otherwise. */
function reply(caseId: string, of: Partial<ReplyOfBank> = {}): Promise<void> {
  const said = { by: 'Maria Lopez', text: 'It was given back.', saidAt: new Date(at.clock.nowMs()), ...of };
  return at.db.database.transaction((tx) => at.desk.bankReplies.answer(tx, one.bankId, caseId as CaseId, said));
}
async function briefOf(caseId: string): Promise<CaseBrief | undefined> {
  return (await at.desk.staff.inbox(one, { view: 'all' })).cases.find((each) => each.caseId === caseId);
}
const standing = async (caseId: string) => {
  const { state, unread, answerBy } = (await briefOf(caseId)) ?? {};
  return { state, unread, answerBy };
};

test('an answer of the bank’s system makes it the customer’s turn, and their wait is over', async () => {
  const { caseId, customer } = await opened();
  await sayInTalk(at, customer, 'hello?');
  at.clock.moveMs(1);
  await reply(caseId);
  assert.deepEqual(await standing(caseId), { state: 'with-customer', unread: 0, answerBy: undefined });
  const [row] = await at.db.database.query<{ cameAt: Date | null }>(
    sql`select came_at as "cameAt" from cases where case_id = ${caseId}`,
  );
  assert.equal(row?.cameAt?.getTime(), at.clock.nowMs(), 'nobody has given up waiting');
});

test('what the customer wrote after the bank’s system composed its answer waits on, by its promise', async () => {
  const { caseId, customer } = await opened();
  const saidAt = new Date(at.clock.nowMs());
  at.clock.moveMs(1000);
  await sayInTalk(at, customer, 'it happened again');
  const before = await standing(caseId);
  assert.deepEqual([before.state, before.unread], ['waiting', 1]);
  await reply(caseId, { saidAt });
  assert.deepEqual(await standing(caseId), before);
  at.clock.moveMs(1000);
  await reply(caseId, { text: 'We have received your message.', keepsTurn: true });
  assert.deepEqual(await standing(caseId), before, 'and so it does when that is no answer yet');
});

test('a case that somebody has stays theirs to answer, and their answer is not written over the system’s unread', async () => {
  const { caseId, customer } = await opened();
  await at.desk.staff.claim(one, caseId);
  await sayInTalk(at, customer, 'are you there?');
  at.clock.moveMs(1);
  const before = await standing(caseId);
  // Whatever name it gives: also the very one of who has the case.
  const { seq = 0 } = (await entries(caseId)).at(-1) ?? {};
  await reply(caseId, { by: one.name });
  assert.deepEqual(await standing(caseId), before);
  const answer = { ...words('I am.'), seenSeq: seq };
  await assert.rejects(at.desk.staff.answer(one, caseId, answer), code('answer_collides'));
});

test('the bank’s system speaks under no name that could be taken for somebody at the desk', async () => {
  const { caseId } = await opened();
  await at.db.database.execute(sql`insert into staff
    (staff_id, bank_id, issuer, subject, name, name_key, role, teams, locales, capacity, last_seen_at)
    values (${randomUUID()}, ${one.bankId}, 'i', 's', 'Ana Diaz', 'anadiaz', 'agent', '{cards}', '{en}', 5, ${new Date(at.clock.nowMs())})`);
  await reply(caseId, { by: 'Ana Díaz' });
  await reply(caseId, { by: 'Maria Lopez' });
  await at.desk.staff.claim(one, caseId);
  const said = (await entries(caseId)).flatMap((entry) => (entry.entry === 'said' ? [entry.by] : []));
  assert.deepEqual(said, ['citi', 'Maria Lopez']);
});

const entries = async (caseId: string) => (await at.desk.staff.open(one, caseId)).entries;
