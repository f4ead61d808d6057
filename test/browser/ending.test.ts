import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sql } from '#db';
import { verify } from '../../src/app/verify.ts';
import { until } from '../until.ts';
import { setStage } from './stage.ts';

const stage = setStage();

test('“Delete my account” asks once, then removes every link, identity and key, and says so with a receipt', async () => {
  const person = await stage().person();
  await person.link('Citi', 'customer-1');
  await person.link('U.S. Bank', 'customer-1');
  const customerId = await newestCustomer();
  assert.ok((await rowsOf(customerId)).length > 5, 'there is something to remove');

  await person.button('More').click();
  await person.page.getByRole('menuitem', { name: 'Delete my account' }).click();
  await person.button('Keep my account').waitFor();
  await person.button('Delete my account').click();

  const receipt = person.page.getByRole('dialog', { name: 'Your account is deleted' });
  await receipt.waitFor();
  const said = await receipt.innerText();
  assert.match(said, /Citi[^]*\d+ records?[^]*U\.S\. Bank[^]*\d+ records?/);
  assert.match(said, /Sign-ins removed\s+[1-9]/);
  assert.match(said, /Keys destroyed\s+[1-9]/);
  assert.match(said, /Signed receipt\s+Here for 30 days/);
  const [saved] = await Promise.all([
    person.page.waitForEvent('download'),
    receipt.getByRole('link', { name: 'Save' }).click(),
  ]);
  assert.equal(saved.suggestedFilename(), 'tellerline-receipt.json');
  const { holds, said: checked } = await verify(await saved.path(), {});
  assert.equal(holds, true, checked.join('\n'));
  assert.match(checked.join('\n'), /receipt of a deletion \(account\)/);

  for (const bank of ['citi', 'us-bank']) {
    await until(`${bank} to show the consent as revoked`, async () =>
      (await stage().consents(bank, 'customer-1')).every(({ status }) => status === 'REVOKED'),
    );
  }
  // That the bank was told stays on record; what served to tell it is gone once the bank has confirmed.
  assert.deepEqual(
    (await rowsOf(customerId)).filter((table) => table !== 'revocations'),
    [],
  );
  await until('the last key to be destroyed', async () => (await openable(customerId)) === 0n);

  await receipt.getByRole('button', { name: 'Close' }).last().click();
  await receipt.waitFor({ state: 'hidden' });
  await person.page.reload();
  await person.button('Link a bank').waitFor();
  assert.equal(await person.page.getByRole('article').count(), 0, 'a new conversation, with nothing of the old one');
  assert.notEqual(await newestCustomer(), customerId);
});

test('“Keep my account” changes nothing', async () => {
  const person = await stage().person();
  await person.link('Wells Fargo', 'customer-1');
  await person.say('delete my account');
  await person.button('Keep my account').click();
  await person.thread.getByText('Everything stays as it is').waitFor();
  await person.say('balance');
  await person.cards('3 accounts').last().waitFor();
});

test('stop ends in every window of the customer at once', async () => {
  const person = await stage().person();
  await person.link('JPMorgan Chase', 'customer-1');
  const second = await person.secondWindow();
  await second.cards('JPMorgan Chase is linked').waitFor();
  await person.stop('stop', 'JPMorgan Chase');
  await second.cards('JPMorgan Chase is no longer linked').waitFor();
  assert.equal(await second.cards('3 accounts').count(), 0);
});

async function newestCustomer(): Promise<string> {
  const [row] = await stage().hub.db.database.query<{ id: string }>(
    sql`select customer_id as id from customers order by created_at desc limit 1`,
  );
  assert.ok(row);
  return row.id;
}

/** How many keys and sealed texts are left of what served to tell the banks. */
async function openable(customerId: string): Promise<bigint | undefined> {
  const [row] = await stage().hub.db.database.query<{ left: bigint }>(sql`
    select count(r.sealed) + count(k.wrapped_key) as left from revocations r
    left join call_keys k on k.call_id = r.revocation_id where r.customer_id = ${customerId}`);
  return row?.left;
}

/** Names of the hub's tables in which something of a customer stands. */
async function rowsOf(customerId: string): Promise<string[]> {
  const { database } = stage().hub.db;
  const tables = await database.query<{ name: string }>(sql`
    select table_name as name from information_schema.columns
    where table_schema = 'public' and column_name = 'customer_id' order by table_name`);
  const named: string[] = [];
  for (const { name } of tables) {
    const rows = await database.query({
      text: `select from ${name} where customer_id = $1 limit 1`,
      values: [customerId],
    });
    if (rows.length > 0) named.push(name);
  }
  return named;
}
