import { deepEqual, equal, notEqual, ok } from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { LinkId } from '#base';
import type { Locale } from '#contract';
import { frameOf, type KnownMerchant, type Period, type Understood, type UnderstandingContext } from './frame.ts';
import { understand, understandWith } from './understand.ts';

const citi = 'link-citi' as LinkId;
const chase = 'link-chase' as LinkId;
const at = (city: string, region: string) => [{ city, region, country: 'US' }];

const merchants: KnownMerchant[] = [
  { name: 'Starbucks', linkId: citi, places: at('Westerville', 'OH') },
  { name: 'STARBUCKS STORE 01234', linkId: citi, places: at('Columbus', 'OH') },
  { name: 'Stroman, Hudson and Erdman', linkId: citi, places: at('Westerville', 'OH') },
  { name: 'Bartoletti-Wunsch', linkId: citi, places: [] },
  { name: 'Bartoletti and Sons', linkId: chase, places: [{ city: 'Guadalajara', country: 'MX' }] },
  { name: 'Target', linkId: chase, places: at('New York', 'NY') },
  { name: 'The Home Depot', linkId: chase, places: [] },
  { name: 'Coffee Bean', linkId: chase, places: [] },
];

/** Friday, November 20, 2026, 2:14 PM in New York. */
const context = (locale: Locale): UnderstandingContext => ({
  locale,
  timeZone: 'America/New_York',
  now: Temporal.Instant.from('2026-11-20T19:14:00Z'),
  banks: [
    { id: 'jpmorgan-chase', name: 'JPMorgan Chase' },
    { id: 'wells-fargo', name: 'Wells Fargo' },
    { id: 'citi', name: 'Citi' },
    { id: 'us-bank', name: 'U.S. Bank' },
  ],
  accounts: [
    { bank: 'citi', kind: 'card', last4: '2291' },
    { bank: 'jpmorgan-chase', kind: 'checking', last4: '4417' },
    { bank: 'jpmorgan-chase', kind: 'savings', last4: '9034', nickname: 'Rainy day' },
  ],
  merchants,
});

const span = (from: string, to: string, unit: Period['unit'] = 'span') => ({ period: { from, to, unit } });
const day = (date: string) => span(date, date, 'day');
const thisMonth = span('2026-11-01', '2026-11-20', 'month');
const lastMonth = span('2026-10-01', '2026-10-31', 'month');
const lastWeek = span('2026-11-08', '2026-11-14', 'week');
const lastWeekEs = span('2026-11-09', '2026-11-15', 'week');

type Case = readonly [text: string, intent: Understood['intent'], slots: object];

const english: readonly Case[] = [
  ['balance', 'balance', {}],
  ['What’s my balance?', 'balance', {}],
  ['how much money do I have', 'balance', {}],
  ['how much do I have left', 'balance', {}],
  ['whats my balence at wels fargo', 'balance', { bank: 'wells-fargo' }],
  ['Balance at U.S. Bank please', 'balance', { bank: 'us-bank' }],
  ['usbank balance', 'balance', { bank: 'us-bank' }],
  ['jp morgan balance', 'balance', { bank: 'jpmorgan-chase' }],
  ['how much is in my savings', 'balance', { account: { kind: 'savings' } }],
  ['how much do I have in rainy day', 'balance', { account: { nickname: 'Rainy day' } }],
  ['How much do I owe on my credit card?', 'balance', { account: { kind: 'card' } }],
  ['just checking my balance', 'balance', {}],
  ['check my checking balance', 'balance', { account: { kind: 'checking' } }],
  ['may I see my balance', 'balance', {}],
  ['balance of the account ending in 4417', 'balance', { account: { last4: '4417' } }],
  ['Good morning, what is my balance?', 'balance', {}],
  ['recent purchases', 'recent', { purchasesOnly: true }],
  ['last 5 purchases', 'recent', { count: 5, purchasesOnly: true }],
  ['my last five transactions', 'recent', { count: 5 }],
  ['my most recent transactions', 'recent', {}],
  ['how much was my last purchase', 'extreme', { which: 'last', howMuch: true, count: 1 }],
  ['what did I buy yesterday', 'recent', { ...day('2026-11-19'), purchasesOnly: true }],
  ['show me transactions on Friday', 'recent', day('2026-11-13')],
  ['what did citi charge me today', 'recent', { bank: 'citi', ...day('2026-11-20'), purchasesOnly: true }],
  ['purchases at Target', 'recent', { merchant: 'Target', purchasesOnly: true }],
  ['where was my card used', 'whereUsed', {}],
  ['Where did I use my card yesterday?', 'whereUsed', day('2026-11-19')],
  ['wher was my crad used', 'whereUsed', {}],
  [
    'where was my credit card used in New York',
    'whereUsed',
    { account: { kind: 'card' }, place: { kind: 'city', value: 'New York' } },
  ],
  ['how much did I spend on coffee last week?', 'spending', { category: 'coffee', ...lastWeek }],
  ['how much did i spedn on cofee lsat weeek', 'spending', { category: 'coffee', ...lastWeek }],
  ['groceries this month', 'spending', { category: 'groceries', ...thisMonth }],
  [
    'what did I spend on grocery stores this year',
    'spending',
    { category: 'groceries', ...span('2026-01-01', '2026-11-20', 'year') },
  ],
  ['how much did I spend at starbucks', 'spending', { merchant: 'Starbucks' }],
  ['how much did I spend at starbuks last month', 'spending', { merchant: 'Starbucks', ...lastMonth }],
  ['how much did I spend at Stroman', 'spending', { merchant: 'Stroman, Hudson and Erdman' }],
  [
    'spent at stroman and hudson in march',
    'spending',
    { merchant: 'Stroman, Hudson and Erdman', ...span('2026-03-01', '2026-03-31', 'month') },
  ],
  [
    'how much did I pay at the home depot this year',
    'spending',
    { merchant: 'The Home Depot', ...span('2026-01-01', '2026-11-20', 'year') },
  ],
  [
    'how much on coffee bean since monday',
    'spending',
    { merchant: 'Coffee Bean', ...span('2026-11-16', '2026-11-20') },
  ],
  ['how much did I spend in Ohio last month', 'spending', { place: { kind: 'region', value: 'OH' }, ...lastMonth }],
  ['how much did I spend in Mexico', 'spending', { place: { kind: 'country', value: 'MX' } }],
  [
    'how much did I spend in Westerville on coffee',
    'spending',
    { category: 'coffee', place: { kind: 'city', value: 'Westerville' } },
  ],
  ['spending last 10 days', 'spending', span('2026-11-11', '2026-11-20')],
  ['spending from monday to wednesday', 'spending', span('2026-11-16', '2026-11-18')],
  ['coffee between March 1 and March 10', 'spending', { category: 'coffee', ...span('2026-03-01', '2026-03-10') }],
  ['spending 3/5', 'spending', day('2026-03-05')],
  ['spending on card 2291 this month', 'spending', { account: { kind: 'card', last4: '2291' }, ...thisMonth }],
  ['how much were my purchases last week', 'spending', lastWeek],
  ['spent in 2025', 'spending', span('2025-01-01', '2025-12-31', 'year')],
  ['how much did I spend over the weekend', 'spending', span('2026-11-14', '2026-11-15')],
  ['total spent on the 5th', 'spending', day('2026-11-05')],
  ['help', 'help', {}],
  ['what can you do?', 'help', {}],
  ['thanks!', 'thanks', {}],
  ['hello', 'greeting', {}],
  ['which banks are linked?', 'links', {}],
  ['who has seen my data?', 'whoSaw', {}],
  ['who has seen my datta', 'whoSaw', {}],
  ['what was done with my information', 'whoSaw', {}],
  ['who used my data last week', 'whoSaw', {}],
  ['privacy', 'whoSaw', {}],
  ['link wells fargo', 'linkBank', { bank: 'wells-fargo' }],
  ['I want to link a bank', 'linkBank', {}],
  ['I want to talk to a person', 'talkToPerson', {}],
  ['stop', 'stop', {}],
  ['Stop.', 'stop', {}],
  ['please stpo now', 'stop', {}],
  ['No, stop', 'stop', {}],
  ['stop citi', 'stop', { bank: 'citi' }],
  ['stop it all', 'stop', { all: true }],
  ['STOP EVERYTHING', 'stop', { all: true }],
  ['Stop Citi and Wells Fargo', 'stop', {}],
  ['how do I stop this?', 'stop', {}],
  ['delete my account', 'deleteAccount', {}],
  ['please erase all my data', 'deleteAccount', {}],
];

const spanish: readonly Case[] = [
  ['saldo', 'balance', {}],
  ['¿Cuál es mi saldo?', 'balance', {}],
  ['cual es mi salod', 'balance', {}],
  ['cuánto tengo en ahorros', 'balance', { account: { kind: 'savings' } }],
  ['cuánto dinero me queda', 'balance', {}],
  ['cuánto debo en la tarjeta', 'balance', { account: { kind: 'card' } }],
  ['saldo de la cuenta corriente', 'balance', { account: { kind: 'checking' } }],
  ['Buenos días, ¿cuál es mi saldo en Citi?', 'balance', { bank: 'citi' }],
  ['mis últimas 5 compras', 'recent', { count: 5, purchasesOnly: true }],
  ['ultimos movimientos', 'recent', {}],
  ['qué compré ayer', 'recent', { ...day('2026-11-19'), purchasesOnly: true }],
  ['mi última compra', 'recent', { count: 1, purchasesOnly: true }],
  [
    'compras esta semana en Starbucks',
    'recent',
    { merchant: 'Starbucks', ...span('2026-11-16', '2026-11-20', 'week'), purchasesOnly: true },
  ],
  ['¿Dónde se usó mi tarjeta?', 'whereUsed', {}],
  ['dond use mi tarjta', 'whereUsed', {}],
  ['¿Dónde usé la tarjeta ayer?', 'whereUsed', day('2026-11-19')],
  ['¿Cuánto gasté en café la semana pasada?', 'spending', { category: 'coffee', ...lastWeekEs }],
  ['cuanto gste en cafe', 'spending', { category: 'coffee' }],
  ['cuanto gaste en el supermercado este mes', 'spending', { category: 'groceries', ...thisMonth }],
  ['cuanto gasté en Target en marzo', 'spending', { merchant: 'Target', ...span('2026-03-01', '2026-03-31', 'month') }],
  ['cuánto he gastado desde el lunes', 'spending', span('2026-11-16', '2026-11-20')],
  ['gastos de los últimos 10 días', 'spending', span('2026-11-11', '2026-11-20')],
  ['gastos de los últimos diez días', 'spending', span('2026-11-11', '2026-11-20')],
  ['cuánto gasté en Nueva York en octubre', 'spending', { place: { kind: 'region', value: 'NY' }, ...lastMonth }],
  ['cuánto gasté en México', 'spending', { place: { kind: 'country', value: 'MX' } }],
  ['cuánto gasté del 1 al 10 de marzo', 'spending', span('2026-03-01', '2026-03-10')],
  ['cuanto gasté el 5 de mayo de 2026', 'spending', day('2026-05-05')],
  ['cuanto gasté el 25/3', 'spending', day('2026-03-25')],
  ['gastos del año pasado', 'spending', span('2025-01-01', '2025-12-31', 'year')],
  ['cuanto gaste antier', 'spending', day('2026-11-18')],
  ['cuánto gasté hace 3 días', 'spending', day('2026-11-17')],
  ['ayuda', 'help', {}],
  ['¿Qué puedes hacer?', 'help', {}],
  ['gracias', 'thanks', {}],
  ['hola', 'greeting', {}],
  ['qué bancos tengo vinculados', 'links', {}],
  ['¿Quién ha visto mis datos?', 'whoSaw', {}],
  ['quien a visto mis dattos', 'whoSaw', {}],
  ['qué se hizo con mi información', 'whoSaw', {}],
  ['vincular un banco', 'linkBank', {}],
  ['quiero hablar con una persona', 'talkToPerson', {}],
  ['para', 'stop', {}],
  ['para ya', 'stop', {}],
  ['para todo', 'stop', { all: true }],
  ['¡Alto!', 'stop', {}],
  ['basta', 'stop', {}],
  ['No, para', 'stop', {}],
  ['detén Citi', 'stop', { bank: 'citi' }],
  ['borra mi cuenta', 'deleteAccount', {}],
];

for (const [locale, cases] of [
  ['en', english],
  ['es', spanish],
] as const) {
  describe(`understood in ${locale}`, () => {
    for (const [text, intent, slots] of cases) {
      test(text, () => deepEqual(understand(text, context(locale)), { intent, slots }));
    }
  });
}

describe('what could be a wrong number is not answered', () => {
  const doubted: readonly (readonly [Locale, string, string])[] = [
    ['en', 'how much did I spend this morning', 'words'],
    ['en', 'how much did I spend on shoes', 'words'],
    ['en', 'how much did I spend on coffee and sunglasses last week', 'words'],
    ['en', 'how much did I spend except groceries', 'words'],
    ['en', 'how much did I not spend', 'words'],
    ['en', 'how much did I spend on Fridays', 'words'],
    ['en', 'how much did I spend before March', 'words'],
    ['en', 'how much did I spend last fiscal quarter', 'words'],
    ['en', 'how much did I spend in Paris', 'words'],
    ['en', 'purchases over or under 50 dollars and over 20 dollars', 'words'],
    ['en', 'why has my balance not changed', 'notYet'],
    ['en', 'balance at Starbucks', 'words'],
    ['en', 'how much did I spend next week', 'future'],
    ['en', 'how much will I spend in december 2027', 'notYet'],
    ['en', 'how much can I spend this week', 'notYet'],
    ['en', 'where can I use my card', 'notYet'],
    ['en', 'how much does a card cost', 'notYet'],
    ['en', 'how much did I spend on February 30', 'whichDay'],
    ['en', 'how much did I spend at Bartoletti', 'whichMerchant'],
    ['en', 'balance and recent purchases', 'twoQuestions'],
    ['en', 'transfer $50 to savings', 'notYet'],
    ['en', 'balance of my mortgage', 'notYet'],
    ['en', 'somebody has frozen my card at the shop', 'card'],
    ['en', 'where is my card', 'nothing'],
    ['en', 'coffee', 'nothing'],
    ['en', 'in May', 'nothing'],
    ['en', 'tell me a joke', 'nothing'],
    ['en', 'asdf qwer', 'nothing'],
    ['es', 'cuanto gasté el 3/5', 'whichDay'],
    ['es', 'cuanto gaste menos cafe', 'words'],
    ['es', 'gastos los viernes', 'words'],
    ['es', 'cuanto gasté esta mañana', 'words'],
    ['es', 'cuanto puedo gastar esta semana', 'notYet'],
    ['es', 'cuanto gasté la semana que viene', 'future'],
    ['es', 'transferir 50 dólares', 'notYet'],
    ['es', '¿dónde está mi tarjeta?', 'nothing'],
  ];
  for (const [locale, text, reason] of doubted) {
    test(text, () => {
      const understood = understand(text, context(locale));
      equal(understood.intent, 'unsure');
      if (understood.intent === 'unsure') equal(understood.doubt.reason, reason);
    });
  }
});

describe('texts that must not be taken for "stop" or "delete my account"', () => {
  const harmless: readonly (readonly [Locale, string])[] = [
    ['en', 'don’t stop'],
    ['en', 'do not stop citi'],
    ['en', 'never stop'],
    ['en', 'please don’t delete my account'],
    ['en', 'I did not say stop'],
    ['en', 'he said "stop"'],
    ['en', '“stop”'],
    ['en', "my bank wrote 'stop it all' to me"],
    ['en', '> stop\nwhat is my balance'],
    ['en', 'she wrote "delete my account" and I laughed'],
    ['en', 'the sign says «stop everything'],
    ['en', 'stop the payment'],
    ['en', 'stop a transfer'],
    ['en', 'where is the bus stop'],
    ['en', 'my card stopped working'],
    ['en', 'stop charging me fees'],
    ['en', 'what happens if I stop paying'],
    ['en', 'shop'],
    ['en', 'step'],
    ['en', 'top'],
    ['en', 'delete the last message'],
    ['en', 'remove the charge'],
    ['en', 'close'],
    ['en', 'is the bank closed'],
    ['en', 'Stop. Just kidding, don’t stop.'],
    ['es', 'no pares'],
    ['es', 'no para'],
    ['es', 'nunca pares de leer'],
    ['es', 'sin parar'],
    ['es', 'no borres mi cuenta'],
    ['es', 'dijo «para»'],
    ['es', '¿y para Citi?'],
    ['es', 'para la tarjeta'],
    ['es', 'para mí'],
    ['es', 'es para mi hijo'],
    ['es', 'saldo para hoy'],
    ['es', 'el precio es muy alto'],
    ['es', 'basta con eso para comprar'],
    ['es', 'cierra la ventana'],
    ['es', 'compras para el martes'],
  ];
  for (const [locale, text] of harmless) {
    test(text, () => {
      const { intent } = understand(text, context(locale));
      notEqual(intent, 'stop');
      notEqual(intent, 'deleteAccount');
    });
  }
});

describe('a follow-up', () => {
  const asked = (text: string, locale: Locale = 'en'): UnderstandingContext => {
    const before = context(locale);
    const frame = frameOf(understand(text, before), before.now);
    ok(frame);
    return { ...before, previous: frame };
  };
  const coffee = { category: 'coffee' };

  const followUps: readonly (readonly [Locale, string, string, Understood['intent'], object])[] = [
    [
      'en',
      'how much did I spend on coffee last week?',
      'and in May?',
      'spending',
      { ...coffee, ...span('2026-05-01', '2026-05-31', 'month') },
    ],
    [
      'en',
      'how much did I spend on coffee last week?',
      'and groceries?',
      'spending',
      { category: 'groceries', ...lastWeek },
    ],
    [
      'en',
      'how much did I spend on coffee last week?',
      'what about Starbucks',
      'spending',
      { merchant: 'Starbucks', ...lastWeek },
    ],
    [
      'en',
      'how much did I spend on coffee last week?',
      'only the card',
      'spending',
      { ...coffee, ...lastWeek, account: { kind: 'card' } },
    ],
    ['en', 'how much did I spend on coffee last week?', 'this month', 'spending', { ...coffee, ...thisMonth }],
    [
      'en',
      'how much did I spend on coffee last week?',
      'and in Ohio',
      'spending',
      { ...coffee, ...lastWeek, place: { kind: 'region', value: 'OH' } },
    ],
    ['en', 'what is my balance', 'and at citi?', 'balance', { bank: 'citi' }],
    ['en', 'what is my balance', 'only the savings', 'balance', { account: { kind: 'savings' } }],
    ['en', 'where was my card used', 'yesterday?', 'whereUsed', day('2026-11-19')],
    [
      'en',
      'how much did I spend at Bartoletti last week',
      'Bartoletti and Sons',
      'spending',
      { merchant: 'Bartoletti and Sons', ...lastWeek },
    ],
    ['en', 'how much did I spend on coffee last week', 'and where did I use my card', 'whereUsed', lastWeek],
    [
      'es',
      '¿Cuánto gasté en café la semana pasada?',
      '¿y en mayo?',
      'spending',
      { ...coffee, ...span('2026-05-01', '2026-05-31', 'month') },
    ],
    [
      'es',
      '¿Cuánto gasté en café la semana pasada?',
      'solo la tarjeta',
      'spending',
      { ...coffee, ...lastWeekEs, account: { kind: 'card' } },
    ],
    ['es', '¿Cuál es mi saldo?', '¿y para Citi?', 'balance', { bank: 'citi' }],
    ['es', '¿Cuál es mi saldo?', 'para Citi', 'balance', { bank: 'citi' }],
  ];
  for (const [locale, first, second, intent, slots] of followUps) {
    test(`“${first}” – “${second}”`, () => deepEqual(understand(second, asked(first, locale)), { intent, slots }));
  }

  test('is forgotten after ten minutes', () => {
    const before = asked('how much did I spend on coffee last week?');
    const later = (minutes: number) =>
      understand('and in May?', { ...before, now: before.now.add({ minutes }) }).intent;
    equal(later(10), 'spending');
    equal(later(11), 'unsure');
  });

  test('a question of its own takes nothing from the one before', () => {
    const before = asked('how much did I spend on coffee last month?');
    deepEqual(understand('how much did I spend at Target', before), {
      intent: 'spending',
      slots: { merchant: 'Target' },
    });
  });

  test('a bare “para” and “stop” mean stop, whatever was asked before', () => {
    equal(understand('stop', asked('what is my balance')).intent, 'stop');
    equal(understand('para', asked('¿Cuál es mi saldo?', 'es')).intent, 'stop');
  });
});

describe('the customer’s merchants', () => {
  const { merchants: _, ...without } = context('en');
  const counting = () => {
    let reads = 0;
    const read = async () => {
      reads += 1;
      return merchants;
    };
    return { read, reads: () => reads };
  };

  test('are not read for what is understood without them', async () => {
    const { read, reads } = counting();
    for (const text of ['balance', 'stop', 'how much did I spend on coffee last week', 'recent purchases'])
      await understandWith(text, without, read);
    equal(reads(), 0);
  });

  test('are read when a word has no other explanation', async () => {
    const { read, reads } = counting();
    deepEqual(await understandWith('how much did I spend at Target', without, read), {
      intent: 'spending',
      slots: { merchant: 'Target' },
    });
    equal(reads(), 1);
  });

  test('a text of 2,000 characters is read without trouble', () => {
    equal(understand('how much '.repeat(220), context('en')).intent, 'unsure');
    equal(understand('a'.repeat(2000), context('en')).intent, 'unsure');
    equal(understand('"'.repeat(2000), context('en')).intent, 'unsure');
    equal(understand('\u{1F600}'.repeat(900), context('en')).intent, 'unsure');
  });
});
