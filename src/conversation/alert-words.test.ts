import assert from 'node:assert/strict';
import { test } from 'node:test';
import { saidOfAlert, type SaidOfAlert } from './alert-words.ts';
import { toBeAdded } from './evidence.ts';

const texts: Readonly<Record<SaidOfAlert | 'nothing', readonly string[]>> = {
  mine: [
    'yes',
    'Yes!',
    'yeah it was me',
    'it was me',
    'that was me, thanks',
    'yes, that was my purchase',
    'yes i made that purchase',
    'I did',
    'mine',
    'yep, I recognise it',
    'sí',
    'si fui yo',
    'fui yo',
    'Sí, fui yo.',
    'claro, yo hice esa compra',
    'es mía',
    'yo fui',
    'reconozco ese cargo',
  ],
  'not-mine': [
    'no',
    'NO!!',
    'nope',
    'no that wasnt me',
    "no, that wasn't me",
    'it was not me',
    'not me',
    "I didn't make this purchase",
    "I don't recognize this charge",
    'not mine',
    'this is fraud',
    'that was someone else',
    'it wasnt mee',
    'no fui yo',
    'No, no fui yo',
    'no es mía',
    'no reconozco ese cargo',
    'yo no hice esa compra',
    'fraude',
    'fue otra persona',
  ],
  unsure: ['no it was me', 'yes it wasnt me', 'no, fui yo', 'sí, no fui yo'],
  nothing: [
    'yes please show my balance',
    'how much did I spend on coffee',
    'no thanks, what is my balance',
    'stop',
    'freeze my card',
    '“it was me”',
    'congela mi tarjeta',
    'where was my card used',
    '',
  ],
};

test('what a text answers to an alert, in both languages and with the usual slips', () => {
  for (const [meant, said] of Object.entries(texts))
    for (const text of said) assert.equal(saidOfAlert(text) ?? 'nothing', meant, text);
});

test('words for a case are what follows the wish, and nothing else is one', () => {
  assert.equal(toBeAdded('Add to my case: I was at home'), 'I was at home');
  assert.equal(toBeAdded('please add this to my dispute, the shop is closed'), 'the shop is closed');
  assert.equal(toBeAdded('Añade a mi caso: estaba en casa'), 'estaba en casa');
  assert.equal(toBeAdded('agrega a mi reclamación: nunca lo recibí'), 'nunca lo recibí');
  assert.equal(toBeAdded('add to my case'), undefined);
  assert.equal(toBeAdded('what about my case'), undefined);
});
