import assert from 'node:assert/strict';
import { test } from 'node:test';
import { systemClock, type Clock } from '#base';
import { sql } from '#db';
import { sweepAuthorizationState } from './authorization-store.ts';
import { linkCustomer, startTrial } from './stand-in-hub.fixture.ts';

const dayMs = 86_400_000;

/** The machine's clock, so many days ahead. */
function ahead(days: number): Clock {
  return { ...systemClock, nowMs: () => systemClock.nowMs() + days * dayMs };
}

test('what the authorization server remembers ends by the sandbox’s clock, and is forgotten by it', async (t) => {
  const trial = await startTrial({ clock: ahead(30) });
  t.after(() => trial.close());
  const { database } = trial;
  const before = systemClock.nowMs();
  const { grantId } = await linkCustomer(trial, 'citi');
  const after = systemClock.nowMs();

  const [grant] = await database.query<{ exp: number; expires_at: Date }>(sql`
    select (payload->>'exp')::int as exp, expires_at from sandbox.authorization_state
    where bank_id = 'citi' and model = 'Grant' and id = ${grantId}`);
  assert.ok(grant);
  // Thirty days ahead, and the 365 that were consented to.
  const earliest = Math.floor(before / 1000) + 395 * 86_400;
  assert.ok(grant.exp >= earliest && grant.exp <= earliest + Math.ceil((after - before) / 1000), String(grant.exp));
  const [code] = await database.query<{ consumed_at: Date; expires_at: Date }>(sql`
    select consumed_at, expires_at from sandbox.authorization_state where bank_id = 'citi' and model = 'AuthorizationCode'`);
  assert.ok(code && code.consumed_at.getTime() >= before + 30 * dayMs);
  assert.ok(code.expires_at.getTime() > code.consumed_at.getTime());

  const codes = async (): Promise<number> =>
    (await database.query(sql`select from sandbox.authorization_state where model = 'AuthorizationCode'`)).length;
  await sweepAuthorizationState({ database, clock: ahead(30) });
  assert.equal(await codes(), 1, 'what has just expired is kept for an hour');
  await sweepAuthorizationState({ database, clock: ahead(31) });
  assert.equal(await codes(), 0);
});
