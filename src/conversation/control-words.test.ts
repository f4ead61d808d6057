import { deepEqual, equal } from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { CardAction } from '#contract';
import { wishForCard } from './control-words.ts';

const banks = [
  { id: 'citi', name: 'Citi' },
  { id: 'us-bank', name: 'U.S. Bank' },
];
const accounts = [
  { kind: 'card', last4: '2291', bank: 'citi' },
  { kind: 'checking', last4: '4417', bank: 'citi' },
] as const;
const read = (text: string) => wishForCard(text, { banks, accounts });

const actions: Readonly<Partial<Record<CardAction, readonly string[]>>> = {
  freeze: [
    'freeze my card',
    'Please freeze my card',
    'freze my card',
    'freeeze my crad',
    'block my card',
    'lock card 2291 now',
    'turn off my card',
    'can you freeze my Citi card?',
    'congela mi tarjeta',
    'conjela mi tarjeta',
    'bloquea mi tarjeta por favor',
    'bloqueen la tarjeta 2291 de Citi',
    'quiero congelar mi tarjeta de crédito',
    'freeze my card and show me my statement',
    'turn my card off and freeze it',
  ],
  unfreeze: [
    'unfreeze my card',
    'unfreze my card',
    'unlock my card',
    'turn my card back on',
    'descongela mi tarjeta',
    'desbloquear mi tarjeta',
    'lift the freeze on my card',
    'remove the block from card 2291',
    'turn off the freeze on my card',
    'quitar el bloqueo de mi tarjeta',
    'quita el bloqueo',
  ],
  'report-lost': [
    'I lost my card',
    'my card is missing',
    'I can’t find my card',
    'perdí mi tarjeta',
    'no encuentro mi tarjeta',
    'extravié la tarjeta',
    'I lost my card and my PIN',
    'perdí mi tarjeta y mi NIP',
  ],
  'report-stolen': [
    'my card was stolen',
    'somebody stole my card',
    'me robaron la tarjeta',
    'report my card stolen',
    'reportar tarjeta robada',
    'My card and PIN were stolen',
    'me robaron la tarjeta y el NIP',
  ],
  replace: ['replace my card', 'I need a new card', 'necesito una tarjeta nueva', 'reponer mi tarjeta'],
  'online-off': [
    'turn off online purchases',
    'block online payments',
    'desactiva las compras por internet',
    'apaga las compras en línea',
  ],
  'online-on': ['allow online purchases', 'activa las compras por internet'],
  'abroad-off': [
    'block international purchases',
    'turn off purchases outside the US',
    'bloquea compras en el extranjero',
  ],
  'abroad-on': ['allow purchases abroad', 'permite compras fuera del país'],
};

for (const [action, texts] of Object.entries(actions)) {
  describe(`understood as ${action}`, () => {
    for (const text of texts)
      test(text, () => {
        const wish = read(text);
        equal(wish?.intent === 'card' ? wish.control.action : wish?.intent, action);
      });
  });
}

test('a limit is read with its amount and its time, and asked for when there is no amount', () => {
  const limitOf = (text: string) => {
    const wish = read(text);
    return wish?.intent === 'card' ? wish.control : undefined;
  };
  const of = (amount: string, per: 'day' | 'month' | 'purchase') => ({
    action: 'limit',
    limit: { amount, currency: 'USD', per },
  });
  deepEqual(limitOf('limit my card to $200 a day'), of('200', 'day'));
  deepEqual(limitOf('set a spending limit of $1,500 per month'), of('1500', 'month'));
  deepEqual(limitOf('pon un límite de $300 al mes'), of('300', 'month'));
  deepEqual(limitOf('limita la tarjeta 2291 a $49.99 por compra'), of('49.99', 'purchase'));
  deepEqual(limitOf('remove the limit'), { action: 'limit' });
  deepEqual(limitOf('quita el límite'), { action: 'limit' });
  deepEqual(limitOf('set a limit'), { action: 'limit', howMuch: true });
});

test('the bank and the last four digits say which card', () => {
  const wish = read('freeze card 2291 at Citi');
  deepEqual([wish?.bank, wish?.account?.last4], ['citi', '2291']);
  equal(read('freeze my card')?.account, undefined, 'my card is any of them');
});

test('a PIN is helped with, and one that was typed is said to have no place here', () => {
  for (const text of ['I forgot my PIN', 'change my pin', 'olvidé mi pin', 'cambiar el NIP'])
    equal(read(text)?.intent, 'pin', text);
  for (const text of ['my pin is 1234', '4821 is my PIN', 'mi pin es 9917', '4821'])
    equal(read(text)?.intent, 'pinTyped', text);
  equal(read('2291'), undefined, 'the digits of an account are no PIN');
  for (const text of [
    'I forgot the PIN of my card 2291',
    'I forgot the PIN of my card ending in 2291',
    'olvidé el NIP de la tarjeta 2291',
  ])
    equal(read(text)?.intent, 'pin', text);
  for (const text of ['the PIN of card 2291 is 8844', '8844 is the pin of my card 2291'])
    equal(read(text)?.intent, 'pinTyped', text);
  equal(read('I forgot the PIN of card ending in 7731'), undefined, 'nor are those of a card that is not known');
  equal(read('I lost the PIN of my card')?.intent, 'pin', 'a PIN that was lost is not a card that was');
  equal(read('2025'), undefined, 'nor is a year');
});

test('statements are asked for', () => {
  for (const text of ['show me my statements', 'last statement of Citi', 'estado de cuenta', 'mis estados de cuenta'])
    equal(read(text)?.intent, 'statements', text);
});

test('what is turned round, quoted, or about something else is no wish', () => {
  const others = [
    'don’t freeze my card',
    'never block my card',
    'no congeles mi tarjeta',
    'my friend said "freeze my card"',
    '> freeze my card',
    'should I freeze the lasagne',
    'how much did I spend on card 2291',
    'I lost my job',
    'my daughter stole a cookie',
    'the river froze',
    'what is my balance',
    'freeze and unfreeze my cat',
    'limit my card to $1 and $2',
    'where was my card used',
    'Limit online purchases to $100',
    'limita mis compras en línea a $100',
    'limit purchases abroad to $50 a day',
    'remove the limit for online purchases',
  ];
  for (const text of others) equal(read(text), undefined, text);
});
