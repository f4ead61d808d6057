import { deepEqual, ok } from 'node:assert/strict';
import { describe, test } from 'node:test';
import { askingOf, type Asked } from '../../tools/asking.ts';
import { seededCustomer } from '../../tools/seeded-money.ts';
import type { Expected } from './expecting.ts';
import { customer, now } from './oracle.ts';
import { conversations } from './questions.ts';

/** Ids of the same second may stand in either order. */
const unordered = (value: unknown): unknown => (Array.isArray(value) ? new Set<unknown>(value) : value);

function check({ value, counted, reason, intent, texts }: Asked, expected: Expected): void {
  const told = texts.join(' ');
  if (expected.value === undefined) {
    deepEqual({ value, counted }, { value: null, counted: undefined }, told);
    if (expected.reason !== undefined) deepEqual({ intent, reason }, { intent: 'unsure', reason: expected.reason });
    return;
  }
  deepEqual(unordered(value), unordered(expected.value), `${intent} ${reason ?? ''} ${told.slice(0, 300)}`);
  ok(counted, 'a number says what it counted');
  if (expected.count !== undefined) deepEqual(counted.transactions, expected.count);
}

const seeded = seededCustomer(customer, now);
const printed = { asked: 0, exact: 0, 'refused rightly': 0, wrong: 0 };

describe('a stranger’s questions are answered exactly or not at all', () => {
  for (const { locale, said } of conversations) {
    test(`${locale}: ${said.map(([text]) => text).join(' – ')}`, async () => {
      const ask = askingOf(seeded, { now, locale });
      for (const [text, expected] of said) {
        const asked = await ask(text);
        printed.asked += 1;
        printed.wrong += 1;
        check(asked, expected);
        printed.wrong -= 1;
        printed[expected.value === undefined ? 'refused rightly' : 'exact'] += 1;
      }
    });
  }
});

test('there are enough of them', (context) => {
  const all = conversations.flatMap(({ locale, said }) => said.map(([text, expected]) => ({ locale, text, expected })));
  const chained = conversations.filter(({ said }) => said.length > 1).flatMap(({ said }) => said);
  ok(all.length >= 340, `${all.length} questions`);
  ok(all.filter(({ locale }) => locale === 'es').length >= 110, 'in Spanish');
  ok(chained.length >= 60, `${chained.length} in chains`);
  ok(all.filter(({ expected }) => expected.value === undefined).length >= 40, 'to be refused');
  const told = Object.entries(printed).map(([name, count]) => `${name} ${count}`);
  context.diagnostic(told.join(', '));
});
