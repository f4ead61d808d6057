import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import type { LedgerPage, Message, MessageOrigin } from '#contract';
import { sql } from '#db';
import { isInLog, openCheckpoint } from '#web/proof';
import { BankSigner } from './bank-signer.ts';
import { testHub, type TestHub } from './hub.ts';
import { until } from './until.ts';
import { Visitor } from './visitor.ts';

// "Is this really my bank?": of a message here, and of what reached somebody elsewhere.

let hub: TestHub;
let bank: BankSigner;
before(async () => {
  hub = await testHub();
  bank = await BankSigner.of(hub, 'citi');
});
after(() => hub.close());

/** Somebody who shares the purchases of a bank; each test has a customer of its own there. */
const someone = (customer: string, locale: 'en' | 'es' = 'en'): Promise<Visitor> =>
  Visitor.linked(hub, ['citi', customer], locale);

/** The bank tells of a purchase; answers the message that shows it. */
async function buy(
  visitor: Visitor,
  customer: string,
  amount: string,
  name: string,
  id = `msg_${randomUUID()}`,
): Promise<Message> {
  const event = {
    id: randomUUID(),
    type: 'transaction.authorized',
    occurredAt: new Date().toISOString(),
    accountId: await bank.accountId(customer, 'card'),
    transaction: {
      id: randomUUID(),
      status: 'authorized',
      amount,
      currency: 'USD',
      direction: 'debit',
      localDate: new Date().toISOString().slice(0, 10),
      description: name.toUpperCase(),
      merchant: { name },
    },
  };
  const { status } = await bank.send([event], { id });
  assert.equal(status, 202);
  return until('the purchase to be shown', async () =>
    (await visitor.conversation()).findLast(
      ({ content }) =>
        content.kind === 'card' &&
        content.card.card === 'transaction' &&
        content.card.transaction.merchant?.name === name,
    ),
  );
}

const originOf = async (visitor: Visitor, { id }: Message): Promise<MessageOrigin> =>
  (await visitor.call<MessageOrigin>('GET', `/api/messages/${id}/origin`)).body;

const isProven = async ({ log }: MessageOrigin): Promise<boolean> => {
  const tree = await openCheckpoint(log.checkpoint, log.key);
  const [entry] = log.entries;
  return typeof tree !== 'string' && entry !== undefined && isInLog(entry, tree);
};

const said = async (visitor: Visitor, text: string): Promise<string> =>
  (await visitor.ask(text)).map(({ content }) => content.text).join(' ');

test('a message that a bank told shows its signature, and the entry that was made with it in the log', async () => {
  const visitor = await someone('customer-1');
  const webhook = `msg_${randomUUID()}`;
  const message = await buy(visitor, 'customer-1', '21.40', 'Larkspur Books', webhook);
  const origin = await originOf(visitor, message);
  assert.equal(origin.from, 'signed');
  assert.equal(origin.bank?.name, 'Citi');
  assert.equal(origin.signed?.webhook, webhook);
  const { keys } = await publishedKeys();
  assert.ok(keys.includes(origin.signed?.key ?? ''), 'the key is one that the bank publishes');
  const [entry] = origin.log.entries;
  assert.equal(entry?.record['reason'], 'event-shown');
  assert.equal(entry?.record['at'], message.at);
  assert.ok(await isProven(origin));
  const forged = {
    ...origin,
    log: { ...origin.log, entries: [{ ...entry, record: { ...entry?.record, records: 9 } }] },
  };
  assert.equal(await isProven(forged as MessageOrigin), false);
});

/** Thumbprints of the keys that the bank publishes, computed here from the bank's own rows. */
async function publishedKeys(): Promise<{ keys: string[] }> {
  const rows = await hub.db.database.query<{ jwk: { x: string } }>(
    sql`select private_jwk as jwk from sandbox.event_keys where bank_id = 'citi'`,
  );
  const hashed = rows.map(async ({ jwk: { x } }) => {
    const form = new TextEncoder().encode(`{"crv":"Ed25519","kty":"OKP","x":"${x}"}`);
    return Buffer.from(await crypto.subtle.digest('SHA-256', form)).toString('base64url');
  });
  return { keys: await Promise.all(hashed) };
}

test('our own words are said to be ours, and who asks for somebody else’s message gets nothing', async () => {
  const visitor = await someone('customer-2');
  const message = await buy(visitor, 'customer-2', '22.40', 'Marlow Tea');
  const [answer] = await visitor.ask('What is my balance?');
  assert.ok(answer);
  const origin = await originOf(visitor, answer);
  assert.equal(origin.from, 'tellerline');
  assert.equal(origin.signed, undefined);
  assert.equal(origin.log.entries[0]?.record['reason'], 'question-answered');
  assert.ok(await isProven(origin));
  const stranger = await Visitor.arrive(hub);
  assert.equal((await stranger.call('GET', `/api/messages/${message.id}/origin`)).status, 404);
});

test('to look at it is a use that is entered, and a stopped link leaves nothing to look at', async () => {
  const visitor = await someone('customer-3');
  const message = await buy(visitor, 'customer-3', '23.40', 'Quill and Ink');
  await originOf(visitor, message);
  const { body } = await visitor.call<LedgerPage>('GET', '/api/ledger?limit=50');
  const reasons = [...body.entries.map(({ record }) => record), ...body.waiting].map((record) => record['reason']);
  assert.ok(reasons.includes('message-checked'));
  await visitor.ask('stop');
  await visitor.press('stop-link');
  await until(
    'the message to be gone',
    async () => (await visitor.call('GET', `/api/messages/${message.id}/origin`)).status === 404,
  );
});

test('what was pasted is compared with what the bank told here, in both languages', async () => {
  const visitor = await someone('customer-4');
  await buy(visitor, 'customer-4', '431.09', 'Harbor Outfitters');
  const real = 'I got this SMS: Citi: $431.09 at Harbor Outfitters. Reply YES or NO';
  assert.match(await said(visitor, real), /Citi did tell you this here: \$431\.09 at Harbor Outfitters/);
  const forged = await visitor.ask(`${real}. Or go to https://citi-verify.top/a`);
  assert.match(forged.map(({ content }) => content.text).join(' '), /Take this as not from Citi: it carries a link/);
  assert.match(forged.at(-1)?.content.text ?? '', /What it tells of is true/);
  assert.ok(forged.some(({ quickReplies }) => quickReplies?.some(({ text }) => text === 'Freeze my card')));
  assert.match(await said(visitor, 'is this real? Citi: $87.65 at Nowhere Shop'), /told you nothing like this here/);
  assert.match(
    await said(visitor, 'I got this text: Wells Fargo: $87.65 at Nowhere'),
    /Wells Fargo is not linked here/,
  );
  assert.match(await said(visitor, 'I got this text: your account is locked, reply YES'), /I cannot tell/);
  // Once the log has taken them up: what is between waiting and proven is for a moment in neither list.
  await until('three uses', async () => {
    const { body } = await visitor.call<LedgerPage>('GET', '/api/ledger?limit=50');
    const records = [...body.entries.map(({ record }) => record), ...body.waiting];
    return records.filter((record) => record['reason'] === 'message-compared').length === 3;
  });
});

test('the same in Spanish, and nothing that a pasted message asks for is done', async () => {
  const visitor = await someone('customer-5', 'es');
  await buy(visitor, 'customer-5', '55.25', 'Panadería Luz');
  const told = await said(visitor, 'Me llegó este SMS: Citi: compra de $55.25 en Panadería Luz. Responda SI o NO');
  assert.match(told, /Citi sí te dijo esto aquí/);
  const forged = await visitor.ask('¿Es de mi banco? "Para congelar su tarjeta responda con su NIP"');
  assert.match(forged.map(({ content }) => content.text).join(' '), /Dalo por falso, no es de Citi/);
  assert.deepEqual(
    forged.flatMap(({ actions }) => actions ?? []),
    [],
  );
});

test('the question alone says who signed what the bank told last', async () => {
  const visitor = await someone('customer-6');
  await buy(visitor, 'customer-6', '66.25', 'Juniper Cafe');
  const { keys } = await publishedKeys();
  const answer = await said(visitor, 'is this really my bank?');
  assert.ok(
    keys.some((key) => answer.includes(`was signed by Citi with its key ${key}`)),
    answer,
  );
  const nobody = await Visitor.arrive(hub);
  assert.match(await said(nobody, 'is this really my bank?'), /No bank has told you anything here yet/);
});

test('a purchase that the bank holds is found, though it is in no list of purchases', async () => {
  const visitor = await Visitor.arrive(hub);
  await visitor.link('citi', 'customer-7', ['transactions', 'fraud-alerts']);
  const held = { customer: 'customer-7', amount: '1284.00', merchant: { name: 'Gilded Owl Jewelers' } };
  const { ok } = await fetch(new URL('/control/banks/citi/holds', hub.sandboxUrl), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(held),
  });
  assert.ok(ok);
  const alert = await until('the alert', async () =>
    (await visitor.conversation()).find(({ content }) => content.kind === 'card' && content.card.card === 'fraudAlert'),
  );
  assert.equal((await originOf(visitor, alert)).from, 'signed');
  const text = 'I got this SMS: Citi: did you spend $1,284.00 at Gilded Owl Jewelers? Reply YES or NO';
  assert.match(await said(visitor, text), /Citi did tell you this here: \$1,284\.00 at Gilded Owl Jewelers/);
  assert.match(await said(visitor, `${text} or call 1-888-555-0177`), /Take this as not from Citi/);
});
