import type { Unit } from './calendar.ts';

/** Words of time, folded (no accents), English and Spanish. */

const english = 'january february march april may june july august september october november december'.split(' ');
const spanish = 'enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre'.split(' ');
const englishShort = 'jan feb mar apr may jun jul aug sep oct nov dec'.split(' ');
const spanishShort = 'ene feb mar abr may jun jul ago sep oct nov dic'.split(' ');

/** 1 January … 12 December. */
export const monthNames: ReadonlyMap<string, number> = new Map([
  ...[english, spanish, englishShort, spanishShort].flatMap((names) =>
    names.map((name, index): [string, number] => [name, index + 1]),
  ),
  ['sept', 9],
  ['setiembre', 9],
]);

const english1 = [
  'in',
  'since',
  'from',
  'during',
  'last',
  'this',
  'for',
  'and',
  'of',
  'between',
  'until',
  'to',
  'through',
  'about',
  'past',
];
const spanish1 = ['en', 'de', 'desde', 'hasta', 'a', 'y', 'durante'];

/** Month names that are other words too, with the words they must stand behind to be months. */
export const guardedMonths: ReadonlyMap<string, readonly string[]> = new Map([
  ...['mar', 'may', 'ago'].map((name): [string, readonly string[]] => [name, [...english1, ...spanish1]]),
  ['ago', spanish1],
]);

const days = [
  ['monday', 'mon', 'lunes'],
  ['tuesday', 'tues', 'tue', 'martes'],
  ['wednesday', 'wed', 'miercoles'],
  ['thursday', 'thurs', 'thur', 'thu', 'jueves'],
  ['friday', 'fri', 'viernes'],
  ['saturday', 'sabado'],
  ['sunday', 'domingo'],
];

/** 1 Monday … 7 Sunday. Plurals ("Fridays") are left out: many days. */
export const dayNames: ReadonlyMap<string, number> = new Map(
  days.flatMap((names, index) => names.map((name): [string, number] => [name, index + 1])),
);

/** Units of time by their words. */
export const units: ReadonlyMap<string, Unit> = new Map<string, Unit>([
  ['day', 'day'],
  ['days', 'day'],
  ['dia', 'day'],
  ['dias', 'day'],
  ['week', 'week'],
  ['weeks', 'week'],
  ['semana', 'week'],
  ['semanas', 'week'],
  ['month', 'month'],
  ['months', 'month'],
  ['mes', 'month'],
  ['meses', 'month'],
  ['quarter', 'quarter'],
  ['quarters', 'quarter'],
  ['trimestre', 'quarter'],
  ['trimestres', 'quarter'],
  ['year', 'year'],
  ['years', 'year'],
  ['ano', 'year'],
  ['anos', 'year'],
]);

/** "first", "2nd", "tercer", for parts of a month and places in a ranking. */
export const ordinals: ReadonlyMap<string, number> = new Map(
  [
    'first 1st primera primer primero',
    'second 2nd segunda segundo',
    'third 3rd tercera tercer tercero',
    'fourth 4th cuarta cuarto',
    'fifth 5th quinta quinto',
  ].flatMap((words, index) => words.split(' ').map((word): [string, number] => [word, index + 1])),
);

/** Phrases for a weekend, word by word. */
export const weekends: readonly (readonly string[])[] = [['weekend'], ['fin', 'de', 'semana'], ['finde']];

/** Numbers in words that a count of days or purchases may be written in. */
export const numberWords: ReadonlyMap<string, number> = new Map([
  ['two', 2],
  ['three', 3],
  ['four', 4],
  ['five', 5],
  ['six', 6],
  ['seven', 7],
  ['eight', 8],
  ['nine', 9],
  ['ten', 10],
  ['twelve', 12],
  ['fifteen', 15],
  ['twenty', 20],
  ['thirty', 30],
  ['sixty', 60],
  ['ninety', 90],
  ['dos', 2],
  ['tres', 3],
  ['cuatro', 4],
  ['cinco', 5],
  ['seis', 6],
  ['siete', 7],
  ['ocho', 8],
  ['nueve', 9],
  ['diez', 10],
  ['doce', 12],
  ['quince', 15],
  ['veinte', 20],
  ['treinta', 30],
  ['sesenta', 60],
  ['noventa', 90],
]);

/** Every word of time, for forgiving slips. */
export const timeWords: readonly string[] = [
  ...monthNames.keys(),
  ...dayNames.keys(),
  ...units.keys(),
  ...numberWords.keys(),
  'weekend',
  'mtd',
  'ytd',
  'today',
  'yesterday',
  'tomorrow',
  'ayer',
  'anteayer',
  'pasada',
  'pasado',
  'ultima',
  'ultimo',
  'ultimas',
  'ultimos',
  'since',
  'desde',
  'between',
  'entre',
  'hasta',
  'last',
  'past',
  'this',
  'esta',
  'este',
];
