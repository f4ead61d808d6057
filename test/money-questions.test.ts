import { equal, ok } from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import fc from 'fast-check';
import { BANKING_INTENTS } from '#conversation';
import { askingOf } from '../tools/asking.ts';
import { seededCustomer } from '../tools/seeded-money.ts';

/*
 * Questions over a seeded history, beside sums that are made here in another way: whole cents, added in a loop over
 * everything that the sandbox's banks tell.
 */
const now = Temporal.Instant.from('2026-11-20T12:00:00-05:00');
const seeded = seededCustomer('customer-1', now);
const { purchases } = seeded;
const ask = (text: string) => askingOf(seeded, { now, locale: 'en' })(text);

type Seeded = (typeof purchases)[number];
const isSpent = (one: Seeded) => one.direction === 'debit' && one.merchant !== undefined;
const cents = (one: Seeded): number => Number(one.amount.replace('.', ''));
const money = (sum: number): string => `${Math.trunc(sum / 100)}.${String(sum % 100).padStart(2, '0')}`;
const between = (from: string, to: string) => (one: Seeded) => one.localDate >= from && one.localDate <= to;
const total = (some: readonly Seeded[]): number => some.reduce((sum, one) => sum + cents(one), 0);

const subjects = [
  { words: 'on coffee', is: (one: Seeded) => one.merchant?.category === '5814' },
  { words: 'on groceries', is: (one: Seeded) => ['5411', '5499'].includes(one.merchant?.category ?? '') },
  { words: 'on rent', is: (one: Seeded) => one.merchant?.category === '6513' },
  { words: 'at Hollis Foods', is: (one: Seeded) => one.merchant?.name === 'Hollis Foods' },
  { words: 'at the Daily Grind', is: (one: Seeded) => one.merchant?.name === 'The Daily Grind' },
  { words: 'in Texas', is: (one: Seeded) => one.merchant?.address?.region === 'TX' },
  { words: 'at chase', is: (one: Seeded) => one.linkId === 'link-jpmorgan-chase' },
  { words: 'over $50', is: (one: Seeded) => cents(one) > 5000 },
] as const;

const day = fc
  .integer({ min: 1, max: 350 })
  .map((back) => now.toZonedDateTimeISO('America/Chicago').toPlainDate().subtract({ days: back }));
const span = fc
  .tuple(day, day)
  .map(([one, other]): [Temporal.PlainDate, Temporal.PlainDate] =>
    Temporal.PlainDate.compare(one, other) <= 0 ? [one, other] : [other, one],
  );
const subject = fc.constantFrom(...subjects);

test('a sum is the sum of what is there, for any subject and span', async () => {
  await fc.assert(
    fc.asyncProperty(subject, span, async ({ words, is }, [from, to]) => {
      const expected = purchases.filter(isSpent).filter(is).filter(between(from.toString(), to.toString()));
      const { value, counted } = await ask(`how much did I spend ${words} from ${from.toString()} to ${to.toString()}`);
      equal(value, money(total(expected)));
      equal(counted?.transactions, expected.length);
    }),
    { numRuns: 25 },
  );
});

test('the sum over a span is the sum of its parts', async () => {
  const sum = async (words: string, from: Temporal.PlainDate, to: Temporal.PlainDate) =>
    Number(
      String((await ask(`how much did I spend ${words} from ${from.toString()} to ${to.toString()}`)).value).replace(
        '.',
        '',
      ),
    );
  await fc.assert(
    fc.asyncProperty(subject, span, async ({ words }, [from, to]) => {
      const middle = from.add({ days: Math.floor(from.until(to).days / 2) });
      const next = middle.add({ days: 1 });
      const second = Temporal.PlainDate.compare(next, to) > 0 ? 0 : await sum(words, next, to);
      equal((await sum(words, from, middle)) + second, await sum(words, from, to));
    }),
    { numRuns: 10 },
  );
});

test('filters may be said in any order', async () => {
  const filters = ['on coffee', 'in Texas', 'over $5', 'last month', 'at chase'];
  const first = await ask(`how much did I spend ${filters.join(' ')}`);
  ok(first.counted && first.counted.transactions > 0);
  await fc.assert(
    fc.asyncProperty(fc.shuffledSubarray(filters, { minLength: filters.length }), async (shuffled) => {
      const { value, counted } = await ask(`how much did I spend ${shuffled.join(' ')}`);
      equal(value, first.value);
      equal(counted?.transactions, first.counted?.transactions);
    }),
    { numRuns: 12 },
  );
});

test('counts, the biggest and the parts of a breakdown are of the same purchases', async () => {
  for (const { words, is } of subjects) {
    const own = purchases.filter(isSpent).filter(is).filter(between('2026-10-01', '2026-10-31'));
    const count = await ask(`how many purchases ${words} last month`);
    equal(count.value, own.length, words);
    const biggest = await ask(`biggest purchase ${words} last month`);
    equal(biggest.value, own.length === 0 ? null : money(Math.max(...own.map(cents))), words);
    const parts = (await ask(`spending by merchant ${words} last month`)).parts ?? [];
    equal(
      parts.reduce((sum, { value }) => sum + Number(String(value).replace('.', '')), 0),
      total(own),
      words,
    );
  }
});

test('a word that nothing explains gets no number', async () => {
  const questions = [
    'how much did I spend on coffee last week',
    'biggest purchase in March',
    'how many times did I go to Hollis Foods',
    'compare groceries this month with last',
    'average purchase last month',
    'my subscriptions',
    'when is my salary in',
    'what is due next week',
    'refunds this year',
    'top merchants last month',
  ];
  const strange = fc.stringMatching(/^[bcdfghjklmnpqrstvwxz]{9,12}$/);
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...questions), strange, fc.nat(), async (question, word, at) => {
      const words = question.split(' ');
      words.splice(at % (words.length + 1), 0, word);
      const { intent, value } = await ask(words.join(' '));
      equal(value, null, words.join(' '));
      // What a bank is asked besides has no number either.
      ok(intent === 'unsure' || BANKING_INTENTS.some((one) => one === intent), words.join(' '));
    }),
    { numRuns: 40 },
  );
});

test('the door answers on the command line, and says in a sentence what is wrong with its use', () => {
  const run = (...args: string[]) => spawnSync(process.execPath, ['tools/ask.ts', ...args], { encoding: 'utf8' });
  const asked = run(
    '--now',
    '2026-11-20T12:00:00-05:00',
    '--json',
    'how much did I spend on coffee last week',
    'and in May?',
  );
  equal(asked.status, 0, asked.stderr);
  const lines = asked.stdout
    .trim()
    .split('\n')
    .map((line): unknown => JSON.parse(line));
  equal(lines.length, 2);
  for (const wrong of [[], ['--bank', 'nobody', 'balance'], ['--customer', 'me', 'balance']]) {
    const refused = run(...wrong);
    equal(refused.status, 2, wrong.join(' '));
    ok(refused.stderr.includes('npm run ask'), refused.stderr);
  }
});
