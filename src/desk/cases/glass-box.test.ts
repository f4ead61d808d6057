import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import { isTellerlineError, limits, newId, type BankId, type IdentityId, type LinkId } from '#base';
import { endConsent } from '#consent';
import { CHAT_FIELDS, type ChatField, type Purpose } from '#contract';
import type { DeskServerFrame } from '#contract';
import { sql } from '#db';
import { customerActor, staffActor, type SealedColumn } from '#vault';
import {
  dependentsOf,
  linkedCustomer,
  openCaseOf,
  sayInTalk,
  staffNamed,
  testDesk,
  type TestDesk,
} from '../desk.fixture.ts';

// Staff see their own bank's cases: the words of a case, and the fields that its customer has ticked; nothing after its end.

let at: TestDesk;
before(async () => {
  at = await testDesk();
});
after(() => at.close());

const agent = staffNamed('agent-1');
const code = (expected: string) => (error: unknown) => isTellerlineError(error, expected);
const codes =
  (...expected: string[]) =>
  (error: unknown) =>
    expected.some((one) => isTellerlineError(error, one));
const words = (text: string) => ({ text, clientId: randomUUID() });

test('every field × consent × state of the case × bank: nothing opens outside what was allowed', async (t) => {
  const own: Readonly<Record<ChatField, Purpose | undefined>> = {
    accounts: undefined,
    balances: 'balances',
    purchases: 'transactions',
    card: 'account-management',
    disputes: 'account-management',
  };
  const all: readonly Purpose[] = ['balances', 'transactions', 'account-management'];
  const consents: { purposes: readonly Purpose[]; fields: readonly ChatField[] }[] = [
    { purposes: ['transactions'], fields: [] },
    { purposes: [...all, 'customer-chat'], fields: [] },
    { purposes: ['customer-chat'], fields: CHAT_FIELDS },
    { purposes: [...all, 'customer-chat'], fields: CHAT_FIELDS },
    // Ticked, but the purpose itself was never allowed.
    { purposes: all, fields: CHAT_FIELDS },
    ...CHAT_FIELDS.map((field) => ({ purposes: [...all, 'customer-chat' as const], fields: [field] })),
  ];
  const states = ['open', 'widened', 'closed', 'revoked', 'erased', 'other-case'] as const;
  let [asked, opened] = [0, 0];
  for (const consent of consents) {
    for (const state of states) {
      const customer = await linkedCustomer(at, consent);
      const { linkId, thread } = customer;
      const { caseId } = await openCaseOf(at, customer);
      const other = state === 'other-case' ? await openCaseOf(at, await linkedCustomer(at, consent)) : undefined;
      await at.db.database.transaction(async (tx) => {
        if (state === 'widened')
          for (const field of CHAT_FIELDS) await at.desk.customers.share(tx, thread, caseId, field);
        if (state === 'closed') await at.desk.customers.close(tx, thread, caseId);
        if (state === 'revoked') await endConsent(tx, linkId, 'customer', at.clock.nowMs());
        if (state === 'erased') await at.vault.eraseLink(tx, linkId);
      });
      for (const bankId of ['citi', 'us-bank'] as BankId[]) {
        const staff = { staffId: 's', name: 'agent-1', bankId };
        const actor = staffActor(staff, { caseId: other?.caseId ?? caseId, customerId: thread.customerId });
        for (const field of ['case', ...CHAT_FIELDS] as const) {
          const isOpen =
            (state === 'open' || state === 'widened' || (state === 'revoked' && field === 'case')) && bankId === 'citi';
          const isTicked =
            field === 'case' ||
            (((consent.purposes.includes('customer-chat') && consent.fields.includes(field)) || state === 'widened') &&
              (own[field] === undefined || consent.purposes.includes(own[field])));
          const use = { actor, linkId, fields: [field], reason: 'staff-answer-question' };
          const did = await at.db.database
            .transaction((tx) => (field === 'case' ? at.vault.gate.openCase(tx, use, []) : at.vault.gate.look(tx, use)))
            .then(
              () => true,
              (error: unknown) => {
                assert.ok(codes('case_closed', 'field_not_shared', 'link_ended')(error), String(error));
                return false;
              },
            );
          asked += 1;
          opened += did ? 1 : 0;
          assert.equal(did, isOpen && isTicked, `${field} ${state} ${bankId} ${JSON.stringify(consent)}`);
        }
        // What customers and tasks may, staff may not, whatever they name it.
        for (const purpose of ['transactions', 'balances', 'customer-chat'] as const)
          await assert.rejects(
            at.vault.gate.records(
              { actor, purpose, linkId, fields: ['transaction'], reason: 'x' },
              {
                kind: 'transaction',
                from: '2026-01-01',
                to: '2026-12-31',
              },
            ),
            codes('staff_not_allowed', 'use_outside_purpose'),
          );
      }
    }
  }
  t.diagnostic(`${asked} looks asked for, ${opened} allowed, 0 outside`);
});

test('every look is entered in ledger and log before it is answered, and a second page within the hour is none', async () => {
  const customer = await linkedCustomer(at);
  const { caseId } = await openCaseOf(at, customer);
  const looks = async (): Promise<unknown[]> => {
    await at.proof.sequencer.round();
    const { entries } = await at.vault.ledger.export(customer.thread.customerId);
    return entries.flatMap(({ record }) =>
      record['actor'] === 'staff:agent-1' ? [[record['fields'], record['reason']]] : [],
    );
  };
  await at.desk.staff.open(agent, caseId);
  assert.deepEqual(await looks(), [[['case'], 'case-opened']]);
  await at.desk.staff.open(agent, caseId);
  await at.desk.staff.entries(agent, caseId, 0);
  assert.equal((await looks()).length, 1);
  at.clock.moveMs((limits.staffLookMinutesMax + 1) * 60_000);
  await assert.rejects(at.desk.staff.entries(agent, caseId, 0), code('case_not_opened'));
  await at.desk.staff.open(agent, caseId);
  assert.equal((await looks()).length, 2);
});

test('the consent of a case stands in the ledger: opened, widened, closed', async () => {
  const customer = await linkedCustomer(at, { purposes: ['transactions', 'balances'] });
  const { caseId } = await openCaseOf(at, customer);
  await at.db.database.transaction((tx) => at.desk.customers.share(tx, customer.thread, caseId, 'balances'));
  await at.db.database.transaction((tx) => at.desk.customers.close(tx, customer.thread, caseId));
  await at.proof.sequencer.round();
  const { entries } = await at.vault.ledger.export(customer.thread.customerId);
  const changes = entries.flatMap(({ record }) =>
    record.type === 'case-consent' ? [[record['change'], record['fields']]] : [],
  );
  assert.deepEqual(changes.toReversed(), [
    ['opened', []],
    ['widened', ['balances']],
    ['closed', []],
  ]);
});

test('a look at a field is told the customer, stands in the case, and is refused where it is not shared', async () => {
  const shared = { purposes: ['transactions', 'customer-chat'] as const, fields: ['purchases'] as const };
  const customer = await linkedCustomer(at, shared);
  const { caseId } = await openCaseOf(at, customer);
  const look = { field: 'purchases', reason: 'check-purchase' } as const;
  await assert.rejects(at.desk.staff.look(agent, caseId, look), code('case_not_opened'));
  await at.desk.staff.open(agent, caseId);
  const looked = await at.desk.staff.look(agent, caseId, look);
  assert.deepEqual([looked.field, looked.field === 'purchases' ? looked.purchases : undefined], ['purchases', []]);
  const told = at.told.filter((one) => one.caseId === caseId && one.what === 'looked');
  assert.deepEqual(
    told.map(({ detail }) => detail),
    [{ by: 'agent-1', ...look, count: 0 }],
  );
  assert.ok((await at.desk.staff.entries(agent, caseId, 0)).some((entry) => entry.entry === 'looked'));
  const { people } = await at.desk.staff.looks(staffNamed('leads', { role: 'supervisor' }));
  assert.ok(people.some(({ fields }) => fields.some((one) => one.field === look.field && one.reason === look.reason)));
  const before = (await at.delivery.standing(customer.thread)).lastSeq;
  const balances = { field: 'balances', reason: 'check-balance' } as const;
  await assert.rejects(at.desk.staff.look(agent, caseId, balances), code('field_not_shared'));
  assert.equal((await at.delivery.standing(customer.thread)).lastSeq, before);
});

test('the forty-first customer within an hour is refused with an alarm, however they are asked for, and the others go on', async () => {
  const walker = staffNamed('walker', { bankId: 'us-bank' as BankId });
  const cases: string[] = [];
  for (let n = 0; n <= limits.staffCustomersPerHourMax; n += 1)
    cases.push((await openCaseOf(at, await linkedCustomer(at, { bank: 'us-bank' }))).caseId);
  const frames = new Map<string, DeskServerFrame[]>();
  for (const [name, of] of [
    ['leads', { role: 'supervisor' }],
    ['guards', { role: 'privacy-officer' }],
    ['colleague', {}],
    ['elsewhere', { role: 'supervisor', bankId: 'citi' as BankId }],
  ] as const) {
    const staff = staffNamed(name, { bankId: 'us-bank' as BankId, ...of });
    frames.set(name, []);
    at.desk.staff.connect({ staff, sessionId: name, frame: (frame) => void frames.get(name)?.push(frame) });
  }
  const opened = await Promise.allSettled(cases.map((caseId) => at.desk.staff.open(walker, caseId)));
  const refused = opened.flatMap((one, n) => (one.status === 'rejected' ? [{ n, reason: one.reason as unknown }] : []));
  assert.equal(refused.length, 1);
  assert.ok(code('looks_too_many')(refused[0]?.reason));
  assert.equal(at.logged().split('"alarm":"staff_harvest"').length - 1, 1);
  const told = [...frames].map(([name, all]) => [name, all.filter(({ frame }) => frame === 'harvest').length]);
  assert.deepEqual(told, [
    ['leads', 1],
    ['guards', 1],
    ['colleague', 0],
    ['elsewhere', 0],
  ]);
  const [stopped = 0] = refused.map(({ n }) => n);
  await at.desk.staff.open(walker, cases[(stopped + 1) % cases.length] ?? '');
  const { budget } = await at.desk.staff.me(walker, new Date());
  assert.deepEqual(budget, { used: limits.staffCustomersPerHourMax, max: limits.staffCustomersPerHourMax });
  const officer = staffNamed('guards', { bankId: 'us-bank' as BankId, role: 'privacy-officer' });
  const max = limits.staffCustomersPerHourMax;
  const seen = await at.desk.staff.looks(officer);
  assert.deepEqual(seen, { max, people: [{ name: walker.staffId, hour: max, day: max, cases: max, fields: [] }] });
  await assert.rejects(at.desk.staff.looks(walker), code('leads_only'));
  at.clock.moveMs(3_600_001);
  await at.desk.staff.open(walker, cases[stopped] ?? '');
});

test('for another bank’s staff, another team’s, and a privacy officer there is no such case, whatever they call', async () => {
  const customer = await linkedCustomer(at);
  const { caseId } = await openCaseOf(at, customer);
  const { staff } = at.desk;
  const calls = (who: typeof agent): [string, () => Promise<unknown>][] => [
    ['open', () => staff.open(who, caseId)],
    ['entries', () => staff.entries(who, caseId, 0)],
    ['claim', () => staff.claim(who, caseId)],
    ['release', () => staff.release(who, caseId)],
    ['transfer', () => staff.transfer(who, caseId, { team: 'cards', note: '' })],
    ['close', () => staff.close(who, caseId)],
    ['reopen', () => staff.reopen(who, caseId)],
    ['answer', () => staff.answer(who, caseId, words('x'))],
    ['note', () => staff.note(who, caseId, words('x'))],
    ['picture', () => staff.picture(who, caseId, randomUUID())],
    ['look', () => staff.look(who, caseId, { field: 'purchases', reason: 'check-card' })],
    ['askFor', () => staff.askFor(who, caseId, 'card')],
    ['propose', () => staff.propose(who, caseId, { action: 'freeze' })],
    ['read', () => staff.read(who, caseId, 1)],
    ['connect', () => staff.connect({ staff: who, sessionId: randomUUID(), frame: () => undefined }).opened(caseId, 0)],
  ];
  const foreign = staffNamed('agent-1', { bankId: 'us-bank' as BankId, role: 'supervisor' });
  const otherTeam = staffNamed('agent-3', { teams: ['payments'] });
  for (const who of [foreign, otherTeam])
    for (const [name, call] of calls(who)) await assert.rejects(call(), code('case_unknown'), name);
  for (const [name, call] of calls(staffNamed('privacy-1', { role: 'privacy-officer' })))
    await assert.rejects(call(), code('agents_only'), name);
  for (const query of [{ view: 'all' as const }, { view: 'all' as const, search: 'card' }]) {
    const inbox = await staff.inbox(foreign, query);
    assert.ok(inbox.cases.every((brief) => brief.caseId !== caseId));
  }
});

test('what staff said stays in the customer’s own conversation without a tick, and goes with the link', async () => {
  const customer = await linkedCustomer(at);
  const { caseId } = await openCaseOf(at, customer);
  await at.desk.staff.claim(agent, caseId);
  await at.desk.staff.answer(agent, caseId, words('planted-answer'));
  await at.db.database.transaction((tx) => at.desk.customers.close(tx, customer.thread, caseId));
  const { thread } = customer;
  const actor = customerActor({ customerId: thread.customerId, identityId: newId<IdentityId>() });
  const manner = { locale: 'en', timeZone: 'America/New_York', quiet: null } as const;
  const read = async (): Promise<string> =>
    JSON.stringify(await at.delivery.page(actor, thread, { after: 0, limit: 100 }, manner));
  assert.ok((await read()).includes('planted-answer'));
  await at.db.database.transaction((tx) => at.vault.eraseLink(tx, customer.linkId));
  assert.ok(!(await read()).includes('planted-answer'));
});

/** What stands under the link's key of this link's cases. */
const sealedOf = (linkId: LinkId): readonly SealedColumn[] => dependentsOf(at).sealedColumns(linkId);

test('a link that ends takes along all that was said; what is counted stays, and names nobody', async () => {
  const customer = await linkedCustomer(at);
  const { caseId } = await openCaseOf(at, customer);
  await sayInTalk(at, customer, 'planted-words');
  await at.desk.staff.claim(agent, caseId);
  await at.desk.staff.propose(agent, caseId, { action: 'freeze' });
  await at.db.database.transaction(async (tx) => {
    await at.vault.eraseLink(tx, customer.linkId);
    await dependentsOf(at).forget(tx, [customer.linkId], 'customer');
  });
  const gone = codes('link_ended', 'case_closed');
  await assert.rejects(at.desk.staff.open(agent, caseId), gone);
  await assert.rejects(at.desk.staff.entries(agent, caseId, 0), gone);
  await assert.rejects(at.desk.staff.answer(agent, caseId, words('hello')), gone);
  await assert.rejects(at.desk.staff.reopen(agent, caseId), gone);
  const [left] = await at.db.database.query<{ rows: bigint; named: bigint }>(sql`
    select (select count(*) from case_entries where case_id = ${caseId})
      + (select count(*) from case_proposals where case_id = ${caseId}) as rows,
      count(*) filter (where customer_id is not null or conversation_id is not null or sealed_question is not null) as named
    from cases where case_id = ${caseId}`);
  assert.deepEqual([left?.rows, left?.named], [0n, 0n]);
  assert.equal(await sayInTalk(at, customer, 'anybody there'), 'to tellerline');
});

test('who no longer allows that staff are written to takes their cases back, and the link stays', async () => {
  const customer = await linkedCustomer(at, { purposes: ['transactions', 'customer-chat'], fields: ['purchases'] });
  const { caseId } = await openCaseOf(at, customer);
  const dependents = dependentsOf(at);
  const giveUp = (purposes: readonly Purpose[]): Promise<void> =>
    at.db.database.transaction((tx) => dependents.forgetGivenUp(tx, customer.linkId, { purposes, accounts: [] }));
  await giveUp(['balances']);
  await at.desk.staff.open(agent, caseId);
  await giveUp(['customer-chat']);
  await assert.rejects(at.desk.staff.open(agent, caseId), codes('link_ended', 'case_closed'));
  const again = await openCaseOf(at, customer);
  assert.ok((await at.desk.staff.open(agent, again.caseId)).entries.length > 0);
});

test('a link’s fresh key reseals its cases: they read on, and the earlier key opens nothing', async () => {
  const customer = await linkedCustomer(at);
  const { caseId } = await openCaseOf(at, customer);
  await sayInTalk(at, customer, 'before the key');
  await at.desk.staff.claim(agent, caseId);
  const proposed = await at.desk.staff.propose(agent, caseId, { action: 'freeze' });
  const sealed = () =>
    at.db.database.query<{ sealed: Buffer }>(
      sql`select sealed from case_entries where case_id = ${caseId} order by seq`,
    );
  const before = await sealed();
  await at.db.database.transaction((tx) =>
    at.vault.renewLinkKey(tx, customer.linkId, [
      ...sealedOf(customer.linkId),
      at.delivery.sealedOfLink(customer.thread, customer.linkId),
    ]),
  );
  const after = await sealed();
  assert.ok(before.every((row, n) => !row.sealed.equals(after[n]?.sealed ?? row.sealed)));
  await sayInTalk(at, customer, 'after the key');
  const view = await at.desk.staff.open(agent, caseId);
  const text = JSON.stringify(view);
  assert.ok(text.includes('before the key') && text.includes('after the key') && text.includes('where is my card'));
  const proposalId = proposed.entry === 'proposed' ? proposed.proposal.proposalId : '';
  await at.db.database.transaction((tx) => at.desk.customers.settle(tx, customer.thread, proposalId, 'declined'));
});

test('the customer’s export holds their cases whole, notes of staff included, and nobody else’s', async () => {
  const customer = await linkedCustomer(at);
  const { caseId } = await openCaseOf(at, customer);
  await sayInTalk(at, customer, 'mine');
  await at.desk.staff.open(agent, caseId);
  await at.desk.staff.note(agent, caseId, words('a note about them'));
  const { thread, linkId } = customer;
  const held = await at.desk.held(thread.customerId, newId<IdentityId>(), [linkId]);
  const text = JSON.stringify(held);
  assert.ok(text.includes('mine') && text.includes('a note about them'));
  assert.deepEqual([held.cases.length, held.consents.length], [1, 1]);
  const stranger = await linkedCustomer(at);
  const foreign = await at.desk.held(stranger.thread.customerId, newId<IdentityId>(), [stranger.linkId, linkId]);
  assert.deepEqual(foreign.cases, []);
});
