import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { ParcelCard } from '#contract';
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
  assert.equal((await parcels(visitor)).length, 1);
  await scan(number, 'delivered');
  assert.deepEqual(
    (await parcels(visitor)).map(({ state }) => state),
    ['in-transit'],
    'the answer of before is all that is left',
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
