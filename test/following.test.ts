import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { LedgerPage, ParcelCard } from '#contract';
import { sql } from '#db';
import { testHub, type TestHub } from './hub.ts';
import { until } from './until.ts';
import { cardsOf, Visitor } from './visitor.ts';

let hub: TestHub;
before(async () => {
  hub = await testHub();
});
after(() => hub.close());

const carrier = 'carrier-easypost';

/** Examples of UPS's and USPS's own pages, with their check digits. */
const numbers = { ups: '1Z999AA10123456784', usps: '9400 1100 0000 0000 0500 00' };

async function connected(locale: 'en' | 'es' = 'en'): Promise<Visitor> {
  const visitor = await Visitor.arrive(hub, locale);
  const { continueTo } = await visitor.sign(carrier, ['shipping']);
  assert.equal((await visitor.open(continueTo)).status, 200);
  return visitor;
}

async function scan(number: string, name: string): Promise<void> {
  const response = await fetch(new URL(`/control/parcels/${number}/scan`, hub.sandboxUrl), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ scan: name }),
  });
  assert.equal(response.status, 202, await response.text());
}

const parcels = async (visitor: Visitor): Promise<ParcelCard[]> => cardsOf(await visitor.conversation(), 'parcel');
const parcelOnceThere = (visitor: Visitor): Promise<ParcelCard> =>
  until('the carrier to tell of the parcel', async () => (await parcels(visitor))[0]);

async function follow(visitor: Visitor, number: string): Promise<void> {
  await visitor.ask(`track ${number}`);
  assert.equal((await visitor.press('follow-parcel')).status, 200);
  await parcelOnceThere(visitor);
}

async function customerOf(visitor: Visitor): Promise<string> {
  const linkId = (await visitor.me()).links[0]?.id ?? '';
  const [row] = await hub.db.database.query<{ id: string }>(
    sql`select customer_id as id from links where link_id = ${linkId}`,
  );
  return row?.id ?? '';
}

test('a number that was sent is followed by a button alone, once its carrier is connected', async () => {
  const visitor = await Visitor.arrive(hub);
  const [asked] = await visitor.ask(`where is my parcel ${numbers.ups}`);
  assert.equal(asked?.actions, undefined, 'nothing can be followed before the consent');
  assert.deepEqual(
    asked?.waysOn?.map(({ way, bank }) => [way, bank]),
    [['link-bank', carrier]],
  );
  const { continueTo } = await visitor.sign(carrier, ['shipping']);
  assert.equal((await visitor.open(continueTo)).status, 200);
  const texts = (await visitor.conversation()).map(({ content }) => content.text);
  assert.ok(texts.some((text) => text.startsWith('EasyPost is connected. Send a tracking number here')));
  const [again] = await visitor.ask(`track ${numbers.ups}`);
  assert.deepEqual(
    again?.actions?.map(({ act, label }) => [act, label]),
    [['follow-parcel', 'Follow this parcel']],
  );
  assert.ok(
    !Buffer.from(again?.actions?.[0]?.token ?? '', 'base64url')
      .toString()
      .includes('1Z999'),
    'nor its token',
  );
  assert.equal((await parcels(visitor)).length, 0, 'words alone follow nothing');
  assert.equal((await visitor.press('follow-parcel')).status, 200);
  const card = await parcelOnceThere(visitor);
  assert.deepEqual([card.carrier, card.state, card.trackingLast4, card.shop], ['UPS', 'in-transit', '6784', undefined]);
  await scan(numbers.ups, 'out-for-delivery');
  await until('the next scan', async () => (await parcels(visitor))[0]?.state === 'out-for-delivery');
  assert.equal((await parcels(visitor)).length, 1, 'one card that moves');
  const kept = await visitor.call<{ orders: { followed: { trackingNumber: string }[] } }>('GET', '/api/export.json');
  assert.deepEqual(
    kept.body.orders.followed.map(({ trackingNumber }) => trackingNumber),
    [numbers.ups],
  );
  const ledger = await visitor.call('GET', '/api/ledger');
  assert.match(JSON.stringify(ledger.body), /parcel-followed/);
});

test('whoever stops following has the parcel deleted, and no scan leads to them any more', async () => {
  const visitor = await connected();
  const number = '1Z5R89390357567127';
  await visitor.ask(`track ${number}`);
  await visitor.press('follow-parcel');
  await parcelOnceThere(visitor);
  const [asked] = await visitor.ask(`track ${number}`);
  assert.equal(asked?.content.kind, 'card');
  assert.deepEqual(
    asked?.actions?.map(({ act }) => act),
    ['unfollow-parcel'],
  );
  assert.equal((await parcels(visitor)).length, 2, 'the parcel, and the answer that shows it');
  assert.equal((await visitor.press('unfollow-parcel')).status, 200);
  assert.equal((await parcels(visitor)).length, 0, 'neither the parcel nor an answer that shows it');
  const texts = (await visitor.conversation()).map(({ content }) => content.text);
  assert.ok(
    texts.some((text) => text.startsWith('You no longer follow the UPS parcel ending in 7127. ')),
    texts.join('\n'),
  );
  await scan(number, 'delivered');
  assert.deepEqual(await parcels(visitor), []);
});

test('after ninety days a parcel is followed no more, and its number leads nobody’s scans here', async () => {
  const visitor = await connected();
  const number = '1Z8H2K410312345103';
  await follow(visitor, number);
  await hub.db.database.execute(sql`update followed_parcels set begun_at = begun_at - interval '91 days'
    where customer_id = ${await customerOf(visitor)}`);
  await hub.parts.following.tidy();
  assert.deepEqual(await parcels(visitor), []);
  // The carrier uses the number again, for a parcel of somebody else's.
  await scan(number, 'delivered');
  assert.deepEqual(await parcels(visitor), []);
});

test('what another carrier tells of a number does not go under the consent that was given to the first', async () => {
  const visitor = await connected();
  const number = '1Z7Q5R920398765104';
  await follow(visitor, number);
  await hub.db.database.execute(sql`update followed_parcels set bank_id = 'carrier-another'
    where customer_id = ${await customerOf(visitor)}`);
  await scan(number, 'delivered');
  assert.deepEqual(
    (await parcels(visitor)).map(({ state }) => state),
    ['in-transit'],
  );
});

test('a number that the carrier does not know is not followed, and its customer is told', async () => {
  const visitor = await connected('es');
  const [asked] = await visitor.ask(`rastrear ${numbers.usps}`);
  assert.deepEqual(
    asked?.actions?.map(({ label }) => label),
    ['Seguir este paquete'],
  );
  await visitor.press('follow-parcel');
  const told = await until('the word of the carrier', async () =>
    (await visitor.conversation()).find(({ content }) => /no conoce ningún paquete/.test(content.text)),
  );
  assert.match(told.content.text, /USPS terminado en 0000/);
});

/** What a carrier is to be asked for again later is asked for now, unless it is being asked. */
const askAgainNow = (customerId: string): Promise<number> =>
  hub.db.database.execute(sql`update followed_parcels set next_at = now()
    where customer_id = ${customerId} and next_at is not null and lease_until = 'epoch'`);

test('a carrier that refuses our key raises an alarm, and the use is entered once however often it is asked', async () => {
  const visitor = await connected();
  const number = '1Z3M6N830345678109';
  const api = hub.orderSenders.carriers[0]?.api as { key: string };
  const { key } = api;
  api.key = 'another';
  await visitor.ask(`track ${number}`);
  await visitor.press('follow-parcel');
  const said = (await visitor.conversation()).at(-1)?.content.text ?? '';
  assert.match(said, /^EasyPost is asked to follow the UPS parcel ending in 8109\./);
  const customerId = await customerOf(visitor);
  await until('the carrier to have refused twice', async () => {
    await askAgainNow(customerId);
    const [row] = await hub.db.database.query<{ attempts: number }>(
      sql`select attempts from followed_parcels where customer_id = ${customerId}`,
    );
    return (row?.attempts ?? 0) > 2;
  });
  assert.match(hub.logged(), /"alarm":"carrier_failing"/);
  api.key = key;
  // Asked of the table, for each look at the conversation is an entry of the ledger too.
  await until('the carrier to have taken it', async () => {
    await askAgainNow(customerId);
    const rows = await hub.db.database.query(
      sql`select from followed_parcels where customer_id = ${customerId} and next_at is null`,
    );
    return rows.length > 0;
  });
  await parcelOnceThere(visitor);
  const { body } = await visitor.call<LedgerPage>('GET', '/api/ledger?limit=500');
  const records = [...body.entries.map(({ record }) => record), ...body.waiting];
  const uses = new Set(records.filter((record) => JSON.stringify(record).includes('"parcel-followed"')));
  assert.equal(uses.size, 1, JSON.stringify([...uses]));
});

test('“stop EasyPost” ends all that is followed', async () => {
  const visitor = await connected();
  const number = '1Z12345E6605272234';
  await visitor.ask(`track ${number}`);
  await visitor.press('follow-parcel');
  await parcelOnceThere(visitor);
  await visitor.ask('stop EasyPost');
  await visitor.press('stop-link');
  await until('the parcel to be gone', async () => (await parcels(visitor)).length === 0);
  await scan(number, 'delivered');
  assert.equal((await parcels(visitor)).length, 0);
});
