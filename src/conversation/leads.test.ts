import { deepEqual, equal, ok } from 'node:assert/strict';
import { describe, test } from 'node:test';
import { contentSchema, PURPOSES, type Locale } from '#contract';
import type { LinkedCard } from '#controls';
import { ourIntentAnswer } from '#desk';

import type { LeadSlot, Understood } from './frame.ts';
import { BANKING_INTENTS } from './intents/banking-intents.ts';
import { LEADS, type LeadsTo } from './intents/leads.ts';
import { ENGLISH_LEADS, SPANISH_LEADS } from './leads.fixture.ts';
import { chase, citi, said, saidWhere, type Otherwise, type Said } from './questions.fixture.ts';

const card = {
  cardRef: 'card-2291' as LinkedCard['cardRef'],
  account: { kind: 'card', last4: '2291' },
  limitGeneration: 0,
  card: {
    cardId: 'c1',
    accountId: 'a1',
    last4: '2291',
    state: 'active',
    online: true,
    abroad: false,
    actions: ['freeze', 'unfreeze', 'report-lost', 'report-stolen', 'replace', 'online-off', 'abroad-on'],
  },
} as const satisfies LinkedCard;

/** One bank, everything shared. */
const alone: Otherwise = { links: [{ ...citi, purposes: PURPOSES }], cards: async () => [card] };
const nobody: Otherwise = { links: [] };

const leadOf = (understood: Understood): LeadSlot | undefined =>
  understood.intent === 'unsure'
    ? understood.doubt.reason === 'whichBank'
      ? understood.doubt.slots.lead
      : undefined
    : understood.slots.lead;

const repliesOf = ({ answers }: Said): string[] =>
  answers.flatMap(({ quickReplies = [] }) => quickReplies.map(({ text }) => text));
const person: Readonly<Record<Locale, string>> = { en: 'Talk to a person', es: 'Hablar con una persona' };
const cardsOf = ({ answers }: Said): string[] =>
  answers.flatMap(({ content }) => (content.kind === 'card' ? [content.card.card] : []));
const asksOf = ({ answers }: Said) => answers.flatMap(({ asks = [] }) => asks);

/** The amounts of the purchases that are listed. */
const listOf = ({ answers }: Said): string[] =>
  answers.flatMap(({ content }) =>
    content.kind === 'card' && content.card.card === 'chart' && content.card.chart === 'purchases'
      ? content.card.purchases.map(({ amount }) => amount)
      : [],
  );

/** What is to be seen of each kind of lead by somebody with one bank. */
const shows: Readonly<Record<LeadsTo, (told: Said, locale: Locale) => void>> = {
  text: ({ answers }) => equal(answers.length, 1),
  person: (told, locale) => ok(told.texts.at(-1)?.includes(locale === 'en' ? 'telephone' : 'teléfono')),
  balance: (told) => deepEqual(cardsOf(told), ['balance']),
  // 12.00 of October 9, of the last 90 days.
  fees: ({ texts }) => ok(texts.some((text) => /\$12\.00.* 1 /.test(text))),
  refunds: ({ texts }) => ok(texts.some((text) => /\$15\.00.* 1 /.test(text))),
  pending: (told) => deepEqual(listOf(told), ['6.00']),
  recent: (told) => deepEqual(cardsOf(told), ['chart']),
  notMine: (told, locale) => {
    const word = locale === 'en' ? 'Dispute' : 'Reclamar';
    equal(repliesOf(told).filter((text) => text.startsWith(word)).length, 5);
    ok(repliesOf(told).includes(locale === 'en' ? 'Freeze my card' : 'Congela mi tarjeta'));
  },
  twice: (told) => deepEqual(listOf(told), []),
  cards: ({ texts }) => ok(texts.some((text) => text.includes('2291'))),
  freeze: (told) => deepEqual(asksOf(told).map(({ act, control }) => control?.action ?? act)[0], 'freeze'),
  lost: (told) =>
    ok(asksOf(told).some(({ control }) => control?.action === 'report-lost' || control?.action === 'report-stolen')),
  pin: ({ texts }) => ok(texts.some((text) => /PIN/.test(text))),
  phone: ({ answers }) => ok(answers.some(({ waysOn = [] }) => waysOn.some(({ way }) => way === 'privacy'))),
};

for (const [locale, questions] of [
  ['en', ENGLISH_LEADS],
  ['es', SPANISH_LEADS],
] as const) {
  test(`each question of a table leads where its intent leads, with a person beside it (${locale})`, async () => {
    for (const [intent, text] of questions) {
      const told = await saidWhere(alone, locale, text);
      const lead = leadOf(told.understood);
      equal(lead?.intent, intent, text);
      deepEqual(told.figures, [], text);
      for (const { content, asks = [] } of told.answers) {
        contentSchema.parse(content);
        ok(asks.length <= 3);
        ok(!/[{}]| {2}/.test(content.text), content.text);
      }
      ok(repliesOf(told).includes(person[locale]), text);
      ok(told.texts[0]?.startsWith((ourIntentAnswer(intent, locale) ?? '?').replaceAll('{bank}', 'Citi')), text);
      shows[LEADS[intent]](told, locale);
    }
  });
}

test('the tables ask for all 77 in English, and for forty and more in Spanish', () => {
  deepEqual(new Set(ENGLISH_LEADS.map(([intent]) => intent)), new Set(BANKING_INTENTS));
  ok(new Set(SPANISH_LEADS.map(([intent]) => intent)).size >= 40);
});

describe('which bank is meant', () => {
  test('the one that is linked, or the one that is named, or the one whose account is named', async () => {
    const bankOf = async (text: string, otherwise: Otherwise = {}) => {
      const { understood } = await saidWhere(otherwise, 'en', text);
      return understood.intent === 'unsure' ? understood.doubt.reason : understood.slots.bank;
    };
    equal(await bankOf('my card has still not arrived in the mail', alone), 'citi');
    equal(await bankOf('my card from Chase has still not arrived in the mail'), 'jpmorgan-chase');
    equal(await bankOf('my card ending 7710 is not working'), 'jpmorgan-chase');
    equal(await bankOf('my card has still not arrived in the mail'), 'whichBank');
  });

  for (const [locale, text] of [
    ['en', 'Why was my transfer declined?'],
    ['es', '¿Por qué fue rechazada mi transferencia?'],
  ] as const) {
    test(`of several it is asked once, with the banks to tap, and its name completes the question (${locale})`, async () => {
      const asked = await said(locale, text);
      deepEqual(repliesOf(asked), ['Citi', 'JPMorgan Chase', person[locale]]);
      for (const answer of ['Citi', 'citi please', 'at Citi', 'the one ending 4417']) {
        const { understood, texts } = await said(locale, text, answer);
        deepEqual([leadOf(understood)?.intent, understood.intent], ['declined_transfer', 'lead'], answer);
        ok(texts[0]?.includes('Citi'));
      }
    });
  }

  test('another question meanwhile is answered, and does not complete it', async () => {
    const { understood } = await said('en', 'Why was my transfer declined?', 'what is my balance at Citi');
    equal(understood.intent, 'balance');
  });

  test('where a card may be in other hands nobody is asked first', async () => {
    const { understood, texts } = await said('en', 'I think somebody has copied the details of my card');
    equal(understood.intent, 'lead');
    ok(texts.some((text) => text.includes('Citi')) && texts.some((text) => text.includes('JPMorgan Chase')));
  });

  test('where no bank is linked it is “your bank”, with the way to link one, and nothing is announced', async () => {
    for (const [, text] of ENGLISH_LEADS) {
      const told = await saidWhere(nobody, 'en', text);
      const lead = leadOf(told.understood);
      ok(lead, text);
      ok(!told.texts.some((one) => /Citi|Chase|\{|^your|[.?] your bank/.test(one)), told.texts.join(' | '));
      const ways = told.answers.flatMap(({ waysOn = [] }) => waysOn.map(({ way }) => way));
      ok(ways.includes('link-bank') || LEADS[lead.intent] === 'pin', text);
      ok(!told.texts.some((one) => /^(?:Here|These) /.test(one)), told.texts.join(' | '));
      ok(repliesOf(told).includes(person.en), text);
    }
  });
});

describe('the bank’s own text', () => {
  test('stands in the place of ours, with the bank’s name, as it is at that moment', async () => {
    const edited = new Map<string, string>();
    const prepared: Otherwise['prepared'] = async (bank, intent, locale) => edited.get(`${bank} ${intent} ${locale}`);
    const question = 'my card has still not arrived in the mail';
    const ours = await saidWhere({ ...alone, prepared }, 'en', question);
    ok(ours.texts[0]?.startsWith('I cannot see where a posted card is. Citi’s staff can'));
    edited.set('citi card_arrival en', 'Cards of {bank} take four working days.');
    const after = await saidWhere({ ...alone, prepared }, 'en', question);
    equal(after.texts[0], 'Cards of Citi take four working days. A general answer, from Citi’s answers.');
  });

  test('is of that bank alone', async () => {
    const prepared: Otherwise['prepared'] = async (bank) => (bank === 'citi' ? 'Ours.' : undefined);
    const { texts } = await saidWhere(
      { links: [citi, chase], prepared },
      'en',
      'my card from Chase has still not arrived in the mail',
    );
    ok(texts[0]?.startsWith('I cannot see'));
  });
});

test('two purchases alike within three days are shown, and can be disputed each by a tap', async () => {
  // Of 2,000.00 paid by an employer every fortnight none is a purchase; coffee differs in its amounts.
  const streamly = { name: 'Streamly', category: '5815' };
  const told = await saidWhere(
    {
      ...alone,
      more: [
        { amount: '8.40', localDate: '2026-11-16', merchant: streamly },
        { amount: '8.40', localDate: '2026-11-18', merchant: streamly },
        { amount: '9.90', localDate: '2026-11-12', merchant: streamly },
        { amount: '9.90', localDate: '2026-11-16', merchant: streamly },
      ],
    },
    'en',
    'The same transaction is on my account twice',
  );
  deepEqual(listOf(told), ['8.40', '8.40']);
  deepEqual(
    repliesOf(told).filter((text) => text.startsWith('Dispute')),
    [
      'Dispute $8.40 at Streamly on November 18, 2026, the amount is wrong',
      'Dispute $8.40 at Streamly on November 16, 2026, the amount is wrong',
    ],
  );
});

test('a figure that cannot be given exactly is never answered by a text', async () => {
  const figures = [
    ['en', 'how much did I spend on coffee except at Starbucks'],
    ['en', 'how much did I pay in zorgs last month'],
    ['en', 'average balance'],
    ['en', 'show me purchases at Hollis Foods in October'],
    ['en', 'last 3 purchases at Hollis Foods'],
    ['en', 'balance of my mortgage'],
    ['en', 'can I afford a holiday'],
    ['en', 'how many accounts do I have'],
    ['es', 'cuánto gasté en café menos en Starbucks'],
    ['es', 'muéstrame las compras en Hollis Foods de octubre'],
    ['es', 'qué le pagué a Meridian Air este año'],
  ] as const;
  for (const [locale, text] of figures) {
    const told = await said(locale, text);
    equal(leadOf(told.understood), undefined, text);
    equal(told.understood.intent, 'unsure', text);
    ok(repliesOf(told).includes(person[locale]), text);
  }
});

test('a question about figures goes on after one that led somewhere', async () => {
  const { figures } = await said(
    'en',
    'how much did I spend on coffee this month',
    'my card from Chase has still not arrived in the mail',
    'and in October?',
  );
  equal(figures[0]?.value, '9.00');
});

test('what is no question to a bank is not understood, and a person is offered', async () => {
  const strays = [
    ['en', 'what is the weather in Chicago tomorrow'],
    ['en', 'tell me a joke about cats'],
    ['en', 'play some jazz'],
    ['en', '20.00'],
    ['en', 'close'],
    ['en', 'please don’t close my bank account'],
    ['es', '¿qué tiempo hace hoy?'],
  ] as const;
  for (const [locale, text] of strays) {
    const told = await said(locale, text);
    equal(leadOf(told.understood), undefined, text);
    ok(repliesOf(told).includes(person[locale]), text);
  }
});
