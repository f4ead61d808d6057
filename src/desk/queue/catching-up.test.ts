import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import type { BankId } from '#base';
import type { DeskServerFrame } from '#contract';
import { unscoped, type Database } from '#db';
import { until } from '#test/until';
import { linkedCustomer, openCaseOf, sayInTalk, staffNamed, testDesk, type TestDesk } from '../desk.fixture.ts';

let at: TestDesk;
before(async () => {
  at = await testDesk();
});
after(() => at.close());

test('a desk that is connected to another process gets what it shows, and a supervisor the figures', async () => {
  const elsewhere = at.beside();
  elsewhere.start();
  const frames: DeskServerFrame[] = [];
  const supervisor = staffNamed('supervisor-1', { role: 'supervisor' });
  const desk = elsewhere.staff.connect({ staff: supervisor, sessionId: 's', frame: (one) => void frames.push(one) });
  const customer = await linkedCustomer(at);
  const { caseId } = await openCaseOf(at, customer);
  await elsewhere.staff.open(supervisor, caseId);
  await desk.opened(caseId, 0);
  // From its first look on it knows what is new.
  await until('the figures', () => Promise.resolve(frames.some(({ frame }) => frame === 'live')));
  await sayInTalk(at, customer, 'planted-words');
  await until('the words', () => Promise.resolve(JSON.stringify(frames).includes('planted-words')));
  await until('the case', () =>
    Promise.resolve(frames.some((one) => one.frame === 'case' && one.case.caseId === caseId && one.case.unread === 1)),
  );
  await at.desk.staff.claim(supervisor, caseId);
  const { seq } = await at.desk.staff.answer(supervisor, caseId, { text: 'seen?', clientId: randomUUID() });
  const { lastSeq } = await at.delivery.standing(customer.thread);
  await at.desk.customers.customerHas(customer.thread.conversationId, lastSeq, 'read');
  await until('the mark that another process heard of', () =>
    Promise.resolve(frames.some((one) => one.frame === 'marks' && one.readSeq === seq)),
  );
  const seqs = frames.flatMap((one) => (one.frame === 'entries' ? one.entries.map(({ seq }) => seq) : []));
  assert.deepEqual(seqs, [1, 2, 3, 4], 'each once, in order');
  desk.end();
  await elsewhere.stop();
});

test('a case that another process moves out of sight is gone from the desks that list it', async () => {
  const elsewhere = at.beside();
  elsewhere.start();
  const bankId = 'gone-bank' as BankId;
  const frames: DeskServerFrame[] = [];
  const cards = staffNamed('cards', { bankId, teams: ['cards'] });
  const desk = elsewhere.staff.connect({ staff: cards, sessionId: 's', frame: (one) => void frames.push(one) });
  const lead = staffNamed('supervisor-1', { bankId, role: 'supervisor' });
  const watch = elsewhere.staff.connect({ staff: lead, sessionId: 'w', frame: (one) => void frames.push(one) });
  const { caseId } = await openCaseOf(at, await linkedCustomer(at, { bank: bankId }));
  assert.equal((await elsewhere.staff.inbox(cards, { view: 'waiting' })).cases[0]?.caseId, caseId);
  await until('the first look', () => Promise.resolve(frames.some(({ frame }) => frame === 'live')));
  watch.end();
  await at.desk.staff.transfer(staffNamed('agent-1', { bankId }), caseId, { team: 'payments', note: 'not ours' });
  await until('the case to be gone', () =>
    Promise.resolve(frames.some((one) => one.frame === 'case' && one.case.caseId === caseId && one.gone === true)),
  );
  desk.end();
  await elsewhere.stop();
});

test('what another process did without an entry is told as well, once, however many cases change at a time', async () => {
  const elsewhere = at.beside();
  elsewhere.start();
  const frames: DeskServerFrame[] = [];
  const bankId = 'us-bank' as BankId;
  const agent = staffNamed('agent-1', { bankId });
  const supervisor = staffNamed('supervisor-1', { bankId, role: 'supervisor' });
  const desk = elsewhere.staff.connect({ staff: supervisor, sessionId: 's', frame: (one) => void frames.push(one) });
  const customer = await linkedCustomer(at, { bank: bankId });
  const { caseId } = await openCaseOf(at, customer);
  await sayInTalk(at, customer, 'hello');
  await at.desk.staff.claim(agent, caseId);
  await until('the figures', () => Promise.resolve(frames.some(({ frame }) => frame === 'live')));
  const cases = () => frames.flatMap((one) => (one.frame === 'case' && one.case.caseId === caseId ? [one.case] : []));
  await until('the words', () => Promise.resolve(cases().at(-1)?.unread === 1));
  at.clock.moveMs(60_000);
  await at.desk.staff.read(agent, caseId, 9);
  await until('the read mark', () => Promise.resolve(cases().at(-1)?.unread === 0));
  const told = cases().length;
  const looks = frames.filter(({ frame }) => frame === 'live').length;
  await until('two more looks', () =>
    Promise.resolve(frames.filter(({ frame }) => frame === 'live').length > looks + 2),
  );
  assert.equal(cases().length, told);
  desk.end();
  await elsewhere.stop();
});

test('what another process enters while a case opens is brought as well', async () => {
  const bankId = 'opening-bank' as BankId;
  const agent = staffNamed('agent-1', { bankId });
  const customer = await linkedCustomer(at, { bank: bankId });
  const { caseId } = await openCaseOf(at, customer);
  const frames: DeskServerFrame[] = [];
  let readsBefore = Infinity;
  // The words are committed after the desk has read what it lacks, and before it is told; no look comes after that.
  const { database } = at.db;
  const reading: Pick<Database, 'query' | 'transaction'> = {
    ...database,
    transaction: async (work) => {
      const result = await database.transaction(work);
      readsBefore -= 1;
      if (readsBefore === 0) await sayInTalk(at, customer, 'planted-while-opening');
      return result;
    },
  };
  const elsewhere = at.beside({ ...unscoped(database), of: () => reading });
  const desk = elsewhere.staff.connect({ staff: agent, sessionId: 's', frame: (one) => void frames.push(one) });
  await elsewhere.staff.open(agent, caseId);
  // First whether it may be read, then what of it.
  readsBefore = 2;
  await desk.opened(caseId, 0);
  assert.ok(JSON.stringify(frames).includes('planted-while-opening'));
  const seqs = frames.flatMap((one) => (one.frame === 'entries' ? one.entries.map(({ seq }) => seq) : []));
  assert.deepEqual(
    seqs,
    seqs.toSorted((a, b) => a - b),
    'each once, in order',
  );
  assert.equal(new Set(seqs).size, seqs.length);
  desk.end();
  await elsewhere.stop();
});
