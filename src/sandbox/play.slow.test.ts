import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { playFile } from './play.ts';
import { startTrial, type Trial } from './stand-in-hub.fixture.ts';

/** A year of card use that lies beside the project where there is one; too large to be part of it. */
const recorded = fileURLToPath(new URL('../../../shared/data/transactions/card-use-2024.csv.gz', import.meta.url));

interface Counted {
  count: number;
  cents: number;
}

/** Rows and cents of each card, in the order of the file; read with a pattern of this file's own, not with the reader. */
function countByCard(text: string): Counted[] {
  const cards = new Map<string, Counted>();
  for (const line of text.trim().split('\n').slice(1)) {
    const [, card, dollars, cents] = /^(\d+),.*,[a-z_]+,(\d+)\.(\d\d),[01],/.exec(line) ?? [];
    assert.ok(card !== undefined && dollars !== undefined && cents !== undefined, 'a row that the pattern knows');
    const counted = cards.get(card) ?? { count: 0, cents: 0 };
    cards.set(card, { count: counted.count + 1, cents: counted.cents + Number(dollars) * 100 + Number(cents) });
  }
  return [...cards.values()];
}

/** Count and debits of a customer's card in the bank's own books. */
async function booksOf(trial: Trial, customer: string): Promise<Counted> {
  const { body } = await trial.control('GET', `/jpmorgan-chase/customers/${customer}`);
  const { accounts } = body as { accounts: { kind: string; transactions: { count: number; debits: string } }[] };
  const card = accounts.find(({ kind }) => kind === 'card')?.transactions;
  assert.ok(card);
  return { count: card.count, cents: Number(card.debits.replace('.', '')) };
}

test('a whole year of card use is booked to the last row and cent', async (t) => {
  if (!existsSync(recorded)) {
    t.skip(`NOT RUN: the recorded year of card use is not here (${recorded}); the fixture is played in play.test.ts`);
    return;
  }
  const expected = countByCard(gunzipSync(readFileSync(recorded)).toString('utf8'));
  const whole = {
    count: expected.reduce((sum, { count }) => sum + count, 0),
    cents: expected.reduce((sum, { cents }) => sum + cents, 0),
  };
  assert.deepEqual([whole.count, expected.length], [35_584, 41]);

  const trial = await startTrial({ seedCustomers: 0 });
  t.after(() => trial.close());
  const customers = expected.map((_card, index) => `customer-${index + 1}`);
  // What the customers had before there was anything to play: a year of the sandbox's own.
  const before = await Promise.all(customers.map((customer) => booksOf(trial, customer)));

  const silent = { write: () => true };
  const totals = await playFile({
    file: recorded,
    bank: 'jpmorgan-chase',
    sandboxUrl: trial.sandbox.url,
    output: silent,
    progress: silent,
  });
  assert.deepEqual(totals, {
    rows: whole.count,
    accepted: whole.count,
    rejected: 0,
    rejectedRows: [],
    events: 0,
    cards: 41,
    customers: 41,
    sums: [{ minor: BigInt(whole.cents), currency: 'USD' }],
  });

  const after = await Promise.all(customers.map((customer) => booksOf(trial, customer)));
  const booked = after.map(({ count, cents }, index) => ({
    count: count - (before[index]?.count ?? 0),
    cents: cents - (before[index]?.cents ?? 0),
  }));
  assert.deepEqual(booked, expected);
  t.diagnostic(`${whole.count} rows, ${whole.cents} cents`);
});
