import assert from 'node:assert/strict';
import { test } from 'node:test';
import { preparedAnswerSchema } from '#contract';
import { CANNED } from './canned.ts';
import { INTENT_ANSWERS } from './intents.ts';

const all = [...CANNED, ...INTENT_ANSWERS];

test('every prepared answer is whole in both languages, and fills in nothing that nobody knows', () => {
  assert.equal(INTENT_ANSWERS.length, 77);
  assert.equal(new Set(all.map(({ key }) => key)).size, all.length);
  for (const answer of all) {
    preparedAnswerSchema.parse(answer);
    const [en, es] = [answer.texts.en, answer.texts.es].map((text) => new Set(text.match(/\{[^}]*\}/g)));
    assert.deepEqual(en, es, answer.key);
    for (const name of en ?? []) assert.ok(['{customer}', '{bank}', '{case}', '{staff}'].includes(name), answer.key);
    assert.doesNotMatch(`${answer.texts.en}${answer.texts.es}`, /[!¡]/, answer.key);
  }
});
