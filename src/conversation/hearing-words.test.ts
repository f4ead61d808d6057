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

test('the customer’s own watch is set and ended in both languages', () => {
  const watch = (rules: object | null) => ({ intent: 'hear', hearing: { watch: rules } });
  const cases: readonly (readonly [string, object | null])[] = [
    ['tell me when my card is used abroad', { abroad: true }],
    ['Alert me if my card gets used outside the US', { abroad: true }],
    ['watch purchases over $200', over('200')],
    ['watch for charges of more than 1,000 dollars', over('1000')],
    ['ask me about online purchases and purchases abroad', { online: true, abroad: true }],
    ['warn me about purchases at new merchants', { newMerchant: true }],
    ['tell me when my card is used at a new shop', { newMerchant: true }],
    ['tell me if my card is used in two countries within an hour', { twoCountries: true }],
    ['tell me when I spend more than $300', over('300')],
    ['stop watching online', { online: null }],
    ['stop watching purchases over $200', { over: null }],
    ['stop watching', null],
    ['Avísame cuando mi tarjeta se use en el extranjero', { abroad: true }],
    ['vigila las compras de más de $200', over('200')],
    ['vigila compras por internet y compras en otros países', { online: true, abroad: true }],
    ['pregúntame por compras en comercios nuevos', { newMerchant: true }],
    ['avísame si mi tarjeta se usa en dos países en una hora', { twoCountries: true }],
    ['deja de vigilar las compras en línea', { online: null }],
    ['deja de vigilar', null],
  ];
  for (const [text, rules] of cases) deepEqual(wishToHear(text, context), watch(rules), text);
  deepEqual(wishToHear('watch card 2291 abroad', context)?.account?.last4, '2291');
  for (const text of [
    'watch',
    'watch my money',
    'tell me when it rains abroad and home',
    'stop watching TV',
    'vigila a mi perro',
  ])
    equal(wishToHear(text, context), undefined, text);
});
