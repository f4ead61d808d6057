import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sql } from './sql.ts';

test('a value becomes a parameter, and a piece of a statement becomes text with parameters of its own', () => {
  const piece = sql`b = ${2} or b = ${3}`;
  const { text, values } = sql`select a from t where a = ${1} and (${piece}) and c = ${4}`;
  assert.equal(text, 'select a from t where a = $1 and (b = $2 or b = $3) and c = $4');
  assert.deepEqual(values, [1, 2, 3, 4]);
});

test('what only looks like a piece is a parameter', () => {
  const sent = { text: 'true; drop table t', values: [] };
  assert.deepEqual(sql`select ${sent}`, { text: 'select $1', values: [sent] });
  const copied = { ...sql`true` };
  assert.deepEqual(sql`select ${copied}`, { text: 'select $1', values: [copied] });
});
