import { deepEqual, notEqual } from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Locale } from '#contract';
import type { UnderstandingContext } from './frame.ts';
import { understand } from './understand.ts';

const context = (locale: Locale): UnderstandingContext => ({
  locale,
  timeZone: 'America/New_York',
  now: Temporal.Instant.from('2026-11-20T19:14:00Z'),
  banks: [
    { id: 'jpmorgan-chase', name: 'JPMorgan Chase' },
    { id: 'citi', name: 'Citi' },
  ],
  accounts: [
    { bank: 'citi', kind: 'card', last4: '2291' },
    { bank: 'jpmorgan-chase', kind: 'savings', last4: '9034', nickname: 'Rainy day' },
  ],
  merchants: [],
});

describe('the wish to share less', () => {
  const purchases = { purposes: ['transactions'] };
  const balances = { purposes: ['balances'] };
  const savings = { account: { kind: 'savings' } };
  const cases: readonly (readonly [Locale, string, object])[] = [
    ['en', 'stop sharing purchases', purchases],
    ['en', 'Stop sharing my purchases, please.', purchases],
    ['en', 'please stop sharing my purchses', purchases],
    ['en', 'No, stop sharing my transactions', purchases],
    ['en', 'stop reading my balances', balances],
    ['en', 'don’t share my balance with Citi', { ...balances, bank: 'citi' }],
    ['en', 'stop sharing purchases and balances', { purposes: ['transactions', 'balances'] }],
    ['en', 'don’t share my savings account', savings],
    ['en', 'do not share my savings account anymore', savings],
    ['en', 'I don’t want to share my savings account', savings],
    ['en', 'I don’t want you to see my purchases', purchases],
    ['en', 'never share my credit card', { account: { kind: 'card' } }],
    ['en', 'stop sharing my card ending in 2291', { account: { kind: 'card', last4: '2291' } }],
    ['en', 'stop sharing rainy day', { account: { nickname: 'Rainy day' } }],
    ['en', 'turn off purchases', purchases],
    ['en', 'leave my savings account out', savings],
    ['en', 'unshare my savings account', savings],
    ['en', 'can you stop sharing my citi purchases', { ...purchases, bank: 'citi' }],
    ['en', 'share less', {}],
    ['en', 'I want to share less with Citi', { bank: 'citi' }],
    ['en', 'stop sharing the purchases of my card', {}],
    ['en', 'stop sharing my account', {}],
    ['es', 'deja de compartir mis compras', purchases],
    ['es', 'Deja de compartir mis compras de Citi, por favor', { ...purchases, bank: 'citi' }],
    ['es', 'no compartas mis compras', purchases],
    ['es', 'ya no compartas mis saldos', balances],
    ['es', 'no quiero compartir mi cuenta de ahorros', savings],
    ['es', 'ya no quiero que veas mis movimientos', purchases],
    ['es', 'quiero dejar de compartir mi saldo', balances],
    ['es', 'deja de leer mis compras', purchases],
    ['es', 'no compartas mi tarjeta terminada en 2291', { account: { kind: 'card', last4: '2291' } }],
    ['es', 'quita mi cuenta de ahorros', savings],
    ['es', 'apaga las compras', purchases],
    ['es', 'deja fuera mi cuenta de ahorros', savings],
    ['es', 'quiero compartir menos', {}],
  ];
  for (const [locale, text, slots] of cases) {
    test(text, () => deepEqual(understand(text, context(locale)), { intent: 'shareLess', slots }));
  }
});

describe('texts that must not be taken for it', () => {
  const harmless: readonly (readonly [Locale, string])[] = [
    ['en', 'share my purchases'],
    ['en', 'don’t stop sharing my purchases'],
    ['en', 'do not turn off purchases'],
    ['en', 'never stop reading my balance'],
    ['en', 'he said "stop sharing my purchases"'],
    ['en', '> stop sharing my purchases'],
    ['en', 'did you stop sharing my purchases'],
    ['en', 'why do you share my purchases'],
    ['en', 'what happens if I stop sharing my purchases'],
    ['en', 'I don’t see my purchases'],
    ['en', 'I can’t see my savings account'],
    ['en', 'you don’t show my balance'],
    ['en', 'I don’t use my savings account'],
    ['en', 'stop the purchase'],
    ['en', 'stop my card'],
    ['en', 'stop sharing my purchases at Target'],
    ['en', 'stop sharing purchases, keep balances'],
    ['en', 'show me less'],
    ['en', 'I spent less'],
    ['en', 'did I share my card'],
    ['es', 'comparte mis compras'],
    ['es', 'no dejes de compartir mis compras'],
    ['es', 'no puedo ver mis compras'],
    ['es', 'no veo mi saldo'],
    ['es', 'no compré nada'],
    ['es', 'dijo «deja de compartir mis compras»'],
    ['es', '¿por qué compartes mis compras?'],
    ['es', 'gasté menos'],
  ];
  for (const [locale, text] of harmless) {
    test(text, () => notEqual(understand(text, context(locale)).intent, 'shareLess'));
  }

  test('“stop sharing” and “stop sharing my data” still mean the whole link', () => {
    for (const text of ['stop sharing', 'stop sharing my data', 'stop reading Citi'])
      deepEqual(understand(text, context('en')).intent, 'stop', text);
  });
});
