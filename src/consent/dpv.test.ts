import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { PURPOSES } from '#contract';
import { DPV_PURPOSES } from './dpv.ts';

const vocabulary = new URL('../../../shared/data/dpv-purposes.csv', import.meta.url);
const forbidden = [
  'Advertising',
  'Marketing',
  'SellDataToThirdParties',
  'SellInsightsFromData',
  'SellProducts',
  'Personalisation',
];

/** One line of CSV with every field quoted. */
const fieldsOf = (line: string): string[] => [...line.matchAll(/"((?:[^"]|"")*)"/g)].map(([, field = '']) => field);

/** Each term with the terms that it is a kind of. */
function readTerms(): Map<string, string[]> {
  const [head = '', ...lines] = readFileSync(vocabulary, 'utf8').split('\n').filter(Boolean);
  const [term, broader] = ['term', 'hasbroader'].map((name) => fieldsOf(head).indexOf(name));
  return new Map(
    lines.map((line) => {
      const fields = fieldsOf(line);
      const parents = (fields[broader ?? -1] ?? '').split(/[;,\s]+/).map((iri) => iri.split('#').at(-1) ?? '');
      return [fields[term ?? -1] ?? '', parents.filter(Boolean)];
    }),
  );
}

function ancestors(terms: ReadonlyMap<string, readonly string[]>, term: string): Set<string> {
  const all = new Set<string>([term]);
  for (const one of all) for (const parent of terms.get(one) ?? []) all.add(parent);
  return all;
}

test('no purpose stands for advertising, marketing, sale or personalisation, however far above', (context) => {
  if (!existsSync(vocabulary)) {
    context.skip('the vocabulary of W3C is not beside the project');
    return;
  }
  const terms = readTerms();
  assert.ok(terms.size > 100);
  for (const name of forbidden) assert.ok(terms.has(name), name);
  // The walk finds what is forbidden where it stands, so that it can find nothing where it does not.
  assert.ok(ancestors(terms, 'TargetedAdvertising').has('Advertising'));
  assert.ok(ancestors(terms, 'DirectMarketing').has('Marketing'));
  for (const purpose of PURPOSES) {
    const above = ancestors(terms, DPV_PURPOSES[purpose]);
    assert.ok(terms.has(DPV_PURPOSES[purpose]), DPV_PURPOSES[purpose]);
    assert.ok(above.has('Purpose'), `${purpose} leads up to the root`);
    assert.deepEqual(
      forbidden.filter((name) => above.has(name)),
      [],
      purpose,
    );
  }
});

test('each purpose stands for one term', () => {
  assert.deepEqual(Object.keys(DPV_PURPOSES), [...PURPOSES]);
});
