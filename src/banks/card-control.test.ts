import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { ActionId, CardRef } from '#base';
import type { BankOrder } from '#controls';
import { banksAt, linkedSession, openHostileBank, refusedWith } from './bank-client.fixture.ts';
import { answering } from './fdx-answers.fixture.ts';
import type { HostileBank } from './hostile-bank.fixture.ts';

let bank: HostileBank;
before(async () => {
  bank = await openHostileBank();
});
after(() => bank.close());

const order: BankOrder = {
  key: '01900000-0000-7000-8000-000000000001' as ActionId,
  ask: {
    kind: 'card',
    cardRef: '01900000-0000-7000-8000-000000000002' as CardRef,
    cardId: 'crd',
    cardLast4: '2291',
    account: { kind: 'card', last4: '2291' },
    action: 'freeze',
  },
  requestedAtMs: Date.UTC(2026, 10, 21, 16),
  validUntilMs: Date.UTC(2026, 10, 21, 16, 10),
  wasCalled: false,
};

test('a refusal is the bank’s own when it carries a code of the profile; a page in between refuses nothing', async () => {
  const banks = banksAt(bank.url);
  const session = await linkedSession(bank, banks);
  const refusals = [
    [400, '400', 'other'],
    [403, '602', 'not-allowed'],
    [404, '404', 'unknown-subject'],
    [404, '701', 'unknown-subject'],
    [422, '422', 'other'],
  ] as const;
  for (const [status, code, reason] of refusals) {
    answering(bank, { '/cards/crd/actions': { status, json: { code, message: 'no' } } });
    const { result, reason: told } = await banks.controls.perform(session, order);
    assert.deepEqual([result, told], ['refused', reason], `${status} ${code}`);
  }
  for (const status of [400, 403, 404, 422]) {
    answering(bank, { '/cards/crd/actions': { status, text: '<h1>?</h1>' } });
    await assert.rejects(banks.controls.perform(session, order), refusedWith('bank_refused', { httpStatus: status }));
  }
});

test('an error to what was sent before does not say that it was not done', async () => {
  const banks = banksAt(bank.url);
  const session = await linkedSession(bank, banks);
  answering(bank, { '/cards/crd/actions': { status: 404, json: { code: '404', message: 'no' } } });
  await assert.rejects(banks.controls.perform(session, { ...order, wasCalled: true }), refusedWith('bank_refused'));
});

test('statements are read to the last page', async () => {
  const banks = banksAt(bank.url);
  const session = await linkedSession(bank, banks);
  const statement = (n: number) => ({ statementId: `s-${n}`, startDate: `2026-0${n}-01`, endDate: `2026-0${n}-28` });
  const asked: string[] = [];
  answering(bank, {
    '/accounts/a-1/statements': ({ query }) => {
      asked.push(query.toString());
      const isFirst = asked.length === 1;
      const page = isFirst ? { nextPageKey: 'second', nextOffset: '2' } : {};
      return { json: { page, statements: isFirst ? [statement(3), statement(2)] : [statement(1)] } };
    },
  });
  const statements = await banks.controls.statements(session, 'a-1');
  assert.deepEqual(
    statements.map(({ statementId }) => statementId),
    ['s-3', 's-2', 's-1'],
  );
  assert.equal(asked.length, 2);
});
