/** Messages of every card with whatever a bank or a shop may write into them, for tests that render them. */
import fc from 'fast-check';
import { PURPOSES, type Card, type Locale, type Message, type Purchase } from '#contract';
import type { Rendering } from '#channels/meta';
import { madeMatters } from '../cards/made-matters.ts';

/** Names as nobody would wish them: long, empty to the eye, from right to left, in many signs, full of markup. */
const hostileNames = [
  'Stroman & Hudson',
  'X'.repeat(140),
  'Ñandú 🦤 '.repeat(15).trim(),
  '👩‍👩‍👧‍👦'.repeat(12),
  'שלום עולם בע״מ',
  'مطعم النخيل ٢٠٢٦',
  '{{1}} {{name}} {money} {merchant} $& $1',
  '*bold* _it_ ~st~ ```code``` <b>',
  'https://evil.example/free?x=1',
  `e${'\u0301'.repeat(139)}`,
  '\u200B\u200D\u2060',
  'line one line two three four',
  '"; drop table',
];
const name = fc.oneof(fc.constantFrom(...hostileNames), fc.string({ unit: 'grapheme', minLength: 1, maxLength: 140 }));
const words = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...hostileNames) },
  fc.string({ unit: 'binary', maxLength: 300 }),
  fc
    .integer({ min: 1, max: 10_000 })
    .map((length) => 'A sentence of some length. Otra frase más. '.repeat(250).slice(0, length)),
  fc.integer({ min: 1, max: 1_300 }).map((count) => '👩‍👩‍👧‍👦é'.repeat(count).slice(0, 10_000)),
);

const cents = fc.bigInt({ min: 0n, max: 10n ** 16n });
const amount = cents.map((all) => `${all / 100n}.${String(all % 100n).padStart(2, '0')}`);
const at = fc
  .date({ min: new Date('2020-01-01'), max: new Date('2030-01-01'), noInvalidDate: true })
  .map((date) => date.toISOString());
const day = at.map((instant) => instant.slice(0, 10));
const last4 = fc.integer({ min: 0, max: 9999 }).map((n) => String(n).padStart(4, '0'));
const optional = <T>(of: fc.Arbitrary<T>) => fc.option(of, { nil: undefined });

const account = fc.record(
  {
    kind: fc.constantFrom('checking' as const, 'savings' as const, 'card' as const, 'other' as const),
    last4,
    nickname: name,
  },
  { requiredKeys: ['kind', 'last4'] },
);
const balance = fc.record(
  {
    current: amount.chain((sum) => fc.constantFrom(sum, `-${sum}`)),
    available: amount,
    currency: fc.constant('USD'),
    asOf: at,
  },
  { requiredKeys: ['current', 'currency', 'asOf'] },
);
const address = fc.record({ city: name, region: name, country: fc.constant('US') }, { requiredKeys: [] });
const purchase: fc.Arbitrary<Purchase> = fc.record(
  {
    id: fc.uuid(),
    status: fc.constantFrom('authorized' as const, 'posted' as const, 'reversed' as const),
    amount,
    currency: fc.constantFrom('USD', 'JPY', 'KWD'),
    direction: fc.constantFrom('debit' as const, 'credit' as const),
    occurredAt: at,
    localDate: day,
    description: name,
    merchant: fc.record({ name, address }, { requiredKeys: ['name'] }),
    online: fc.boolean(),
    before: amount,
    partlyReversed: fc.boolean(),
  },
  { requiredKeys: ['id', 'status', 'amount', 'currency', 'direction', 'occurredAt', 'localDate', 'description'] },
);
const bank = fc.constantFrom('citi', 'unknown-bank');
const purposes = fc.subarray([...PURPOSES]);

/** A matter that goes on, in any of its states, with whatever names and words others give it. */
const matter: fc.Arbitrary<Card> = fc
  .record({ made: fc.constantFrom(...Object.values(madeMatters)), said: words, called: name, amount })
  .map(({ made, said, called, amount: sum }) => renamed(made.card, { said, called, sum }));

function renamed(of: Card, { said, called, sum }: { said: string; called: string; sum: string }): Card {
  switch (of.card) {
    case 'fraudAlert':
      return { ...of, transaction: { ...of.transaction, amount: sum, merchant: { name: called } } };
    case 'case':
      if (of.kind === 'talk') return { ...of, staff: called };
      return { ...of, caseNumber: called, asks: said, purchase: { ...of.purchase, amount: sum, description: called } };
    case 'receipt': {
      const lines = Array.from({ length: called.length % 30 }, () => ({ title: said, quantity: 2, total: sum }));
      return { ...of, shop: called, total: sum, lines: [...of.lines, ...lines] };
    }
    case 'parcel':
      return { ...of, carrier: called, shop: called, place: { name: said }, deliveredTo: said };
    default:
      return of;
  }
}

/** Every card there is. */
const card: fc.Arbitrary<Card> = fc.oneof(
  matter,
  fc.record({ card: fc.constant('transaction' as const), bank, account, transaction: purchase, balance }),
  fc.record(
    {
      card: fc.constant('balance' as const),
      bank,
      accounts: fc.array(
        account.chain((one) => balance.map((held) => ({ ...one, balance: held }))),
        { minLength: 1, maxLength: 13 },
      ),
      low: fc.record({ amount, currency: fc.constant('USD') }),
    },
    { requiredKeys: ['card', 'bank', 'accounts'] },
  ),
  fc.record({
    card: fc.constant('consent' as const),
    bank,
    state: fc.constantFrom('granted' as const, 'reconnect' as const, 'stop-asked' as const, 'narrow-asked' as const),
    purposes,
    accounts: fc.array(account, { maxLength: 4 }),
    expiresAt: at,
  }),
  fc.record({
    card: fc.constant('chart' as const),
    chart: fc.constant('bars' as const),
    bank,
    from: day,
    to: day,
    total: amount,
    currency: fc.constant('USD'),
    count: fc.nat(),
    bars: fc.array(fc.record({ from: day, to: day, amount }), { maxLength: 31 }),
  }),
  fc.record({
    card: fc.constant('chart' as const),
    chart: fc.constant('places' as const),
    bank,
    from: day,
    to: day,
    count: fc.nat(),
    places: fc.array(purchase, { maxLength: 20 }),
  }),
  fc.record({
    card: fc.constant('chart' as const),
    chart: fc.constant('purchases' as const),
    bank,
    count: fc.nat(),
    purchases: fc.array(purchase, { maxLength: 20 }),
  }),
);

const action = fc.record({
  act: fc.constantFrom('stop-link' as const, 'keep-link' as const),
  label: name,
  token: fc.constant('a-signed-token-that-stays-here'),
  weight: fc.constantFrom('main' as const, 'plain' as const, 'grave' as const),
});
const wayOn = fc
  .record({
    way: fc.constantFrom(
      'link-bank' as const,
      'reconnect' as const,
      'add-passkey' as const,
      'privacy' as const,
      'sign-in' as const,
    ),
    bank: optional(bank),
    label: name,
    address: optional(fc.constantFrom('/m#one-time', 'https://hub.example/m#one-time')),
  })
  .map(({ bank: of, address: where, ...way }) => ({
    ...way,
    ...(of && { bank: of }),
    ...(where && { address: where }),
  }));

/** A message, whatever it says and whatever can be tapped under it. */
export const madeMessage: fc.Arbitrary<Message> = fc.record(
  {
    id: fc.uuid(),
    revision: fc.integer({ min: 1, max: 9 }),
    author: fc.constantFrom('tellerline' as const, 'bank' as const),
    at,
    content: fc.oneof(
      words.map((text) => ({ kind: 'text' as const, text })),
      card.chain((shown) =>
        fc.oneof(words, fc.constant('')).map((text) => ({ kind: 'card' as const, card: shown, text })),
      ),
    ),
    actions: fc.array(action, { maxLength: 5 }),
    // One way leads somewhere once: the hub offers none twice under one message.
    waysOn: fc.uniqueArray(wayOn, { maxLength: 6, selector: ({ way, bank: of }) => `${way}|${of ?? ''}` }),
    quiet: fc.boolean(),
    quickReplies: fc.array(
      name.map((label) => ({ label, text: label })),
      { maxLength: 20 },
    ),
  },
  { requiredKeys: ['id', 'revision', 'author', 'at', 'content'] },
);

/** How it is to stand somewhere: at every level, in every window, with and without addresses. */
export const madeRendering: fc.Arbitrary<Rendering> = fc.record(
  {
    detail: fc.constantFrom('full' as const, 'masked' as const, 'pointer' as const),
    locale: fc.constantFrom<Locale>('en', 'es'),
    timeZone: fc.constantFrom('America/New_York', 'Asia/Kathmandu'),
    purpose: fc.constantFrom(null, ...PURPOSES),
    window: fc.constantFrom('free' as const, 'human-agent' as const, 'template' as const),
    viewAddress: fc.constant('https://hub.example/v#AbCdEf012345'),
    pictureAddress: fc.constant('https://hub.example/pictures/AbCdEf012345'),
    publicUrl: fc.constant('https://hub.example'),
    reference: fc.constant('7K2M4P'),
    faces: fc.constant([
      { id: 'citi', name: 'Citi', mark: 'Ci', accent: { light: '#000', dark: '#fff' }, telephone: '1' },
    ]),
  },
  { requiredKeys: ['detail', 'locale', 'timeZone', 'purpose', 'window', 'publicUrl', 'faces'] },
);
