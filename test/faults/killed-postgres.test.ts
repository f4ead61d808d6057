import assert from 'node:assert/strict';
import { test } from 'node:test';
import { killPostgres } from './killed-postgres.ts';
import { faultless } from './ledger.ts';

test('PostgreSQL killed under load and started again has everything that was acknowledged', async (t) => {
  const { acknowledged, shown, kills, refused, otherwise, settled, ...found } = await killPostgres(3);
  t.diagnostic(`${kills} kills, ${acknowledged} events acknowledged, ${shown} purchases shown, ${refused} times 503`);
  t.diagnostic(`${settled} events had been stored without an answer`);
  assert.deepEqual(found, faultless);
  assert.equal(otherwise, 0, 'while it is away the answer is 503');
});
