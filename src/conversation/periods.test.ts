import { deepEqual, equal, ok } from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { barUnit, stretches } from './bars.ts';
import { calendarOf, daysIn, periodBefore, type Calendar } from './calendar.ts';
import { wordsOf } from './fold.ts';
import { spanWords, whenWords } from './moments.ts';
import { findPeriod } from './periods.ts';

const calendar = (today: string, locale: 'en' | 'es' = 'en'): Calendar => ({
  today: Temporal.PlainDate.from(today),
  weekStart: locale === 'en' ? 7 : 1,
  monthFirst: locale === 'en',
});

function found(text: string, on: Calendar): string {
  const said = findPeriod(wordsOf(text), on)?.period;
  return said === undefined || typeof said === 'string' ? String(said) : `${said.from}..${said.to}`;
}

describe('days in words', () => {
  const cases: readonly (readonly [today: string, locale: 'en' | 'es', text: string, expected: string])[] = [
    ['2026-11-20', 'en', 'this week', '2026-11-15..2026-11-20'],
    ['2026-11-20', 'es', 'esta semana', '2026-11-16..2026-11-20'],
    ['2026-11-15', 'en', 'this week', '2026-11-15..2026-11-15'],
    ['2026-11-15', 'es', 'esta semana', '2026-11-09..2026-11-15'],
    ['2026-01-03', 'en', 'last month', '2025-12-01..2025-12-31'],
    ['2026-03-31', 'en', 'last month', '2026-02-01..2026-02-28'],
    ['2024-03-31', 'es', 'el mes pasado', '2024-02-01..2024-02-29'],
    ['2026-11-20', 'en', 'in november', '2026-11-01..2026-11-20'],
    ['2026-11-20', 'en', 'in december', '2025-12-01..2025-12-31'],
    ['2026-11-20', 'en', 'in december 2026', 'future'],
    ['2026-11-20', 'en', 'march 2025', '2025-03-01..2025-03-31'],
    ['2026-11-20', 'es', 'en marzo de 2025', '2025-03-01..2025-03-31'],
    ['2026-11-20', 'es', 'marzo pasado', '2026-03-01..2026-03-31'],
    ['2026-11-20', 'en', 'last november', '2025-11-01..2025-11-30'],
    ['2026-11-20', 'en', 'in mar', '2026-03-01..2026-03-31'],
    ['2026-11-20', 'es', 'en ago', '2026-08-01..2026-08-31'],
    ['2026-11-20', 'en', '3 days ago', '2026-11-17..2026-11-17'],
    ['2026-11-20', 'en', 'since 2 weeks ago', '2026-11-06..2026-11-20'],
    ['2026-11-20', 'es', 'desde hace 2 semanas', '2026-11-06..2026-11-20'],
    ['2026-11-20', 'en', '2 weeks ago', 'unclear'],
    ['2026-11-20', 'en', 'friday', '2026-11-13..2026-11-13'],
    ['2026-11-20', 'en', 'Q3', '2026-07-01..2026-09-30'],
    ['2026-11-20', 'en', 'q4', '2026-10-01..2026-11-20'],
    ['2026-02-10', 'en', 'in q3', '2025-07-01..2025-09-30'],
    ['2026-02-10', 'en', 'q3 2026', 'future'],
    ['2026-11-20', 'en', 'last quarter', '2026-07-01..2026-09-30'],
    ['2026-02-10', 'en', 'last quarter', '2025-10-01..2025-12-31'],
    ['2026-11-20', 'es', 'el tercer trimestre de 2025', '2025-07-01..2025-09-30'],
    ['2026-11-20', 'en', 'the first week of october', '2026-10-01..2026-10-07'],
    ['2026-11-20', 'en', 'last week of february', '2026-02-22..2026-02-28'],
    ['2026-11-20', 'en', 'second half of october', '2026-10-16..2026-10-31'],
    ['2026-11-20', 'en', 'first half of 2026', '2026-01-01..2026-06-30'],
    ['2026-11-20', 'en', 'last 3 days of october', '2026-10-29..2026-10-31'],
    ['2026-11-20', 'en', 'last week of november', 'future'],
    ['2026-11-20', 'es', 'la primera quincena del mes', '2026-11-01..2026-11-15'],
    ['2026-11-20', 'es', 'la última semana del mes pasado', '2026-10-25..2026-10-31'],
    ['2026-11-20', 'en', 'march and april', '2026-03-01..2026-04-30'],
    ['2026-11-20', 'en', 'yesterday and today', '2026-11-19..2026-11-20'],
    ['2026-11-20', 'en', 'since the beginning of the month', '2026-11-01..2026-11-20'],
    ['2026-11-20', 'es', 'en lo que va de año', '2026-01-01..2026-11-20'],
    ['2026-11-20', 'en', 'the last couple of weeks', '2026-11-07..2026-11-20'],
    ['2026-11-20', 'en', 'my next steps', 'undefined'],
    ['2026-11-20', 'en', 'this friday', '2026-11-20..2026-11-20'],
    ['2026-11-20', 'en', 'this saturday', 'future'],
    ['2026-11-20', 'en', 'next friday', 'future'],
    ['2026-11-20', 'es', 'el viernes pasado', '2026-11-13..2026-11-13'],
    ['2026-11-20', 'es', 'el próximo lunes', 'future'],
    ['2026-11-20', 'en', 'last 2 weeks', '2026-11-07..2026-11-20'],
    ['2026-11-20', 'en', 'the last 3 months', '2026-08-21..2026-11-20'],
    ['2026-11-20', 'en', 'past week', '2026-11-14..2026-11-20'],
    ['2026-11-20', 'es', 'el último mes', '2026-10-21..2026-11-20'],
    ['2026-11-20', 'en', 'last year', '2025-01-01..2025-12-31'],
    ['2026-11-20', 'es', 'este año', '2026-01-01..2026-11-20'],
    ['2026-11-22', 'en', 'this weekend', '2026-11-21..2026-11-22'],
    ['2026-11-22', 'en', 'last weekend', '2026-11-14..2026-11-15'],
    ['2026-11-23', 'es', 'el fin de semana', '2026-11-21..2026-11-22'],
    ['2026-11-20', 'en', '2026-02-03', '2026-02-03..2026-02-03'],
    ['2026-11-20', 'en', '12/24', '2025-12-24..2025-12-24'],
    ['2026-11-20', 'en', '13/5', '2026-05-13..2026-05-13'],
    ['2026-11-20', 'en', '2/30/2026', 'unclear'],
    ['2026-11-20', 'en', '2/29', 'unclear'],
    ['2026-11-20', 'es', '5/5', '2026-05-05..2026-05-05'],
    ['2026-11-20', 'es', '13/5/26', '2026-05-13..2026-05-13'],
    ['2026-11-20', 'es', '3/5', 'unclear'],
    ['2026-11-20', 'en', 'March 5th, 2026', '2026-03-05..2026-03-05'],
    ['2026-11-20', 'en', '5 March', '2026-03-05..2026-03-05'],
    ['2026-11-20', 'en', 'march 1 to 10', '2026-03-01..2026-03-10'],
    ['2026-11-20', 'en', '1-10 march', '2026-03-01..2026-03-10'],
    ['2026-11-20', 'en', 'from january to march', '2026-01-01..2026-03-31'],
    ['2026-11-20', 'es', 'entre el 1 de marzo y el 10 de abril', '2026-03-01..2026-04-10'],
    ['2026-11-20', 'es', 'del lunes al miércoles', '2026-11-16..2026-11-18'],
    ['2026-11-20', 'en', 'from march to january', 'unclear'],
    ['2026-11-20', 'es', 'el 31', '2026-10-31..2026-10-31'],
    ['2026-11-20', 'en', 'the 21st', '2026-10-21..2026-10-21'],
    ['2026-11-20', 'es', 'desde el 5 de octubre', '2026-10-05..2026-11-20'],
    ['2026-11-20', 'en', 'tomorrow', 'future'],
    ['2026-11-20', 'en', 'may I ask', 'undefined'],
    ['2026-11-20', 'en', 'every friday', 'undefined'],
    ['2026-11-20', 'en', 'last days', 'undefined'],
  ];
  for (const [today, locale, text, expected] of cases) {
    test(`“${text}” on ${today} (${locale})`, () => equal(found(text, calendar(today, locale)), expected));
  }

  test('today is the customer’s, not the one in Greenwich', () => {
    const evening = Temporal.Instant.from('2026-11-21T03:30:00Z');
    equal(found('today', calendarOf('en', 'America/New_York', evening)), '2026-11-20..2026-11-20');
    equal(found('today', calendarOf('en', 'Europe/Madrid', evening)), '2026-11-21..2026-11-21');
  });
});

describe('the span before', () => {
  const before = (from: string, to: string, unit: 'day' | 'week' | 'month' | 'year' | 'span') => {
    const { from: first, to: last } = periodBefore({ from, to, unit });
    return `${first}..${last}`;
  };
  test('of a whole month is the whole month before', () =>
    equal(before('2026-03-01', '2026-03-31', 'month'), '2026-02-01..2026-02-28'));
  test('of a month so far is as far in the month before', () =>
    equal(before('2026-11-01', '2026-11-20', 'month'), '2026-10-01..2026-10-20'));
  test('of a week so far is as far in the week before', () =>
    equal(before('2026-11-15', '2026-11-20', 'week'), '2026-11-08..2026-11-13'));
  test('of any other span is as many days just before', () =>
    equal(before('2026-11-11', '2026-11-20', 'span'), '2026-11-01..2026-11-10'));
});

const anyDay = fc
  .date({ min: new Date('2020-01-01'), max: new Date('2030-12-31'), noInvalidDate: true })
  .map((date) => date.toISOString().slice(0, 10));
const phrases = [
  'today',
  'yesterday',
  'this week',
  'last week',
  'this month',
  'last month',
  'this year',
  'last year',
  'last 10 days',
  'past 3 weeks',
  'last 2 months',
  'on friday',
  'last monday',
  'since monday',
  'since march',
  'in march',
  'in may',
  'the weekend',
  'the 31st',
  '3 days ago',
  'hoy',
  'ayer',
  'la semana pasada',
  'este mes',
  'el mes pasado',
  'últimos 10 días',
  'el viernes',
  'desde el lunes',
  'en enero',
  'el fin de semana',
  'el 5 de mayo',
  'march 1 to 10',
];

test('a span of days that has begun and not ended is read up to today', () => {
  const said = findPeriod(wordsOf('march 1 to 10'), calendar('2022-03-01'));
  deepEqual(said?.period, { from: '2022-03-01', to: '2022-03-01', unit: 'span' });
  const later = findPeriod(wordsOf('march 1 to 10'), calendar('2022-02-28'));
  deepEqual(later?.period, { from: '2021-03-01', to: '2021-03-10', unit: 'span' });
});

describe('every period', () => {
  test('is a span of days that begins before it ends and never ends after today', () => {
    fc.assert(
      fc.property(
        anyDay,
        fc.constantFrom('en' as const, 'es' as const),
        fc.constantFrom(...phrases),
        (today, locale, phrase) => {
          const said = findPeriod(wordsOf(phrase), calendar(today, locale));
          ok(said !== undefined && typeof said.period !== 'string', phrase);
          ok(said.period.from <= said.period.to, `${phrase} on ${today}: ${said.period.from}..${said.period.to}`);
          ok(said.period.to <= today);
          const before = periodBefore(said.period);
          ok(before.from <= before.to && before.to < said.period.from);
        },
      ),
    );
  });

  test('“last N days” has N days and ends today', () => {
    fc.assert(
      fc.property(anyDay, fc.integer({ min: 1, max: 400 }), (today, count) => {
        const said = findPeriod(wordsOf(`last ${count} days`), calendar(today));
        ok(said !== undefined && typeof said.period !== 'string');
        equal(said.period.to, today);
        equal(daysIn(said.period), count);
      }),
    );
  });

  test('a weekday is within the last seven days and is that weekday', () => {
    const names = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'];
    fc.assert(
      fc.property(anyDay, fc.integer({ min: 1, max: 7 }), (today, weekday) => {
        const said = findPeriod(wordsOf(`on ${names[weekday - 1]}`), calendar(today));
        ok(said !== undefined && typeof said.period !== 'string');
        equal(Temporal.PlainDate.from(said.period.from).dayOfWeek, weekday);
        const back = daysIn({ from: said.period.from, to: today }) - 1;
        ok(back >= 1 && back <= 7);
      }),
    );
  });
});

describe('bars', () => {
  test('two weeks are told by day, ten weeks by week, more by month', () => {
    deepEqual([1, 14, 15, 70, 71, 366].map(barUnit), ['day', 'day', 'week', 'week', 'month', 'month']);
  });

  test('hold every day of a span exactly once, and never more than 31 bars for a year', () => {
    fc.assert(
      fc.property(
        anyDay,
        fc.integer({ min: 0, max: 366 }),
        fc.constantFrom(1 as const, 7 as const),
        (from, days, weekStart) => {
          const to = Temporal.PlainDate.from(from).add({ days }).toString();
          const bars = stretches(from, to, weekStart);
          ok(bars.length <= 31);
          equal(bars[0]?.from, from);
          equal(bars.at(-1)?.to, to);
          equal(
            bars.reduce((sum, bar) => sum + daysIn(bar), 0),
            days + 1,
          );
          for (const [index, bar] of bars.entries()) {
            const next = bars[index + 1];
            if (next) equal(Temporal.PlainDate.from(bar.to).add({ days: 1 }).toString(), next.from);
          }
        },
      ),
    );
  });
});

describe('spans in words', () => {
  const today = '2026-11-20';
  const cases: readonly (readonly [string, string, string, string])[] = [
    ['2026-11-08', '2026-11-14', 'Nov 8 to 14', 'del 8 al 14 de noviembre'],
    ['2026-10-30', '2026-11-02', 'Oct 30 to Nov 2', 'del 30 de octubre al 2 de noviembre'],
    ['2026-11-20', '2026-11-20', 'Nov 20', 'el 20 de noviembre'],
    ['2025-03-01', '2025-03-31', 'Mar 1 to 31, 2025', 'del 1 al 31 de marzo de 2025'],
    ['2025-12-28', '2026-01-03', 'Dec 28, 2025 to Jan 3, 2026', 'del 28 de diciembre de 2025 al 3 de enero de 2026'],
    ['2025-03-01', '2025-04-30', 'Mar 1 to Apr 30, 2025', 'del 1 de marzo al 30 de abril de 2025'],
  ];
  for (const [from, to, english, spanish] of cases) {
    test(english, () => {
      equal(spanWords({ from, to }, 'en', today), english);
      equal(spanWords({ from, to }, 'es', today), spanish);
    });
  }

  test('a moment of this week has its weekday, an older one its date', () => {
    const now = Temporal.Instant.from('2026-11-20T20:00:00Z');
    equal(whenWords('2026-11-20T19:14:00Z', 'en', 'America/New_York', now), 'Fri 2:14 PM');
    equal(whenWords('2026-11-08T19:14:00Z', 'en', 'America/New_York', now), 'November 8, 2026 at 2:14 PM');
    equal(whenWords('2026-11-20T19:14:00Z', 'es', 'America/New_York', now), 'vie 2:14 p.m.');
  });
});
