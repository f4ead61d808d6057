import { deepEqual, equal } from 'node:assert/strict';
import { test } from 'node:test';
import { wishOfHours } from './hours-words.ts';

const night = { from: '22:00', to: '07:00' };

test('quiet hours are understood in both languages', () => {
  for (const text of [
    'quiet hours from 10 pm to 7 am',
    'Set my quiet hours from 10:00 pm until 7am, please.',
    'Quiet hours 22:00 - 7:00',
    'don’t disturb me between 10 p.m. and 7 a.m.',
    'do not notify me from 10 at night to 7 in the morning',
    'Horas de silencio de 22 a 7',
    'no me molestes de las 10 de la noche a las 7 de la mañana',
    'No me avises entre las 22:00 y las 7:00, por favor',
  ])
    deepEqual(wishOfHours(text), { intent: 'hours', quiet: night }, text);
  deepEqual(wishOfHours('quiet hours from midnight to noon'), {
    intent: 'hours',
    quiet: { from: '00:00', to: '12:00' },
  });
  deepEqual(wishOfHours('no me molestes de las 12 de la noche a las 6:30 de la mañana'), {
    intent: 'hours',
    quiet: { from: '00:00', to: '06:30' },
  });
  for (const text of ['no quiet hours', 'turn off my quiet hours', 'quita las horas de silencio'])
    deepEqual(wishOfHours(text), { intent: 'hours', quiet: null }, text);
});

test('the digest and its hour are understood in both languages', () => {
  const cases: readonly (readonly [string, number | null])[] = [
    ['send me a daily summary at 8 pm', 20],
    ['Daily digest at 7 am', 7],
    ['give me a summary every day at 21:00', 21],
    ['I want a daily summary', 20],
    ['mándame un resumen diario a las 8 de la noche', 20],
    ['quiero un resumen cada día a las 7 de la mañana', 7],
    ['stop the daily summary', null],
    ['no more daily digest', null],
    ['no me mandes el resumen diario', null],
  ];
  for (const [text, digestHour] of cases) deepEqual(wishOfHours(text), { intent: 'hours', digestHour }, text);
});

test('what is asked is told from what is set', () => {
  for (const text of ['what are my quiet hours?', '¿Cuáles son mis horas de silencio?'])
    deepEqual(wishOfHours(text), { intent: 'hearing' }, text);
});

test('a time that may be one of two, or is none, sets nothing, and neither does anything else that is said', () => {
  for (const text of [
    'quiet hours from 10 to 7',
    'quiet hours from 25:00 to 7:00',
    'quiet hours from 10 pm to 10 pm',
    'quiet hours from 13 pm to 7 am',
    'send me a daily summary at 8',
    'send me a daily summary at 8:30 pm',
    'quiet hours from 10 pm to 7 am and stop Citi',
    'she said "quiet hours from 10 pm to 7 am"',
    'how much did I spend from 10 to 12',
    'summary of my purchases',
    'stop',
  ])
    equal(wishOfHours(text), undefined, text);
});
