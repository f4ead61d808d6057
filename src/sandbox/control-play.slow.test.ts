import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { startTrial, type Trial } from './stand-in-hub.fixture.ts';

// The fixture: 60 rows of four cards, all invented. Counted by hand beside it: line 23 has no number for an
// amount, line 48 breaks off; the other 58 come to 5571.67, two of them money back.
const file = readFileSync(new URL('../../test/fixtures/card-use.csv', import.meta.url));
const cards = [
  { customer: 'customer-1', count: 16, debits: '1421.54', credits: '127.07' },
  { customer: 'customer-2', count: 16, debits: '1544.19', credits: '0.00' },
  { customer: 'customer-3', count: 15, debits: '1708.06', credits: '0.00' },
  { customer: 'customer-4', count: 11, debits: '1144.46', credits: '119.51' },
];
const totals = {
  rows: 60,
  cards: 4,
  customers: 4,
  accepted: 58,
  events: 0,
  rejected: 2,
  rejectedRows: [
    { line: 23, reason: 'the amount is not a number with as many decimals as the currency has' },
    { line: 48, reason: 'it has 8 fields, the header has 12' },
  ],
  sums: [{ amount: '5571.67', currency: 'USD' }],
};

let trial: Trial;
before(async () => {
  trial = await startTrial({ seedCustomers: 0 });
});
after(() => trial.close());

async function play(
  path: string,
  body: string | Buffer,
  type = 'text/csv',
): Promise<{ status: number; body: unknown }> {
  const response = await fetch(`${trial.sandbox.url}/control/banks/${path}`, {
    method: 'POST',
    headers: { 'content-type': type },
    body: typeof body === 'string' ? body : new Uint8Array(body),
  });
  return { status: response.status, body: await response.json() };
}

interface CardBooks {
  readonly count: number;
  readonly debits: string;
  readonly credits: string;
}

async function cardBooks(bank: string, customer: string): Promise<CardBooks> {
  const { body } = await trial.control('GET', `/${bank}/customers/${customer}`);
  const { accounts } = body as { accounts: { kind: string; transactions: CardBooks }[] };
  const card = accounts.find(({ kind }) => kind === 'card');
  assert.ok(card);
  const { count, debits, credits } = card.transactions;
  return { count, debits, credits };
}

const cents = (amount: string): number => Math.round(Number(amount) * 100);

test('a file that is sent is booked row by row, and the answer says the totals', async () => {
  const before = await Promise.all(cards.map(({ customer }) => cardBooks('citi', customer)));
  assert.deepEqual(await play('citi/play', file), { status: 200, body: totals });
  for (const [index, card] of cards.entries()) {
    const earlier = before[index];
    assert.ok(earlier);
    const books = await cardBooks('citi', card.customer);
    assert.deepEqual(
      [
        books.count - earlier.count,
        cents(books.debits) - cents(earlier.debits),
        cents(books.credits) - cents(earlier.credits),
      ],
      [card.count, cents(card.debits), cents(card.credits)],
      card.customer,
    );
  }
});

test('gzip is taken like the plain file, under any of the types, and cards can be spread over a few customers', async () => {
  for (const type of ['application/gzip', 'application/octet-stream']) {
    const answer = await play('us-bank/play?customers=2&now=true', gzipSync(file), type);
    assert.deepEqual(answer, { status: 200, body: { ...totals, customers: 2 } });
  }
});

test('what cannot be played is refused with a code and a sentence that names no path of this machine', async () => {
  const refusals: [string, string | Buffer, number, string][] = [
    ['citi/play', '', 422, 'file_unreadable'],
    ['citi/play', 'a,b,c\n1,2,3\n', 422, 'columns_missing'],
    ['citi/play', gzipSync(file).subarray(0, 700), 422, 'file_unreadable'],
    ['nobank/play', file, 404, 'bank_unknown'],
    ['citi/play?customers=0', file, 422, 'body_invalid'],
  ];
  for (const [path, body, status, code] of refusals) {
    const answer = await play(path, body);
    const problem = answer.body as { code: string; message: string };
    assert.deepEqual([answer.status, problem.code], [status, code]);
    assert.doesNotMatch(problem.message, /\//);
  }
});

test('the contract says how a file is sent and what is answered', async () => {
  const response = await fetch(`${trial.sandbox.url}/control/openapi.json`);
  const { paths } = (await response.json()) as {
    paths: Record<
      string,
      {
        post?: {
          requestBody: { content: Record<string, unknown> };
          responses: Record<string, { content: Record<string, { schema: { required: string[] } }> }>;
        };
      }
    >;
  };
  const call = paths['/control/banks/{bank}/play']?.post;
  const binary = { schema: { type: 'string', format: 'binary' } };
  assert.deepEqual(call?.requestBody.content, {
    'text/csv': binary,
    'application/gzip': binary,
    'application/octet-stream': binary,
  });
  const answered = call.responses['200']?.content['application/json']?.schema.required;
  assert.deepEqual(new Set(answered), new Set(Object.keys(totals)));
});
