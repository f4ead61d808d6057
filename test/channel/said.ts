/** What the suite says, and what must not be found where it is not shown. */
import assert from 'node:assert/strict';
import type { Content, Message } from '#contract';

export const id = '11111111-1111-4111-8111-111111111111';
export const token = 'a-signed-token-that-no-messenger-may-see';

function message(content: Content, more: Partial<Message> = {}): Message {
  return { id, revision: 1, author: 'bank', at: '2026-11-20T19:14:00Z', content, ...more };
}

export const said = (text: string, more?: Partial<Message>): Message => message({ kind: 'text', text }, more);

/** Things of a purchase and of a balance that must not be read where they are not shown. */
export const planted = {
  merchant: 'Zyxwv & Sons',
  amount: '65.71',
  city: 'Westerville',
  last4: '2291',
  balance: '1842.37',
};

export function purchase(merchant: string = planted.merchant, more?: Partial<Message>): Message {
  const transaction = {
    id: 't1',
    status: 'authorized',
    amount: planted.amount,
    currency: 'USD',
    direction: 'debit',
    occurredAt: '2026-11-20T19:14:00Z',
    localDate: '2026-11-20',
    description: 'ZYXWV',
    merchant: { name: merchant, address: { city: planted.city, region: 'OH' } },
    cardLast4: planted.last4,
  } as const;
  const account = { kind: 'card', last4: planted.last4 } as const;
  const balance = { current: planted.balance, currency: 'USD', asOf: '2026-11-20T19:14:00Z' } as const;
  const card = { card: 'transaction', bank: 'citi', account, transaction, balance } as const;
  return message({ kind: 'card', card, text: `$${planted.amount} at ${merchant}, ${planted.city}.` }, more);
}

export function balances(): Message {
  const balance = { current: planted.balance, currency: 'USD', asOf: '2026-11-20T19:14:00Z' } as const;
  const accounts = [{ kind: 'checking', last4: planted.last4, balance } as const];
  return message({ kind: 'card', card: { card: 'balance', bank: 'citi', accounts }, text: `$${planted.balance}` });
}

/** Amounts as a text may have them: with a point or a comma, with or without what parts the thousands. */
export const figure = (amount: string): RegExp => {
  const [whole = '', cents = ''] = amount.split('.');
  return new RegExp(`${whole.replace(/(\d)(?=(\d{3})+$)/g, '$1[.,  ]?')}[.,]${cents}`);
};

/** Nothing of what was planted stands in the bytes, but what is named. */
export function assertNothingOf(bytes: string, but: readonly (keyof typeof planted)[] = []): void {
  for (const [name, value] of Object.entries(planted)) {
    if (but.includes(name as keyof typeof planted)) continue;
    const found = /^\d+\.\d+$/.test(value) ? figure(value).test(bytes) : bytes.includes(value);
    assert.equal(found, false, `${name} stands in it`);
  }
}
