import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { test } from 'node:test';
import { CARRIERS, recognise, recogniseAll, trackingNumbersIn } from './index.ts';

const folder = resolve(import.meta.dirname, '../../../../shared/data/webhooks/tracking-numbers');
const isThere = existsSync(folder);

interface Published {
  readonly name: string;
  readonly courier_code: string;
  readonly tracking_numbers: readonly {
    readonly name: string;
    readonly test_numbers: { readonly valid: readonly string[]; readonly invalid: readonly string[] };
  }[];
}

test('every published test number is accepted under its carrier, and every invalid one refused', (context) => {
  if (!isThere) return context.skip(`${folder} is not here`);
  const files = globSync('*.json', { cwd: folder }).map(
    (name) => JSON.parse(readFileSync(resolve(folder, name), 'utf8')) as Published,
  );
  let [accepted, refused] = [0, 0];
  for (const { courier_code: courier, tracking_numbers: formats } of files) {
    const carrier = courier === 's10' ? 'post' : courier;
    assert.ok(carrier in CARRIERS, courier);
    for (const { valid, invalid } of formats.map((one) => one.test_numbers)) {
      for (const number of valid) {
        assert.equal(recognise(number)?.carrier, carrier, number);
        assert.deepEqual(
          trackingNumbersIn(`My parcel ${number.trim()}, where is it`).map((one) => one.carrier),
          [carrier],
          number,
        );
        accepted += 1;
      }
      for (const number of invalid) {
        assert.equal(
          recogniseAll(number).some((one) => one.carrier === carrier),
          false,
          number,
        );
        refused += 1;
      }
    }
  }
  context.diagnostic(`tracking numbers: ${accepted} valid accepted, ${refused} invalid refused`);
  assert.deepEqual([accepted, refused], [67, 30]);
});

test('a number whose check digit is another is no number of its carrier', () => {
  for (const [number, at, carrier] of [
    ['1Z5R89390357567127', 17, 'ups'],
    ['RB123456785GB', 10, 'post'],
    ['986578788855', 11, 'fedex'],
    ['9405803699300124287899', 21, 'usps'],
  ] as const) {
    assert.equal(recognise(number)?.carrier, carrier);
    for (let more = 1; more < 10; more += 1) {
      const changed = `${number.slice(0, at)}${(Number(number[at]) + more) % 10}${number.slice(at + 1)}`;
      assert.equal(
        recogniseAll(changed).some((one) => one.carrier === carrier),
        false,
        changed,
      );
    }
  }
});

test('a number is found in a sentence, however its groups are written', () => {
  const found = (text: string): string[] => trackingNumbersIn(text).map((one) => one.number);
  assert.deepEqual(found('where is 1Z 5R8 9390 3575 6712 7 please?'), ['1Z5R89390357567127']);
  assert.deepEqual(found('Mi paquete RB-123456785-US y el 1Z5R89390357567127.'), [
    'RB123456785US',
    '1Z5R89390357567127',
  ]);
  assert.deepEqual(found('tbaABC'), []);
});

test('a telephone number or a sum of money is not taken for a parcel', () => {
  // 3318810025 fits the sum of DHL.
  assert.deepEqual(trackingNumbersIn('call me at 331 881 0025 tonight'), []);
  assert.equal(trackingNumbersIn('track 3318810025')[0]?.carrier, 'dhl');
  assert.equal(trackingNumbersIn('3318810025')[0]?.carrier, 'dhl');
});

test('the post of S10 is named by its country, and a country that is none is refused', () => {
  assert.equal(recognise('RB123456785GB')?.carrierName, 'Royal Mail');
  assert.equal(recognise('RB123456785CV')?.carrierName, 'Postal service, Cape Verde');
  assert.equal(recognise('RB123456785XX'), undefined);
});
