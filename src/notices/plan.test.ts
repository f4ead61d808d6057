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
import { CHANNELS } from './channel.ts';
import { planNotices, type StoredEvent } from './plan.ts';

// What is said of a purchase that was told before, where a messenger can change what it has shown and where not.

const thread = { customerId: newId<CustomerId>(), conversationId: newId<ConversationId>() };
const linkId = newId<LinkId>();
const noEdits = { edits: false };

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

/** Which entries are written for these events, when a message shows the record already. */
function entriesOf(channel: { edits: boolean }, ...events: Parameters<typeof event>[]): string[] {
  const shown = new Map(events.map(([, { recordId }]) => [recordId, newId<MessageId>()]));
  const planned = planNotices(
    events.map(([type, stored]) => event(type, stored)),
    shown,
    channel,
    0,
  );
  return planned.map((change) => `${change.entry} ${[...shown.values()].includes(change.messageId) ? 'same' : 'new'}`);
}

const recordId = newId<RecordId>();

test('a new purchase is a message on any messenger', () => {
  for (const channel of [CHANNELS.web, noEdits]) {
    const created = event('transaction.authorized', { recordId, outcome: 'created' });
    assert.deepEqual(
      planNotices([created], new Map(), channel, 0).map((change) => change.entry),
      ['message'],
    );
  }
});

test('where a message can change, each posting, amount and reversal changes it', () => {
  for (const type of ['transaction.posted', 'transaction.reversed'] as const)
    for (const amountChanged of [false, true])
      assert.deepEqual(entriesOf(CHANNELS.web, [type, { recordId, amountChanged }]), ['edit same']);
});

test('where it cannot, an unchanged posting is silent', () => {
  assert.deepEqual(entriesOf(noEdits, ['transaction.posted', { recordId }]), []);
});

test('where it cannot, another amount or a reversal is one message more', () => {
  assert.deepEqual(entriesOf(noEdits, ['transaction.posted', { recordId, amountChanged: true }]), ['message new']);
  assert.deepEqual(entriesOf(noEdits, ['transaction.reversed', { recordId }]), ['message new']);
});

test('what is kept out is said nowhere', () => {
  for (const channel of [CHANNELS.web, noEdits])
    assert.deepEqual(entriesOf(channel, ['transaction.authorized', { recordId, outcome: 'kept' }]), []);
});
