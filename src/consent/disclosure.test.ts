import { createHash } from 'node:crypto';
import { deepEqual, equal, match, notEqual, ok } from 'node:assert/strict';
import { describe, test } from 'node:test';
import { disclosureSchema, PURPOSES, type Disclosure } from '#contract';
import canonicalize from 'canonicalize';
import { composeDisclosure, type DisclosureRequest } from './disclosure.ts';
import en from './words/disclosure.en.json' with { type: 'json' };
import es from './words/disclosure.es.json' with { type: 'json' };

const request: DisclosureRequest = {
  attempt: 'attempt-1',
  bank: {
    id: 'citi',
    name: 'Citi',
    mark: 'Ci',
    accent: { light: '#00677f', dark: '#5cc8e0' },
    telephone: '1-800-374-9700',
  },
  locale: 'en',
  now: Temporal.Instant.from('2026-11-20T19:14:31Z'),
  timeZone: 'America/New_York',
  chatName: 'this web chat',
  contact: 'privacy@operator.example',
};
const spanish: DisclosureRequest = { ...request, locale: 'es', chatName: 'este chat web' };

const everyText = (disclosure: Disclosure): string => JSON.stringify(disclosure);

describe('the disclosure', () => {
  test('has the form of the contract in both languages', () => {
    disclosureSchema.parse(composeDisclosure(request));
    disclosureSchema.parse(composeDisclosure(spanish));
  });

  test('is the same text, with the same hash, whenever it is composed from the same request', () => {
    deepEqual(composeDisclosure(request), composeDisclosure({ ...request }));
  });

  test('the hash does not depend on the visit', () => {
    equal(composeDisclosure({ ...request, attempt: 'attempt-2' }).hash, composeDisclosure(request).hash);
  });

  test('the hash is SHA-256 over the RFC 8785 form of all other fields', () => {
    const { hash, attempt: _, ...text } = composeDisclosure(request);
    equal(
      hash,
      createHash('sha256')
        .update(canonicalize(text) ?? '')
        .digest('hex'),
    );
  });

  test('the hash changes with every part of the request that the text speaks of', () => {
    const others: DisclosureRequest[] = [
      { ...request, bank: { ...request.bank, name: 'Citibank' } },
      { ...request, bank: { ...request.bank, telephone: '1-800-000-0000' } },
      spanish,
      { ...request, now: request.now.add({ hours: 24 }) },
      { ...request, timeZone: 'Pacific/Auckland' },
      { ...request, chatName: 'another chat' },
      { ...request, contact: 'somebody@else.example' },
    ];
    const hashes = [request, ...others].map((one) => composeDisclosure(one).hash);
    equal(new Set(hashes).size, hashes.length);
  });

  test('the hash changes with every single field of the text', () => {
    const { hash, attempt: _, ...text } = composeDisclosure(request);
    let changed = 0;
    for (const [where, value] of leaves(text)) {
      const other = structuredClone(text);
      replaceAt(other, where, typeof value === 'string' ? `${value}.` : typeof value === 'number' ? value + 1 : !value);
      notEqual(
        createHash('sha256')
          .update(canonicalize(other) ?? '')
          .digest('hex'),
        hash,
        where.join('.'),
      );
      changed += 1;
    }
    ok(changed > 60);
  });

  test('names all seven purposes; what the service does nothing with yet cannot be switched on', () => {
    const { purposes } = composeDisclosure(request);
    deepEqual(
      purposes.map((one) => one.purpose),
      [...PURPOSES],
    );
    deepEqual(
      purposes.filter((one) => one.available).map((one) => one.title),
      ['Balances', 'Purchases', 'Fraud alerts', 'Talk to Citi’s staff', 'Manage my card'],
    );
    for (const one of purposes.filter((each) => !each.available)) {
      equal(one.note, 'Not offered yet');
      equal(one.data, 'Nothing is asked for.');
    }
  });

  test('says field by field what staff may see, and what each takes besides', () => {
    for (const [each, title, needs] of [
      [request, 'What Citi’s staff may see when you write to them', 'Needs “Manage my card”'],
      [spanish, 'Lo que el personal de Citi puede ver cuando le escribes', 'Necesita «Manejar mi tarjeta»'],
    ] as const) {
      const fields = composeDisclosure(each).purposes.find(({ purpose }) => purpose === 'customer-chat')?.fields;
      equal(fields?.title, title);
      deepEqual(
        fields?.choices.map(({ field }) => field),
        ['accounts', 'balances', 'purchases', 'card', 'disputes'],
      );
      equal(fields?.choices.find(({ field }) => field === 'card')?.needs, needs);
      equal(fields?.choices[0]?.needs, undefined);
    }
  });

  test('no purpose speaks of advertising, sale, scoring or training, and the text says that there is none', () => {
    for (const each of [request, spanish]) {
      const { purposes } = composeDisclosure(each);
      ok(!/advert|market|sell|sale|scor|train|publici|venta|puntua|entrena|mercad/i.test(JSON.stringify(purposes)));
    }
    match(everyText(composeDisclosure(request)), /There is no such purpose, so no such use can be entered\./);
    match(everyText(composeDisclosure(spanish)), /No existe ese propósito, así que ese uso no se puede registrar\./);
  });

  test('the end dates are counted from the attempt and written out', () => {
    deepEqual(
      composeDisclosure(request).durations.map(({ days, label, ends }) => [days, label, ends]),
      [
        [90, '90 days', 'Ends by itself on February 18, 2027.'],
        [180, '180 days', 'Ends by itself on May 19, 2027.'],
        [365, '1 year', 'Ends by itself on November 20, 2027.'],
      ],
    );
    equal(composeDisclosure(spanish).durations[2]?.ends, 'Termina solo el 20 de noviembre de 2027.');
  });

  test('the end date is the customer’s own day, not the one in Greenwich', () => {
    const late = composeDisclosure({ ...request, now: Temporal.Instant.from('2026-11-21T03:30:00Z') });
    equal(late.durations[2]?.ends, 'Ends by itself on November 20, 2027.');
  });

  test('says what 12 CFR 1033.411(b) and .421 ask for', () => {
    const said = new Map(composeDisclosure(request).sections.map((section) => [section.id, section.items.join(' ')]));
    deepEqual([...said.keys()], ['who', 'data', 'duration', 'stop', 'certification', 'contact']);
    match(said.get('who') ?? '', /Citi gives the data.*Tellerline reads/);
    match(said.get('data') ?? '', /only what is reasonably necessary/);
    match(said.get('data') ?? '', /kept for one year at most/);
    match(said.get('duration') ?? '', /one year at most after you last allowed it/);
    match(said.get('stop') ?? '', /Write “stop” in this chat/);
    match(said.get('certification') ?? '', /agrees to the obligations of 12 CFR 1033\.421/);
    match(said.get('contact') ?? '', /privacy@operator\.example/);
  });

  test('claims no log and no proof that is not there yet', () => {
    ok(!/\blog\b|tamper|blockchain|registro público/i.test(everyText(composeDisclosure(request))));
    match(everyText(composeDisclosure(request)), /does not by itself prove/);
  });

  test('shows the very purchase message to come', () => {
    const { card, lines } = composeDisclosure(request).previews;
    equal(card?.transaction.amount, '65.70');
    equal(card?.transaction.merchant?.name, 'Stroman & Hudson');
    deepEqual(
      lines.map((line) => line.text),
      ['Citi: $2,318.42 available in checking 4417.', 'Citi: $34.65 on coffee, Nov 8 to 14, in 6 purchases.'],
    );
  });
});

describe('the words of the disclosure', () => {
  test('are the same keys with the same arguments in English and Spanish', () => {
    deepEqual(Object.keys(es), Object.keys(en));
    const args = (text: string) => (text.match(/\{\w+/g) ?? []).toSorted();
    for (const [key, text] of Object.entries(en)) {
      deepEqual(
        [...new Set(args(Object.entries(es).find(([name]) => name === key)?.[1] ?? ''))],
        [...new Set(args(text))],
        key,
      );
    }
  });

  test('have no exclamation marks', () => {
    for (const text of [...Object.values(en), ...Object.values(es)]) ok(!/[!¡]/.test(text), text);
  });
});

type Path = readonly (string | number)[];

function* leaves(value: unknown, path: Path = []): Generator<readonly [Path, unknown]> {
  if (value === null || typeof value !== 'object') {
    yield [path, value];
    return;
  }
  for (const [key, child] of Object.entries(value)) yield* leaves(child, [...path, key]);
}

function replaceAt(root: object, path: Path, value: unknown): void {
  const last = path.at(-1);
  const parent = path.slice(0, -1).reduce<unknown>((at, key) => Reflect.get(at as object, key), root);
  ok(last !== undefined);
  Reflect.set(parent as object, last, value);
}
