import { deepEqual, equal, match, ok } from 'node:assert/strict';
import { describe, test } from 'node:test';
import { contentSchema, type Locale } from '#contract';
import { said } from './questions.fixture.ts';

/** What was said, one after the other, and the value that the last of it is answered with. Added up by hand. */
type Case = readonly [value: string | number | null, ...texts: string[]];

const english: readonly Case[] = [
  // 4.50 + 5.50 at Citi, 3.00 at Chase
  ['13.00', 'how much did I spend on coffee last week'],
  ['19.00', 'how much did I spend on coffee this month'],
  ['6.00', 'how much did I spend on coffee this month', 'only pending'],
  ['16.00', 'how much did I spend on coffee this month', 'only citi'],
  ['9.00', 'how much did I spend on coffee this month', 'and in October?'],
  ['80.00', 'how much did I spend on coffee this month', 'and at Kroger?'],
  ['11.50', 'how much did I spend at Starbucks this month', 'over $5?'],
  [2, 'how much did I spend at Starbucks this month', 'over $5?', 'how many was that?'],
  [4, 'how many times did I go to Starbucks this month'],
  [4, 'how many coffees did I buy this month'],
  ['-80.00', 'compare groceries this month with last'],
  ['-80.00', 'how much did I spend on groceries this month', 'compare with last month'],
  ['10.00', 'did I spend more on coffee than in October'],
  ['-61.00', 'starbucks vs kroger this month'],
  ['-61.00', 'coffee this month', 'vs groceries'],
  ['420.00', 'biggest purchase in March'],
  ['1000.00', 'what was my biggest purchase'],
  ['3.00', 'smallest coffee this month'],
  ['2026-07-02', 'when did I last pay Delta'],
  ['2026-03-12', 'when did I first pay Delta'],
  ['800.00', 'what did I pay Delta'],
  ['800.00', 'how much did I spend at detla'],
  ['2000.00', 'how much is my salary'],
  ['2000.00', 'what was my last paycheck'],
  ['4000.00', 'how much did I earn in October'],
  ['2026-11-30', 'when is my salary in'],
  ['2026-11-15', 'when did I get paid last'],
  ['15.00', 'did I get any refunds this month'],
  ['12.00', 'fees in October'],
  ['7.77', 'how much interest did I pay in October'],
  ['1.20', 'how much interest did I earn in October'],
  ['1.20', 'interest in October', 'interest earned'],
  ['500.00', 'how much did I transfer to savings last month'],
  ['300.00', 'card payments last month'],
  // Two paychecks and 1.20 of interest; what came from the own checking account is not money in.
  ['4001.20', 'how much money came in last month'],
  ['12.00', 'my subscriptions'],
  [1, 'how many subscriptions do I have'],
  [1, 'subscriptions that went up'],
  [0, 'subscriptions that went down'],
  ['1012.00', 'what is due in the next 20 days'],
  ['0.00', 'what is due tomorrow'],
  ['150.00', 'how much did I spend abroad in October'],
  ['12.00', 'how much did I spend online last month'],
  ['150.00', 'how much did I spend on hotels in October'],
  ['4000.00', 'how much rent did I pay this year'],
  // 160.00 of 1331.00
  ['12.0', 'what share of my spending in October was groceries'],
  ['60.00', 'average grocery purchase'],
  // 9.00 in the eleven whole months from December to October
  ['0.82', 'how much do I spend on coffee per month'],
  ['0.82', 'average coffee spending', 'per month'],
  ['1000.00', 'what did I spend most on in October'],
  ['160.00', 'top merchants in October', 'on groceries'],
  ['200.00', 'how much do I owe'],
  // Citi 10.00 + 6.00, Chase 3.00
  ['13.00', 'compare citi and chase on coffee this month'],
  // 30.00 at Chase, 60.00 + 70.00 at Citi
  ['-100.00', 'compare chase and citi on groceries in October'],
  ['2026-10-31', 'when did I get paid in October'],
  ['0.00', 'what is due today'],
  ['90.00', 'groceries in October', 'under $65'],
];

const spanish: readonly Case[] = [
  ['13.00', '¿cuánto gasté en café la semana pasada?', 'del 8 al 14 de noviembre'],
  ['9.00', '¿cuánto gasté en café este mes?', '¿y en octubre?'],
  [4, '¿cuántas veces fui a Starbucks este mes?'],
  ['-80.00', 'compara el supermercado este mes con el pasado'],
  ['10.00', '¿gasté más en café que en octubre?'],
  ['420.00', 'mi compra más grande en marzo'],
  ['2026-07-02', '¿cuándo pagué por última vez a Delta?'],
  ['2026-11-30', '¿cuándo me pagan?'],
  ['2026-11-15', '¿cuándo cobré?'],
  ['4000.00', '¿cuánto gané en octubre?'],
  ['12.00', 'comisiones de octubre'],
  ['500.00', '¿cuánto transferí a mis ahorros el mes pasado?'],
  [1, 'suscripciones que subieron'],
  ['1012.00', '¿qué me cobran en los próximos 20 días?'],
  ['150.00', '¿cuánto gasté en el extranjero en octubre?'],
  ['0.82', 'promedio de café', 'por mes'],
  ['-10.00', 'compara el café de octubre', 'con noviembre'],
];

for (const [locale, cases] of [
  ['en', english],
  ['es', spanish],
] as const) {
  describe(`questions about one’s own money in ${locale} are answered exactly`, () => {
    for (const [value, ...texts] of cases) {
      test(texts.join(' – '), async () => {
        const { figures, understood, answers } = await said(locale, ...texts);
        equal(figures[0]?.value, value, JSON.stringify(understood));
        for (const { content } of answers) contentSchema.parse(content);
      });
    }
  });
}

test('a list carries the ids of what it shows, newest first, over all banks', async () => {
  const { figures, texts } = await said('en', 'purchases over $100 in October');
  const [figure] = figures;
  ok(Array.isArray(figure?.value));
  equal(figure?.value.length, 2);
  match(texts.join(' '), /Hotel Sol/);
  match(texts.join(' '), /Elm Homes/);
});

test('a figure says what it counted: pending and refunds beside it', async () => {
  const { figures } = await said('en', 'how much did I spend at Kroger this month');
  deepEqual(figures[0]?.counted, {
    transactions: 1,
    pending: 0,
    from: '2026-11-01',
    to: '2026-11-20',
    accounts: 4,
    refunds: 1,
  });
  const coffee = await said('en', 'coffee this month');
  equal(coffee.figures[0]?.counted.pending, 1);
});

test('two currencies are never added: each is a figure of its own, and the other is said apart', async () => {
  const { figures, texts } = await said('en', 'how much did I spend on coffee in October');
  deepEqual(
    figures.map(({ value, currency }) => [value, currency]),
    [
      ['9.00', 'USD'],
      ['12.00', 'EUR'],
    ],
  );
  match(texts.join(' '), /€12\.00/);
  const counted = await said('en', 'how many coffees did I buy in October');
  equal(counted.figures[0]?.value, 3);
  match(counted.texts.join(' '), /€12\.00, is not added in/);
});

test('no more days are read than a question spans', async () => {
  const { readings } = await said('en', 'biggest purchase in March');
  ok(readings.length > 0);
  for (const reading of readings) deepEqual(reading, { from: '2026-03-01', to: '2026-03-31' });
});

test('an expectation is said as one, with what it is read from', async () => {
  const payday = await said('en', 'when is my salary in');
  match(
    payday.texts[0] ?? '',
    /expected on November 30, 2026.*on the 15th and the last day of the month, 7 times.*expectation/,
  );
  const due = await said('en', 'what is due in the next 20 days');
  match(due.texts[0] ?? '', /I read this from what came before/);
});

test('what is missing is asked for once, with two ways to say it, and its answer completes the question', async () => {
  const asked = await said('en', 'compare groceries this month');
  equal(asked.texts[0], 'Compare with what?');
  deepEqual(
    asked.answers[0]?.quickReplies?.map(({ label }) => label),
    ['Last month', 'Last week', 'Talk to a person'],
  );
  const [reply] = asked.answers[0]?.quickReplies ?? [];
  equal((await said('en', 'compare groceries this month', reply?.text ?? '')).figures[0]?.value, '-80.00');
  const food = await said('en', 'how much did I spend on food in October', 'groceries');
  equal(food.figures[0]?.value, '160.00');
});

describe('what is no question about one’s own movements is left to others', () => {
  const others: readonly (readonly [Locale, string])[] = [
    ['en', 'why was I charged a fee'],
    ['en', 'can I get a refund'],
    ['en', 'I want a refund for a purchase'],
    ['en', 'is there a fee for international purchases'],
    ['en', 'how long do refunds take'],
    ['en', 'how do I transfer money'],
    ['en', 'transfer 50 dollars to savings'],
    ['en', 'pay my credit card'],
    ['en', 'my salary has not arrived'],
    ['en', 'cancel my subscription'],
    ['en', 'can I afford a new car'],
    ['en', 'how much did I spend in fiscal Q1'],
    ['en', 'average balance'],
    ['en', 'how many accounts do I have'],
    ['es', '¿cómo transfiero dinero?'],
    ['es', 'quiero un reembolso'],
    ['es', '¿me alcanza para un coche?'],
  ];
  for (const [locale, text] of others) {
    test(text, async () => {
      const { figures, understood } = await said(locale, text);
      deepEqual(figures, [], JSON.stringify(understood));
    });
  }
});

test('two spans of one thing at one bank, and its months, are shown as bars', async () => {
  const shown: readonly (readonly [text: string, bars: readonly string[]])[] = [
    ['compare groceries this month with last month at citi', ['130.00', '80.00']],
    ['coffee at citi in october vs this month', ['9.00', '16.00']],
  ];
  for (const [text, amounts] of shown) {
    const { answers } = await said('en', text);
    const content = answers[0]?.content;
    ok(content?.kind === 'card' && content.card.card === 'chart' && content.card.chart === 'bars', text);
    contentSchema.parse(content);
    deepEqual(
      content.card.bars.map(({ amount }) => amount),
      amounts,
      text,
    );
  }
  const { answers } = await said('en', 'groceries by month at citi');
  const content = answers[0]?.content;
  ok(content?.kind === 'card' && content.card.card === 'chart' && content.card.chart === 'bars');
  equal(content.card.bars.at(-1)?.to, '2026-11-20');
  // Of two things no single heading speaks, and over several banks no single card.
  for (const text of ['groceries vs coffee at citi this month', 'compare groceries this month with last'])
    equal((await said('en', text)).answers[0]?.content.kind, 'text', text);
});
