import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { sql } from '#db';
import { BankSigner, purchaseOn } from './bank-signer.ts';
import { callControl } from './control-api.ts';
import { testHub, type TestHub } from './hub.ts';
import { phone } from './phone-side.ts';
import { until } from './until.ts';
import { cardsOf, Visitor } from './visitor.ts';

// From a telephone at the sandbox's platforms through the whole hub and back: what a person says there, and what
// they are shown.

let hub: TestHub;
before(async () => {
  hub = await testHub();
});
after(() => hub.close());

const platforms = ['messenger', 'whatsapp'] as const;

for (const platform of platforms)
  test(`${platform}: who writes is greeted in that chat, and is answered there`, async () => {
    const { person } = await phone(hub, 'POST', 'people', { platform, name: 'Ana' });
    const at = { platform, person: person.key };
    await phone(hub, 'POST', 'say', { ...at, text: 'Hello' });
    const greeted = await until('a greeting', async () => {
      const state = await phone(hub, 'GET', 'state', at);
      return state.thread.some(({ from }) => from === 'business') && state;
    });
    const before = greeted.thread.length;
    await phone(hub, 'POST', 'say', { ...at, text: 'what can you do' });
    await until('an answer', async () => {
      const { thread } = await phone(hub, 'GET', 'state', at);
      return thread.slice(before).some(({ from }) => from === 'business');
    });
    const states = await until('all settled', async () => {
      const rows = await hub.db.database.query<{ state: string }>(sql`
        select state from deliveries where channel = ${platform}`);
      return rows.length > 0 && rows.every(({ state }) => state === 'delivered') && rows;
    });
    assert.ok(states.length >= 2);
  });

test('at the sandbox the templates are made and approved at the start, and a page greets', async () => {
  await until('templates', async () => {
    const [row] = await hub.db.database.query<{ approved: bigint; all: bigint }>(sql`
      select count(*) filter (where status = 'APPROVED') as approved, count(*) as all from channel_templates`);
    return Number(row?.all) > 0 && row?.approved === row?.all;
  });
});

/** Somebody whose bank was linked in a browser, and who writes at Messenger, where everything is shown. */
async function atMessenger(customer: string): Promise<{ readonly visitor: Visitor; readonly at: At }> {
  const visitor = await Visitor.linked(hub, ['citi', customer], 'en', ['transactions', 'account-management']);
  const { continueTo } = await visitor.sign('carrier-easypost', ['shipping']);
  assert.equal((await visitor.open(continueTo)).status, 200);
  const { person } = await phone(hub, 'POST', 'people', { platform: 'messenger', name: customer });
  const at = { platform: 'messenger', person: person.key };
  await phone(hub, 'POST', 'say', { ...at, text: 'Hello' });
  const { body } = await visitor.call<{ code: string }>('POST', '/api/channels/code');
  await phone(hub, 'POST', 'say', { ...at, text: body.code });
  await shown(at, /This chat now belongs/);
  // As if its customer had chosen so in the privacy centre, which takes a passkey.
  const all = ['transactions', 'fraud-alerts', 'account-management', 'shipping'];
  const details = JSON.stringify(Object.fromEntries(all.map((purpose) => [purpose, 'full'])));
  await hub.db.database.execute(sql`
    update destinations d set detail = 'full', details = ${details} from channel_identities i, links l
    where i.identity_id = d.identity_id and i.channel = 'messenger' and l.customer_id = i.customer_id
      and l.link_id = ${(await visitor.me()).links[0]?.id}`);
  return { visitor, at };
}

type At = { readonly platform: string; readonly person: string };
const messagesOf = async (at: At) =>
  (await phone(hub, 'GET', 'state', at)).thread.filter(({ from }) => from === 'business');
const shown = (at: At, what: RegExp) =>
  until(`${what} on the telephone`, async () => (await messagesOf(at)).some((one) => what.test(JSON.stringify(one))));

/** Presses the newest button of that name. */
async function press(at: At, title: string): Promise<void> {
  const pressed = await until(`a button ${title}`, async () => {
    for (const { id, buttons = [], quickReplies = [], cards = [] } of (await messagesOf(at)).toReversed()) {
      const all = [...buttons, ...quickReplies, ...cards.flatMap((card) => card.buttons)];
      const button = all.find((one) => one.title === title);
      if (button) return { message: id, n: button.n };
    }
    return undefined;
  });
  await phone(hub, 'POST', 'press', { ...at, ...pressed });
}

test('at Messenger a dispute by words, a watch’s “not me” and a followed parcel come to their ends', async () => {
  const customer = 'customer-331';
  const { visitor, at } = await atMessenger(customer);
  const citi = await BankSigner.of(hub, 'citi');
  const buy = async (amount: string): Promise<void> => {
    const event = purchaseOn(await citi.accountId(customer, 'card'));
    const merchant = { name: 'Target', category: '5310' };
    const sent = await citi.send([{ ...event, transaction: { ...event.transaction, amount, merchant } }]);
    assert.equal(sent.status, 202);
  };
  const say = (text: string) => phone(hub, 'POST', 'say', { ...at, text });

  await buy('64.00');
  await until('the purchase', async () => cardsOf(await visitor.conversation(), 'transaction').length > 0);
  await say('dispute the $64 at Target');
  await press(at, 'It never came');
  await shown(at, /64\.00[^]*D\d{8}|D\d{8}[^]*64\.00/);

  await say('watch purchases over $100');
  await shown(at, /I ask you whether it was you/);
  await buy('150.00');
  await shown(at, /Was this you\?/);
  await press(at, 'No, it wasn’t me');
  await shown(at, /You did not make this purchase/);
  await press(at, 'Freeze it');
  await shown(at, /Card \d{4} is frozen\. Citi has confirmed it/);

  const number = '1Z999AA10123456784';
  await say(`track ${number}`);
  await press(at, 'Follow this parcel');
  await until('the parcel', async () => cardsOf(await visitor.conversation(), 'parcel').length > 0);
  await callControl(hub, 'POST', `parcels/${number}/scan`, { scan: 'out-for-delivery' });
  await shown(at, /out for delivery/i);
});

test('no log line names what was said, nor who it was', () => {
  assert.doesNotMatch(hub.logged(), /what can you do|Ana/);
});
