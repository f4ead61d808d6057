import assert from 'node:assert/strict';
import { test } from 'node:test';
import { standsAfter, type BankCard } from './card-control-profile.ts';

const card = (state: BankCard['state']): BankCard => ({
  cardId: 'crd',
  accountId: 'acc',
  last4: '2291',
  state,
  online: true,
  abroad: true,
  actions: [],
});

test('a freeze is confirmed by a card that is frozen, and by no other that pays nothing', () => {
  assert.ok(standsAfter('freeze', undefined, card('frozen')));
  for (const state of ['active', 'lost', 'stolen', 'replaced', 'expired'] as const)
    assert.ok(!standsAfter('freeze', undefined, card(state)), state);
});
