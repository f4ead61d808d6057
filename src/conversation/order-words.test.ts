import { deepEqual } from 'node:assert/strict';
import { test } from 'node:test';
import { matterWish } from './order-words.ts';

const named = {
  banks: [
    { id: 'citi', name: 'Citi' },
    { id: 'us-bank', name: 'U.S. Bank' },
  ],
  shops: [{ id: 'shop-northwind-books', name: 'Northwind Books' }],
};

const asked: readonly (readonly [string, object | undefined])[] = [
  ['where is my parcel', { intent: 'parcels' }],
  ['Has my order shipped yet?', { intent: 'parcels' }],
  ['when does my package arrive', { intent: 'parcels' }],
  ['any packages on the way?', { intent: 'parcels' }],
  ['where is my order from Northwind Books', { intent: 'parcels', bank: 'shop-northwind-books' }],
  ['¿dónde está mi paquete?', { intent: 'parcels' }],
  ['¿cuándo llega mi pedido?', { intent: 'parcels' }],
  ['receipt from Halden & Row', { intent: 'receipts', shop: 'halden row', count: 1 }],
  ['show my receipts', { intent: 'receipts' }],
  ['my last receipt', { intent: 'receipts', count: 1 }],
  ['could you show me my last 3 receipts', { intent: 'receipts', count: 3 }],
  [
    'the receipt for my last purchase at Northwind Books',
    { intent: 'receipts', bank: 'shop-northwind-books', count: 1 },
  ],
  ['receipt from Blue Door Coffee', { intent: 'receipts', shop: 'blue door coffee', count: 1 }],
  ['mis recibos', { intent: 'receipts' }],
  ['mis últimos dos recibos', { intent: 'receipts', count: 2 }],
  ['what cases do I have open', { intent: 'cases' }],
  ['do I have any open disputes', { intent: 'cases' }],
  ['how is my dispute with Citi going', { intent: 'cases', bank: 'citi' }],
  ['disputes', { intent: 'cases' }],
  ['¿cómo va mi reclamo?', { intent: 'cases' }],
  ['tengo casos abiertos', { intent: 'cases' }],
];

/** They look like those, and ask for something else. */
const others: readonly string[] = [
  'open a dispute',
  'how do I open a claim',
  'what is a claim?',
  '¿qué es una disputa?',
  '¿dónde fue mi última compra?',
  'cuándo fue mi última compra',
  'receipts from last month',
  'receipts for October',
  'my receipts from yesterday',
  'recibos de la semana pasada',
  'receipt for $42',
  'receipts for coffee',
  'I want to file a claim',
  'dispute $42 at Target',
  'abre una disputa',
  'when will my card be delivered',
  'how long does delivery of a card take',
  'track my spending',
  'in case I lose my card',
  'do you send receipts by mail when I pay with the card abroad',
  'my order',
  'la entrega de mi tarjeta',
  'where is my money',
];

test('parcels, receipts and cases are asked for in many words', () => {
  for (const [text, wish] of asked) deepEqual(matterWish(text, named), wish, text);
});

test('what only looks like it is left to others', () => {
  for (const text of others) deepEqual(matterWish(text, named), undefined, text);
});
