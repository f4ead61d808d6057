import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { DeskServerFrame } from '#contract';
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
  const seqs = frames.flatMap((one) => (one.frame === 'entries' ? one.entries.map(({ seq }) => seq) : []));
  assert.deepEqual(seqs, [1, 2]);
  desk.end();
  await elsewhere.stop();
});
