import type {
  Action,
  Card,
  CardControlCard,
  CaseCard,
  FraudAlertCard,
  ParcelCard,
  Purchase,
  ReceiptCard,
  TalkCard,
} from '#contract';
import { receipt as drawnReceipt } from '../../src/channels/pictures/drawn-cards.fixture.ts';

/**
 * Made contents of the cards of matters that go on, each in every state that looks different: of nobody. All tell of
 * one day, Friday, November 20, 2026, in Ohio.
 */

/** The moment at which they are looked at: 3:03 PM in Ohio. */
export const nowMs = Date.parse('2026-11-20T20:03:30Z');

/** A card as it stands in a chat, with what can be pressed under it. */
export interface MadeCard {
  readonly card: Card;
  /** Their words, how they are drawn, and whether a proof of the person comes first. */
  readonly buttons?: readonly (readonly [en: string, es: string, weight: Action['weight'], proof?: Action['proof']])[];
}

const card = { kind: 'card', last4: '2291' } as const;
const telephone = '+1 212 555 0133';

const held: Purchase = {
  id: 'p-held',
  status: 'authorized',
  amount: '1284.00',
  currency: 'USD',
  direction: 'debit',
  occurredAt: '2026-11-20T20:02:00Z',
  localDate: '2026-11-20',
  description: 'JOYERIA OCAMPO GDL',
  merchant: {
    name: 'Joyería Ocampo',
    category: '5944',
    address: { city: 'Guadalajara', country: 'MX' },
    location: { lat: 20.6736, lon: -103.344 },
  },
  cardLast4: '2291',
  online: false,
};
const own: Purchase = {
  ...held,
  id: 'p-own',
  amount: '65.70',
  occurredAt: '2026-11-20T19:14:00Z',
  description: 'STROMAN HUDSON 0042',
  merchant: {
    name: 'Stroman & Hudson',
    category: '5541',
    address: { city: 'Westerville', region: 'OH', country: 'US' },
    location: { lat: 40.1262, lon: -82.9291 },
  },
};

const alert: FraudAlertCard = {
  card: 'fraudAlert',
  bank: 'citi',
  account: card,
  transaction: held,
  reasons: ['far-apart', 'unusual-amount'],
  answerBy: '2026-11-20T20:32:00Z',
  otherwise: 'decline',
  state: 'open',
  lastOwn: { purchase: own, km: 2903, minutes: 48 },
  telephone,
};
const answers = [
  ['No, freeze my card', 'No, congela mi tarjeta', 'fraud'],
  ['Yes, it was me', 'Sí, fui yo', 'grave', 'release-hold'],
] as const;
const noted = [
  ['Yes, it was me', 'Sí, fui yo', 'main'],
  ['No, freeze my card', 'No, congela mi tarjeta', 'plain'],
] as const;
const answered = { answeredAt: '2026-11-20T20:03:10Z', settledAt: '2026-11-20T20:03:20Z' } as const;

const online: Purchase = {
  ...held,
  amount: '349.99',
  description: 'PIXELPORT ONLINE',
  merchant: { name: 'Pixelport', category: '5732', address: { country: 'NL' } },
  online: true,
};

const alerts: Readonly<Record<string, MadeCard>> = {
  'alert-open': { card: alert, buttons: answers },
  'alert-asked-again': { card: { ...alert, state: 'asked-again', answer: 'not-mine' }, buttons: answers },
  'alert-degraded': { card: { ...alert, bank: 'jpmorgan-chase', degraded: true }, buttons: answers },
  'alert-online': {
    card: {
      ...alert,
      transaction: online,
      reasons: ['online', 'small-test', 'new-device'],
      lastOwn: undefined,
      otherwise: 'release',
    },
    buttons: answers,
  },
  'alert-region': {
    card: {
      ...alert,
      transaction: { ...held, merchant: { name: 'Joyería Ocampo', address: { city: 'Guadalajara', country: 'MX' } } },
    },
    buttons: answers,
  },
  'alert-near': {
    card: {
      ...alert,
      bank: 'us-bank',
      transaction: {
        ...held,
        amount: '412.00',
        merchant: {
          name: 'Lakeshore Electronics and Appliance Outlet',
          category: '5732',
          address: { city: 'Cleveland', region: 'OH', country: 'US' },
          location: { lat: 41.4993, lon: -81.6944 },
        },
      },
      reasons: ['many-in-a-row', 'unusual-merchant'],
      lastOwn: { purchase: own, km: 186, minutes: 21 },
    },
    buttons: answers,
  },
  'alert-sending': { card: { ...alert, state: 'sending', answer: 'not-mine', answeredAt: answered.answeredAt } },
  'alert-unknown': { card: { ...alert, state: 'unknown', answer: 'not-mine', answeredAt: answered.answeredAt } },
  'alert-frozen': {
    card: { ...alert, ...answered, state: 'frozen', answer: 'not-mine', caseNumber: '40718' },
  },
  'alert-released': {
    card: { ...alert, ...answered, state: 'released', answer: 'mine', retryUntil: '2026-11-20T20:13:11Z' },
  },
  'alert-released-soon': {
    card: {
      ...alert,
      ...answered,
      state: 'released',
      answer: 'mine',
      retryFrom: '2026-11-20T20:04:12Z',
      retryUntil: '2026-11-20T20:13:11Z',
    },
  },
  'alert-released-late': {
    card: { ...alert, ...answered, state: 'released', answer: 'not-mine' },
    buttons: [['Dispute it', 'Reclamarlo', 'main']],
  },
  'alert-declined': { card: { ...alert, ...answered, state: 'declined', answer: 'mine' } },
  'alert-expired': { card: { ...alert, state: 'expired', settledAt: answered.settledAt } },
  'alert-expired-released': {
    card: { ...alert, state: 'expired', otherwise: 'release', settledAt: answered.settledAt },
    buttons: [['It was not me', 'No fui yo', 'main']],
  },
  'watch-open': {
    card: { ...alert, reasons: [], watch: 'two-countries', answerBy: undefined, otherwise: undefined },
    buttons: noted,
  },
  'watch-noted': { card: { ...alert, reasons: [], watch: 'abroad', state: 'released', answer: 'mine' } },
  'watch-not-mine': { card: { ...alert, reasons: [], watch: 'abroad', state: 'released', answer: 'not-mine' } },
};

const control: CardControlCard = {
  card: 'cardControl',
  bank: 'citi',
  account: card,
  cardLast4: '2291',
  action: 'freeze',
  state: 'requested',
  at: '2026-11-20T20:03:00Z',
  telephone,
};
const sent = { sentAt: '2026-11-20T20:03:05Z' } as const;
const settled = { ...sent, settledAt: '2026-11-20T20:04:00Z' } as const;

const controls: Readonly<Record<string, MadeCard>> = {
  'freeze-requested': { card: control },
  'freeze-sent': { card: { ...control, ...sent, state: 'sent' } },
  'freeze-confirmed': {
    card: { ...control, ...settled, state: 'confirmed' },
    buttons: [['Unfreeze my card', 'Descongelar mi tarjeta', 'plain', 'unfreeze-card']],
  },
  'freeze-told': { card: { ...control, settledAt: settled.settledAt, state: 'confirmed', byBank: true } },
  'freeze-refused': { card: { ...control, ...settled, state: 'refused', reason: 'call-bank' } },
  'freeze-unknown': { card: { ...control, ...sent, state: 'unknown', staffToldAt: '2026-11-20T20:04:05Z' } },
  'replace-confirmed': {
    card: {
      ...control,
      ...settled,
      action: 'replace',
      state: 'confirmed',
      newCard: { last4: '7730', arrivesBy: '2026-11-25' },
    },
  },
  'limit-confirmed': {
    card: {
      ...control,
      ...settled,
      bank: 'wells-fargo',
      action: 'limit',
      state: 'confirmed',
      limit: { amount: '500.00', currency: 'USD', per: 'month' },
    },
    buttons: [['Undo', 'Deshacer', 'plain']],
  },
  'limit-refused': {
    card: {
      ...control,
      ...settled,
      action: 'limit',
      state: 'refused',
      reason: 'limit-out-of-range',
      limit: { amount: '50000.00', currency: 'USD', per: 'day' },
    },
  },
  'online-off-sent': { card: { ...control, ...sent, bank: 'jpmorgan-chase', action: 'online-off', state: 'sent' } },
  'stolen-confirmed': { card: { ...control, ...settled, action: 'report-stolen', state: 'confirmed' } },
};

const dispute: CaseCard = {
  card: 'case',
  bank: 'citi',
  account: card,
  kind: 'dispute',
  caseNumber: '40718',
  state: 'opened',
  purchase: held,
  reason: 'not-mine',
  evidence: [],
  openedAt: '2026-11-20T20:04:00Z',
  updatedAt: '2026-11-20T20:04:00Z',
  answerBy: '2026-11-24',
  telephone,
};
const { caseNumber: _number, openedAt: _opened, answerBy: _by, ...asked } = dispute;
const adding = [['Add to my case', 'Añadir a mi caso', 'plain']] as const;
const given: CaseCard['evidence'] = [
  { kind: 'receipt', at: '2026-11-20T20:06:00Z', label: 'Halden & Row, order 18842' },
  { kind: 'words', at: '2026-11-20T20:07:00Z' },
  { kind: 'picture', at: '2026-11-20T20:09:00Z' },
];

const cases: Readonly<Record<string, MadeCard>> = {
  'case-requested': { card: { ...asked, state: 'requested' } },
  'case-opened': { card: dispute, buttons: adding },
  'case-review': {
    card: {
      ...dispute,
      state: 'in-review',
      reason: 'missing-goods',
      evidence: given,
      credit: { amount: '1284.00', currency: 'USD' },
    },
    buttons: adding,
  },
  'case-more': {
    card: {
      ...dispute,
      state: 'needs-more',
      evidence: given.slice(0, 1),
      asks: 'Were you at the shop that day, or had you lent your card to somebody? A sentence is enough.',
    },
    buttons: adding,
  },
  'case-won': { card: { ...dispute, state: 'won', evidence: given, credit: { amount: '1284.00', currency: 'USD' } } },
  'case-lost': { card: { ...dispute, state: 'lost', evidence: given.slice(1, 2) } },
  'case-unknown': { card: { ...asked, state: 'unknown' } },
};

const talk: TalkCard = {
  card: 'case',
  kind: 'talk',
  bank: 'citi',
  number: 1001,
  topic: 'card_payment_fee_charged',
  team: 'payments',
  state: 'waiting',
  place: 3,
  expectedWaitSeconds: 380,
  waitSpan: { fromSeconds: 240, toSeconds: 540 },
  answerBy: '2026-11-20T20:33:30Z',
  openedAt: '2026-11-20T20:03:20Z',
  updatedAt: '2026-11-20T20:03:20Z',
};
const { place: _place, expectedWaitSeconds: _wait, waitSpan: _span, ...taken } = talk;
const { answerBy: _answerBy, ...answeredTalk } = taken;
const inTalk = [
  ['Back to Tellerline', 'Volver a Tellerline', 'plain'],
  ['Close the case', 'Cerrar el caso', 'plain'],
] as const;

const talks: Readonly<Record<string, MadeCard>> = {
  'talk-waiting': { card: talk, buttons: inTalk },
  'talk-next': {
    card: { ...talk, place: 1, expectedWaitSeconds: 20, waitSpan: { fromSeconds: 0, toSeconds: 60 } },
    buttons: inTalk,
  },
  'talk-shut': {
    card: {
      ...talk,
      expectedWaitSeconds: 61_000,
      waitSpan: { fromSeconds: 60_300, toSeconds: 62_100 },
      opensAt: '2026-11-21T13:00:00Z',
      answerBy: '2026-11-21T13:30:00Z',
    },
    buttons: inTalk,
  },
  'talk-claimed': { card: { ...taken, team: 'fraud', state: 'claimed', staff: 'agent-1' }, buttons: inTalk },
  'talk-answered': { card: { ...answeredTalk, state: 'with-customer', staff: 'agent-1' }, buttons: inTalk },
  'talk-late': {
    card: {
      ...talk,
      answerBy: '2026-11-20T20:01:00Z',
      expectedWaitSeconds: 6000,
      waitSpan: { fromSeconds: 4500, toSeconds: 8100 },
    },
    buttons: inTalk,
  },
  'talk-closed': { card: { ...answeredTalk, state: 'closed', staff: 'agent-1', rating: 5 } },
};

const paid: Purchase = {
  ...own,
  id: 'p-halden',
  status: 'posted',
  amount: '115.20',
  occurredAt: '2026-11-19T16:20:00Z',
  localDate: '2026-11-19',
  description: 'HALDEN AND ROW 18842',
  merchant: { name: 'Halden & Row', category: '5719' },
  online: true,
};
const receipt: ReceiptCard = {
  ...drawnReceipt,
  purchase: { bank: 'citi', account: card, transaction: paid },
  parcels: [{ carrier: 'Meridian Parcel', trackingLast4: '2016', state: 'in-transit', expected: '2026-11-23' }],
};
const { purchase: _paid, parcels: _parcels, number: _order, orderedAt: _at, ...bare } = receipt;
const undo = [['Not this purchase', 'No es esta compra', 'plain']] as const;
const dinner: Purchase = {
  ...paid,
  amount: '78.84',
  before: '65.70',
  merchant: {
    name: 'Osteria Lungo',
    category: '5812',
    address: { city: 'Columbus', region: 'OH', country: 'US' },
    location: { lat: 39.9612, lon: -82.9988 },
  },
  online: false,
};
const things = [
  'Desk lamp',
  'Notebook, dotted',
  'Ink, blue-black',
  'Fountain pen',
  'Paper clips',
  'Tape',
  'Ruler',
  'Eraser',
];

const receipts: Readonly<Record<string, MadeCard>> = {
  receipt: { card: receipt, buttons: undo },
  'receipt-dinner': {
    card: {
      card: 'receipt',
      shop: 'Osteria Lungo',
      orderedAt: '2026-11-19T23:48:00Z',
      lines: [
        { title: 'Tagliatelle al ragù', quantity: 2, total: '44.00' },
        { title: 'House red, half litre', quantity: 1, total: '17.00' },
      ],
      tax: '4.70',
      tip: '13.14',
      total: '78.84',
      currency: 'USD',
      addsUp: true,
      purchase: { bank: 'citi', account: card, transaction: dinner },
    },
    buttons: undo,
  },
  'receipt-odd': { card: { ...receipt, total: '118.00', addsUp: false, purchase: undefined, parcels: undefined } },
  'receipt-long': {
    card: {
      ...receipt,
      shop: 'Papelería y Artículos de Oficina San Cristóbal',
      number: 'MX-2026-000184421',
      currency: 'MXN',
      lines: things.map((title, n) => ({ title, quantity: n + 1, total: `${(n + 1) * 120}.50` })),
      subtotal: '4324.00',
      discount: undefined,
      shipping: '0.00',
      tax: '596.41',
      taxIncluded: true,
      total: '4324.00',
      purchase: undefined,
      parcels: undefined,
    },
  },
  'receipt-refunded': { card: { ...receipt, refunded: '38.00' }, buttons: undo },
  'receipt-cancelled': {
    card: {
      ...receipt,
      cancelledAt: '2026-11-20T14:10:00Z',
      refunded: '115.20',
      parcels: undefined,
      purchase: undefined,
    },
  },
  'receipt-bare': {
    card: { ...bare, lines: [], subtotal: undefined, discount: undefined, shipping: undefined, tax: undefined },
  },
};

const stLouis = { name: 'St. Louis, MO', region: 'MO', country: 'US', location: { lat: 38.627, lon: -90.1994 } };
const indianapolis = {
  name: 'Indianapolis, IN',
  region: 'IN',
  country: 'US',
  location: { lat: 39.7684, lon: -86.1581 },
};
const westerville = { name: 'Westerville, OH', region: 'OH', country: 'US', location: { lat: 40.1262, lon: -82.9291 } };
const parcel: ParcelCard = {
  card: 'parcel',
  carrier: 'Meridian Parcel',
  trackingLast4: '2016',
  state: 'in-transit',
  steps: [
    { state: 'announced', at: '2026-11-19T18:02:00Z' },
    { state: 'accepted', at: '2026-11-19T22:40:00Z', place: stLouis },
    { state: 'in-transit', at: '2026-11-20T18:40:00Z', place: indianapolis },
  ],
  place: indianapolis,
  destination: westerville,
  expected: '2026-11-23',
  shop: 'Halden & Row',
  orderNumber: '18842',
  purchase: { bank: 'citi', account: card, transaction: paid },
};
const out = { state: 'out-for-delivery', at: '2026-11-20T13:12:00Z', place: westerville } as const;
const local = { name: 'Westerville, OH', region: 'OH', country: 'US' };

const parcels: Readonly<Record<string, MadeCard>> = {
  parcel: { card: parcel },
  'parcel-announced': {
    card: { ...parcel, state: 'announced', steps: parcel.steps.slice(0, 1), place: undefined, expected: undefined },
  },
  'parcel-tomorrow': { card: { ...parcel, expected: '2026-11-21', part: { number: 1, of: 2 } } },
  'parcel-late': { card: { ...parcel, expected: '2026-11-18', place: local, steps: [], purchase: undefined } },
  'parcel-out': {
    card: {
      ...parcel,
      state: 'out-for-delivery',
      steps: [...parcel.steps, out],
      place: westerville,
      expected: '2026-11-20',
    },
  },
  'parcel-pickup': { card: { ...parcel, state: 'ready-for-pickup', place: { name: 'Corner Books, Westerville' } } },
  'parcel-delivered': {
    card: {
      ...parcel,
      state: 'delivered',
      steps: [...parcel.steps, out, { state: 'delivered', at: '2026-11-20T19:41:00Z', place: westerville }],
      place: westerville,
      deliveredTo: 'front porch',
    },
  },
  'parcel-customs': {
    card: {
      ...parcel,
      state: 'exception',
      trouble: 'customs',
      expected: undefined,
      place: { name: 'Memphis, TN', region: 'TN', country: 'US', location: { lat: 35.1495, lon: -90.049 } },
      steps: [
        {
          state: 'accepted',
          at: '2026-11-17T10:00:00Z',
          place: { name: 'Lyon', country: 'FR', location: { lat: 45.764, lon: 4.8357 } },
        },
        {
          state: 'exception',
          trouble: 'customs',
          at: '2026-11-20T11:25:00Z',
          place: { name: 'Memphis, TN', region: 'TN', country: 'US', location: { lat: 35.1495, lon: -90.049 } },
        },
      ],
      purchase: undefined,
    },
  },
  'parcel-nobody': {
    card: {
      ...parcel,
      state: 'exception',
      trouble: 'nobody-home',
      steps: [
        ...parcel.steps,
        out,
        { state: 'exception', trouble: 'nobody-home', at: '2026-11-20T17:20:00Z', place: westerville },
      ],
      place: westerville,
    },
  },
  'parcel-lost': {
    card: { ...parcel, state: 'exception', trouble: 'lost', place: local },
    buttons: [['Dispute the purchase', 'Reclamar la compra', 'plain']],
  },
  'parcel-returned': { card: { ...parcel, state: 'returned', place: stLouis, expected: undefined } },
};

/** Every one of them by a name. */
export const madeMatters: Readonly<Record<string, MadeCard>> = {
  ...alerts,
  ...controls,
  ...cases,
  ...talks,
  ...receipts,
  ...parcels,
};
