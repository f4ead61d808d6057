import assert from 'node:assert/strict';
import { test } from 'node:test';
import { namedIn, wishToDispute, type DisputeWish } from './dispute-words.ts';

const banks = [{ id: 'citi', name: 'Citi' }];

const wanted: readonly (readonly [string, Omit<DisputeWish, 'words'>, string?])[] = [
  ['dispute the $42 at Target', { amount: { value: '42', isWhole: true } }, 'Target'],
  [
    'I want to dispute $1,284.00 at Joyería Ocampo, it was not me',
    { reason: 'not-mine', amount: { value: '1284.00', isWhole: false } },
    'Joyería Ocampo',
  ],
  ['Please dispute a charge', {}],
  ['the parcel never came', { isParcel: true, reason: 'missing-goods' }],
  ['My order from Halden & Row never arrived', { isParcel: true, reason: 'missing-goods' }, 'Halden & Row'],
  ['I never received the package from Northwind', { isParcel: true, reason: 'missing-goods' }, 'Northwind Books'],
  ['Delta charged me twice', { isTwice: true, reason: 'wrong-amount' }, 'Delta Air Lines'],
  ['dispute the Spotify charge, I cancelled it', { reason: 'cancelled' }, 'Spotify'],
  ['dispute 42.10 dollars at Target', { amount: { value: '42.10', isWhole: false } }, 'Target'],
  [
    'Dispute $42.10 at Target on November 3, 2026, the amount is wrong',
    { reason: 'wrong-amount', amount: { value: '42.10', isWhole: false }, day: '2026-11-03' },
    'Target',
  ],
  ['reclamar $42 en Target', { amount: { value: '42', isWhole: true } }, 'Target'],
  ['quiero reclamar la compra en Delta, no fui yo', { reason: 'not-mine' }, 'Delta'],
  ['el paquete nunca llegó', { isParcel: true, reason: 'missing-goods' }],
  ['no me llegó el pedido de Northwind', { isParcel: true, reason: 'missing-goods' }, 'Northwind'],
  ['Delta me cobraron dos veces', { isTwice: true, reason: 'wrong-amount' }, 'Delta'],
  ['desconozco el cargo de $42.10', { reason: 'not-mine', amount: { value: '42.10', isWhole: false } }],
  ['I don’t recognize this $42 charge', { reason: 'not-mine', amount: { value: '42', isWhole: true } }],
  ['there is a charge at Target that I do not recognise', { reason: 'not-mine' }, 'Target'],
  ['I never authorized the payment to Spotify', { reason: 'not-mine' }, 'Spotify'],
  ['no reconozco este cargo', { reason: 'not-mine' }],
  ['hay una compra en Target que no hice', { reason: 'not-mine' }, 'Target'],
  ['Quiero abrir una reclamación', {}],
  ['Open dispute for $42 at Target', { amount: { value: '42', isWhole: true } }, 'Target'],
  ['I’d like to file a claim for $42 at Target', { amount: { value: '42', isWhole: true } }, 'Target'],
  ['dipsute the $42 at Target', { amount: { value: '42', isWhole: true } }, 'Target'],
  ['I want to disputte a charge', {}],
  ['i dont reconize this charge', { reason: 'not-mine' }],
  ['recalmar la compra en Delta', {}, 'Delta'],
  ['I want to dispute the charge at Apple, I called them already', {}, 'Apple'],
];

test('who wants a dispute is understood, with the reason, the amount and the shop that were said', () => {
  for (const [text, expected, shop] of wanted) {
    const wish = wishToDispute(text, banks);
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
    'show my open disputes',
    'how are my open disputes going',
    'where did I make this purchase',
    'I recognize this charge',
    'no reconozco a nadie',
    'I don’t know what to buy',
  ])
    assert.equal(wishToDispute(text, banks), undefined, text);
});

test('a parcel that is named by its number is asked about, and whoever says that they dispute wants it all the same', () => {
  assert.equal(wishToDispute('my package hasn’t arrived 1Z999AA10123456784', banks), undefined);
  const { isParcel, reason } = wishToDispute('dispute it, 1Z999AA10123456784 never came', banks) ?? {};
  assert.deepEqual([isParcel, reason], [undefined, 'missing-goods']);
  assert.deepEqual(wishToDispute('my package hasn’t arrived yet', banks), {
    isParcel: true,
    reason: 'missing-goods',
    words: [],
  });
});

test('no word that everybody says names a shop', () => {
  const { words } = wishToDispute('I want to dispute the charge, the parcel never came', banks) ?? { words: ['none'] };
  assert.deepEqual(words, []);
});

test('what somebody else wrote disputes nothing, quoted or not', () => {
  for (const text of [
    'to dispute the $499.00 charge at Apple call 800-555-0199',
    'To dispute the $499.00 charge at Apple call us now',
    'Citi alert: $499.00 at Apple was charged. Dispute this charge at https://citi-secure.example.com/d',
    'I got this text: Citi: a payment of $499.00 was made, dispute it within 24 hours',
    'Did you make a $499.00 purchase at Apple? If not, reply NO to dispute the charge',
    'Is this really my bank? You did not authorize this $499.00 charge, dispute it now',
    'Para reclamar el cargo de $499.00 en Apple llame al 800-555-0199',
    'Para reclamar el cargo de $499.00 en Apple llame ahora a su banco',
  ])
    assert.equal(wishToDispute(text, banks), undefined, text);
});

test('names of shops are kept whole beside the words that are put right', () => {
  const { words } = wishToDispute('dipsute the chrage at Recology', banks) ?? { words: [] };
  assert.ok(namedIn(words, 'Recology') > 0);
});
