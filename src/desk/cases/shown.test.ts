import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import type { DeskServerFrame } from '#contract';
import { sql } from '#db';
import { until } from '#test/until';
import {
  dependentsOf,
  linkedCustomer,
  openCaseOf,
  sayInTalk,
  staffNamed,
  testDesk,
  type TestDesk,
} from '../desk.fixture.ts';
import type { Staff } from '../staff-desk.ts';

let at: TestDesk;
before(async () => {
  at = await testDesk();
});
after(() => at.close());

const one = staffNamed('agent-1', { teams: ['cards'] });
const words = (text: string) => ({ text, clientId: randomUUID() });

/** A case that this person has open at a desk, with every frame that comes there. */
async function showing(staff: Staff, of: Parameters<typeof linkedCustomer>[1] = {}) {
  const customer = await linkedCustomer(at, of);
  const { caseId } = await openCaseOf(at, customer);
  await at.desk.staff.claim(staff, caseId);
  const { frames, desk } = await watching(staff, caseId);
  return { customer, caseId, frames, desk };
}

async function watching(staff: Staff, caseId: string) {
  const frames: DeskServerFrame[] = [];
  const desk = at.desk.staff.connect({ staff, sessionId: randomUUID(), frame: (frame) => void frames.push(frame) });
  await at.desk.staff.open(staff, caseId);
  await desk.opened(caseId, 0);
  return { frames, desk };
}

const gone = (frames: readonly DeskServerFrame[], caseId: string) =>
  until('the case to be gone', () =>
    Promise.resolve(frames.some((one) => one.frame === 'case' && one.case.caseId === caseId && one.gone === true)),
  );

test('who has lost a case reads nothing more of it, and is told that it is gone', async () => {
  const { customer, caseId, frames, desk } = await showing(one);
  await at.desk.staff.transfer(one, caseId, { team: 'fraud', note: 'planted-note' });
  await sayInTalk(at, customer, 'planted-words');
  const talk = await at.db.database.transaction((tx) => at.desk.customers.talkIn(tx, customer.thread));
  assert.ok(talk);
  at.desk.customers.customerTyping(talk, true);
  await gone(frames, caseId);
  const read = JSON.stringify(frames);
  assert.ok(!read.includes('planted-words') && !read.includes('planted-note'));
  assert.ok(!frames.some((frame) => frame.frame === 'typing' && frame.on));
  desk.end();
});

test('a closed case sends nothing more to who shows it', async () => {
  const { caseId, frames, desk } = await showing(one);
  await at.desk.staff.close(one, caseId);
  await at.desk.staff.reopen(one, caseId);
  await at.desk.staff.note(one, caseId, words('planted-after'));
  await until('the case to be open again', () =>
    Promise.resolve(frames.some((frame) => frame.frame === 'case' && frame.case.state === 'claimed')),
  );
  assert.ok(!JSON.stringify(frames).includes('planted-after'));
  desk.end();
});

test('what the customer shares, and shares no more, reaches whoever shows the case and nobody else', async () => {
  const purposes = ['transactions', 'balances', 'customer-chat'] as const;
  const { customer, caseId, frames, desk } = await showing(one, { purposes, fields: ['balances'] });
  const idle: DeskServerFrame[] = [];
  const other = at.desk.staff.connect({ staff: one, sessionId: 'idle', frame: (frame) => void idle.push(frame) });
  const shared = () =>
    frames
      .flatMap((frame) => (frame.frame === 'case' && frame.shares ? [frame.shares] : []))
      .at(-1)
      ?.flatMap(({ field, shared: is }) => (is ? [field] : []));
  await at.db.database.transaction((tx) => at.desk.customers.share(tx, customer.thread, caseId, 'purchases'));
  await until('what is shared', () => Promise.resolve(shared()?.includes('purchases') === true));
  assert.deepEqual(shared(), ['balances', 'purchases']);
  await at.db.database.transaction(async (tx) => {
    await tx.execute(sql`update consents set chat_fields = '{}' where link_id = ${customer.linkId}`);
    await dependentsOf(at).forgetGivenUp(tx, customer.linkId, { purposes: [], accounts: [] });
  });
  await until('what is shared no more', () => Promise.resolve(shared()?.includes('balances') === false));
  assert.deepEqual(shared(), ['purchases']);
  assert.ok(!idle.some((frame) => frame.frame === 'case' && frame.shares !== undefined));
  desk.end();
  other.end();
});

test('the end of a link takes a case off every desk, and the end of its consent stands in the ledger', async () => {
  const { customer, caseId, frames, desk } = await showing(one);
  await at.db.database.transaction((tx) => dependentsOf(at).forget(tx, [customer.linkId], 'customer'));
  await gone(frames, caseId);
  const records = await at.vault.ledger.since(customer.thread.customerId, new Date(0));
  const changes = records.flatMap((record) =>
    record['type'] === 'case-consent' && record['case'] === caseId ? [[record['change'], record['by']]] : [],
  );
  assert.deepEqual(changes, [
    ['closed', 'customer'],
    ['opened', 'customer'],
  ]);
  desk.end();
});
