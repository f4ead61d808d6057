import assert from 'node:assert/strict';
import { test } from 'node:test';
import { contentAt, type Card, type Content, type Message, type Purpose } from '#contract';
import type { Rendering } from './rendering.ts';
import { templateCatalogue, templateFor, TEMPLATES } from './templates.ts';

const publicUrl = 'https://hub.example';
const choosing = {
  locale: 'en',
  timeZone: 'UTC',
  publicUrl,
  viewAddress: `${publicUrl}/v#AbCdEf`,
  faces: [],
} as const;
const at = '2026-11-20T19:14:00Z';
const account = { kind: 'checking', last4: '4417' } as const;
const transaction: Card = {
  card: 'transaction',
  bank: 'citi',
  account,
  transaction: {
    id: 't',
    status: 'authorized',
    amount: '65.70',
    currency: 'USD',
    direction: 'debit',
    occurredAt: at,
    localDate: '2026-11-20',
    description: 'X',
    merchant: { name: 'Stroman & Hudson' },
  },
};
const balance: Card = {
  card: 'balance',
  bank: 'Citi',
  accounts: [{ ...account, balance: { current: '12.00', currency: 'USD', asOf: at } }],
};
const consent: Card = { card: 'consent', bank: 'Citi', state: 'reconnect', purposes: [], accounts: [] };
const carded = (card: Card): Content => ({ kind: 'card', card, text: '' });
const text: Content = { kind: 'text', text: 'The amount is back\non Friday.' };

function chosen(
  content: Content,
  detail: Rendering['detail'],
  purpose: Purpose | null,
  author: Message['author'] = 'bank',
) {
  const message: Message = { id: '1', revision: 1, author, at, content: contentAt(content, detail, 'en') };
  const template = templateFor(message, { ...choosing, detail, purpose });
  return template && [template.kind, ...template.parameters];
}

test('what may be told chooses the template, and everything else says only that there is something', () => {
  assert.deepEqual(chosen(carded(transaction), 'full', 'transactions'), ['purchase', '$65.70 at Stroman & Hudson.']);
  assert.deepEqual(chosen(carded(transaction), 'masked', 'transactions'), [
    'purchase',
    'About $66 at Stroman & Hudson.',
  ]);
  assert.deepEqual(chosen(carded(transaction), 'full', 'fraud-alerts'), [
    'payment_check',
    '$65.70 at Stroman & Hudson.',
  ]);
  assert.deepEqual(chosen(carded(balance), 'full', 'balances'), ['balance', 'Citi: $12.00 in checking 4417.']);
  assert.deepEqual(chosen(carded(consent), 'full', null), ['link_ends', 'Citi needs to be connected again.']);
  assert.deepEqual(chosen(text, 'full', 'customer-chat'), ['staff_reply', 'The amount is back on Friday.']);
  assert.deepEqual(chosen(text, 'full', null, 'tellerline'), ['something_new']);
  for (const purpose of ['receipts', 'shipping'] as const)
    for (const detail of ['full', 'pointer'] as const)
      assert.deepEqual(chosen(text, detail, purpose), ['order_news'], 'no bank says anything of an order');
  for (const content of [carded(balance), carded(consent), text])
    assert.deepEqual(chosen(content, 'masked', 'balances'), ['something_new']);
  for (const content of [carded(transaction), carded(balance), carded(consent), text])
    for (const purpose of ['transactions', 'fraud-alerts', 'customer-chat', null] as const)
      assert.deepEqual(chosen(content, 'pointer', purpose), ['something_new']);
});

test('a template’s button opens the secure view, and without its address there is no template', () => {
  const message: Message = { id: '1', revision: 1, author: 'bank', at, content: text };
  const of = (viewAddress: string | undefined) =>
    templateFor(message, { ...choosing, viewAddress, detail: 'pointer', purpose: null })?.urlSuffix;
  assert.equal(of(`${publicUrl}/v#AbCdEf`), 'AbCdEf');
  assert.equal(of(undefined), undefined);
  assert.equal(of('https://elsewhere.example/v#AbCdEf'), undefined);
});

test('every template is proposed in both languages, as utility, with its button to this hub', () => {
  const catalogue = templateCatalogue(publicUrl);
  assert.equal(catalogue.length, TEMPLATES.length * 2);
  for (const { category, name, components } of catalogue) {
    const [body, { buttons }] = components;
    assert.equal(category, 'UTILITY');
    assert.equal(buttons[0].url, `${publicUrl}/v#{{1}}`);
    assert.equal(
      body.text.includes('{{1}}'),
      !['tellerline_something_new', 'tellerline_order_news'].includes(name),
      name,
    );
    assert.ok(!body.text.includes('{what}') && !body.text.includes('!'), body.text);
  }
});
