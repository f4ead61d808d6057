import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createFormats } from './formats.ts';

const english = createFormats('en', 'America/New_York');
const spanish = createFormats('es', 'America/New_York');
// Friday, November 20, 2026, 2:14 PM in Ohio.
const purchase = '2026-11-20T19:14:00Z';
const now = Date.parse('2026-11-20T19:15:00Z');
/** No-break spaces read as plain ones. */
const plain = (text: string): string => text.replaceAll('\u00a0', ' ');

test('an amount is written from its decimal string, exact to the last digit', () => {
  assert.equal(english.money('65.70', 'USD'), '$65.70');
  assert.equal(english.money('999999999999999.99', 'USD'), '$999,999,999,999,999.99');
  assert.equal(english.money('2450.00', 'USD', { signed: true }), '+$2,450.00');
  assert.equal(english.money('500', 'JPY'), '¥500');
  assert.equal(english.figure('11.4', 'USD'), '11.40');
  assert.equal(spanish.money('1284.00', 'USD'), '$1,284.00');
});

test('times are those of the customer’s zone', () => {
  assert.equal(plain(english.moment(purchase, now)), 'Fri 2:14 PM');
  assert.equal(plain(createFormats('en', 'America/Los_Angeles').time(purchase)), '11:14 AM');
  assert.match(plain(spanish.moment(purchase, now)), /^vie 2:14 p\.\s?m\.$/);
});

test('a day is one of the customer’s own: midnight in the zone divides it', () => {
  assert.equal(english.daysAgo('2026-11-20T04:59:00Z', now), 1);
  assert.equal(english.daysAgo('2026-11-20T05:00:00Z', now), 0);
});

test('from a week ago on, the full date stands', () => {
  assert.equal(plain(english.moment('2026-11-14T19:14:00Z', now)), 'Sat 2:14 PM');
  assert.equal(plain(english.moment('2026-11-13T19:14:00Z', now)), 'Nov 13, 2026, 2:14 PM');
});

test('a bank’s local day is never moved by a time zone', () => {
  assert.equal(english.localDay('2026-11-08', now), 'Nov 8');
  assert.equal(plain(english.localRange('2026-11-08', '2026-11-14')), 'Nov 8 – 14');
  assert.equal(english.weekday('2026-11-08'), 'Sun');
});

test('no text holds a space that bare faces draw as a box', () => {
  const texts = [
    english.time(purchase),
    english.localRange('2026-11-08', '2026-11-14'),
    english.moment(purchase, now + 9e8),
  ];
  for (const text of texts) assert.doesNotMatch(text, /[\u202f\u2009]/);
});

test('an unknown time zone falls back to the device’s', () => {
  assert.equal(createFormats('en', 'Mars/Olympus').timeZone, Intl.DateTimeFormat().resolvedOptions().timeZone);
});
