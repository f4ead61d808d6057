import { deepEqual, equal, ok } from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { HearingConditions } from '#contract';
import { isHeard } from './hearing.ts';

const cents = fc.integer({ min: 0, max: 10_000_000 });
const decimal = (minor: number): string => (minor / 100).toFixed(2);
const yes = fc.constant(true as const);
const transactions = fc.record(
  {
    amount: cents.map(decimal),
    currency: fc.constantFrom('USD', 'MXN'),
    description: fc.constantFrom('DINER', 'ACME PAYROLL 0412', 'ABONO NÓMINA'),
    direction: fc.constantFrom('debit' as const, 'credit' as const),
    online: fc.boolean(),
    merchant: fc.record({ name: fc.constant('A'), address: fc.record({ country: fc.constantFrom('US', 'MX', 'es') }) }),
  },
  { requiredKeys: ['amount', 'currency', 'direction', 'description'] },
);
const choices: fc.Arbitrary<HearingConditions> = fc.record(
  {
    over: fc.record({ amount: cents.map(decimal), currency: fc.constant('USD') }),
    abroad: yes,
    online: yes,
    moneyIn: yes,
    salary: yes,
  },
  { requiredKeys: [] },
);

const bought = { amount: '5.00', currency: 'USD', direction: 'debit', description: 'DINER' } as const;

test('who has chosen nothing is told everything, and who wants nothing nothing', () => {
  fc.assert(
    fc.property(transactions, (transaction) => {
      ok(isHeard({}, transaction));
      ok(!isHeard({ only: {} }, transaction));
    }),
  );
});

test('one condition that fits is enough: a choice tells what its conditions tell one by one', () => {
  fc.assert(
    fc.property(choices, transactions, (only, transaction) => {
      const single = Object.entries(only).some(([name, value]) => isHeard({ only: { [name]: value } }, transaction));
      equal(isHeard({ only }, transaction), single);
    }),
  );
});

test('over an amount is more than it to the cent, and what cannot be compared is told', () => {
  fc.assert(
    fc.property(cents, cents, (limit, spent) => {
      const hearing = { only: { over: { amount: decimal(limit), currency: 'USD' } } };
      const transaction = { ...bought, amount: decimal(spent) };
      equal(isHeard(hearing, transaction), spent > limit);
      ok(isHeard(hearing, { ...transaction, currency: 'MXN' }));
    }),
  );
});

test('abroad is another country, or another currency than the account has; home and unknown places are not', () => {
  const abroad = { only: { abroad: true } } as const;
  const inCountry = (country: string) => ({ ...bought, merchant: { name: 'A', address: { country } } });
  const heard = [inCountry('MX'), inCountry('US'), inCountry('us'), bought].map((one) => isHeard(abroad, one));
  deepEqual(heard, [true, false, false, false]);
  ok(isHeard(abroad, { ...bought, currency: 'MXN' }, { currency: 'USD' }));
});

test('a salary is money in by its bank’s code for income or by the words of its line, and nothing else is one', () => {
  const salary = { only: { salary: true } } as const;
  const paid = { ...bought, direction: 'credit' } as const;
  const income = { merchant: { name: 'Whitcomb Logistics', category: '6012' } };
  ok(isHeard(salary, { ...paid, ...income }));
  for (const description of [
    'PAYROLL WHITCOMB',
    'ACME CORP DIR DEP',
    'DIRECT DEPOSIT ACME',
    'Abono nómina marzo',
    'SUELDO',
  ])
    ok(isHeard(salary, { ...paid, description }), description);
  for (const description of ['REFUND DINER', 'TRANSFER FROM SAVINGS', 'WAGESTREAM'])
    ok(!isHeard(salary, { ...paid, description }), description);
  ok(!isHeard(salary, { ...bought, ...income, description: 'PAYROLL SERVICES LLC' }));
});
