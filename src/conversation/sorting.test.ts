import { equal } from 'node:assert/strict';
import { test } from 'node:test';
import { couldBeAskedOfABank } from './sorting.ts';

test('what no bank is asked is no question for its staff, however little else was understood', () => {
  for (const text of ['what is the weather like today', 'tell me a joke', 'who won the game'])
    equal(couldBeAskedOfABank(text, 'en'), false, text);
  equal(couldBeAskedOfABank('qué tiempo hace', 'es'), false);
  for (const text of ['is my branch open on sunday', 'my brother cannot log in to the thing', 'do you have loans'])
    equal(couldBeAskedOfABank(text, 'en'), true, text);
  equal(couldBeAskedOfABank('a qué hora abre la sucursal', 'es'), true);
});
