import assert from 'node:assert/strict';
import { test } from 'node:test';
import { namedIn, wishToDispute, type DisputeWish } from './dispute-words.ts';

const wanted: readonly (readonly [string, Omit<DisputeWish, 'words'>, string?])[] = [
  ['dispute the $42 at Target', { amount: { value: '42', isWhole: true } }, 'Target'],
  [
    'I want to dispute $1,284.00 at Joyería Ocampo, it was not me',
    { reason: 'not-mine', amount: { value: '1284.00', isWhole: false } },
    'Joyería Ocampo',
  ],
  ['Please dispute a charge', {}],
  ['the parcel never came', { reason: 'missing-goods' }],
  ['My order from Halden & Row never arrived', { reason: 'missing-goods' }, 'Halden & Row'],
  ['I never received the package from Northwind', { reason: 'missing-goods' }, 'Northwind Books'],
  ['Delta charged me twice', { reason: 'wrong-amount' }, 'Delta Air Lines'],
  ['dispute the Spotify charge, I cancelled it', { reason: 'cancelled' }, 'Spotify'],
  ['dispute 42.10 dollars at Target', { amount: { value: '42.10', isWhole: false } }, 'Target'],
  [
    'Dispute $42.10 at Target of 2026-11-03, the amount is wrong',
    { reason: 'wrong-amount', amount: { value: '42.10', isWhole: false }, day: '2026-11-03' },
    'Target',
  ],
  ['reclamar $42 en Target', { amount: { value: '42', isWhole: true } }, 'Target'],
  ['quiero reclamar la compra en Delta, no fui yo', { reason: 'not-mine' }, 'Delta'],
  ['el paquete nunca llegó', { reason: 'missing-goods' }],
  ['no me llegó el pedido de Northwind', { reason: 'missing-goods' }, 'Northwind'],
  ['Delta me cobraron dos veces', { reason: 'wrong-amount' }, 'Delta'],
  ['desconozco el cargo de $42.10', { reason: 'not-mine', amount: { value: '42.10', isWhole: false } }],
];

test('who wants a dispute is understood, with the reason, the amount and the shop that were said', () => {
  for (const [text, expected, shop] of wanted) {
    const wish = wishToDispute(text);
    assert.ok(wish, text);
    const { words, ...rest } = wish;
    assert.deepEqual(rest, expected, text);
    if (shop !== undefined) assert.ok(namedIn(words, shop) > 0, `${shop} in ${words.join(' ')}`);
  }
});

test('what only sounds like it wants no dispute', () => {
  for (const text of [
    'how is my dispute',
    'what about the dispute',
    'add to my dispute: I was at home',
    'cancel the dispute',
    'what did I pay Delta',
    'where is my parcel',
    'my card never came',
    'I cancelled my card',
    'it wasn’t me',
    'no fui yo',
    '¿cómo va mi reclamo?',
    'he said "dispute the $42 at Target"',
    'balance',
  ])
    assert.equal(wishToDispute(text), undefined, text);
});

test('no word that everybody says names a shop', () => {
  const { words } = wishToDispute('I want to dispute the charge, the parcel never came') ?? { words: ['none'] };
  assert.deepEqual(words, []);
});
