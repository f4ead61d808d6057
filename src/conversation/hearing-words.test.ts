import { deepEqual, equal } from 'node:assert/strict';
import { test } from 'node:test';
import { wishToHear } from './hearing-words.ts';

const context = {
  banks: [
    { id: 'citi', name: 'Citi' },
    { id: 'wells-fargo', name: 'Wells Fargo' },
  ],
  accounts: [{ bank: 'citi', kind: 'card', last4: '2291' }],
} as const;
const over = (amount: string) => ({ over: { amount, currency: 'USD' } });

test('what to be told is understood in both languages', () => {
  const cases: readonly (readonly [string, object])[] = [
    ['Only tell me about purchases over $50', over('50')],
    ['please tell me only about purchases of more than 1,000 dollars.', over('1000')],
    ['just notify me about charges above $49.99', over('49.99')],
    ['I only want to hear about purchases abroad', { abroad: true }],
    ['only tell me about purchases over $20 and online purchases', { ...over('20'), online: true }],
    ['only alert me about my salary', { salary: true }],
    ['only tell me about money that comes in', { moneyIn: true }],
    ['Avísame solo de compras de más de $50', over('50')],
    ['Solo avísame de compras mayores a 50 dólares, por favor', over('50')],
    ['solo quiero saber de compras en el extranjero y compras por internet', { abroad: true, online: true }],
    ['Avísame solo de mi nómina', { salary: true }],
    ['avísame solo de mis ingresos', { moneyIn: true }],
    ['don’t tell me about purchases', {}],
    ['no me avises de nada', {}],
  ];
  for (const [text, only] of cases) deepEqual(wishToHear(text, context), { intent: 'hear', hearing: { only } }, text);
  for (const text of ['tell me everything', 'Tell me about everything!', 'Avísame de todo', 'cuéntame todo'])
    deepEqual(wishToHear(text, context), { intent: 'hear', hearing: { only: null } }, text);
  for (const text of ['What do you tell me about?', '¿De qué me avisas?'])
    deepEqual(wishToHear(text, context), { intent: 'hearing' }, text);
});

test('a limit below which an account is told of is understood in both languages, and its end', () => {
  const low = (amount: string) => ({ intent: 'hear', hearing: { low: { amount, currency: 'USD' } } });
  deepEqual(wishToHear('tell me when my balance falls below $100', context), low('100'));
  deepEqual(wishToHear('Notify me if there is less than 1,000 dollars left', context), low('1000'));
  deepEqual(wishToHear('Avísame cuando mi saldo baje de $100', context), low('100'));
  deepEqual(wishToHear('avísame si tengo menos de 50 dólares', context), low('50'));
  deepEqual(wishToHear('avísame cuando me queden menos de 50 dólares', context), low('50'));
  const checking = wishToHear('alert me when my checking account goes under $250.50', context);
  deepEqual(checking, { ...low('250.50'), account: { kind: 'checking' } });
  for (const text of ['don’t tell me about low balances', 'no me avises del saldo bajo'])
    deepEqual(wishToHear(text, context), { intent: 'hear', hearing: { low: null } }, text);
});

test('a bank or account that is named limits it', () => {
  deepEqual(wishToHear('only tell me about purchases over $50 at Citi', context), {
    intent: 'hear',
    hearing: { only: over('50') },
    bank: 'citi',
  });
  deepEqual(wishToHear('tell me everything on card 2291', context)?.account, { last4: '2291', kind: 'card' });
});

test('a text that says anything else sets nothing', () => {
  for (const text of [
    'tell me about purchases over $50',
    'only tell me about purchases over $50 at Starbucks',
    'only tell me about purchases over $50 or $60',
    'only tell me about purchases over $1.000',
    'only tell me about purchases over 50',
    'she said "only tell me about purchases over $50"',
    'only tell me about purchases under $50',
    'how much did I spend last week',
    'tell me everything I bought yesterday',
  ])
    equal(wishToHear(text, context), undefined, text);
});
