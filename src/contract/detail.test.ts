import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cardSchema, type Card } from './cards.ts';
import { atDetail, CARD_DETAIL, carriedFields, contentAt, DETAILS, detailOf, pointerWords } from './detail.ts';
import type { Message } from './entries.ts';
import type { Purchase } from './purchase.ts';

const at = '2026-11-20T19:14:00Z';
const account = { kind: 'checking', last4: '4417', nickname: 'Nestegg' } as const;
const purchase = {
  id: 'id-9917',
  status: 'authorized',
  amount: '65.70',
  currency: 'USD',
  direction: 'debit',
  occurredAt: at,
  localDate: '2026-11-20',
  description: 'STROMAN 0042',
  merchant: {
    name: 'Stroman & Hudson',
    category: '5812',
    address: { city: 'Westerville', region: 'OH', country: 'US' },
    location: { lat: 40.1262, lon: -82.9291 },
  },
  cardLast4: '2291',
  before: '61.05',
} as const;
const balance = { current: '2318.42', available: '2211.07', currency: 'USD', asOf: at } as const;

/** One of each card, with every field. */
const cards: readonly Card[] = [
  {
    card: 'transaction',
    bank: 'citi',
    account,
    transaction: purchase,
    balance,
    receipt: {
      shop: 'Halden & Row',
      number: '#7741',
      lines: [{ title: 'Stoneware bowl', quantity: 1, total: '65.70' }],
      currency: 'USD',
      refunded: '5.25',
    },
  },
  { card: 'balance', bank: 'citi', accounts: [{ ...account, balance }], low: { amount: '2500.00', currency: 'USD' } },
  {
    card: 'consent',
    bank: 'citi',
    state: 'granted',
    purposes: ['transactions', 'balances'],
    accounts: [account],
    grantedAt: at,
    expiresAt: '2027-11-20T19:14:00Z',
    copy: '/copies/abc',
    reading: { done: true, transactions: 812 },
  },
  {
    card: 'chart',
    chart: 'bars',
    bank: 'citi',
    account,
    subject: { kind: 'merchant', value: 'Stroman & Hudson' },
    from: '2026-11-01',
    to: '2026-11-20',
    total: '913.44',
    currency: 'USD',
    count: 31,
    bars: [{ from: '2026-11-01', to: '2026-11-20', amount: '913.44' }],
  },
  {
    card: 'chart',
    chart: 'places',
    bank: 'citi',
    account,
    from: '2026-11-01',
    to: '2026-11-20',
    count: 1,
    places: [purchase],
  },
  { card: 'chart', chart: 'purchases', bank: 'citi', account, count: 1, purchases: [purchase] },
  {
    card: 'fraudAlert',
    bank: 'citi',
    account,
    transaction: purchase,
    reasons: ['far-apart', 'unusual-amount'],
    answerBy: '2026-11-20T20:02:00Z',
    otherwise: 'decline',
    state: 'frozen',
    answer: 'not-mine',
    answeredAt: at,
    settledAt: at,
    lastOwn: { purchase: { ...purchase, merchant: { name: 'Foothill Coffee' } }, km: 2903, minutes: 4800 },
    retryFrom: at,
    retryUntil: '2026-11-20T20:32:00Z',
    caseNumber: '40718',
    telephone: '+1 800 555 0100',
    degraded: true,
    watch: 'two-countries',
  },
  {
    card: 'cardControl',
    bank: 'citi',
    account,
    cardLast4: '2291',
    action: 'limit',
    state: 'refused',
    at,
    sentAt: at,
    settledAt: at,
    reason: 'limit-out-of-range',
    limit: { amount: '500.00', currency: 'USD', per: 'month' },
    newCard: { last4: '7730', arrivesBy: '2026-11-25' },
    staffToldAt: at,
    telephone: '+1 800 555 0100',
  },
  {
    card: 'case',
    bank: 'citi',
    account,
    kind: 'dispute',
    caseNumber: '40718',
    state: 'needs-more',
    purchase,
    reason: 'missing-goods',
    evidence: [{ kind: 'receipt', at, label: 'Halden & Row' }],
    openedAt: at,
    updatedAt: at,
    answerBy: '2026-11-24',
    asks: 'What was missing?',
    credit: { amount: '65.70', currency: 'USD' },
    telephone: '+1 800 555 0100',
  },
  {
    card: 'receipt',
    shop: 'Halden & Row',
    number: '18842',
    orderedAt: at,
    cancelledAt: at,
    lines: [{ title: 'Stoneware bowl', quantity: 2, total: '76.00' }],
    subtotal: '76.00',
    discount: '11.40',
    shipping: '5.25',
    tax: '7.35',
    taxIncluded: true,
    tip: '2.20',
    total: '115.20',
    currency: 'USD',
    refunded: '76.00',
    addsUp: false,
    purchase: { bank: 'citi', account, transaction: purchase },
    parcels: [{ carrier: 'Meridian', trackingLast4: '2016', state: 'in-transit', expected: '2026-11-21' }],
  },
  {
    card: 'parcel',
    carrier: 'Meridian Parcel',
    trackingLast4: '2016',
    state: 'exception',
    steps: [{ state: 'announced', at, place: { name: 'St. Louis, MO', region: 'MO' }, trouble: 'customs' }],
    place: { name: 'Indianapolis, IN', country: 'US', location: { lat: 39.7684, lon: -86.1581 } },
    destination: { name: 'Westerville, OH', region: 'OH' },
    expected: '2026-11-21',
    deliveredTo: 'front porch',
    trouble: 'weather',
    shop: 'Halden & Row',
    orderNumber: '18842',
    part: { number: 1, of: 2 },
    purchase: { bank: 'citi', account, transaction: purchase },
  },
];

test('one of each card with every field is what the contract takes, and nothing of it is lost on the way', () => {
  for (const card of cards) assert.deepEqual(cardSchema.parse(card), card);
});

/** Every value in a card, with its path. */
function* leaves(value: unknown, path = ''): Generator<[string, string]> {
  if (typeof value !== 'object' || value === null) {
    yield [path, String(value)];
    return;
  }
  for (const [name, inner] of Object.entries(value)) yield* leaves(inner, path === '' ? name : `${path}.${name}`);
}

const gist = 'GIST $65.70 Stroman & Hudson 4417 $2,318.42';

test('of no card more is said than the table carries at that level, in either language', () => {
  let walked = 0;
  for (const card of cards) {
    for (const detail of ['masked', 'pointer'] as const) {
      const carried = CARD_DETAIL[card.card][detail];
      assert.notEqual(carried, 'everything');
      for (const locale of ['en', 'es'] as const) {
        const content = contentAt({ kind: 'card', card, text: gist }, detail, locale);
        assert.equal(content.kind, 'text');
        for (const [path, value] of leaves(card)) {
          walked += 1;
          // What kind of thing it is may be said: a receipt, a parcel.
          if (path === 'card') continue;
          // One sign alone stands in any sentence, and "en" in "tienes": what tells is longer.
          if (value.length < 4 || (typeof carried === 'object' && carried[path] === 'whole')) continue;
          assert.ok(!content.text.includes(value), `${card.card} ${detail} tells ${path}: ${content.text}`);
        }
        assert.ok(!content.text.includes('GIST'));
      }
    }
  }
  assert.ok(walked > 300, `${walked} fields were walked`);
});

test('a purchase or receipt is masked to whom and a rounded sum, a parcel to its state, and the rest is a pointer', () => {
  const texts = cards.map((card) => contentAt({ kind: 'card', card, text: gist }, 'masked', 'en').text);
  assert.deepEqual(texts, [
    'About $66 at Stroman & Hudson.',
    ...Array<string>(5).fill(pointerWords('en')),
    'Your bank asks about a payment of about $66 at Stroman & Hudson.',
    pointerWords('en'),
    pointerWords('en'),
    'A receipt from Halden & Row, about $115.',
    'Something keeps a parcel.',
  ]);
  const pointers = cards.map((card) => contentAt({ kind: 'card', card, text: gist }, 'pointer', 'es').text);
  assert.deepEqual(
    new Set(pointers),
    new Set(['Hay algo nuevo de tu banco.', 'Hay algo nuevo de una tienda o de un transportista.']),
  );
  assert.equal(contentAt({ kind: 'text', text: gist }, 'masked', 'en').text, pointerWords('en'));
  for (const purpose of ['receipts', 'shipping'] as const)
    assert.equal(
      contentAt({ kind: 'text', text: gist }, 'pointer', 'en', purpose).text,
      'There is something new from a shop or a carrier.',
    );
});

test('a rounded sum names no exact one, in any currency, and is never nothing', () => {
  const told = (amount: string, currency: string) => {
    const card: Card = { card: 'transaction', bank: 'citi', account, transaction: { ...purchase, amount, currency } };
    return carriedFields(card, 'masked').get('transaction.amount');
  };
  assert.deepEqual(
    [told('65.49', 'USD'), told('65.50', 'USD'), told('0.20', 'USD'), told('1234', 'JPY'), told('8', 'JPY')],
    ['65', '66', '1', '1200', '100'],
  );
  assert.equal(told('999999999999999.50', 'USD'), '1000000000000000');
});

test('a reversed purchase and money back are told as such', () => {
  const masked = (over: Partial<Purchase>) => {
    const card: Card = { card: 'transaction', bank: 'citi', account, transaction: { ...purchase, ...over } };
    return contentAt({ kind: 'card', card, text: gist }, 'masked', 'es').text;
  };
  assert.equal(masked({ direction: 'credit' }), 'Cerca de $66 de vuelta de Stroman & Hudson.');
  assert.equal(masked({ status: 'reversed' }), 'Se anuló una compra en Stroman & Hudson.');
  const { merchant: _, ...nameless } = purchase;
  const card: Card = { card: 'transaction', bank: 'citi', account, transaction: nameless };
  assert.equal(contentAt({ kind: 'card', card, text: gist }, 'masked', 'es').text, 'Hay algo nuevo de tu banco.');
});

test('buttons go with full alone, and what no bank told is said in full everywhere', () => {
  const message: Message = {
    id: '1',
    revision: 1,
    author: 'bank',
    at,
    content: { kind: 'text', text: 'A purchase.' },
    actions: [{ act: 'keep-link', label: 'Keep it', token: 'secret', weight: 'main' }],
    waysOn: [{ way: 'reconnect', bank: 'citi', label: 'Reconnect Citi' }],
    quickReplies: [{ label: 'Balance', text: 'balance' }],
    urgent: true,
  };
  for (const detail of ['masked', 'pointer'] as const) {
    assert.deepEqual(Object.keys(atDetail(message, true, detail, 'en')), ['id', 'revision', 'author', 'at', 'content']);
    assert.deepEqual(atDetail(message, false, detail, 'en'), message);
    assert.equal(detailOf(false, detail), 'full');
  }
  assert.deepEqual(atDetail(message, true, 'full', 'en'), message);
});

test('what came in quiet hours says so at every level of detail', () => {
  const content = { kind: 'text', text: 'A purchase.' } as const;
  const message: Message = { id: '1', revision: 1, author: 'bank', at: '', content, quiet: true };
  for (const detail of DETAILS) {
    assert.equal(atDetail(message, true, detail, 'en').quiet, true, detail);
    const { quiet: _, ...loud } = message;
    assert.equal('quiet' in atDetail(loud, true, detail, 'en'), false, detail);
  }
});
