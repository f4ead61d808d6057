import { deepEqual, equal, ok } from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { BalanceCard, ConsentCard, TransactionCard } from './cards.ts';
import { accountWords, gistOfBalance, gistOfConsent, gistOfTransaction, moneyWords } from './gist.ts';
import en from './words/gist.en.json' with { type: 'json' };
import es from './words/gist.es.json' with { type: 'json' };

const at = {
  name: 'Stroman & Hudson',
  category: '5541',
  address: { city: 'Westerville', region: 'OH', country: 'US' },
};
const card = (transaction: Partial<TransactionCard['transaction']>): TransactionCard => ({
  card: 'transaction',
  bank: 'citi',
  account: { kind: 'checking', last4: '4417' },
  transaction: {
    id: 't1',
    status: 'authorized',
    amount: '65.70',
    currency: 'USD',
    direction: 'debit',
    occurredAt: '2026-11-20T19:14:00Z',
    localDate: '2026-11-20',
    description: 'ACME PAYROLL',
    ...transaction,
  },
});

describe('the gist of a transaction', () => {
  const { address: _, ...nowhere } = at;
  const cases: readonly (readonly [Partial<TransactionCard['transaction']>, string, string])[] = [
    [{ merchant: at }, '$65.70 at Stroman & Hudson, Westerville OH.', '$65.70 en Stroman & Hudson, Westerville OH.'],
    [{ merchant: nowhere }, '$65.70 at Stroman & Hudson.', '$65.70 en Stroman & Hudson.'],
    [
      { merchant: at, online: true },
      '$65.70 at Stroman & Hudson, online.',
      '$65.70 en Stroman & Hudson, por internet.',
    ],
    [
      { merchant: at, status: 'posted' },
      'Posted: $65.70 at Stroman & Hudson, Westerville OH.',
      'Contabilizado: $65.70 en Stroman & Hudson, Westerville OH.',
    ],
    [
      { merchant: at, status: 'reversed' },
      'Reversed, so it does not count: $65.70 at Stroman & Hudson, Westerville OH.',
      'Anulado, ya no cuenta: $65.70 en Stroman & Hudson, Westerville OH.',
    ],
    [
      { merchant: at, direction: 'credit' },
      '$65.70 back from Stroman & Hudson.',
      '$65.70 de vuelta de Stroman & Hudson.',
    ],
    [
      { direction: 'credit', amount: '2150.00' },
      '$2,150.00 came in to checking 4417: ACME PAYROLL.',
      'Entraron $2,150.00 en la cuenta corriente 4417: ACME PAYROLL.',
    ],
    [
      { amount: '500.00' },
      '$500.00 out of checking 4417: ACME PAYROLL.',
      'Salieron $500.00 de la cuenta corriente 4417: ACME PAYROLL.',
    ],
    [
      { status: 'posted', amount: '23.60', before: '20.00', merchant: { name: 'Bluebird Diner' } },
      'Posted: $23.60 at Bluebird Diner. The amount before was $20.00.',
      'Contabilizado: $23.60 en Bluebird Diner. El importe anterior era $20.00.',
    ],
    [
      { amount: '70.00', before: '100.00', partlyReversed: true, merchant: { name: 'Harbor Grill' } },
      '$70.00 at Harbor Grill. Part of $100.00 was given back.',
      '$70.00 en Harbor Grill. Se devolvió una parte de $100.00.',
    ],
  ];
  for (const [transaction, english, spanish] of cases) {
    test(english, () => {
      equal(gistOfTransaction(card(transaction), 'en'), english);
      equal(gistOfTransaction(card(transaction), 'es'), spanish);
    });
  }

  test('a merchant’s name is shown as it is, whatever stands in it', () => {
    equal(gistOfTransaction(card({ merchant: { name: 'Tom {money} $& Co' } }), 'en'), '$65.70 at Tom {money} $& Co.');
  });

  test('an amount is never rounded through a float', () => {
    equal(moneyWords('9007199254740993.01', 'USD', 'en'), '$9,007,199,254,740,993.01');
    equal(moneyWords('500', 'JPY', 'en'), '¥500');
  });
});

describe('the gist of balances', () => {
  const of = (kind: 'checking' | 'card', current: string, available?: string): BalanceCard => ({
    card: 'balance',
    bank: 'citi',
    accounts: [
      {
        kind,
        last4: '2291',
        balance: {
          current,
          currency: 'USD',
          asOf: '2026-11-20T19:14:00Z',
          ...(available === undefined ? {} : { available }),
        },
      },
    ],
  });
  const cases: readonly (readonly [BalanceCard, string, string])[] = [
    [
      of('checking', '2383.42', '2318.42'),
      'Citi: $2,318.42 available in checking 2291.',
      'Citi: $2,318.42 disponibles en la cuenta corriente 2291.',
    ],
    [of('checking', '12.00'), 'Citi: $12.00 in checking 2291.', 'Citi: $12.00 en la cuenta corriente 2291.'],
    [
      of('card', '-412.08', '4587.92'),
      'Citi: $412.08 owed on card 2291.',
      'Citi: $412.08 por pagar en la tarjeta 2291.',
    ],
    [of('card', '0.00'), 'Citi: nothing owed on card 2291.', 'Citi: nada por pagar en la tarjeta 2291.'],
    [of('card', '5.00'), 'Citi: $5.00 in your favor on card 2291.', 'Citi: $5.00 a tu favor en la tarjeta 2291.'],
  ];
  for (const [balance, english, spanish] of cases) {
    test(english, () => {
      equal(gistOfBalance(balance, 'Citi', 'en'), english);
      equal(gistOfBalance(balance, 'Citi', 'es'), spanish);
    });
  }

  test('an account goes by its nickname when it has one', () => {
    equal(accountWords({ kind: 'savings', last4: '9034', nickname: 'Rainy day' }, 'en'), 'Rainy day 9034');
  });
});

describe('the gist of a consent', () => {
  const of = (consent: Partial<ConsentCard>): ConsentCard => ({
    card: 'consent',
    bank: 'citi',
    state: 'granted',
    purposes: [],
    accounts: [],
    ...consent,
  });
  const ended = { at: '2026-11-20T19:14:00Z', recordsErased: 1214, bankConfirmed: true } as const;
  const cases: readonly (readonly [ConsentCard, string])[] = [
    [of({ expiresAt: '2027-11-21T03:00:00Z' }), 'Citi is linked until November 20, 2027.'],
    [of({}), 'Citi is linked.'],
    [
      of({ reading: { done: false, transactions: 120 } }),
      'Citi is linked. The last year is being read: 120 transactions so far.',
    ],
    [of({ reading: { done: true, transactions: 1214 } }), 'Citi is linked. The last year is read: 1,214 transactions.'],
    [of({ state: 'reconnect' }), 'Citi needs to be connected again.'],
    [of({ state: 'stop-asked' }), 'Stop Citi?'],
    [of({ state: 'narrow-asked' }), 'Share less of Citi?'],
    [
      of({
        givenUp: { purposes: ['transactions'], accounts: [{ kind: 'savings', last4: '9034' }] },
        narrowed: { records: 1214, messages: 1 },
      }),
      'You no longer share purchases and savings 9034 of Citi here. 1,214 records were erased. 1 message was erased.',
    ],
    [
      of({ givenUp: { purposes: ['balances'], accounts: [] }, narrowed: { records: 0, messages: 0 } }),
      'You no longer share balances of Citi here. There were no records to erase.',
    ],
    [
      of({ state: 'revoked', ended: { ...ended, by: 'customer' } }),
      'You stopped Citi. 1,214 records were erased. Citi has confirmed the end.',
    ],
    [
      of({ state: 'revoked', ended: { ...ended, by: 'customer', recordsErased: 1, bankConfirmed: false } }),
      'You stopped Citi. 1 record was erased. Citi has not confirmed the end yet.',
    ],
    [
      of({ state: 'revoked', ended: { ...ended, by: 'bank', recordsErased: 0 } }),
      'Citi ended the link. There were no records to erase.',
    ],
    [
      of({ state: 'revoked', ended: { ...ended, by: 'expiry' } }),
      'The link to Citi has run out. 1,214 records were erased. Citi has confirmed the end.',
    ],
  ];
  for (const [consent, english] of cases) {
    test(english, () => equal(gistOfConsent(consent, 'Citi', 'en', 'America/New_York'), english));
  }
});

describe('the words of the gists', () => {
  test('are the same keys with the same arguments in English and Spanish, without exclamation marks', () => {
    const args = (text: string) => (text.match(/\{\w+\}/g) ?? []).toSorted();
    deepEqual(Object.keys(es).toSorted(), Object.keys(en).toSorted());
    for (const [key, text] of Object.entries(en)) deepEqual(args(es[key as keyof typeof en]), args(text), key);
    for (const text of [...Object.values(en), ...Object.values(es)]) ok(!/[!¡]/.test(text));
  });
});
