import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import type { AccountRef, LinkId } from '#base';
import { controlsOfLinks } from '#controls';
import { sql } from '#db';
import { testDatabase, type TestDatabase } from '../database.ts';

let db: TestDatabase;
before(async () => {
  db = await testDatabase();
});
after(() => db.close());

test('an account that is given up takes its own actions and cards along, and no others; what goes on is said anew', async () => {
  const link = randomUUID() as LinkId;
  const [gone, kept] = [randomUUID() as AccountRef, randomUUID() as AccountRef];
  for (const account of [gone, kept]) {
    await db.database.execute(sql`
      insert into bank_actions (link_id, action_id, customer_id, bank_id, account_ref, kind, state, message_id, sealed, requested_at, lease_until, next_at)
      select ${link}, gen_random_uuid(), ${randomUUID()}, 'citi', ${account}, 'card', state, ${link}, ''::bytea, now(), now(), now()
      from unnest(array['sent', 'confirmed']) as s (state)`);
    await db.database.execute(sql`
      insert into bank_cards (link_id, bank_id, card_index, account_ref, sealed, told_at)
      values (${link}, 'citi', ${Buffer.from(account)}, ${account}, ''::bytea, now())`);
  }
  await db.database.transaction((tx) => controlsOfLinks.forgetGivenUp(tx, link, { purposes: [], accounts: [gone] }));
  const actions = await db.database.query<{ account: string; state: string; unsaid: boolean; isNew: boolean }>(sql`
    select account_ref as account, state, unsaid, message_id <> link_id as "isNew" from bank_actions
    where link_id = ${link} order by state`);
  assert.deepEqual(actions, [
    { account: kept, state: 'confirmed', unsaid: false, isNew: false },
    { account: kept, state: 'sent', unsaid: true, isNew: true },
  ]);
  const cards = await db.database.query<{ account: string }>(sql`
    select account_ref as account from bank_cards where link_id = ${link}`);
  assert.deepEqual(cards, [{ account: kept }]);
});
