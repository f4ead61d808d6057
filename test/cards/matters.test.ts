import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { catalogue } from '#base';
import {
  CARD_ACTIONS,
  CONTROL_REFUSALS,
  cardTexts,
  createFormats,
  FRAUD_REASONS,
  isMatter,
  matterOf,
  matterTexts,
  oneStop,
  PARCEL_STATES,
  PARCEL_TROUBLES,
  type CardControlCard,
  type FraudAlertCard,
  type Locale,
  type Matter,
  type MatterCard,
  type MatterPart,
  type MatterWordId,
  type MatterWords,
  type ParcelCard,
  type ReceiptCard,
  receiptBrief,
  TEAMS,
} from '#contract';
import { madeMatters, nowMs } from './made-matters.ts';

// What cards of matters that go on say, before anything is drawn.

const asked = new Set<string>();
const sayBase = catalogue(cardTexts);
const sayMatter = catalogue(matterTexts);
const isMatterWord = (id: string): id is MatterWordId => Object.hasOwn(matterTexts.en, id);

function wordsOf(locale: Locale): MatterWords {
  return {
    ...createFormats(locale, 'America/New_York'),
    locale,
    say: (id, values) => {
      asked.add(id);
      return oneStop(isMatterWord(id) ? sayMatter(locale, id, values) : sayBase(locale, id, values));
    },
  };
}

const say = (card: MatterCard, locale: Locale = 'en', at = nowMs): Matter =>
  matterOf(card, { words: wordsOf(locale), nowMs: at, bankName: () => 'Citi' });

/** Every text of a card, in its order. */
function textsOf(matter: Matter): string {
  const { label, tag, folded, what, where, parts } = matter;
  const head = [label, tag?.text, folded?.amount, folded?.name, what?.amount, what?.title, what?.name, where];
  return [...head, ...parts.flatMap(textsIn)].filter(Boolean).join('\n').replaceAll('\u00a0', ' ');
}

function textsIn(part: MatterPart): (string | undefined)[] {
  switch (part.part) {
    case 'said':
      return [part.title, ...part.texts];
    case 'live':
      return [part.say(nowMs), part.still];
    case 'steps':
      return part.steps.flatMap(({ label, detail }) => [label, detail]);
    case 'rows':
      return part.rows.flatMap(({ name, value }) => [name, value]);
    case 'items':
      return [part.title, ...part.items.flatMap(({ name, detail, value }) => [name, detail, value])];
    case 'matched':
      return [part.text, part.detail];
    case 'call':
      return [part.text, part.label, part.telephone];
    case 'more':
      return [part.summary, ...part.parts.flatMap(textsIn)];
    case 'map':
      return [part.name, part.line?.label];
    case 'actions':
      return [];
  }
}

function made<Kind extends MatterCard['card']>(name: string, kind: Kind): Extract<MatterCard, { card: Kind }> {
  const card = madeMatters[name]?.card;
  assert.ok(card && isMatter(card) && isKind(card, kind));
  return card;
}

const isKind = <Kind extends MatterCard['card']>(
  card: MatterCard,
  kind: Kind,
): card is Extract<MatterCard, { card: Kind }> => card.card === kind;

const alert = made('alert-open', 'fraudAlert');
const control = made('freeze-requested', 'cardControl');
const parcel = made('parcel', 'parcel');
const receipt = made('receipt', 'receipt');

test('both languages have the same texts of these cards, none shouts, and each is said by some card', () => {
  assert.deepEqual(Object.keys(matterTexts.es), Object.keys(matterTexts.en));
  for (const text of [...Object.values(matterTexts.en), ...Object.values(matterTexts.es)])
    assert.doesNotMatch(text, /[!¡]/);
  for (const locale of ['en', 'es'] as const) {
    for (const card of everything()) textsOf(say(card, locale));
    // What stands on a purchase's own card, under which its receipt folds out.
    receiptBrief(receipt, { words: wordsOf(locale) });
  }
  const unsaid = Object.keys(matterTexts.en).filter((id) => !asked.has(id));
  assert.deepEqual(unsaid, []);
});

/** The made cards, and each word of each closed list. */
function* everything(): Generator<MatterCard> {
  for (const { card } of Object.values(madeMatters)) if (isMatter(card)) yield card;
  for (const reason of FRAUD_REASONS) yield { ...alert, reasons: [reason], lastOwn: undefined };
  for (const watch of ['abroad', 'online', 'over-amount', 'new-merchant', 'two-countries'] as const)
    yield { ...alert, watch };
  for (const action of CARD_ACTIONS)
    for (const state of ['requested', 'sent', 'confirmed', 'refused', 'unknown'] as const)
      for (const limit of [undefined, { amount: '50.00', currency: 'USD', per: 'purchase' as const }])
        yield { ...control, action, state, limit };
  for (const reason of CONTROL_REFUSALS) yield { ...control, state: 'refused', reason };
  for (const state of PARCEL_STATES)
    for (const trouble of [undefined, ...PARCEL_TROUBLES]) yield { ...parcel, state, trouble, shop: undefined };
  yield* variants();
}

function* variants(): Generator<MatterCard> {
  const { lastOwn } = alert;
  assert.ok(lastOwn);
  const { merchant: _, ...nowhere } = lastOwn.purchase;
  yield { ...alert, otherwise: undefined };
  yield { ...alert, answerBy: '2026-11-20T20:03:50Z' };
  yield { ...alert, answerBy: '2026-11-20T20:03:00Z' };
  for (const minutes of [300, 9000]) yield { ...alert, lastOwn: { ...lastOwn, minutes } };
  yield { ...alert, lastOwn: { ...lastOwn, km: 0.4 } };
  yield { ...alert, lastOwn: { ...lastOwn, purchase: nowhere } };
  yield { ...alert, state: 'expired', otherwise: undefined };
  yield { ...alert, state: 'declined', answer: 'not-mine' };
  yield { ...alert, state: 'released', answer: 'mine', retryUntil: '2026-11-20T20:01:00Z' };
  yield { ...alert, state: 'released', answer: 'mine', retryFrom: '2026-11-20T20:01:00Z' };
  yield { ...control, action: 'limit', state: 'sent', limit: { amount: '50.00', currency: 'USD', per: 'day' } };
  const talk = made('talk-waiting', 'case');
  assert.ok(talk.kind === 'talk');
  yield { ...alert, cannotFreeze: true };
  for (const team of TEAMS) yield { ...talk, team };
  yield { ...talk, place: undefined };
  const dispute = made('case-opened', 'case');
  assert.ok(dispute.kind === 'dispute');
  for (const reason of ['not-mine', 'missing-goods', 'wrong-amount', 'cancelled'] as const)
    yield { ...dispute, reason };
  for (const state of ['sent', 'closed'] as const) yield { ...dispute, state, evidence: [] };
  yield { ...receipt, refunded: receipt.total };
  const { purchase } = receipt;
  assert.ok(purchase);
  const { cardLast4: _last4, ...transaction } = purchase.transaction;
  yield {
    ...receipt,
    total: '99.00',
    purchase: { ...purchase, account: { kind: 'checking', last4: '4417' }, transaction },
  };
  yield { ...parcel, expected: '2026-11-20' };
  yield { ...parcel, expected: '2026-12-24' };
}

test('an alert says the amount, where, how far and how long from the last own purchase, why, and until when', () => {
  const texts = textsOf(say(alert));
  for (const said of [
    'Was this you?',
    '$1,284.00',
    'Joyería Ocampo',
    'Guadalajara, Mexico. Fri 3:02 PM, in person',
    'Held by Citi, not paid',
    '48 minutes earlier this card was used in Westerville, OH, 1,804 miles away.',
    'It is much more than you usually pay at once.',
    'Without your answer by 3:32 PM, Citi declines it and nothing is paid. 28 minutes left.',
  ])
    assert.ok(texts.includes(said), said);
  assert.match(textsOf(say(alert, 'es')), /48 minutos antes, esta tarjeta se usó en Westerville, OH, a 1,804 millas\./);
});

test('an alert is red while it asks and never again, and a rule of the customer’s own is never red', () => {
  const states = ['open', 'asked-again', 'sending', 'released', 'frozen', 'declined', 'unknown', 'expired'] as const;
  const isRed = (card: FraudAlertCard): boolean => say(card).tag?.tone === 'fraud';
  assert.deepEqual(
    states.filter((state) => isRed({ ...alert, state })),
    ['open', 'asked-again'],
  );
  assert.ok(!states.some((state) => isRed({ ...alert, state, watch: 'abroad' })));
});

test('that a card is frozen is said once the bank has confirmed it, and at no moment before, in either language', () => {
  const frozen = { en: /is frozen|card frozen/i, es: /está congelada|tarjeta congelada/i };
  for (const locale of ['en', 'es'] as const) {
    const ofAlert = (state: FraudAlertCard['state']) =>
      frozen[locale].test(textsOf(say({ ...alert, state, answer: 'not-mine' }, locale)));
    for (const state of ['open', 'asked-again', 'sending', 'unknown', 'declined', 'released', 'expired'] as const)
      assert.ok(!ofAlert(state), `${locale} ${state}`);
    assert.ok(ofAlert('frozen'));
    const ofControl = (state: CardControlCard['state']) =>
      frozen[locale].test(textsOf(say({ ...control, state }, locale)));
    for (const state of ['requested', 'sent', 'refused', 'unknown'] as const)
      assert.ok(!ofControl(state), `${locale} ${state}`);
    assert.ok(ofControl('confirmed'));
  }
});

test('no step of an act is green before the bank confirmed, and of a refused one none is', () => {
  const green = (state: CardControlCard['state']): boolean =>
    say({ ...control, state }).parts.some(
      (part) => part.part === 'steps' && part.steps.some((step) => step.state === 'done'),
    );
  assert.deepEqual((['requested', 'sent', 'confirmed', 'refused', 'unknown'] as const).filter(green), ['confirmed']);
});

test('where something is not certain the bank’s own number stands, and nowhere else', () => {
  const calls = (card: MatterCard): boolean => say(card).parts.some(({ part }) => part === 'call');
  assert.ok(calls({ ...alert, degraded: true }));
  assert.ok(calls({ ...alert, state: 'unknown' }));
  assert.ok(calls({ ...control, state: 'unknown' }));
  assert.ok(!calls(alert));
  assert.ok(!calls({ ...control, state: 'confirmed' }));
  assert.ok(!calls({ ...alert, degraded: true, telephone: undefined }), 'a number that is not known is not made up');
});

test('the time to try a released purchase again counts down to the second, and ends', () => {
  const released = made('alert-released-soon', 'fraudAlert');
  const live = say(released).parts.find((part) => part.part === 'live');
  assert.ok(live?.part === 'live' && live.every === 'second');
  const at = (instant: string): string => live.say(Date.parse(instant)).replaceAll('\u00a0', ' ');
  assert.equal(at('2026-11-20T20:03:30Z'), 'You can try it again in 0:42.');
  assert.equal(at('2026-11-20T20:04:12Z'), 'Try it again now: 8:59 left, until 3:13 PM.');
  assert.equal(at('2026-11-20T20:13:11Z'), 'The time to try it again ended at 3:13 PM.');
});

test('a place that is not known exactly is tinted: no dot and no line give it one', () => {
  const map = say(made('alert-region', 'fraudAlert')).parts.find((part) => part.part === 'map');
  assert.ok(map?.part === 'map');
  assert.deepEqual(map.subjects, [{ kind: 'region', country: 'MX', look: 'held' }]);
  assert.equal(map.line, undefined);
});

test('a receipt stands as the shop said it, marked where it does not add up', () => {
  const rows = (card: ReceiptCard): string[] =>
    say(card).parts.flatMap((part) =>
      part.part === 'rows' ? part.rows.map(({ name, value }) => `${name} ${value}`) : [],
    );
  assert.deepEqual(rows(receipt), [
    'Stoneware bowl × 2 $76.00',
    'Linen towels, set of 4 $38.00',
    'Discount −$11.40',
    'Shipping $5.00',
    'Tax $7.60',
    'Total $115.20',
  ]);
  const odd = made('receipt-odd', 'receipt');
  assert.ok(rows(odd).includes('Subtotal $114.00') && rows(odd).includes('Total $118.00'));
  assert.match(textsOf(say(odd)), /do not add up\. They stand here as Halden & Row said them\./);
  assert.doesNotMatch(textsOf(say(receipt)), /add up/);
});

test('a parcel arrives by its day in the customer’s zone, and what keeps it comes first', () => {
  const title = (given: Partial<ParcelCard>, at = nowMs) => say({ ...parcel, ...given }, 'en', at).what?.title;
  assert.equal(title({ expected: '2026-11-20' }), 'Arrives today');
  assert.equal(title({ expected: '2026-11-21' }), 'Arrives tomorrow');
  assert.equal(title({ expected: '2026-11-21' }, Date.parse('2026-11-21T04:59:00Z')), 'Arrives tomorrow');
  assert.equal(title({ expected: '2026-11-21' }, Date.parse('2026-11-21T05:00:00Z')), 'Arrives today');
  assert.equal(title({ expected: '2026-11-23' }), 'Arrives Monday');
  assert.equal(title({ expected: '2026-12-24' }), 'Arrives Dec 24');
  assert.equal(title({ expected: '2026-11-18' }), 'Expected Nov 18');
  assert.equal(title({ expected: '2026-11-23', trouble: 'customs' }), 'With customs');
  assert.equal(title({ state: 'delivered', trouble: 'customs' }), 'Delivered');
});

test('the screens’ own words of these cards are the same in both languages', () => {
  const read = (locale: string): object =>
    JSON.parse(
      readFileSync(new URL(`../../src/web/cards/words/cards_${locale}.json`, import.meta.url), 'utf8'),
    ) as object;
  assert.deepEqual(Object.keys(read('es')), Object.keys(read('en')));
});

test('a talk says whose turn it is, how long it will be about, and by when an answer was promised', () => {
  const texts = (name: string): string => textsOf(say(made(name, 'case')));
  assert.match(
    texts('talk-waiting'),
    /Number 3[^]*You wait for Citi’s staff[^]*about 6 min[^]*30 minutes left of what was promised/,
  );
  assert.match(texts('talk-shut'), /gone home[^]*Citi is back/);
  assert.doesNotMatch(texts('talk-shut'), /Expected wait/, 'a night is no wait in a queue');
  assert.match(texts('talk-late'), /later than promised/);
  assert.match(texts('talk-claimed'), /agent-1 has your case/);
  assert.match(texts('talk-closed'), /over[^]*5 of 5/);
});
