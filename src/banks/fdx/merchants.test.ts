import assert from 'node:assert/strict';
import { test } from 'node:test';
import { merchantOf, readPayee } from './merchants.ts';

const facts = (attributes: Record<string, string>) => ({
  name: 'Shop',
  description: 'SHOP',
  attributes: new Map(Object.entries(attributes)),
});

test('the one text of FDX 5 is taken apart only where it is certain', () => {
  assert.deepEqual(readPayee('BLUEBIRD DINER  ST PAUL MN', ''), {
    name: 'Bluebird Diner',
    address: { city: 'St Paul', region: 'MN', country: 'US' },
  });
  assert.deepEqual(readPayee("MARY'S CAFE  PARIS FR", ''), {
    name: "Mary's Cafe",
    address: { city: 'Paris', country: 'FR' },
  });
  assert.deepEqual(readPayee('CVS PHARMACY OAKLAND CA', 'CVS PHARMACY'), {
    name: 'CVS PHARMACY',
    address: { city: 'Oakland', region: 'CA', country: 'US' },
  });
  // Where the name ends is not said: the city is not guessed.
  assert.deepEqual(readPayee('CVS PHARMACY SAN JOSE CA', ''), {
    name: 'CVS Pharmacy San Jose',
    address: { region: 'CA', country: 'US' },
  });
  assert.deepEqual(readPayee('Larkspur Coffee', ''), { name: 'Larkspur Coffee' });
  assert.deepEqual(readPayee('LARKSPUR COFFEE  OAKLAND', ''), {
    name: 'Larkspur Coffee',
    address: { city: 'Oakland' },
  });
});

test('a category or a place that cannot be is left out and the merchant stays', () => {
  const good = { merchantCategoryCode: '742', latitude: '40.7', longitude: '-73.9' };
  assert.deepEqual(merchantOf(facts(good)), { name: 'Shop', category: '0742', location: { lat: 40.7, lon: -73.9 } });
  const bads: Record<string, string>[] = [
    { merchantCategoryCode: '58123' },
    { latitude: '91', longitude: '0' },
    { latitude: '', longitude: '' },
    { latitude: '40.7' },
    { latitude: 'north', longitude: 'west' },
  ];
  for (const bad of bads) {
    assert.deepEqual(merchantOf(facts(bad)), { name: 'Shop' }, JSON.stringify(bad));
  }
});

test('a transaction without a payee has no merchant', () => {
  assert.equal(merchantOf({ description: 'TRANSFER', attributes: new Map() }), undefined);
});
