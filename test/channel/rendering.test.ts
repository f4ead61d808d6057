import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { breaksOfMessenger, messengerRequest, renderMessenger } from '#channels/messenger';
import { payloads, type Rendering } from '#channels/meta';
import { breaksOfWhatsApp, renderWhatsApp, whatsAppRequest } from '#channels/whatsapp';
import { atDetail, type Card, type Message } from '#contract';
import { madeMessage, madeRendering } from './made-messages.ts';

const reference = '018f3c1e-0000-7000-8000-000000000001:0:1';

const platforms = {
  messenger: (message: Message, rendering: Rendering) =>
    renderMessenger(message, rendering).map((body) => messengerRequest(body, '1234567890', reference)),
  whatsapp: (message: Message, rendering: Rendering) =>
    renderWhatsApp(message, rendering).map((body) => whatsAppRequest(body, { number: '15550001111' }, reference)),
};
const breaksOf = { messenger: breaksOfMessenger, whatsapp: breaksOfWhatsApp };
const each = Object.keys(platforms) as (keyof typeof platforms)[];

for (const platform of each) {
  test(`${platform}: whatever a message says, at every level and in every window, no body of it breaks a rule`, () => {
    fc.assert(
      fc.property(madeMessage, madeRendering, (message, rendering) => {
        const shown = atDetail(message, true, rendering.detail, rendering.locale);
        const bodies = platforms[platform](shown, rendering);
        for (const body of bodies) assert.deepEqual(breaksOf[platform](body), []);
        const isTemplate = rendering.window === 'template' || (platform === 'whatsapp' && rendering.window !== 'free');
        assert.ok(bodies.length > 0 || (isTemplate && rendering.viewAddress === undefined));
      }),
      { numRuns: 600 },
    );
  });

  test(`${platform}: every button that acts is there, names its message and holds no token`, () => {
    fc.assert(
      fc.property(madeMessage, madeRendering, (message, rendering) => {
        const bodies = platforms[platform](message, { ...rendering, detail: 'full', window: 'free' });
        const sent = JSON.stringify(bodies);
        for (const n of (message.actions ?? []).keys()) assert.ok(sent.includes(`"${payloads.act(message.id, n)}"`));
        assert.ok(!sent.includes('a-signed-token'));
      }),
      { numRuns: 200 },
    );
  });

  test(`${platform}: below full there is nothing to answer with`, () => {
    fc.assert(
      fc.property(madeMessage, madeRendering, fc.constantFrom('masked', 'pointer'), (message, rendering, detail) => {
        const shown = atDetail(message, true, detail, rendering.locale);
        const sent = JSON.stringify(platforms[platform](shown, { ...rendering, detail }));
        assert.ok(!/"(act|say|way)\|/.test(sent));
        assert.ok(!sent.includes('/pictures/'));
      }),
      { numRuns: 200 },
    );
  });
}

const merchant = 'Zebulon Outfitters';
const planted = {
  balance: ['7733.19', '7,733.19', '7.733,19', '6611.08', '6,611.08'],
  account: ['9174', 'Nestegg'],
  sum: ['65.73'],
  place: ['Westerville', 'OH', '43081'],
  merchant: [merchant],
  // What masked may carry of a purchase.
  rounded: ['$66'],
};
const at = '2026-11-20T19:14:00Z';
const account = { kind: 'checking', last4: '9174', nickname: 'Nestegg' } as const;
const balance = { current: '7733.19', available: '6611.08', currency: 'USD', asOf: at } as const;
const transaction = {
  id: 'tx-9174',
  status: 'authorized',
  amount: '65.73',
  currency: 'USD',
  direction: 'debit',
  occurredAt: at,
  localDate: '2026-11-20',
  description: `${merchant} 43081`,
  merchant: { name: merchant, address: { city: 'Westerville', region: 'OH' } },
  cardLast4: '9174',
} as const;
const gist = `$65.73 at ${merchant}, Westerville OH. $7,733.19 in Nestegg 9174.`;
const cards: readonly Card[] = [
  { card: 'transaction', bank: 'citi', account, transaction, balance },
  { card: 'balance', bank: 'citi', accounts: [{ ...account, balance }] },
  { card: 'consent', bank: 'citi', state: 'reconnect', purposes: [], accounts: [account] },
  { card: 'chart', chart: 'purchases', bank: 'citi', account, count: 1, purchases: [transaction] },
  {
    card: 'chart',
    chart: 'places',
    bank: 'citi',
    from: '2026-11-01',
    to: '2026-11-20',
    count: 1,
    places: [transaction],
  },
  {
    card: 'chart',
    chart: 'bars',
    bank: 'citi',
    from: '2026-11-01',
    to: '2026-11-20',
    total: '7733.19',
    currency: 'USD',
    count: 3,
    bars: [],
  },
];

/** Every byte that would go to a platform for a card, at a level: in all windows and both languages. */
function sentOf(card: Card | undefined, detail: Rendering['detail']): string {
  const message: Message = {
    id: '018f3c1e-0000-7000-8000-000000000002',
    revision: 1,
    author: 'bank',
    at,
    content: card ? { kind: 'card', card, text: gist } : { kind: 'text', text: gist },
    actions: [{ act: 'stop-link', label: `Stop ${merchant} 9174`, token: 't', weight: 'grave' }],
    quickReplies: [{ label: `More at ${merchant}`, text: gist }],
  };
  const sent: unknown[] = [];
  for (const locale of ['en', 'es'] as const)
    for (const window of ['free', 'human-agent', 'template'] as const)
      for (const purpose of ['transactions', 'fraud-alerts', 'customer-chat', null] as const)
        for (const platform of each) {
          const rendering = {
            detail,
            locale,
            timeZone: 'America/New_York',
            purpose,
            window,
            viewAddress: 'https://hub.example/v#AbCdEf',
            pictureAddress: 'https://hub.example/pictures/AbCdEf',
            publicUrl: 'https://hub.example',
            faces: [],
          };
          sent.push(...platforms[platform](atDetail(message, true, detail, locale), rendering));
        }
  return JSON.stringify(sent);
}

test('no byte that goes to a platform at pointer tells anything of the bank', () => {
  for (const card of [...cards, undefined]) {
    const sent = sentOf(card, 'pointer');
    assert.ok(sent.length > 5000, 'something is sent in every window');
    for (const value of Object.values(planted).flat())
      assert.ok(!new RegExp(`\\b${RegExp.escape(value)}\\b`).test(sent), `${card?.card ?? 'text'} tells ${value}`);
  }
});

test('at masked a purchase’s merchant and rounded sum go, and no balance, account, place or exact sum', () => {
  const { merchant: names, rounded, ...never } = planted;
  for (const card of [...cards, undefined]) {
    const sent = sentOf(card, 'masked');
    for (const value of Object.values(never).flat())
      assert.ok(!new RegExp(`\\b${RegExp.escape(value)}\\b`).test(sent), `${card?.card ?? 'text'} tells ${value}`);
    for (const value of [...names, ...rounded]) assert.equal(sent.includes(value), card?.card === 'transaction', value);
  }
});

test('what is looked for is there to be found: at full the same bytes tell it all', () => {
  const [purchase] = cards;
  const sent = sentOf(purchase, 'full');
  for (const value of ['65.73', merchant, '9174']) assert.ok(sent.includes(value), value);
});
