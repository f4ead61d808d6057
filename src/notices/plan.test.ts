import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  newId,
  type AccountRef,
  type ConversationId,
  type CustomerId,
  type LinkId,
  type MessageId,
  type RecordId,
} from '#base';
import type { Purchase } from '#contract';
import type { ToldRecord } from '#vault';
import { planNotices, type StoredEvent } from './plan.ts';

// What is said of a purchase that was told before, where a messenger can change what it has shown and where not.

const thread = { customerId: newId<CustomerId>(), conversationId: newId<ConversationId>() };
const linkId = newId<LinkId>();
const wishes = { accountRef: newId<AccountRef>(), accountIndex: Buffer.alloc(32), hearing: {} };

function event(type: StoredEvent['type'], stored: Partial<ToldRecord> & { recordId: RecordId }): StoredEvent {
  const status: Purchase['status'] =
    type === 'transaction.posted' ? 'posted' : type === 'transaction.reversed' ? 'reversed' : 'authorized';
  const occurredAt = '2026-11-20T14:14:00-05:00';
  const transaction: Purchase = {
    id: 't',
    status,
    amount: '20.00',
    currency: 'USD',
    direction: 'debit',
    occurredAt,
    localDate: '2026-11-20',
    description: 'DINER',
  };
  const content = { kind: 'transaction', bank: 'citi', account: { kind: 'card', last4: '2291' }, transaction } as const;
  return {
    type,
    thread,
    linkId,
    wishes,
    stored: { revision: 1, outcome: 'replaced', content, amountChanged: false, ...stored },
  };
}

/** What is written for these events, when a message shows the record already. */
function entriesOf(...events: Parameters<typeof event>[]): string[] {
  const shown = new Map(events.map(([, { recordId }]) => [recordId, newId<MessageId>()]));
  const planned = planNotices(
    events.map(([type, stored]) => event(type, stored)),
    shown,
    0,
  );
  return planned.map((change) => {
    assert.ok([...shown.values()].includes(change.messageId));
    return change.entry === 'edit' && change.worthSaying ? 'edit worth saying' : change.entry;
  });
}

const recordId = newId<RecordId>();

test('a new purchase is a message', () => {
  const created = event('transaction.authorized', { recordId, outcome: 'created' });
  assert.deepEqual(
    planNotices([created], new Map(), 0).map((change) => change.entry),
    ['message'],
  );
});

test('a posting of the same amount changes its message, and is not worth another where it cannot be changed', () => {
  assert.deepEqual(entriesOf(['transaction.posted', { recordId }]), ['edit']);
});

test('another amount or a reversal is worth a message of its own where the first cannot be changed', () => {
  assert.deepEqual(entriesOf(['transaction.posted', { recordId, amountChanged: true }]), ['edit worth saying']);
  assert.deepEqual(entriesOf(['transaction.reversed', { recordId }]), ['edit worth saying']);
});

test('what is kept out is said nowhere', () => {
  assert.deepEqual(entriesOf(['transaction.authorized', { recordId, outcome: 'kept' }]), []);
});
