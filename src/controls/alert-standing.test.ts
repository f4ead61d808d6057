import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newId, type MessageId } from '#base';
import type { AlertContent } from '#vault';
import { askedAgain, degraded, wellAgain } from './alert-standing.ts';

const account = { kind: 'card', last4: '2291', nickname: 'Everyday', currency: 'USD' } as const;

const open: AlertContent = {
  kind: 'alert',
  bank: 'citi',
  bankName: 'Citi',
  account,
  accountId: 'acc_1',
  caseId: 'case_1',
  messageId: newId<MessageId>(),
  card: {
    card: 'fraudAlert',
    bank: 'citi',
    account,
    transaction: {
      id: 't1',
      amount: '1284.00',
      currency: 'USD',
      direction: 'debit',
      status: 'authorized',
      description: 'Joyería Ocampo',
      localDate: '2026-11-21',
      occurredAt: '2026-11-21T16:00:00Z',
    },
    reasons: ['far-apart'],
    answerBy: '2026-11-21T16:10:00Z',
    otherwise: 'decline',
    state: 'open',
  },
  buttons: [],
};

test('the telephone goes once the bank answers again, also while a button is to confirm an answer by words', () => {
  assert.equal(wellAgain(degraded(open)).card.degraded, undefined);
  const { card } = wellAgain(askedAgain(degraded(open)));
  assert.deepEqual([card.state, card.degraded], ['asked-again', undefined]);
});

test('the telephone stays while an answer is on its way', () => {
  const sending: AlertContent = { ...open, card: { ...open.card, state: 'sending', degraded: true } };
  assert.equal(wellAgain(sending).card.degraded, true);
});
