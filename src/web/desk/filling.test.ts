import assert from 'node:assert/strict';
import { test } from 'node:test';
import { filled, firstGap, keyOf } from './filling.ts';

test('what is known is filled in, what is not stays to be seen', () => {
  const text = filled('{customer}, this is {staff} of {bank}, case {case}.', {
    bank: 'Citi',
    staff: 'agent-1',
    case: '7',
  });
  assert.equal(text, '{customer}, this is agent-1 of Citi, case 7.');
  assert.deepEqual(firstGap(text), { from: 0, to: 10, name: '{customer}' });
  assert.equal(firstGap('Nothing to fill in, {not} this either.'), undefined);
});

test('what is filled in is not read for variables again', () => {
  assert.equal(filled('{bank}', { bank: '{staff}', staff: 'agent-1' }), '{staff}');
});

test('a title becomes a name of letters, digits and dashes', () => {
  assert.equal(keyOf(' ¿Llegó su tarjeta? '), 'llego-su-tarjeta');
});
