import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dollars, placesOf } from './person.ts';
import { setStage, type CustomerAtBank } from './stage.ts';

// The main job as a customer sees it: everything by clicking, nothing but names to find the way.

const stage = setStage();

const banks = [
  ['jpmorgan-chase', 'JPMorgan Chase'],
  ['wells-fargo', 'Wells Fargo'],
  ['citi', 'Citi'],
  ['us-bank', 'U.S. Bank'],
] as const;

for (const [bank, name] of banks) {
  test(`${name} is linked by clicking, its balances are the bank’s, a purchase arrives with its place, and stop ends it`, async () => {
    const person = await stage().person();
    await person.link(name, 'customer-1');

    const { accounts } = await stage().control<CustomerAtBank>('GET', `${bank}/customers/customer-1`);
    const shown = await person.cards('3 accounts').getByRole('definition').allInnerTexts();
    assert.deepEqual(
      shown.map((text) => text.split('\n')[0]),
      accounts.map(({ kind, balance }) =>
        dollars(kind === 'card' ? balance.current.replace('-', '') : (balance.available ?? '')),
      ),
    );

    await stage().purchase(bank, 'customer-1');
    const purchase = person.cards('$65.70');
    // One bank pushes nothing and is asked within a minute; its history names places in text alone.
    await purchase.waitFor({ timeout: 70_000 });
    if (bank !== 'us-bank')
      await purchase.getByRole('img', { name: 'Map of Ohio with a pin at Westerville' }).waitFor();
    assert.match(await purchase.innerText(), /Stroman & Hudson[^]*Westerville, OH/i);

    await person.stop('stop', name);
    assert.deepEqual(
      (await stage().consents(bank, 'customer-1')).map(({ status }) => status),
      ['REVOKED'],
    );
    assert.equal(await purchase.count(), 0, 'what was read from the bank is gone from the screen');
    const before = await person.entries();
    await stage().purchase(bank, 'customer-1', { amount: '1.23' });
    await person.say('hello');
    await person.thread.getByText('What would you like to know').waitFor();
    assert.equal(await person.cards('$1.23').count(), 0);
    assert.equal((await person.entries()).length, before.length + 2, 'a greeting and its answer, and nothing else');
    assert.deepEqual(await person.shownFromTheFirst(), placesOf(await person.entries()));
  });
}
