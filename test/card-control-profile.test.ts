import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { actionAnswerSchema, REFUSALS } from '#contract';
import { cardControlOpenApi } from '../tools/card-control-contract.ts';

const read = (name: string): string => readFileSync(new URL(`../docs/${name}`, import.meta.url), 'utf8');

test('the committed contract is that of the code: node tools/card-control-openapi.ts --write', () => {
  assert.deepEqual(JSON.parse(read('card-control-openapi.json')), JSON.parse(JSON.stringify(cardControlOpenApi())));
});

test('the page names every call and every reason, and its example is an answer', () => {
  const page = read('card-control-api.md');
  const { paths } = cardControlOpenApi() as { paths: Record<string, Record<string, object>> };
  for (const [path, methods] of Object.entries(paths))
    for (const method of Object.keys(methods)) assert.ok(page.includes(`\`${method.toUpperCase()} ${path}\``), path);
  for (const reason of REFUSALS) assert.ok(page.includes(`\`${reason}\``), reason);
  const [, example = ''] = /```json\n([^`]+)```/.exec(page) ?? [];
  assert.equal(actionAnswerSchema.parse(JSON.parse(example)).result, 'confirmed');
});
