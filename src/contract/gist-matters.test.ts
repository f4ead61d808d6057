import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CardControlCard } from './card-control.ts';
import { CARD_ACTIONS } from './card-control.ts';
import { markOf } from './card-issuer.ts';
import { fraudReasonOf, type FraudAlertCard } from './fraud-alert.ts';
import {
  gistOfCardControl,
  gistOfCase,
  gistOfFraudAlert,
  gistOfParcel,
  gistOfReceipt,
  gistOfTalk,
} from './gist-matters.ts';
import type { ParcelCard } from './parcel.ts';
import type { ReceiptCard } from './receipt.ts';

const account = { kind: 'card', last4: '2291' } as const;
const purchase = {
  id: 'p1',
  status: 'authorized',
  amount: '1284.00',
  currency: 'USD',
  direction: 'debit',
  occurredAt: '2026-11-20T20:02:00Z',
  localDate: '2026-11-20',
  description: 'JOYERIA OCAMPO',
  merchant: { name: 'Joyería Ocampo', address: { city: 'Guadalajara', country: 'MX' } },
} as const;
const alert: FraudAlertCard = {
  card: 'fraudAlert',
  bank: 'citi',
  account,
  transaction: purchase,
  reasons: ['far-apart'],
  answerBy: '2026-11-20T20:32:00Z',
  otherwise: 'decline',
  state: 'open',
  telephone: '(800) 555-0100',
};
const say = (given: Partial<FraudAlertCard>) =>
  gistOfFraudAlert({ ...alert, ...given }, 'Citi', 'en', 'America/New_York').replaceAll('\u202f', ' ');

test('a held purchase is asked about with what it is, and until when the bank waits', () => {
  assert.equal(
    say({}),
    'Was this you? Citi holds $1,284.00 at Joyería Ocampo, Guadalajara. It waits for your answer until 3:32 PM.',
  );
  assert.equal(
    gistOfFraudAlert({ ...alert, answerBy: undefined }, 'Citi', 'es', 'America/New_York'),
    '¿Fuiste tú? Citi retiene $1,284.00 en Joyería Ocampo, Guadalajara.',
  );
});

test('the customer’s own watch holds nothing, and says so', () => {
  assert.match(say({ watch: 'abroad', answerBy: undefined }), /Nothing is held/);
  assert.doesNotMatch(say({ watch: 'abroad' }), /Citi holds/);
});

test('frozen is said of a frozen card alone, and where nothing is sure the bank’s own number stands', () => {
  const states = ['open', 'asked-again', 'sending', 'released', 'declined', 'unknown', 'expired'] as const;
  for (const state of states) assert.doesNotMatch(say({ state }), /frozen/i, state);
  assert.match(say({ state: 'frozen' }), /Citi has frozen card 2291/);
  assert.match(say({ state: 'unknown' }), /\(800\) 555-0100/);
  assert.match(say({ degraded: true }), /\(800\) 555-0100/);
  assert.doesNotMatch(say({}), /555/);
});

test('crossing and late answers are told as the bank settled them', () => {
  assert.match(say({ state: 'released', answer: 'not-mine' }), /before your answer came/);
  assert.match(say({ state: 'released', answer: 'mine', retryUntil: '2026-11-20T20:40:00Z' }), /until 3:40 PM/);
  assert.match(say({ state: 'expired', otherwise: 'release' }), /let it through/);
  assert.match(say({ state: 'expired', otherwise: 'decline' }), /declined it/);
});

test('of every act nothing is said to be done before the bank confirmed it, in either language', () => {
  const control = (given: Partial<CardControlCard>): CardControlCard => ({
    card: 'cardControl',
    bank: 'citi',
    account,
    cardLast4: '2291',
    action: 'freeze',
    state: 'requested',
    at: '2026-11-20T20:03:00Z',
    telephone: '(800) 555-0100',
    ...given,
  });
  for (const locale of ['en', 'es'] as const)
    for (const action of CARD_ACTIONS) {
      const of = (state: CardControlCard['state']) => gistOfCardControl(control({ action, state }), 'Citi', locale);
      const done = of('confirmed').split('. ')[0] ?? assert.fail();
      for (const state of ['requested', 'sent', 'refused', 'unknown'] as const)
        assert.ok(!of(state).includes(done), `${locale} ${action} ${state}`);
    }
  assert.equal(
    gistOfCardControl(control({ state: 'confirmed' }), 'Citi', 'en'),
    'Card 2291 is frozen. Citi has confirmed it.',
  );
  const limit = { amount: '500.00', currency: 'USD', per: 'month' } as const;
  assert.match(
    gistOfCardControl(control({ action: 'limit', limit, state: 'confirmed' }), 'Citi', 'es'),
    /\$500\.00 al mes/,
  );
});

test('a receipt names shop, order and total, and says when its amounts do not add up', () => {
  const receipt: ReceiptCard = {
    card: 'receipt',
    shop: 'Halden & Row',
    number: '18842',
    lines: [],
    total: '115.20',
    currency: 'EUR',
    addsUp: true,
  };
  assert.equal(gistOfReceipt(receipt, 'en'), 'Halden & Row, order 18842: €115.20.');
  assert.match(gistOfReceipt({ ...receipt, addsUp: false }, 'es'), /no cuadran/);
  assert.match(gistOfReceipt({ ...receipt, refunded: '20.00' }, 'en'), /€20\.00 of it was given back/);
});

test('a parcel says how far it has come, what keeps it, and where it was left; of one that is there no day is expected', () => {
  const parcel: ParcelCard = {
    card: 'parcel',
    carrier: 'Meridian Parcel',
    trackingLast4: '2016',
    state: 'in-transit',
    steps: [],
    place: { name: 'Indianapolis, IN' },
    expected: '2026-11-21',
    shop: 'Halden & Row',
  };
  assert.equal(
    gistOfParcel(parcel, 'en'),
    'Your parcel from Halden & Row is on its way. Seen last in Indianapolis, IN. Expected Saturday, November 21.',
  );
  assert.equal(
    gistOfParcel({ ...parcel, state: 'delivered', deliveredTo: 'front porch' }, 'en'),
    'Your parcel from Halden & Row was delivered: front porch.',
  );
  assert.equal(
    gistOfParcel({ ...parcel, state: 'delivered', deliveredTo: 'front door' }, 'es'),
    'Tu paquete de Halden & Row se entregó: puerta principal.',
  );
  assert.match(gistOfParcel({ ...parcel, state: 'exception', trouble: 'customs' }, 'es'), /Está en la aduana/);
});

test('a dispute says how far it has come, with its number', () => {
  const dispute = {
    card: 'case',
    bank: 'citi',
    kind: 'dispute',
    state: 'opened',
    caseNumber: '40718',
    purchase,
    reason: 'not-mine',
    evidence: [],
    updatedAt: '2026-11-20T20:04:00Z',
  } as const;
  assert.equal(
    gistOfCase({ ...dispute, evidence: [] }, 'Citi', 'en'),
    'Dispute of $1,284.00 at Joyería Ocampo, Guadalajara: Citi has opened it. Case 40718.',
  );
});

test('a talk says its place, an honest wait and what was promised, in the zone of its customer', () => {
  const talk = {
    card: 'case',
    kind: 'talk',
    bank: 'citi',
    number: 1001,
    topic: 'other',
    team: 'general',
    state: 'waiting',
    place: 3,
    expectedWaitSeconds: 380,
    answerBy: '2026-11-20T20:33:00Z',
    openedAt: '2026-11-20T20:03:00Z',
    updatedAt: '2026-11-20T20:03:00Z',
  } as const;
  const said = (card: Parameters<typeof gistOfTalk>[0], locale: 'en' | 'es') =>
    gistOfTalk(card, 'Citi', locale, 'America/New_York').replaceAll(/[\u00a0\u202f]/g, ' ');
  assert.equal(
    said(talk, 'en'),
    'Case 1001 at Citi: number 3 in the queue. The wait is about 6 min. An answer is promised by Fri 3:33 PM.',
  );
  assert.match(
    said({ ...talk, waitSpan: { fromSeconds: 240, toSeconds: 540 } }, 'es'),
    /La espera es de unos 6 min, por lo general de 4 a 9 min\./,
  );
  assert.match(said({ ...talk, state: 'claimed', staff: 'agent-1' }, 'es'), /^Caso 1001: lo tiene agent-1, de Citi\./);
  assert.match(said({ ...talk, opensAt: '2026-11-21T13:00:00Z' }, 'en'), /the staff are back Sat 8:00 AM/);
});

test('a bank’s code for a reason is known however it is written, and any other is still a reason', () => {
  const codes = ['unusual_place', 'FAR APART', 'velocity', 'new-merchant', 'constructor', '', 'X-91'];
  assert.deepEqual(codes.map(fraudReasonOf), [
    'unusual-place',
    'far-apart',
    'many-in-a-row',
    'unusual-merchant',
    'other',
    'other',
    'other',
  ]);
});

test('a shop goes by two letters, in any script', () => {
  const names = ['Halden & Row', 'Meridian Parcel', 'amazon', '東京 ラーメン', '&', 'Ñandú'];
  assert.deepEqual(names.map(markOf), ['HR', 'MP', 'AM', '東ラ', '', 'ÑA']);
});
