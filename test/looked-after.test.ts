import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { CaseCard, FraudAlertCard } from '#contract';
import { sql } from '#db';
import { BankSigner, purchaseOn } from './bank-signer.ts';
import { callControl } from './control-api.ts';
import { testHub, type TestHub } from './hub.ts';
import { until } from './until.ts';
import { cardsOf, disputesOf, Visitor } from './visitor.ts';

// Alerts and disputes while nobody answers them here: when their banks are asked, and what goes with an account.

let hub: TestHub;
let citi: BankSigner;
before(async () => {
  hub = await testHub();
  citi = await BankSigner.of(hub, 'citi');
});
after(() => hub.close());

const someone = (username: string): Promise<Visitor> =>
  Visitor.linked(hub, ['citi', username], 'en', ['transactions', 'fraud-alerts', 'account-management']);

const control = <Answer>(method: string, path: string, body?: unknown): Promise<Answer> =>
  callControl(hub, method, path, body);

const merchant = { name: 'Joyería Ocampo', category: '5944', address: { city: 'Guadalajara', country: 'MX' } };

async function hold(visitor: Visitor, username: string, amount = '1284.00'): Promise<string> {
  const { caseId } = await control<{ caseId: string }>('POST', 'banks/citi/holds', {
    customer: username,
    amount,
    merchant,
  });
  await until('the alert', async () => (await alertOf(visitor))?.transaction.amount === amount);
  return caseId;
}

const alertOf = async (visitor: Visitor): Promise<FraudAlertCard | undefined> =>
  cardsOf(await visitor.conversation(), 'fraudAlert').at(-1);
const casesOf = async (visitor: Visitor): Promise<CaseCard[]> => disputesOf(await visitor.conversation());
const opened = (visitor: Visitor): Promise<CaseCard> =>
  until('the case to be opened', async () => (await casesOf(visitor)).find(({ state }) => state === 'opened'));
const declined = (visitor: Visitor): Promise<boolean> =>
  until('the answer to be seen', async () => (await alertOf(visitor))?.state === 'declined');

const linkOf = async (visitor: Visitor): Promise<string> => (await visitor.me()).links[0]?.id ?? '';
const rows = hubRows();
function hubRows() {
  return {
    alert: async (linkId: string) =>
      (
        await hub.db.database.query<{ asked: number; isFree: boolean }>(
          sql`select attempts as asked, lease_until = 'epoch' as "isFree" from alerts where link_id = ${linkId}`,
        )
      )[0],
    dispute: async (linkId: string) =>
      (
        await hub.db.database.query<{ asked: number; minutes: number }>(sql`
          select asked, (extract(epoch from next_at - asked_at) / 60)::float8 as minutes
          from disputes where link_id = ${linkId}`)
      )[0],
  };
}

test('what a bank tells while it cannot be asked is not lost: it is asked once it can be', async () => {
  const username = 'customer-401';
  const visitor = await someone(username);
  const linkId = await linkOf(visitor);
  const caseId = await hold(visitor, username);
  await control('POST', 'banks/citi/fault', { customer: username, kind: 'down' });
  await control('POST', `holds/${caseId}/answer`, { answer: 'not-mine' });
  const { cards } = await control<{ cards: { cardId: string }[] }>('GET', `banks/citi/cards?customer=${username}`);
  await control('POST', `banks/citi/cards/${cards.at(-1)?.cardId}/actions`, { customer: username, action: 'freeze' });
  await until('the bank to have failed', async () => {
    const row = await rows.alert(linkId);
    return row?.isFree && row.asked > 0;
  });
  await control('POST', 'banks/citi/fault', { customer: username, kind: 'none' });
  // That the bank is well again is seen by anything that it answers.
  await visitor.ask('freeze my card');
  await hub.db.database.execute(sql`update alerts set next_at = now() where link_id = ${linkId} and state = 'open'`);
  await declined(visitor);
});

test('a customer who looks on by another process is looked for by this one', async () => {
  const username = 'customer-402';
  const visitor = await someone(username);
  const linkId = await linkOf(visitor);
  const caseId = await hold(visitor, username);
  await control('POST', `holds/${caseId}/answer`, { answer: 'not-mine' });
  await hub.db.database.execute(sql`update alerts set seen_at = now(), next_at = now() where link_id = ${linkId}`);
  await declined(visitor);
});

test('giving up one account leaves the disputes and alerts of the others; those of its own are told of before', async () => {
  const username = 'customer-403';
  const visitor = await someone(username);
  const linkId = await linkOf(visitor);
  await hold(visitor, username);
  await visitor.press('answer-alert', 'No');
  const { caseNumber } = await opened(visitor);
  await hold(visitor, username, '77.00');
  const goesOn = /may still be carried out.*\+1 212 555 0133\./;
  const [savings] = await visitor.ask('stop sharing my savings account');
  assert.doesNotMatch(savings?.content.text ?? '', goesOn);
  assert.equal((await visitor.press('narrow-link')).status, 200);
  assert.equal((await opened(visitor)).caseNumber, caseNumber, 'said anew, for answers of the link went');
  assert.ok(await rows.alert(linkId), 'the alert of another account stands');
  await control('POST', `disputes/${caseNumber}`, { state: 'in-review' });
  await until('what comes of it', async () => {
    await hub.db.database.execute(sql`update disputes set next_at = now() where link_id = ${linkId}`);
    return (await casesOf(visitor)).some(({ state }) => state === 'in-review');
  });
  const [card] = await visitor.ask('stop sharing my credit card account');
  assert.match(card?.content.text ?? '', goesOn);
  assert.equal((await visitor.press('narrow-link')).status, 200);
  await until('the case to go with its account', async () => (await rows.dispute(linkId)) === undefined);
  assert.equal(await rows.alert(linkId), undefined);
});

/** The bank tells of the purchase that it held, under the same id. */
async function tellHeld(visitor: Visitor, username: string): Promise<void> {
  const id = (await alertOf(visitor))?.transaction.id ?? '';
  const event = purchaseOn(await citi.accountId(username, 'card'));
  const transaction = { ...event.transaction, id, amount: '1284.00', description: merchant.name, merchant };
  await citi.send([{ ...event, transaction }]);
  await until('the purchase', async () =>
    cardsOf(await visitor.conversation(), 'transaction').some((one) => one.transaction.amount === '1284.00'),
  );
}

test('a purchase that is told after "no" is not disputed a second time', async () => {
  const username = 'customer-404';
  const visitor = await someone(username);
  await hold(visitor, username);
  await visitor.press('answer-alert', 'No');
  await opened(visitor);
  await tellHeld(visitor, username);
  const [again] = await visitor.ask('dispute the $1284.00 at Joyería Ocampo');
  assert.equal(again?.actions?.some(({ act }) => act === 'dispute') ?? false, false, 'it is disputed already');
});

test('a purchase that was disputed by words is not disputed once more by "no"', async () => {
  const username = 'customer-405';
  const visitor = await someone(username);
  await hold(visitor, username);
  await tellHeld(visitor, username);
  await visitor.ask('dispute the $1284.00 at Joyería Ocampo');
  assert.equal((await visitor.press('dispute', 'It was not me')).status, 200);
  await opened(visitor);
  assert.equal((await visitor.press('answer-alert', 'No')).status, 200);
  await until('the card to be frozen', async () => (await alertOf(visitor))?.state === 'frozen');
  assert.equal((await casesOf(visitor)).length, 1);
});

test('a bank is asked less and less about a dispute that stands still, and soon after it gave money back', async () => {
  const username = 'customer-406';
  const visitor = await someone(username);
  const linkId = await linkOf(visitor);
  await hold(visitor, username);
  await visitor.press('answer-alert', 'No');
  await opened(visitor);
  const pause = await until('the bank to have been asked', async () => {
    // Set anew where an answer that was on its way, to an earlier question, counts from the beginning.
    await hub.db.database.execute(sql`update disputes set asked = 3, next_at = now()
      where link_id = ${linkId} and asked < 3`);
    const row = await rows.dispute(linkId);
    return row?.asked === 4 ? row : undefined;
  });
  assert.ok(pause.minutes >= 150, `${pause.minutes} minutes`);
  const event = purchaseOn(await citi.accountId(username, 'card'));
  await citi.send([{ ...event, transaction: { ...event.transaction, direction: 'credit', amount: '1284.00' } }]);
  await until('the bank to be asked anew', async () => (await rows.dispute(linkId))?.asked === 1);
});
