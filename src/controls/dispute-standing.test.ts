import assert from 'node:assert/strict';
import { test } from 'node:test';
import { limits, newId, type ActionId } from '#base';
import type { CaseCard, Purchase } from '#contract';
import { read } from './carry-out.ts';
import { pauseMs, told } from './dispute-standing.ts';

const purchase: Purchase = {
  id: 't1',
  amount: '42.10',
  currency: 'USD',
  direction: 'debit',
  status: 'posted',
  description: 'Target',
  localDate: '2026-11-20',
  occurredAt: '2026-11-20T16:00:00Z',
};
const account = { kind: 'card', last4: '2291', nickname: 'Everyday', currency: 'USD' } as const;
const asked: CaseCard = {
  card: 'case',
  bank: 'citi',
  account,
  kind: 'dispute',
  state: 'requested',
  purchase,
  reason: 'not-mine',
  evidence: [],
  updatedAt: '2026-11-21T16:00:00Z',
};

test('an answer that a newer one has overtaken changes nothing', () => {
  const opened = told({ card: asked }, { disputeId: 'D1', state: 'opened', updatedAt: '2026-11-21T15:59:58Z' });
  assert.equal(opened.card.state, 'opened', 'the bank’s clock may be behind ours');
  const won = told(opened, { disputeId: 'D1', state: 'won', updatedAt: '2026-11-22T10:00:00Z' });
  const late = told(won, { disputeId: 'D1', state: 'in-review', updatedAt: '2026-11-22T11:00:00+02:00' });
  assert.deepEqual(late, won);
});

test('a dispute that is called confirmed and does not stand beside it is no answer yet', () => {
  const key = newId<ActionId>();
  const ask = { kind: 'dispute', accountId: 'acc_1', account, purchase, reason: 'not-mine' } as const;
  assert.equal(read({ key, ask }, { key, result: 'confirmed', at: '2026-11-21T16:00:00Z' }), 'pending');
});

test('the pauses between two looks at a dispute double, up to half a day', () => {
  const pauses = Array.from({ length: 9 }, (_, asked) => pauseMs(asked) / 60_000);
  assert.deepEqual(pauses, [10, 20, 40, 80, 160, 320, 640, 720, 720]);
  assert.equal(pauseMs(1_000), limits.disputePauseMsMax);
});
