import { deepEqual, equal, match, ok, rejects } from 'node:assert/strict';
import { describe, test } from 'node:test';
import { TellerlineError, type AccountRef, type BankId, type LinkId } from '#base';
import { contentSchema, type BankFace, type Locale } from '#contract';
import { answer } from './answer.ts';
import type { CustomerCards } from './cards.ts';
import { calendarOf, lastPeriod, unitPeriod } from './calendar.ts';
import type { Period, Slots, Understood } from './frame.ts';
import type { AccountPurchase, CustomerMoney, LinkOfCustomer } from './money.ts';
import { keptWords, troubleWords, welcome } from './occasions.ts';
import type { Answer } from './turn.ts';
import { understand } from './understand.ts';
import type { CustomerWishes } from './wishes.ts';
import en from './words/en.json' with { type: 'json' };
import es from './words/es.json' with { type: 'json' };

/*
 * One customer, Friday, November 20, 2026, 2:30 PM in New York. All sums below are added up by hand from
 * the purchases listed here.
 */
const now = Temporal.Instant.from('2026-11-20T19:30:00Z');
const timeZone = 'America/New_York';
const face = (id: string, name: string, mark: string, telephone: string): BankFace => ({
  id,
  name,
  mark,
  accent: { light: '#00677f', dark: '#5cc8e0' },
  telephone,
});
const citiFace = face('citi', 'Citi', 'Ci', '1-800-374-9700');
const chaseFace = face('jpmorgan-chase', 'JPMorgan Chase', 'JP', '1-800-935-9935');
const wellsFace = face('wells-fargo', 'Wells Fargo', 'WF', '1-800-869-3557');

const card = 'ref-card' as AccountRef;
const checking = 'ref-checking' as AccountRef;
const chaseCard = 'ref-chase-card' as AccountRef;

const citi: LinkOfCustomer = {
  linkId: 'link-citi' as LinkId,
  bank: citiFace,
  state: 'linked',
  purposes: ['balances', 'transactions'],
  accounts: [
    { accountRef: card, kind: 'card', last4: '2291' },
    { accountRef: checking, kind: 'checking', last4: '4417' },
  ],
  grantedAt: '2026-11-20T15:00:00Z',
  expiresAt: '2027-11-20T15:00:00Z',
  history: { done: true, completeFrom: '2025-11-20' },
};
const chase: LinkOfCustomer = {
  ...citi,
  linkId: 'link-chase' as LinkId,
  bank: chaseFace,
  accounts: [{ accountRef: chaseCard, kind: 'card', last4: '7710' }],
};

let counted = 0;
function bought(
  accountRef: AccountRef,
  localDate: string,
  amount: string,
  merchant?: { name: string; category?: string; place?: readonly [string, string] },
  more: Partial<AccountPurchase> = {},
): AccountPurchase {
  counted += 1;
  const { name, category, place } = merchant ?? {};
  return {
    accountRef,
    id: `t${counted}`,
    status: 'posted',
    amount,
    currency: 'USD',
    direction: 'debit',
    occurredAt: `${localDate}T17:00:00Z`,
    localDate,
    description: name ?? 'TRANSFER',
    ...(name === undefined
      ? {}
      : {
          merchant: {
            name,
            ...(category && { category }),
            ...(place && { address: { city: place[0], region: place[1], country: 'US' } }),
          },
        }),
    ...more,
  };
}

const starbucks = { name: 'Starbucks', category: '5814', place: ['Westerville', 'OH'] as const };
const branch = { name: 'STARBUCKS STORE 01234', category: '5814', place: ['Columbus', 'OH'] as const };
const kroger = { name: 'Kroger', category: '5411', place: ['Columbus', 'OH'] as const };
const fuel = { name: 'Stroman & Hudson', category: '5541', place: ['Westerville', 'OH'] as const };
const shop = { name: 'Halden & Row', category: '5719' };

const ofCiti: AccountPurchase[] = [
  // This week, Nov 15–20
  bought(card, '2026-11-20', '65.70', fuel, { status: 'authorized', occurredAt: '2026-11-20T19:14:00Z' }),
  bought(card, '2026-11-19', '115.20', shop, { online: true }),
  bought(card, '2026-11-18', '5.75', starbucks),
  bought(card, '2026-11-18', '20.00', shop, { direction: 'credit' }),
  bought(card, '2026-11-17', '30.00', kroger, { status: 'reversed' }),
  bought(checking, '2026-11-16', '500.00'),
  bought(checking, '2026-11-16', '2150.00', undefined, { direction: 'credit', description: 'ACME PAYROLL' }),
  // Last week, Nov 8–14: coffee 34.65 in 6, groceries 82.10
  bought(card, '2026-11-09', '5.75', starbucks),
  bought(card, '2026-11-10', '4.95', starbucks),
  bought(card, '2026-11-12', '5.65', branch),
  bought(card, '2026-11-12', '5.75', starbucks),
  bought(card, '2026-11-13', '5.75', starbucks),
  bought(card, '2026-11-14', '6.80', branch),
  bought(card, '2026-11-11', '82.10', kroger),
  // The week before, Nov 1–7: coffee 40.85
  bought(card, '2026-11-02', '20.40', starbucks),
  bought(card, '2026-11-05', '20.45', starbucks),
  // October: groceries 60.00 + 40.00 on the card, 12.50 on checking
  bought(card, '2026-10-03', '60.00', kroger),
  bought(card, '2026-10-24', '40.00', kroger),
  bought(checking, '2026-10-28', '12.50', kroger),
  // Long ago
  bought(card, '2025-12-24', '9.99', shop),
];
const ofChase: AccountPurchase[] = [
  bought(chaseCard, '2026-11-10', '4.10', starbucks),
  bought(chaseCard, '2026-11-11', '1.25', starbucks),
  bought(chaseCard, '2026-11-19', '300.00', { name: 'Café Central', category: '5814' }, { currency: 'MXN' }),
];

interface World {
  readonly links?: readonly LinkOfCustomer[];
  readonly purchases?: Readonly<Record<string, readonly AccountPurchase[]>>;
  readonly balances?: CustomerMoney['balances'];
  readonly uses?: Awaited<ReturnType<CustomerMoney['uses']>>;
}

const asOf = '2026-11-20T19:15:00Z';
const usualBalances: CustomerMoney['balances'] = async (_, refs) =>
  refs.map((accountRef) => ({
    accountRef,
    balance:
      accountRef === checking
        ? { current: '2383.42', available: '2318.42', currency: 'USD', asOf }
        : { current: '-412.08', available: '4587.92', currency: 'USD', asOf },
  }));

const noHours = { quiet: null, digestHour: null };
const noWishes: CustomerWishes = {
  hearings: async () => new Map(),
  hear: async () => undefined,
  hours: async () => noHours,
  setHours: async () => noHours,
};

const noCards: CustomerCards = {
  list: async () => [],
  statements: async () => [],
  disputed: async () => new Set(),
  goesOn: async () => false,
};

function moneyOf({
  links = [citi],
  purchases = { [citi.linkId]: ofCiti, [chase.linkId]: ofChase },
  balances = usualBalances,
  uses = [],
}: World): CustomerMoney {
  return {
    banks: () => [chaseFace, wellsFace, citiFace],
    shops: () => [],
    shopLinks: async () => [],
    shopCode: async () => undefined,
    parcel: async () => undefined,
    parcels: async () => [],
    receipts: async () => [],
    links: async () => links,
    balances,
    purchases: async ({ linkId, accountRefs, from, to }, purpose) => {
      equal(purpose, 'transactions');
      return (purchases[linkId] ?? []).filter(
        (one) => one.localDate >= from && one.localDate <= to && (accountRefs?.includes(one.accountRef) ?? true),
      );
    },
    uses: async () => uses,
    merchants: async () => [],
  };
}

async function answered(understood: Understood, world: World = {}, locale: Locale = 'en'): Promise<Answer[]> {
  const answers = await answer({
    understood,
    locale,
    timeZone,
    now,
    money: moneyOf(world),
    wishes: noWishes,
    cards: noCards,
    parcels: { said: 'said' as never, followed: async () => undefined },
    cases: { open: async () => [], disputes: async () => [] },
    checks: { told: async () => [], newest: async () => undefined, address: () => 'http://localhost' },
    prepared: async () => undefined,
  });
  for (const one of answers) {
    contentSchema.parse(one.content);
    ok((one.asks?.length ?? 0) <= 3, 'at most three buttons');
    ok(!one.content.text.includes('  '), one.content.text);
  }
  return answers;
}

const calendar = calendarOf('en', timeZone, now);
const lastWeek = unitPeriod('week', -1, calendar);
const thisWeek = unitPeriod('week', 0, calendar);
const lastMonth = unitPeriod('month', -1, calendar);
const spending = (slots: Slots): Understood => ({ intent: 'spending', slots });
const texts = (answers: readonly Answer[]): string[] => answers.map(({ content }) => content.text);

function bars({ content }: Answer) {
  ok(content.kind === 'card' && content.card.card === 'chart' && content.card.chart === 'bars');
  return content.card;
}

describe('what was spent', () => {
  test('coffee last week: 5.75 + 4.95 + 5.65 + 5.75 + 5.75 + 6.80 = 34.65 in 6, 6.20 less than the 40.85 before', async () => {
    const [first, ...others] = await answered(spending({ category: 'coffee', period: lastWeek }));
    ok(first);
    equal(others.length, 0);
    deepEqual(bars(first), {
      card: 'chart',
      chart: 'bars',
      bank: 'citi',
      subject: { kind: 'category', value: 'coffee' },
      from: '2026-11-08',
      to: '2026-11-14',
      total: '34.65',
      currency: 'USD',
      count: 6,
      before: '40.85',
      bars: [
        { from: '2026-11-08', to: '2026-11-08', amount: '0.00' },
        { from: '2026-11-09', to: '2026-11-09', amount: '5.75' },
        { from: '2026-11-10', to: '2026-11-10', amount: '4.95' },
        { from: '2026-11-11', to: '2026-11-11', amount: '0.00' },
        { from: '2026-11-12', to: '2026-11-12', amount: '11.40' },
        { from: '2026-11-13', to: '2026-11-13', amount: '5.75' },
        { from: '2026-11-14', to: '2026-11-14', amount: '6.80' },
      ],
    });
    equal(
      first.content.text,
      'Citi: $34.65 on coffee, Nov 8 to 14, in 6 purchases. $6.20 less than in the same time before.',
    );
    equal(first.derivedFrom, citi.linkId);
    equal(first.purpose, 'transactions');
  });

  test('the same in Spanish', async () => {
    const [first] = await answered(spending({ category: 'coffee', period: lastWeek }), {}, 'es');
    equal(
      first?.content.text,
      'Citi: $34.65 en café, del 8 al 14 de noviembre, en 6 compras. $6.20 menos que en el mismo tiempo anterior.',
    );
  });

  // The week before as far, Nov 8–13: coffee 34.65 − 6.80 and groceries 82.10 = 109.95.
  test('everything this week: 65.70 + 115.20 + 5.75 = 186.65; refund, reversed and transfer are not in it and are said', async () => {
    const answers = await answered(spending({ period: thisWeek }));
    deepEqual(texts(answers), [
      'Citi: $186.65, Nov 15 to 20, in 3 purchases. $76.70 more than in the same time before.',
      '1 of them, $65.70, is still pending. $20.00 came back from shops; it is not taken off. Not counted: $500.00 in 1 payment without a shop, such as transfers and card payments.',
    ]);
    equal(bars(answers[0] as Answer).before, '109.95');
  });

  test('a refund is told only where it belongs to the question', async () => {
    deepEqual(texts(await answered(spending({ category: 'coffee', period: thisWeek }))), [
      'Citi: $5.75 on coffee, Nov 15 to 20, in 1 purchase. $22.10 less than in the same time before.',
    ]);
  });

  test('a merchant’s branches are one: 5.75 × 3 + 4.95 + 5.65 + 6.80 last week at Starbucks', async () => {
    const [first] = await answered(spending({ merchant: 'STARBUCKS STORE 01234', period: lastWeek }));
    equal(bars(first as Answer).total, '34.65');
    deepEqual(bars(first as Answer).subject, { kind: 'merchant', value: 'STARBUCKS STORE 01234' });
  });

  test('without a period it is this month so far: 186.65 + 34.65 + 82.10 + 40.85 = 344.25', async () => {
    const [first] = await answered(spending({}));
    const { total, from, to, count, before, bars: drawn } = bars(first as Answer);
    // By week: Nov 1–7, 8–14, 15–20. Before: Oct 1–20, 60.00.
    deepEqual([total, from, to, count, before], ['344.25', '2026-11-01', '2026-11-20', 12, '60.00']);
    deepEqual(
      drawn.map(({ amount }) => amount),
      ['40.85', '116.75', '186.65'],
    );
  });

  test('a year is told by month, and its bars add up to the total', async () => {
    const year: Period = unitPeriod('year', 0, calendar);
    const [first] = await answered(spending({ category: 'groceries', period: year }));
    const { total, bars: drawn } = bars(first as Answer);
    // 60.00 + 40.00 + 12.50 in October, 82.10 in November
    equal(total, '194.60');
    equal(drawn.length, 11);
    deepEqual(
      drawn.slice(-2).map(({ amount }) => amount),
      ['112.50', '82.10'],
    );
  });

  test('an account is one card with its label: groceries in October on the card, 60.00 + 40.00', async () => {
    const [first, ...others] = await answered(
      spending({ category: 'groceries', account: { last4: '2291' }, period: lastMonth }),
    );
    equal(others.length, 0);
    equal(bars(first as Answer).total, '100.00');
    deepEqual(bars(first as Answer).account, { kind: 'card', last4: '2291' });
    ok(first?.content.text.startsWith('Citi, card 2291: $100.00 on groceries, Oct 1 to 31, in 2 purchases.'));
  });

  test('a place is answered in words, and what has no place is said: 65.70 + 5.75 in Westerville', async () => {
    const answers = await answered(spending({ place: { kind: 'city', value: 'Westerville' }, period: thisWeek }));
    equal(answers[0]?.content.kind, 'text');
    deepEqual(texts(answers), [
      'Citi: $71.45 in Westerville, Nov 15 to 20, in 2 purchases. $49.25 more than in the same time before.',
      '1 of them, $65.70, is still pending. 1 purchase, $115.20, has no place and is not counted.',
    ]);
  });

  test('a state goes by its name', async () => {
    const [first] = await answered(
      spending({ category: 'groceries', place: { kind: 'region', value: 'OH' }, period: lastMonth }),
    );
    ok(first?.content.text.startsWith('Citi: $112.50 on groceries in Ohio, Oct 1 to 31, in 3 purchases.'));
  });

  test('two banks are two cards and one total: 34.65 + 5.35 = 40.00', async () => {
    const answers = await answered(spending({ category: 'coffee', period: lastWeek }), { links: [citi, chase] });
    deepEqual(
      answers.map(({ content }) => content.kind),
      ['card', 'card', 'text'],
    );
    equal(bars(answers[1] as Answer).total, '5.35');
    equal(answers[2]?.content.text, '$40.00 in all on coffee, Nov 8 to 14.');
    equal(answers[2]?.derivedFrom, citi.linkId);
    deepEqual(answers[2]?.alsoDerivedFrom, [chase.linkId]);
  });

  test('two currencies are never added', async () => {
    const answers = await answered(spending({ category: 'coffee', period: unitPeriod('month', 0, calendar) }), {
      links: [chase],
    });
    deepEqual(
      answers.map((one) => [bars(one).total, bars(one).currency]),
      [
        ['5.35', 'USD'],
        ['300.00', 'MXN'],
      ],
    );
  });

  test('nothing spent is said with the days it is true for', async () => {
    deepEqual(texts(await answered(spending({ category: 'travel', period: lastWeek }))), [
      'Citi: no purchases on travel, Nov 8 to 14.',
    ]);
  });

  test('what lies before everything that was read is not given a number', async () => {
    const period: Period = { from: '2025-01-01', to: '2025-06-30', unit: 'span' };
    deepEqual(texts(await answered(spending({ period }))), [
      'I can see Citi from November 20, 2025 on, and nothing before.',
    ]);
  });

  test('a span that reaches before what was read begins where it was read, and says so: 9.99 in 2025', async () => {
    const answers = await answered(spending({ period: { from: '2025-01-01', to: '2025-12-31', unit: 'year' } }));
    equal(bars(answers[0] as Answer).from, '2025-11-20');
    equal(bars(answers[0] as Answer).total, '9.99');
    equal(bars(answers[0] as Answer).before, undefined);
    equal(answers[1]?.content.text, 'I can see Citi from November 20, 2025 on, and nothing before.');
  });

  test('while history is read, the answer says from when it is complete, and compares only with what is', async () => {
    const reading = { ...citi, history: { done: false, completeFrom: '2026-11-01' } };
    const answers = await answered(spending({ category: 'groceries', period: lastMonth }), { links: [reading] });
    equal(bars(answers[0] as Answer).before, undefined);
    equal(answers[1]?.content.text, 'I am still reading the history of Citi. From November 1, 2026 on it is complete.');
    const covered = await answered(spending({ category: 'coffee', period: lastWeek }), { links: [reading] });
    equal(covered.length, 1);
    const unknown = { ...citi, history: { done: false, completeFrom: null } };
    const partial = await answered(spending({ category: 'coffee', period: lastWeek }), { links: [unknown] });
    equal(partial[1]?.content.text, 'I am still reading the history of Citi. This may not be all yet.');
  });
});

describe('balances', () => {
  const balance = (slots: Slots = {}): Understood => ({ intent: 'balance', slots });

  test('are one card a bank, as the bank says them now', async () => {
    const answers = await answered(balance(), { links: [citi, chase] });
    deepEqual(texts(answers), [
      'Citi: $412.08 owed on card 2291; $2,318.42 available in checking 4417.',
      'JPMorgan Chase: $412.08 owed on card 7710.',
      'In all: $2,318.42 in 1 account, and $824.16 owed on 2 cards.',
    ]);
    deepEqual(
      answers.map(({ derivedFrom, purpose }) => [derivedFrom, purpose]),
      [
        [citi.linkId, 'balances'],
        [chase.linkId, 'balances'],
        [citi.linkId, 'balances'],
      ],
    );
  });

  test('of one account show that account', async () => {
    deepEqual(texts(await answered(balance({ account: { kind: 'checking' } }), { links: [citi, chase] })), [
      'Citi: $2,318.42 available in checking 4417.',
    ]);
  });

  test('of a day gone by are not invented', async () => {
    const answers = await answered(balance({ period: lastMonth }));
    equal(answers[0]?.content.text, 'I can only see balances as they are now.');
  });

  test('that the bank did not give are said to be missing', async () => {
    const balances: CustomerMoney['balances'] = async () => [];
    deepEqual(texts(await answered(balance({ account: { kind: 'card' } }), { balances })), [
      'Citi gave no balance for card 2291.',
    ]);
  });

  const refusals: readonly (readonly [string, string, string])[] = [
    [
      'bank_unreachable',
      'Citi cannot be reached at the moment. Nothing was changed; please ask again in a few minutes.',
      'quick',
    ],
    [
      'bank_slow',
      'Citi is taking too long to answer. Nothing was changed; please ask again in a few minutes.',
      'quick',
    ],
    [
      'bank_answer_unreadable',
      'Citi sent an answer that I cannot read, so I show none. Nothing was changed; please ask again later.',
      'quick',
    ],
    ['bank_rate_limited', 'Citi asks me to wait before I ask again. Please ask again in 2 minutes.', 'quick'],
    [
      'bank_consent_lost',
      'Citi no longer answers for this link. Nothing was lost; sign in at Citi again and it goes on.',
      'reconnect',
    ],
    ['bank_refused', 'Citi would not answer this. Nothing was changed; please ask again later.', 'quick'],
    ['bank_not_configured', 'Citi is not set up here at the moment. Nothing was changed.', 'quick'],
  ];
  for (const [code, sentence, way] of refusals) {
    test(`${code} is one plain sentence and a way on, and spoils no other bank’s answer`, async () => {
      const balances: CustomerMoney['balances'] = async (linkId, refs) => {
        if (linkId === citi.linkId) throw new TellerlineError(code, 502, 'x', { retryAfterSeconds: 90 });
        return usualBalances(linkId, refs);
      };
      const [first, second] = await answered(balance(), { links: [citi, chase], balances });
      equal(first?.content.text, sentence);
      if (way === 'quick')
        deepEqual(
          first?.quickReplies?.map(({ label }) => label),
          ['Ask again', 'Recent purchases'],
        );
      else deepEqual(first?.waysOn, [{ way: 'reconnect', bank: 'citi', label: 'Reconnect Citi' }]);
      equal(second?.content.text, 'JPMorgan Chase: $412.08 owed on card 7710.');
    });
  }

  test('an error that is not the bank’s is not made into a sentence', async () => {
    const balances: CustomerMoney['balances'] = async () => {
      throw new TellerlineError('link_ended', 410, 'x');
    };
    await rejects(answered(balance(), { balances }), { code: 'link_ended' });
  });

  test('of a link that needs reconnecting are not asked for', async () => {
    let asked = 0;
    const balances: CustomerMoney['balances'] = async () => {
      asked += 1;
      return [];
    };
    const [first] = await answered(balance(), { links: [{ ...citi, state: 'reconnect' }], balances });
    equal(first?.waysOn?.[0]?.way, 'reconnect');
    equal(asked, 0);
  });
});

describe('recent purchases', () => {
  const list = ({ content }: Answer) => {
    ok(content.kind === 'card' && content.card.card === 'chart' && content.card.chart === 'purchases');
    return content.card;
  };

  test('are purchases only, newest first, without the transfer, the salary, the refund and the reversed one', async () => {
    const [first] = await answered({ intent: 'recent', slots: { count: 3, purchasesOnly: true } });
    deepEqual(
      list(first as Answer).purchases.map(({ amount }) => amount),
      ['65.70', '115.20', '5.75'],
    );
    equal(
      first?.content.text,
      'Citi: your last 3 purchases. $65.70 at Stroman & Hudson, Westerville OH. $115.20 at Halden & Row, online. $5.75 at Starbucks, Westerville OH.',
    );
  });

  test('transactions are every movement', async () => {
    const [first] = await answered({ intent: 'recent', slots: { count: 7 } });
    deepEqual(
      new Set(list(first as Answer).purchases.map(({ amount }) => amount)),
      new Set(['65.70', '115.20', '5.75', '20.00', '30.00', '500.00', '2150.00']),
    );
  });

  test('ten are listed when nobody said how many', async () => {
    const [first] = await answered({ intent: 'recent', slots: { purchasesOnly: true } });
    equal(list(first as Answer).purchases.length, 10);
  });

  test('the last ones are looked for as far back as there is history', async () => {
    const [first] = await answered({ intent: 'recent', slots: { merchant: 'Halden & Row', count: 2 } });
    deepEqual(
      list(first as Answer).purchases.map(({ amount }) => amount),
      ['115.20', '9.99'],
    );
    ok(first?.content.text.startsWith('Citi: your last 2 purchases at Halden & Row.'));
  });

  test('never carry our own reference of the account', async () => {
    const [first] = await answered({ intent: 'recent', slots: {} });
    ok(!JSON.stringify(first?.content).includes('ref-'));
  });

  test('of a day without any say so', async () => {
    const yesterday: Period = { from: '2026-11-15', to: '2026-11-15', unit: 'day' };
    deepEqual(texts(await answered({ intent: 'recent', slots: { period: yesterday, purchasesOnly: true } })), [
      'Citi: no purchases, Nov 15.',
    ]);
    deepEqual(texts(await answered({ intent: 'recent', slots: { period: yesterday } }, {}, 'es')), [
      'Citi: ningún movimiento, el 15 de noviembre.',
    ]);
  });
});

describe('where the card was used', () => {
  test('is a card of places, newest first, and the last one in words; a reversed use is a use', async () => {
    const answers = await answered({ intent: 'whereUsed', slots: { period: thisWeek } });
    const [first] = answers;
    ok(first?.content.kind === 'card' && first.content.card.card === 'chart' && first.content.card.chart === 'places');
    const { places, count, from, to } = first.content.card;
    deepEqual([count, from, to], [4, '2026-11-15', '2026-11-20']);
    deepEqual(
      places.map(({ amount }) => amount),
      ['65.70', '115.20', '5.75', '30.00'],
    );
    equal(
      answers[1]?.content.text,
      'Citi, last used Fri 2:14 PM: $65.70 at Stroman & Hudson, Westerville OH. 1 purchase has no place: made online, or the bank gave none.',
    );
    equal(first.content.text, 'Citi: 4 purchases, Nov 15 to 20.');
  });

  test('is of the last thirty days when nobody said when', async () => {
    const [first] = await answered({ intent: 'whereUsed', slots: {} });
    ok(first?.content.kind === 'card' && first.content.card.card === 'chart' && first.content.card.chart === 'places');
    deepEqual([first.content.card.from, first.content.card.to], ['2026-10-22', '2026-11-20']);
    deepEqual(lastPeriod(30, 'day', calendar), { from: '2026-10-22', to: '2026-11-20', unit: 'span' });
  });

  test('nowhere is said', async () => {
    const period: Period = { from: '2026-11-15', to: '2026-11-15', unit: 'day' };
    deepEqual(texts(await answered({ intent: 'whereUsed', slots: { period } }, {}, 'es')), [
      'Citi: tu tarjeta no se usó, el 15 de noviembre.',
    ]);
  });
});

describe('what may not be read is not read', () => {
  const questions: readonly Understood[] = [
    { intent: 'spending', slots: {} },
    { intent: 'recent', slots: {} },
    { intent: 'whereUsed', slots: {} },
  ];
  for (const question of questions) {
    test(`${question.intent}: purchases that were not switched on are named, with the way to the linking page`, async () => {
      const answers = await answered(question, { links: [{ ...citi, purposes: ['balances'] }] });
      deepEqual(texts(answers), ['You did not switch on purchases for Citi, so I cannot see them.']);
      deepEqual(answers[0]?.waysOn, [{ way: 'link-bank', bank: 'citi', label: 'Change what Citi may show' }]);
    });
  }

  test('balances that were not switched on are named; the other bank answers', async () => {
    const answers = await answered(
      { intent: 'balance', slots: {} },
      { links: [{ ...citi, purposes: ['transactions'] }, chase] },
    );
    deepEqual(texts(answers), [
      'JPMorgan Chase: $412.08 owed on card 7710.',
      'You did not switch on balances for Citi, so I cannot see them.',
    ]);
  });

  test('nothing linked says so, with the way to link', async () => {
    for (const intent of ['balance', 'recent', 'whereUsed', 'spending'] as const) {
      const answers = await answered({ intent, slots: {} }, { links: [] });
      deepEqual(texts(answers), ['No bank is linked yet, so I can see nothing.']);
      deepEqual(answers[0]?.waysOn, [{ way: 'link-bank', label: 'Link a bank' }]);
    }
  });

  test('a bank that is not linked says so', async () => {
    const answers = await answered({ intent: 'balance', slots: { bank: 'wells-fargo' as BankId } });
    deepEqual(texts(answers), ['Wells Fargo is not linked.']);
    deepEqual(answers[0]?.waysOn, [{ way: 'link-bank', bank: 'wells-fargo', label: 'Link Wells Fargo' }]);
  });

  test('an account that is not linked says so', async () => {
    deepEqual(texts(await answered({ intent: 'balance', slots: { account: { last4: '9999' } } })), [
      'I find no such account among what you linked.',
    ]);
  });

  test('a link that needs reconnecting shows what was read and says so', async () => {
    const answers = await answered(spending({ category: 'coffee', period: lastWeek }), {
      links: [{ ...citi, state: 'reconnect' }],
    });
    equal(bars(answers[0] as Answer).total, '34.65');
    equal(answers[1]?.content.text, 'Citi no longer answers for this link. This is what it had sent until then.');
    equal(answers[1]?.waysOn?.[0]?.way, 'reconnect');
  });
});

describe('stopping asks first', () => {
  const stop = (slots: Slots = {}): Understood => ({ intent: 'stop', slots });
  const labels = ({ asks }: Answer) => asks?.map(({ act, linkId, label, weight }) => [act, linkId, label, weight]);

  test('one link: the safe button first', async () => {
    const [first, ...others] = await answered(stop());
    equal(others.length, 0);
    ok(first?.content.kind === 'card' && first.content.card.card === 'consent');
    equal(first.content.card.state, 'stop-asked');
    deepEqual(labels(first), [
      ['keep-link', citi.linkId, 'Keep it', 'main'],
      ['stop-link', citi.linkId, 'Stop Citi', 'grave'],
    ]);
  });

  test('several links: all at once, or each', async () => {
    const answers = await answered(stop(), { links: [citi, chase] });
    equal(answers.length, 3);
    deepEqual(labels(answers[0] as Answer), [
      ['keep-link', undefined, 'Keep all', 'main'],
      ['stop-link', undefined, 'Stop all', 'grave'],
    ]);
    deepEqual(
      labels(answers[2] as Answer)?.map(([, , label]) => label),
      ['Keep it', 'Stop JPMorgan Chase'],
    );
  });

  test('“stop it all” asks once', async () => {
    const answers = await answered(stop({ all: true }), { links: [citi, chase] });
    deepEqual(texts(answers), [
      'Stop Citi and JPMorgan Chase? They are told at once, and what was read from them is erased here.',
    ]);
  });

  test('a named bank is the only one asked about; one that is not linked is said to be', async () => {
    const answers = await answered(stop({ bank: 'citi' as BankId }), { links: [citi, chase] });
    deepEqual(
      answers.map(({ derivedFrom }) => derivedFrom),
      [citi.linkId],
    );
    deepEqual(texts(await answered(stop({ bank: 'wells-fargo' as BankId }))), ['Wells Fargo is not linked.']);
  });

  test('with nothing linked there is nothing to stop', async () => {
    deepEqual(texts(await answered(stop(), { links: [] }, 'es')), [
      'No hay ningún banco vinculado, así que no se lee nada.',
    ]);
  });

  test('deleting the account says what goes with it, and keeps by default', async () => {
    const [first] = await answered({ intent: 'deleteAccount', slots: {} }, { links: [citi, chase] });
    ok(
      first?.content.text.startsWith(
        'Delete your account here? Citi and JPMorgan Chase are stopped and told. Everything here is erased',
      ),
    );
    ok(first);
    deepEqual(labels(first), [
      ['keep-account', undefined, 'Keep my account', 'main'],
      ['delete-account', undefined, 'Delete my account', 'grave'],
    ]);
    const [alone] = await answered({ intent: 'deleteAccount', slots: {} }, { links: [] });
    ok(alone?.content.text.startsWith('Delete your account here? Everything here is erased'));
  });

  test('sharing less asks for each link, the safe button first, and carries what would go', async () => {
    const less = (slots: Slots): Understood => ({ intent: 'shareLess', slots });
    const answers = await answered(less({ purposes: ['transactions'] }), { links: [citi, chase] });
    deepEqual(
      answers.map(({ asks }) => asks?.map(({ act, givenUp, label }) => [act, givenUp, label])),
      [citi, chase].map(() => [
        ['keep-link', undefined, 'Keep it'],
        ['narrow-link', { purposes: ['transactions'], accounts: [] }, 'Stop sharing purchases'],
      ]),
    );
    const card = citi.accounts.find(({ kind }) => kind === 'card');
    const [account] = await answered(less({ account: { kind: 'card' } }));
    deepEqual(account?.asks?.[1]?.givenUp, { purposes: [], accounts: [card?.accountRef] });
    ok(account?.content.text.startsWith('Stop sharing card 2291 of Citi?'));
  });

  test('sharing less of the last thing ends the link, and says so', async () => {
    const [only] = await answered(
      { intent: 'shareLess', slots: { purposes: ['transactions'] } },
      { links: [{ ...citi, purposes: ['transactions'] }] },
    );
    ok(only);
    deepEqual(
      labels(only)?.map(([act]) => act),
      ['keep-link', 'stop-link'],
    );
    ok(only.content.text.startsWith('Citi shows nothing else here, so this ends the link'));
  });

  test('what is not shared, or was not named, gets no button', async () => {
    for (const [slots, says] of [
      [{}, 'What should no longer be shared?'],
      [{ purposes: ['balances'] as const }, 'You share no balances here.'],
      [{ account: { last4: '0000' } }, 'I find no such account among what you linked.'],
      [{ bank: 'wells-fargo' as BankId, purposes: ['transactions'] as const }, 'Wells Fargo is not linked.'],
    ] as const) {
      const answers = await answered(
        { intent: 'shareLess', slots },
        { links: [{ ...citi, purposes: ['transactions'] }] },
      );
      equal(answers.length, 1);
      ok(answers[0]?.content.text.startsWith(says), says);
      equal(answers[0]?.asks, undefined);
    }
  });

  test('nothing that is typed gives a button other than these', async () => {
    for (const intent of [
      'balance',
      'recent',
      'whereUsed',
      'spending',
      'help',
      'linkBank',
      'links',
      'talkToPerson',
      'thanks',
      'greeting',
    ] as const) {
      ok(
        (await answered({ intent, slots: {} })).every(({ asks }) => asks === undefined),
        intent,
      );
    }
  });
});

describe('everything else', () => {
  test('what is linked is told with end, purposes and accounts', async () => {
    const [first] = await answered({ intent: 'links', slots: {} });
    equal(
      first?.content.text,
      'Citi is linked until November 20, 2027: balances and purchases, of card 2291 and checking 4417.',
    );
  });

  test('linking names the bank, or leaves the choice', async () => {
    const [named] = await answered({ intent: 'linkBank', slots: { bank: 'wells-fargo' as BankId } });
    deepEqual(named?.waysOn, [{ way: 'link-bank', bank: 'wells-fargo', label: 'Link Wells Fargo' }]);
    const [open] = await answered({ intent: 'linkBank', slots: {} });
    deepEqual(open?.waysOn, [{ way: 'link-bank', label: 'Link a bank' }]);
    const [again] = await answered({ intent: 'linkBank', slots: { bank: 'citi' as BankId } });
    equal(again?.content.text, 'Citi is already linked, until November 20, 2027.');
  });

  test('where nobody can be written to, the telephone of each bank is said', async () => {
    deepEqual(texts(await answered({ intent: 'talkToPerson', slots: {} }, { links: [citi, chase] })), [
      'Citi’s staff cannot be written to from here right now. By telephone: 1-800-374-9700.',
      'JPMorgan Chase’s staff cannot be written to from here right now. By telephone: 1-800-935-9935.',
    ]);
  });

  test('what is not understood is said, with three things that can be done, and a person', async () => {
    const doubts: readonly Understood[] = [
      { intent: 'unsure', doubt: { reason: 'nothing' } },
      { intent: 'unsure', doubt: { reason: 'notYet' } },
      { intent: 'unsure', doubt: { reason: 'future' } },
      { intent: 'unsure', doubt: { reason: 'words', words: 'hotels' } },
    ];
    for (const doubt of doubts) {
      const [first] = await answered(doubt);
      deepEqual(
        first?.quickReplies?.map(({ label }) => label),
        ['Balance', 'Recent purchases', 'Where I used my card', 'Talk to a person'],
      );
    }
  });

  test('every quick reply is itself understood', async () => {
    for (const locale of ['en', 'es'] as const) {
      const said = [
        welcome(locale),
        keptWords(locale),
        troubleWords(locale),
        ...(await answered({ intent: 'help', slots: {} }, {}, locale)),
      ];
      for (const { text } of said.flatMap(({ quickReplies }) => quickReplies ?? [])) {
        const understood = understand(text, { locale, timeZone, now, banks: [citiFace], accounts: [], merchants: [] });
        ok(understood.intent !== 'unsure', text);
      }
    }
  });

  test('several merchants of one name are offered, and go with their links', async () => {
    const options = [
      { name: 'Bartoletti-Wunsch', linkId: citi.linkId },
      { name: 'Bartoletti and Sons', linkId: chase.linkId },
    ];
    const [first] = await answered({ intent: 'unsure', doubt: { reason: 'whichMerchant', options } });
    deepEqual(
      first?.quickReplies?.map(({ text }) => text),
      ['Bartoletti-Wunsch', 'Bartoletti and Sons', 'Talk to a person'],
    );
    equal(first?.derivedFrom, citi.linkId);
    deepEqual(first?.alsoDerivedFrom, [chase.linkId]);
  });
});

describe('the words of the conversation', () => {
  const args = (text: string): string[] =>
    [...new Set(text.match(/(?<!(?:one|other|yes|=\d+) )\{\w+(?=[},])/g) ?? [])].toSorted();

  test('are the same keys with the same arguments in English and Spanish', () => {
    deepEqual(Object.keys(es).toSorted(), Object.keys(en).toSorted());
    for (const [key, text] of Object.entries(en)) deepEqual(args(es[key as keyof typeof en]), args(text), key);
  });

  test('have no exclamation marks and no emoji', () => {
    for (const text of [...Object.values(en), ...Object.values(es)])
      ok(!/[!¡]|\p{Extended_Pictographic}/u.test(text), text);
  });
});

describe('who has seen my data', () => {
  test('says how often and why, and leads to each use', async () => {
    const uses = [
      { who: 'task', reason: 'question-answered', count: 7 },
      { who: 'customer', reason: 'conversation-shown', count: 1 },
      { who: 'staff', reason: 'case-read', count: 2 },
    ];
    const [first] = await answered({ intent: 'whoSaw', slots: {} }, { uses });
    equal(
      first?.content.text,
      'In the last 30 days your bank data was used 10 times: 7 times to answer you, once to show you this chat, and 2 times by a bank’s staff. No other use is entered. The privacy centre shows each of them with its proof.',
    );
    deepEqual(first.waysOn, [{ way: 'privacy', label: 'Privacy centre' }]);
    const [none] = await answered({ intent: 'whoSaw', slots: {} }, {}, 'es');
    match(none?.content.text ?? '', /^No se hizo nada/);
  });
});
