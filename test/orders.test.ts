import assert from 'node:assert/strict';
import { createHmac, randomInt, randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import type { Message, MessageOrigin, ParcelCard, ReceiptCard } from '#contract';
import { sql } from '#db';
import { testHub, type TestHub } from './hub.ts';
import { until } from './until.ts';
import { cardsOf, Visitor } from './visitor.ts';

let hub: TestHub;
before(async () => {
  hub = await testHub();
});
after(() => hub.close());

const shop = 'shop-northwind-books';

/** Connects the shop by its disclosure and answers the code that the chat gives. */
async function connect(
  visitor: Visitor,
  purposes: ('receipts' | 'shipping')[] = ['receipts', 'shipping'],
): Promise<string> {
  const { continueTo } = await visitor.sign(shop, purposes);
  const end = await visitor.open(continueTo);
  assert.equal(end.status, 200, end.page.slice(0, 300));
  return codeIn(await visitor.conversation());
}

function codeIn(messages: readonly Message[]): string {
  const codes = messages.flatMap(
    ({ content }) => /\b[2-9A-HJ-NP-Z]{4}-[2-9A-HJ-NP-Z]{4}\b/.exec(content.text)?.[0] ?? [],
  );
  assert.ok(codes.length > 0, 'the chat gives a code');
  return codes.at(-1) ?? '';
}

async function control<Body>(path: string, body?: object): Promise<Body> {
  const response = await fetch(new URL(`/control${path}`, hub.sandboxUrl), {
    method: 'POST',
    ...(body && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  });
  assert.equal(response.status, 202, await response.clone().text());
  return (await response.json()) as Body;
}

const orderWith = async (code: string): Promise<number> =>
  (await control<{ order: number }>('/shop/orders', { code })).order;

const receipts = async (visitor: Visitor): Promise<ReceiptCard[]> => cardsOf(await visitor.conversation(), 'receipt');
const parcels = async (visitor: Visitor): Promise<ParcelCard[]> => cardsOf(await visitor.conversation(), 'parcel');

test('an order with the chat’s code becomes a receipt, its parcels move, and what is given back is said', async () => {
  const visitor = await Visitor.arrive(hub);
  const code = await connect(visitor);
  const order = await orderWith(code.toLowerCase());
  const [receipt] = await until('the receipt', async () => {
    const all = await receipts(visitor);
    return all.length > 0 && all;
  });
  assert.deepEqual(
    [receipt?.shop, receipt?.total, receipt?.addsUp, receipt?.lines.length],
    ['Northwind Books', '66.07', true, 2],
  );
  const sent = await control<{ parcels: { trackingNumber: string }[] }>(`/shop/orders/${order}/ship`, { parcels: 2 });
  const [first] = sent.parcels;
  assert.ok(first);
  const scan = (name: string): Promise<unknown> => control(`/parcels/${first.trackingNumber}/scan`, { scan: name });
  for (const name of ['on-its-way', 'picked-up', 'out-for-delivery', 'late-scan']) await scan(name);
  const ofFirst = async (): Promise<ParcelCard | undefined> =>
    (await parcels(visitor)).find((one) => one.trackingLast4 === first.trackingNumber.slice(-4));
  const moving = await ofFirst();
  assert.equal(moving?.state, 'out-for-delivery', 'a late scan does not move it back');
  assert.deepEqual(
    moving.steps.map((step) => step.place?.name),
    ['Reno, NV', 'Reno, NV', 'Denver, CO', 'Westerville, OH', undefined].filter((_, n) => n < moving.steps.length),
  );
  await scan('delivered');
  assert.deepEqual([(await ofFirst())?.state, (await ofFirst())?.deliveredTo], ['delivered', 'front door']);
  assert.equal((await parcels(visitor)).length, 2, 'one message a parcel, however often it moves');
  await control(`/shop/orders/${order}/refund`, { cents: 500 });
  await control(`/shop/orders/${order}/again`);
  const [refunded, ...others] = await receipts(visitor);
  assert.deepEqual([refunded?.refunded, others.length], ['5.00', 0]);
  assert.deepEqual(
    refunded?.parcels?.map((one) => one.state),
    ['delivered', 'announced'],
  );
});

test('parcels and receipts are shown when they are asked for in words, in both languages', async () => {
  const visitor = await Visitor.arrive(hub);
  const [unshared] = await visitor.ask('where is my parcel');
  assert.match(unshared?.content.text ?? '', /^No shop or carrier that you connected tells of parcels/);
  const code = await connect(visitor);
  const [nothing] = await visitor.ask('show my receipts');
  assert.equal(nothing?.content.text, 'No shop has sent a receipt here yet.');
  const orders = [await orderWith(code), await orderWith(code)];
  await until('both receipts', async () => (await receipts(visitor)).length === 2);
  const [said, ...shown] = await visitor.ask('can you show me my last 2 receipts please');
  assert.equal(said?.content.text, 'Your 2 newest receipts.');
  assert.deepEqual(
    cardsOf(shown, 'receipt').map((card) => card.shop),
    ['Northwind Books', 'Northwind Books'],
  );
  const [none] = await visitor.ask('receipt from Starbucks');
  assert.equal(none?.content.text, 'No receipt from “starbucks” was sent here.');
  const { parcels: sent } = await control<{ parcels: { trackingNumber: string }[] }>(`/shop/orders/${orders[0]}/ship`, {
    parcels: 1,
  });
  const last4 = sent[0]?.trackingNumber.slice(-4);
  await until('the parcel', async () => (await parcels(visitor)).length === 1);
  const [under, card] = await visitor.ask('when does my order from Northwind Books arrive?');
  assert.equal(under?.content.text, 'One parcel is on the way.');
  assert.deepEqual(
    cardsOf(card ? [card] : [], 'parcel').map((one) => one.trackingLast4),
    [last4],
  );
  for (const name of ['on-its-way', 'delivered'])
    await control(`/parcels/${sent[0]?.trackingNumber}/scan`, { scan: name });
  await until('it to have arrived', async () => (await parcels(visitor)).some(({ state }) => state === 'delivered'));
  assert.equal((await visitor.call('PUT', '/api/settings', { locale: 'es' })).status < 300, true);
  const [over, delivered] = await visitor.ask('¿dónde está mi paquete?');
  assert.equal(over?.content.text, 'Ningún paquete está en camino. Este fue el último.');
  assert.equal(cardsOf(delivered ? [delivered] : [], 'parcel')[0]?.state, 'delivered');
  const [recibo] = await visitor.ask('mi último recibo');
  assert.equal(recibo?.content.text, 'Tu recibo más reciente.');
  const ledger = JSON.stringify((await visitor.call('GET', '/api/ledger?limit=500')).body);
  assert.match(ledger, /"purpose":"shipping"[^}]*"question-answered"|"question-answered"[^}]*"purpose":"shipping"/);
});

test('an order without a code, or with one of nobody, is kept nowhere', async () => {
  const before = await hub.db.database.query<{ records: bigint }>({
    text: 'select count(*) as records from records',
    values: [],
  });
  await orderWith('');
  await orderWith('ABCD-EFGH');
  const after = await hub.db.database.query<{ records: bigint }>({
    text: 'select count(*) as records from records',
    values: [],
  });
  assert.deepEqual(after, before);
});

test('“stop Northwind Books” ends it: the code leads nowhere and what was kept is gone', async () => {
  const visitor = await Visitor.arrive(hub);
  const code = await connect(visitor);
  await orderWith(code);
  assert.equal((await receipts(visitor)).length, 1);
  await visitor.ask('stop Northwind Books');
  await visitor.press('stop-link');
  await until('the receipt to be gone', async () => (await receipts(visitor)).length === 0);
  await orderWith(code);
  assert.equal((await receipts(visitor)).length, 0);
});

test('who allows receipts alone gets no parcels', async () => {
  const visitor = await Visitor.arrive(hub);
  const order = await orderWith(await connect(visitor, ['receipts']));
  await control(`/shop/orders/${order}/ship`, {});
  assert.deepEqual([(await receipts(visitor)).length, (await parcels(visitor)).length], [1, 0]);
});

test('what a shop keeps of its customer stays good when the consent is signed again', async () => {
  const visitor = await Visitor.arrive(hub);
  const code = await connect(visitor);
  await orderWith(code);
  assert.equal(await connect(visitor), code);
  assert.equal((await receipts(visitor)).length, 1, 'what was kept is kept');
  await orderWith(code);
  assert.equal((await receipts(visitor)).length, 2);
});

/** Posts a body to the hub as a sender would. */
async function post(
  path: string,
  body: string,
  headers: Record<string, string>,
): Promise<{ status: number; body: unknown }> {
  const response = await fetch(new URL(path, hub.url), { method: 'POST', headers, body });
  return { status: response.status, body: await response.json() };
}

function standard(secret: string, body: string, id = `msg_${randomUUID()}`): Record<string, string> {
  const timestamp = String(Math.floor(Date.now() / 1000));
  const key = Buffer.from(secret.slice('whsec_'.length), 'base64');
  const signature = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64');
  return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': `v1,${signature}` };
}

test('our own signed events: taken once, contradicted never, refused without a signature', async () => {
  const visitor = await Visitor.arrive(hub);
  const code = await connect(visitor);
  const secret = hub.orderSenders.shops[0]?.signing[0] ?? '';
  const event = (id: string, amount: string, customer = code) => ({
    id,
    type: 'receipt.issued',
    occurredAt: new Date().toISOString(),
    customer,
    orderId: 'o-1',
    receipt: {
      shop: 'Northwind',
      total: { amount, currency: 'EUR' },
      lines: [{ title: 'Map', quantity: 1, total: { amount: '9.00', currency: 'EUR' } }],
    },
  });
  const path = '/v1/shops/northwind-books/events';
  const batch = JSON.stringify({ events: [event(`e-${code}`, '12.00')] });
  assert.deepEqual(await post(path, batch, standard(secret, batch)), {
    status: 202,
    body: { accepted: 1, duplicates: 0, dropped: 0 },
  });
  assert.deepEqual(await post(path, batch, standard(secret, batch)), {
    status: 202,
    body: { accepted: 0, duplicates: 1, dropped: 0 },
  });
  const other = JSON.stringify({ events: [event(`e-${code}`, '13.00')] });
  assert.equal((await post(path, other, standard(secret, other))).status, 409);
  const foreign = JSON.stringify({ events: [event('e-3', '12.00', 'ZZZZ-ZZZZ')] });
  assert.deepEqual((await post(path, foreign, standard(secret, foreign))).body, {
    accepted: 0,
    duplicates: 0,
    dropped: 1,
  });
  for (const headers of [{}, standard('whsec_AAAA', batch), { ...standard(secret, batch), 'webhook-timestamp': '1' }])
    assert.equal((await post(path, batch, headers)).status, 401);
  const [receipt] = await receipts(visitor);
  assert.deepEqual(
    [receipt?.total, receipt?.currency, receipt?.addsUp],
    ['12.00', 'EUR', false],
    'as the shop said it, and marked',
  );
});

test('each platform’s signature is over the raw body; another shop, and another’s signature, are refused', async () => {
  const [secret = ''] = hub.orderSenders.shops[0]?.shopify ?? [];
  const [easypost = ''] = hub.orderSenders.carriers[0]?.easypost ?? [];
  const body = '{"id":1,"name":"#1","total_price":"1.00","line_items":[]}';
  const hmac = (key: string, text: string) => createHmac('sha256', key).update(text);
  const shopify = { 'x-shopify-hmac-sha256': hmac(secret, body).digest('base64') };
  assert.equal((await post('/v1/shops/northwind-books/shopify', body, shopify)).status, 202);
  assert.equal((await post('/v1/shops/northwind-books/shopify', `${body} `, shopify)).status, 401);
  assert.equal(
    (
      await post('/v1/shops/northwind-books/woocommerce', body, {
        'x-wc-webhook-signature': shopify['x-shopify-hmac-sha256'],
      })
    ).status,
    401,
    'a shop without that platform',
  );
  assert.equal((await post('/v1/shops/nobody/shopify', body, shopify)).status, 404);
  const tracker =
    '{"description":"tracker.updated","result":{"object":"Tracker","tracking_code":"1","status":"delivered"}}';
  const signed = { 'x-hmac-signature': `hmac-sha256-hex=${hmac(easypost, tracker).digest('hex')}` };
  assert.deepEqual((await post('/v1/carriers/easypost/easypost', tracker, signed)).body, {
    accepted: 0,
    duplicates: 0,
    dropped: 1,
  });
  assert.equal(
    (
      await post('/v1/carriers/easypost/easypost', tracker, {
        'x-hmac-signature': signed['x-hmac-signature'].slice(0, -2),
      })
    ).status,
    401,
  );
});

test('a shop is connected by words, which lead to its disclosure; its code is said again by words', async () => {
  for (const [locale, words, again] of [
    ['en', 'conect northwind books please', 'what is my code for Northwind Books?'],
    ['es', 'quiero conectar la tienda Northwind Books', 'mi código para Northwind Books'],
  ] as const) {
    const visitor = await Visitor.arrive(hub, locale);
    const [answer] = await visitor.ask(words);
    assert.deepEqual(
      answer?.waysOn?.map(({ way, bank }) => [way, bank]),
      [['link-bank', shop]],
      words,
    );
    const code = await connect(visitor);
    const [said] = await visitor.ask(again);
    assert.ok(said?.content.text.includes(code), 'the same code');
    const [which] = await visitor.ask(locale === 'en' ? 'connect a shop' : 'conectar una tienda');
    assert.equal(which?.waysOn?.length, 1);
  }
});

test('a tracking number that is typed: the parcel itself, or whose it is', async () => {
  const visitor = await Visitor.arrive(hub);
  const order = await orderWith(await connect(visitor));
  const { parcels: sent } = await control<{ parcels: { trackingNumber: string }[] }>(`/shop/orders/${order}/ship`, {});
  const [known] = await visitor.ask(`where is ${sent[0]?.trackingNumber ?? ''}`);
  assert.equal(known?.content.kind === 'card' && known.content.card.card, 'parcel');
  const [other] = await visitor.ask('RB 123456785 GB');
  assert.match(other?.content.text ?? '', /Royal Mail, ending in 85GB/);
});

test('the export and the ledger hold what came, and why it was used', async () => {
  const visitor = await Visitor.arrive(hub);
  const order = await orderWith(await connect(visitor));
  await control(`/shop/orders/${order}/ship`, {});
  const { body } = await visitor.call<Record<string, unknown>>('GET', '/api/export.json');
  const text = JSON.stringify(body);
  for (const part of [
    'The Atlas of Small Islands',
    '"trackingNumber":"1Z',
    '"purpose":"receipts"',
    '"purpose":"shipping"',
  ])
    assert.ok(text.includes(part), part);
  const page = await visitor.open('/api/export.html');
  for (const part of ['The Atlas of Small Islands', '$66.07', 'Your parcel from Northwind Books', '1Z'])
    assert.ok(page.page.includes(part), part);
});

test('giving up parcels deletes them and leaves the receipts, which no longer say where anything is', async () => {
  const visitor = await Visitor.arrive(hub);
  const order = await orderWith(await connect(visitor));
  await control(`/shop/orders/${order}/ship`, {});
  assert.equal((await receipts(visitor))[0]?.parcels?.length, 1);
  const link = (await visitor.me()).links.find(({ bank }) => bank === shop);
  const { status } = await visitor.call('POST', `/api/links/${link?.id ?? ''}/narrow`, { purposes: ['shipping'] });
  assert.equal(status, 200);
  const [receipt] = await receipts(visitor);
  assert.deepEqual([(await parcels(visitor)).length, receipt?.total, receipt?.parcels], [0, '66.07', undefined]);
  await control(`/shop/orders/${order}/ship`, {});
  await control(`/shop/orders/${order}/pay`);
  assert.deepEqual([(await parcels(visitor)).length, (await receipts(visitor))[0]?.parcels], [0, undefined]);
});

test('a shop is no bank: nobody signs in there, and no question about money asks it', async () => {
  const visitor = await Visitor.arrive(hub);
  await connect(visitor);
  const signIn = await visitor.call('POST', '/api/bank-session', { bank: shop });
  assert.deepEqual([signIn.status, signIn.body.code], [404, 'bank_unknown']);
  const [answer] = await visitor.ask('what is my balance?');
  assert.match(answer?.content.text ?? '', /no bank|Nothing is linked|link/i);
});

test('asked who signed it, a receipt is said to be a shop’s and no bank’s, with its entry', async () => {
  const visitor = await Visitor.arrive(hub);
  await orderWith(await connect(visitor));
  const receipt = await until('the receipt', async () =>
    (await visitor.conversation()).find(({ content }) => content.kind === 'card' && content.card.card === 'receipt'),
  );
  const { body } = await visitor.call<MessageOrigin>('GET', `/api/messages/${receipt.id}/origin`);
  assert.deepEqual([body.from, body.bank?.name, body.signed], ['shop', 'Northwind Books', undefined]);
  const [entry] = body.log.entries;
  assert.deepEqual([entry?.record['reason'], entry?.record['at']], ['order-shown', receipt.at]);
});

test('one order told by thirty bodies at once is one receipt, with each refund once', async () => {
  const visitor = await Visitor.arrive(hub);
  const order = await orderWith(await connect(visitor));
  await control(`/shop/orders/${order}/ship`, { parcels: 2 });
  await control(`/shop/orders/${order}/refund`, { cents: 100 });
  await Promise.all(Array.from({ length: 30 }, () => control(`/shop/orders/${order}/again`)));
  const [receipt, ...others] = await receipts(visitor);
  assert.deepEqual([receipt?.refunded, others.length, (await parcels(visitor)).length], ['1.00', 0, 2]);
});

/** Posts a body of Shopify as the shop's platform does, with its signature. */
async function shopifySends(body: object, headers: Record<string, string> = {}): Promise<unknown> {
  const raw = JSON.stringify(body);
  const [secret = ''] = hub.orderSenders.shops[0]?.shopify ?? [];
  const signature = createHmac('sha256', secret).update(raw).digest('base64');
  const answer = await post('/v1/shops/northwind-books/shopify', raw, {
    ...headers,
    'x-shopify-hmac-sha256': signature,
  });
  assert.equal(answer.status, 202);
  return answer.body;
}

const newOrderId = (): number => randomInt(1_000_000, 1_000_000_000);
const shopifyOrder = (id: number, code: string, more: object = {}) => ({
  id,
  name: `#${id}`,
  created_at: new Date().toISOString(),
  currency: 'USD',
  total_price: '30.00',
  line_items: [{ title: 'Map', quantity: 1, price: '30.00' }],
  note_attributes: [{ name: 'tellerline', value: code }],
  ...more,
});

test('a fulfilment that gets its tracking number later stays one parcel; a second number is a second one', async () => {
  const visitor = await Visitor.arrive(hub);
  const id = newOrderId();
  await shopifySends(shopifyOrder(id, await connect(visitor)));
  const fulfilment = {
    id: newOrderId(),
    order_id: id,
    status: 'success',
    tracking_number: null,
    shipment_status: null,
  };
  const numbers = ['1Z5R89390357567127', '1Z879E930346834440'];
  await shopifySends({ ...fulfilment, updated_at: '2026-11-20T09:00:00Z' });
  const numbered = { ...fulfilment, updated_at: '2026-11-20T10:00:00Z', tracking_number: numbers[0] };
  await shopifySends(numbered);
  const said = async (): Promise<string[]> => (await parcels(visitor)).map((one) => one.trackingLast4);
  assert.deepEqual(await said(), ['7127']);
  const [receipt] = await receipts(visitor);
  assert.deepEqual(
    receipt?.parcels?.map((one) => one.trackingLast4),
    ['7127'],
  );
  // The carrier, who knows the number alone, moves that one parcel.
  const tracker = { object: 'Tracker', tracking_code: numbers[0], status: 'out_for_delivery' };
  const raw = JSON.stringify({ description: 'tracker.updated', result: tracker, id: randomUUID() });
  const [secret = ''] = hub.orderSenders.carriers[0]?.easypost ?? [];
  const signature = createHmac('sha256', secret).update(raw).digest('hex');
  await post('/v1/carriers/easypost/easypost', raw, { 'x-hmac-signature': `hmac-sha256-hex=${signature}` });
  assert.deepEqual(
    (await parcels(visitor)).map((one) => one.state),
    ['out-for-delivery'],
  );
  await shopifySends({ ...numbered, updated_at: '2026-11-20T11:00:00Z', tracking_numbers: numbers });
  assert.deepEqual((await said()).toSorted(), ['4440', '7127']);
});

test('a body that is sent again under another delivery’s id is the same body', async () => {
  const visitor = await Visitor.arrive(hub);
  const body = shopifyOrder(newOrderId(), await connect(visitor));
  const sent = (delivery: string): Promise<unknown> => shopifySends(body, { 'x-shopify-webhook-id': delivery });
  assert.deepEqual(await sent(randomUUID()), { accepted: 1, duplicates: 0, dropped: 0 });
  assert.deepEqual(await sent(randomUUID()), { accepted: 0, duplicates: 1, dropped: 0 });
});

test('a refund that names its customer waits for its order, sealed, and is shown with it; a stop takes it along', async () => {
  const visitor = await Visitor.arrive(hub);
  const code = await connect(visitor);
  const id = newOrderId();
  const refund = {
    id: newOrderId(),
    order_id: id,
    created_at: new Date().toISOString(),
    transactions: [{ kind: 'refund', status: 'success', amount: '7.00', currency: 'USD' }],
    refund_line_items: [],
    note_attributes: [{ name: 'tellerline', value: code }],
  };
  const linkId = (await visitor.me()).links.find(({ bank }) => bank === shop)?.id ?? '';
  const waiting = async (): Promise<number> =>
    (await hub.db.database.query(sql`select from early_refunds where link_id = ${linkId}`)).length;
  assert.deepEqual(await shopifySends(refund), { accepted: 1, duplicates: 0, dropped: 0 });
  assert.deepEqual(await shopifySends(refund), { accepted: 0, duplicates: 1, dropped: 0 });
  assert.equal(await waiting(), 1);
  assert.equal((await receipts(visitor)).length, 0, 'there is nothing to show it on');
  await shopifySends(shopifyOrder(id, code));
  assert.deepEqual(
    (await receipts(visitor)).map((one) => one.refunded),
    ['7.00'],
  );
  assert.equal(await waiting(), 0);
  const never = { ...refund, id: newOrderId(), order_id: newOrderId() };
  await shopifySends(never);
  assert.equal(await waiting(), 1);
  await visitor.ask('stop Northwind Books');
  await visitor.press('stop-link');
  await until('it to go with the link', async () => (await waiting()) === 0);
  assert.deepEqual(await shopifySends({ ...never, id: newOrderId() }), { accepted: 0, duplicates: 0, dropped: 1 });
});

test('a refund that names nobody and comes before its order is not taken, and is when it is sent again after it', async () => {
  const visitor = await Visitor.arrive(hub);
  const code = await connect(visitor);
  const id = newOrderId();
  const refund = {
    id: newOrderId(),
    order_id: id,
    created_at: new Date().toISOString(),
    transactions: [{ kind: 'refund', status: 'success', amount: '7.00', currency: 'USD' }],
    refund_line_items: [],
  };
  assert.deepEqual(await shopifySends(refund), { accepted: 0, duplicates: 0, dropped: 1 }, 'and it says so');
  await shopifySends(shopifyOrder(id, code));
  assert.deepEqual(await shopifySends(refund), { accepted: 1, duplicates: 0, dropped: 0 });
  assert.deepEqual(await shopifySends(refund), { accepted: 0, duplicates: 1, dropped: 0 });
  assert.deepEqual(
    (await receipts(visitor)).map((one) => one.refunded),
    ['7.00'],
  );
  const other = newOrderId();
  const named = { note_attributes: [{ name: 'tellerline', value: code }] };
  const both = [{ ...refund, ...named, id: newOrderId(), order_id: other }, shopifyOrder(other, code)];
  assert.deepEqual(await shopifySends({ data: both }), { accepted: 1, duplicates: 0, dropped: 0 });
  assert.deepEqual(
    (await receipts(visitor)).map((one) => one.refunded),
    ['7.00', '7.00'],
    'one body with both',
  );
});

test('an order that is called off before it was paid is looked for no more', async () => {
  const visitor = await Visitor.arrive(hub);
  const body = shopifyOrder(newOrderId(), await connect(visitor), { updated_at: '2026-11-20T10:00:00Z' });
  const linkId = (await visitor.me()).links.find(({ bank }) => bank === shop)?.id ?? '';
  const waiting = async (): Promise<number> =>
    (await hub.db.database.query(sql`select from receipt_searches where link_id = ${linkId}`)).length;
  await shopifySends(body);
  assert.equal(await waiting(), 1);
  const off = { cancelled_at: '2026-11-20T11:00:00Z', updated_at: '2026-11-20T11:00:00Z', financial_status: 'voided' };
  await shopifySends({ ...body, ...off });
  assert.equal((await receipts(visitor))[0]?.cancelledAt, '2026-11-20T11:00:00.000Z');
  assert.equal(await waiting(), 0);
});
