import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Message } from '#contract';
import { rowsOf } from './rows.ts';
import { openingState } from './state.ts';

const nowMs = Date.parse('2026-11-20T19:14:00Z');
const formats = {
  daysAgo: (at: string, now: number) => Math.floor(now / 86_400_000) - Math.floor(Date.parse(at) / 86_400_000),
};

const message = (id: string, author: Message['author'], at: string, extra: Partial<Message> = {}): Message => ({
  id,
  revision: 1,
  author,
  at,
  content: { kind: 'text', text: id },
  ...extra,
});
const shown = (...messages: Message[]): { seq: number; message: Message }[] =>
  messages.map((one, index) => ({ seq: index + 1, message: one }));

const told = (state: Partial<typeof openingState>): string[] =>
  rowsOf({ ...openingState, ...state }, formats, nowMs).map((row) => {
    if (row.row === 'message') return `${row.shown.message.id}${row.mark ? ` ${row.mark}` : ''}`;
    return row.row === 'unread' ? `${row.count} new` : row.row;
  });

test('a divider stands where the day changes, and only there', () => {
  const messages = shown(
    message('a', 'tellerline', '2026-11-19T10:00:00Z'),
    message('b', 'tellerline', '2026-11-19T11:00:00Z'),
    message('c', 'tellerline', '2026-11-20T11:00:00Z'),
  );
  assert.deepEqual(told({ messages }), ['day', 'a', 'b', 'day', 'c']);
});

test('the unread divider stands before the first message that the customer has not read, and counts them', () => {
  const messages = shown(
    message('a', 'tellerline', '2026-11-20T10:00:00Z'),
    message('mine', 'customer', '2026-11-20T10:01:00Z'),
    message('b', 'tellerline', '2026-11-20T10:02:00Z'),
    message('c', 'bank', '2026-11-20T10:03:00Z'),
  );
  assert.deepEqual(told({ messages, unreadAfter: 1 }), ['day', 'a', 'mine read', '2 new', 'b', 'c']);
});

test('the newest own message says how far it came: delivered, and read once it is answered', () => {
  const mine = message('mine', 'customer', '2026-11-20T10:01:00Z');
  const answer = message('answer', 'tellerline', '2026-11-20T10:02:00Z');
  assert.deepEqual(told({ messages: shown(mine) }), ['day', 'mine delivered']);
  assert.deepEqual(told({ messages: shown(mine), marks: { deliveredSeq: 1, readSeq: 1 } }), ['day', 'mine read']);
  assert.deepEqual(told({ messages: shown(mine, answer) }), ['day', 'mine read', 'answer']);
});

test('a message keeps its key from typed to stored, so that it does not blink', () => {
  const clientId = '00000000-0000-4000-8000-000000000001';
  const [, typed] = rowsOf(
    { ...openingState, outgoing: [{ clientId, text: 'hi', atMs: nowMs, state: 'waiting' }] },
    formats,
    nowMs,
  );
  const [, stored] = rowsOf(
    { ...openingState, messages: shown(message('m', 'customer', '2026-11-20T19:14:00Z', { clientId })) },
    formats,
    nowMs,
  );
  assert.equal(typed?.key, stored?.key);
});

test('keys are unique, even when a clock jumps back over midnight', () => {
  const messages = shown(
    message('a', 'tellerline', '2026-11-20T00:01:00Z'),
    message('b', 'tellerline', '2026-11-19T23:59:00Z'),
    message('c', 'tellerline', '2026-11-20T00:02:00Z'),
  );
  const keys = rowsOf({ ...openingState, messages }, formats, nowMs).map(({ key }) => key);
  assert.equal(new Set(keys).size, keys.length);
  assert.equal(keys.length, 4);
});

test('the way back to a bank that waits for a new sign-in stays; other ways on end with the next message', () => {
  const link = {
    id: 'l',
    bank: 'citi',
    state: 'reconnect' as const,
    purposes: [],
    accounts: [],
    expiresAt: '2027-11-20T00:00:00Z',
    historyRead: true,
  };
  const me = { locale: 'en' as const, timeZone: 'UTC', banks: [], links: [link], lastSeq: 3, readSeq: 3 };
  const messages = shown(
    message('a', 'tellerline', '2026-11-20T10:00:00Z', { waysOn: [{ way: 'link-bank', label: 'Link a bank' }] }),
    message('b', 'tellerline', '2026-11-20T10:01:00Z', {
      waysOn: [{ way: 'reconnect', bank: 'citi', label: 'Sign in again' }],
    }),
    message('c', 'tellerline', '2026-11-20T10:02:00Z'),
  );
  const ways = (links: readonly (typeof link)[]): string[] =>
    rowsOf({ ...openingState, me: { ...me, links: [...links] }, messages }, formats, nowMs).flatMap((row) =>
      row.row === 'message' ? row.ways : [],
    );
  assert.deepEqual(ways([link]), ['none', 'reconnect', 'all']);
  assert.deepEqual(ways([]), ['none', 'none', 'all']);
});

test('a purchase that comes in between answers nothing', () => {
  const mine = message('mine', 'customer', '2026-11-20T10:01:00Z');
  const purchase = message('purchase', 'bank', '2026-11-20T10:02:00Z', {
    content: {
      kind: 'card',
      text: '$65.70 at Stroman & Hudson',
      card: {
        card: 'transaction',
        bank: 'citi',
        account: { kind: 'card', last4: '2291' },
        transaction: {
          id: 't',
          status: 'authorized',
          amount: '65.70',
          currency: 'USD',
          direction: 'debit',
          occurredAt: '2026-11-20T10:02:00Z',
          localDate: '2026-11-20',
          description: 'STROMAN',
        },
      },
    },
  });
  assert.deepEqual(told({ messages: shown(mine, purchase) }), ['day', 'mine delivered', 'purchase']);
});
