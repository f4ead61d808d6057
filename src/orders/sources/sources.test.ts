import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  easyPostEvent,
  invoiceHtml,
  schemaGraph,
  shopifyAbroad,
  shopifyGraph,
  shopifyOrder,
} from './bodies.fixture.ts';
import { DIALECTS, readBody, type Dialect, type ReadParcel, type ReadReceipt, type Understood } from './index.ts';

const folder = resolve(import.meta.dirname, '../../../../shared/data/webhooks');
const bytes = (value: unknown): Buffer => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value));
const read = (dialect: Dialect, value: unknown): readonly Understood[] => readBody(dialect, bytes(value));

function receiptOf(dialect: Dialect, value: unknown): ReadReceipt {
  const [one] = read(dialect, value);
  if (one?.kind !== 'receipt') assert.fail(`no receipt: ${JSON.stringify(one)}`);
  return one.receipt;
}

function parcelOf(dialect: Dialect, value: unknown): ReadParcel {
  const [one] = read(dialect, value);
  if (one?.kind !== 'parcel') assert.fail(`no parcel: ${JSON.stringify(one)}`);
  return one.parcel;
}

const reasonOf = (dialect: Dialect, value: unknown): string | undefined => {
  const [one] = read(dialect, value);
  return one?.kind === 'ignored' ? one.reason : undefined;
};

test('an order of Shopify is read with its lines, discount, shipping, total and the customer’s code', () => {
  const { lines, discount, shipping, total, addsUp, number, state, reference, currency, orderedAt } = receiptOf(
    'shopify',
    shopifyOrder,
  );
  assert.deepEqual(lines, [
    { title: 'Field camera - Black', quantity: 1, total: '199.00' },
    { title: 'Travel tripod', quantity: 1, total: '199.00' },
  ]);
  assert.deepEqual([discount, shipping, total, currency, addsUp], ['20.00', '10.00', '388.00', 'USD', true]);
  assert.deepEqual([number, state, reference, orderedAt], ['#1047', 'paid', 'K7M2-QP94', '2026-11-20T15:14:58.000Z']);
});

test('a sum that is not the total is kept as the shop said it, and marked', () => {
  const said = receiptOf('shopify', { ...shopifyOrder, total_price: '389.00', total_price_set: null });
  assert.deepEqual([said.total, said.addsUp], ['389.00', false]);
});

test('what the customer paid in counts, tax within the prices is not added, a refund told twice counts once', () => {
  const receipt = receiptOf('shopify', shopifyAbroad);
  assert.deepEqual(
    [receipt.total, receipt.currency, receipt.addsUp, receipt.taxIncluded],
    ['94.50', 'EUR', true, true],
  );
  assert.deepEqual([receipt.refunded, receipt.state], ['45.00', 'part-refunded']);
  assert.deepEqual(
    receipt.parcels.map(({ trackingNumber, state, carrier }) => [trackingNumber, state, carrier]),
    [
      ['1Z5R89390357567127', 'in-transit', 'UPS'],
      ['1Z879E930346834440', 'in-transit', 'UPS'],
    ],
  );
});

test('where a part is told in the shop’s currency alone, all of it is read in that', () => {
  const receipt = receiptOf('shopify', {
    ...shopifyAbroad,
    total_shipping_price_set: null,
    shipping_lines: [{ price: '5.00' }],
  });
  assert.deepEqual([receipt.total, receipt.currency, receipt.addsUp], ['105.00', 'USD', true]);
});

test('GraphQL’s form of an order is the same order', () => {
  const receipt = receiptOf('shopify', shopifyGraph);
  assert.deepEqual(
    [receipt.orderId, receipt.total, receipt.addsUp, receipt.state],
    ['4820982911', '30.00', true, 'paid'],
  );
  assert.deepEqual([receipt.parcels[0]?.state, receipt.parcels[0]?.carrier], ['out-for-delivery', 'USPS']);
});

test('an id past 2⁵³ keeps its digits', () => {
  assert.equal(
    receiptOf('shopify', '{"id":820982911946154508,"name":"#1","total_price":"1.00","line_items":[]}').orderId,
    '820982911946154508',
  );
});

test('refunds, fulfilments and their events are read alone; drafts, carts and the rest say why not', () => {
  const refund = receiptOf('shopify', { ...shopifyAbroad.refunds[0], order_id: 12 });
  assert.deepEqual([refund.told, refund.orderId, refund.refunded, refund.currency], ['refund', '12', '45.00', 'EUR']);
  const parcel = parcelOf('shopify', shopifyAbroad.fulfillments[0]);
  assert.deepEqual([parcel.orderId, parcel.state, parcel.items], ['4820982912', 'in-transit', ['Lamp']]);
  const event = parcelOf('shopify', {
    id: 1,
    fulfillment_id: 71,
    order_id: 12,
    status: 'attempted_delivery',
    happened_at: '2026-11-22T10:00:00Z',
    city: 'Austin',
    province: 'TX',
    country: 'US',
  });
  assert.deepEqual(
    [event.shipmentId, event.state, event.trouble, event.place?.name],
    ['71', 'exception', 'nobody-home', 'Austin, TX'],
  );
  assert.match(reasonOf('shopify', { ...shopifyOrder, invoice_url: 'https://shop.example/1' }) ?? '', /draft/);
  assert.match(
    reasonOf('shopify', { ...shopifyOrder, abandoned_checkout_url: 'https://shop.example/1' }) ?? '',
    /checkout/,
  );
  assert.match(reasonOf('shopify', { id: 1, email: 'a@b.example', first_name: 'A', addresses: [] }) ?? '', /customer/);
  assert.match(reasonOf('shopify', { id: 1 }) ?? '', /deleted/);
});

test('yen have no decimals and dinars three, whatever the shop writes', () => {
  const yen = receiptOf('woocommerce', {
    id: 1,
    number: '1',
    currency: 'JPY',
    total: '1500.00',
    total_tax: '0',
    line_items: [{ name: 'A', quantity: 1, subtotal: '1500' }],
  });
  assert.deepEqual([yen.total, yen.lines[0]?.total, yen.addsUp], ['1500', '1500', true]);
  const dinar = receiptOf('woocommerce', { id: 1, currency: 'kwd', total: '1.5', line_items: [] });
  assert.deepEqual([dinar.total, dinar.currency], ['1.500', 'KWD']);
});

test('WooCommerce’s own samples: every order adds up, every refund names its order, the rest says why not', (context) => {
  const samples = resolve(folder, 'woocommerce');
  if (!existsSync(samples)) return context.skip(`${samples} is not here`);
  for (const name of globSync('*.json', { cwd: samples })) {
    const understood = readBody('woocommerce', readFileSync(resolve(samples, name)));
    assert.ok(understood.length > 0, name);
    for (const one of understood) {
      assert.equal(one.kind, /^order(s|-refunds)\./.test(name) ? 'receipt' : 'ignored', name);
      if (one.kind !== 'receipt') continue;
      assert.ok(one.receipt.orderId, name);
      if (one.receipt.told === 'order')
        assert.deepEqual([one.receipt.addsUp, one.receipt.currency], [true, 'USD'], name);
    }
  }
});

test('parcels that WooCommerce’s shipping extensions add are read, each once', () => {
  const { parcels } = receiptOf('woocommerce', {
    id: 5,
    number: '5',
    currency: 'USD',
    total: '1',
    meta_data: [
      {
        key: '_wc_shipment_tracking_items',
        value: [
          {
            tracking_provider: '',
            custom_tracking_provider: 'UPS',
            tracking_number: '1Z5R89390357567127',
            date_shipped: '1763640000',
          },
        ],
      },
      { key: '_tracking_number', value: '1Z5R 8939 0357 5671 27' },
    ],
  });
  assert.deepEqual(
    parcels.map((one) => [one.carrier, one.trackingNumber]),
    [['UPS', '1Z5R89390357567127']],
  );
});

/** A refund that came alone, of goods for fifty dollars that were paid with forty-five euros. */
const refundAbroad = (payment: object | undefined): object => ({
  id: 9,
  order_id: 12,
  created_at: '2026-11-22T09:00:00Z',
  transactions: payment ? [{ kind: 'refund', amount: '45.00', currency: 'EUR', ...payment }] : [],
  refund_line_items: [
    {
      quantity: 1,
      line_item: { name: 'Lamp' },
      subtotal: '50.00',
      subtotal_set: {
        shop_money: { amount: '50.00', currency_code: 'USD' },
        presentment_money: { amount: '45.00', currency_code: 'EUR' },
      },
    },
  ],
});
const givenBack = (payment: object | undefined): (string | undefined)[] => {
  const { refunded, currency } = receiptOf('shopify', refundAbroad(payment));
  return [refunded, currency];
};

test('a refund of another currency is told in that of its payment, never with the one’s amount and the other’s name', () => {
  const set = {
    shop_money: { amount: '50.00', currency_code: 'USD' },
    presentment_money: { amount: '45.00', currency_code: 'EUR' },
  };
  assert.deepEqual(givenBack({ status: 'success' }), ['45.00', 'EUR']);
  assert.deepEqual(givenBack({ status: 'success', amount_set: set }), ['45.00', 'EUR']);
  assert.deepEqual(givenBack({ status: 'success', amount: '50.00', currency: 'USD' }), ['50.00', 'USD']);
  assert.deepEqual(givenBack(undefined), ['45.00', 'EUR'], 'without payments its goods say it, in what was paid');
});

test('a refund whose payments wait or failed has given nothing back, whatever its goods are worth', () => {
  for (const payment of [{ status: 'pending' }, { status: 'failure' }, { status: 'error' }, { kind: 'void' }])
    assert.deepEqual(givenBack(payment), [undefined, undefined], JSON.stringify(payment));
  const order = {
    ...shopifyOrder,
    financial_status: 'paid',
    refunds: [{ ...refundAbroad({ status: 'failure', currency: 'USD' }) }],
  };
  assert.equal(receiptOf('shopify', order).refunded, undefined);
});

test('a tracker of a return that arrived says returned, and never delivered; an exception is no absence', () => {
  const details = (status: string) => [{ message: 'Left at dock', status, datetime: '2026-11-22T09:00:00Z' }];
  const tracker = (status: string, more: object): ReadParcel =>
    parcelOf('easypost', {
      object: 'Tracker',
      tracking_code: 'RB123456785GB',
      status,
      tracking_details: details(status),
      ...more,
    });
  const back = tracker('delivered', { is_return: true });
  assert.deepEqual(
    [back.state, back.steps.map(({ state }) => state), back.deliveredTo],
    ['returned', ['returned'], undefined],
  );
  assert.equal(tracker('in_transit', { is_return: true }).state, 'in-transit');
  assert.equal(tracker('delivered', { is_return: false }).state, 'delivered');
  const trouble = (message: string): string | undefined =>
    tracker('failure', {
      status_detail: 'delivery_exception',
      tracking_details: [{ ...details('failure')[0], message }],
    }).trouble;
  assert.deepEqual([trouble('Delivery exception'), trouble('Delivery attempted')], ['other', 'nobody-home']);
});

test('a tracker’s scans are put in order, each once, and what customs hold is said so', () => {
  const parcel = parcelOf('easypost', easyPostEvent);
  assert.deepEqual(
    [parcel.state, parcel.trouble, parcel.expected, parcel.place?.name],
    ['exception', 'customs', '2026-11-25', 'Newark, NJ'],
  );
  assert.deepEqual(
    parcel.steps.map(({ state, at }) => [state, at]),
    [
      ['accepted', '2026-11-20T09:00:00.000Z'],
      ['in-transit', '2026-11-21T01:00:00.000Z'],
      ['exception', '2026-11-22T07:00:00.000Z'],
    ],
  );
});

test('EasyPost’s own samples: every tracker is a parcel, an event without one says so', (context) => {
  const samples = resolve(folder, 'easypost');
  if (!existsSync(samples)) return context.skip(`${samples} is not here`);
  const event = parcelOf('easypost', readFileSync(resolve(samples, 'event-body.tracker.updated.json')).toString());
  assert.deepEqual(
    [event.carrier, event.state, event.steps.length, event.expected, event.place?.name],
    ['FedEx', 'in-transit', 7, '2024-08-05', 'Edison, NJ'],
  );
  let parcels = 0;
  for (const name of globSync('*.json', { cwd: samples })) {
    const { body } = JSON.parse(readFileSync(resolve(samples, name), 'utf8')) as { body?: unknown };
    for (const one of read('easypost', body ?? {})) if (one.kind === 'parcel') parcels += 1;
  }
  assert.equal(parcels, 21);
});

test('schema.org: things that refer to each other many times over are gone through once', () => {
  // Each refers eight times to the next: going every way through them would never end, and this with it.
  const chain = Array.from({ length: 30 }, (_, n) => ({
    '@type': 'Thing',
    '@id': `#${n}`,
    isRelatedTo: Array.from({ length: 8 }, () => ({ '@id': `#${n + 1}` })),
  }));
  const order = { '@type': 'Order', '@id': '#30', orderNumber: 'A-1', price: '1.00', priceCurrency: 'EUR' };
  const { number, total } = receiptOf('schema-org', { '@type': 'Thing', '@graph': [...chain, order] });
  assert.deepEqual([number, total], ['A-1', '1.00']);
});

test('schema.org: references are followed, the order holds its parcel, commas are decimals', () => {
  const found = read('schema-org', schemaGraph);
  assert.equal(found.length, 1, 'the parcel within the order is no second thing');
  const receipt = receiptOf('schema-org', schemaGraph);
  assert.deepEqual(
    [receipt.shop, receipt.total, receipt.discount, receipt.currency, receipt.addsUp],
    ['Café del Sol', '35.00', '2.00', 'EUR', true],
  );
  assert.deepEqual(receipt.lines, [{ title: 'Coffee, 1 kg', quantity: 2, total: '37.00' }]);
  const [parcel] = receipt.parcels;
  assert.deepEqual(
    [parcel?.carrier, parcel?.state, parcel?.expected, parcel?.orderNumber],
    ['Correos', 'out-for-delivery', '2026-11-24', 'A-1'],
  );
});

test('schema.org: an invoice in a mail’s HTML, with the orders that it refers to', () => {
  const receipt = receiptOf('schema-org', invoiceHtml);
  assert.deepEqual(
    [receipt.told, receipt.total, receipt.shop, receipt.state, receipt.number],
    ['invoice', '70.50', 'City Water', 'open', '77'],
  );
  assert.deepEqual(
    receipt.lines.map((one) => one.title),
    ['Water', 'Inspection'],
  );
});

test('schema.org: a parcel alone, with text in the place of things', () => {
  const parcel = parcelOf('schema-org', {
    '@context': 'https://schema.org',
    '@type': 'ParcelDelivery',
    carrier: 'FedEx',
    trackingNumber: 986578788855,
    partOfOrder: '176057',
    itemShipped: 'iPod',
    deliveryStatus: 'Delivered, front door',
  });
  assert.deepEqual(
    [parcel.carrier, parcel.trackingNumber, parcel.orderNumber, parcel.state, parcel.items],
    ['FedEx', '986578788855', '176057', 'delivered', ['iPod']],
  );
  assert.match(reasonOf('schema-org', { '@type': 'Event', name: 'Concert' }) ?? '', /Event/);
});

test('references in a ring, or ten thousand of them, end', () => {
  const ring = Array.from({ length: 60 }, (_, n) => ({
    '@id': `#${n}`,
    '@type': 'Order',
    acceptedOffer: Array.from({ length: 60 }, () => ({ '@id': `#${(n + 1) % 60}` })),
    partOfInvoice: { '@id': `#${(n + 1) % 60}` },
  }));
  assert.equal(read('schema-org', { '@graph': ring })[0]?.kind, 'receipt');
});

const spoiled = fc.constantFrom<unknown>(null, '', [], {}, 0, -1, '0', 'x', true, '12,5', [null], [[]], { a: 1 }, 1e30);

/** The value with some of its parts put in place of others, left out or doubled. */
function spoil(value: unknown, at: readonly number[], by: readonly unknown[]): unknown {
  let n = 0;
  return JSON.parse(
    JSON.stringify(value, (_, one: unknown) => {
      n += 1;
      const which = at.indexOf(n);
      return which === -1 ? one : structuredClone(by[which % by.length]);
    }) ?? 'null',
  ) as unknown;
}

test('no body makes a reader fail or vanish, whatever stands in it', () => {
  const bodies: [Dialect, unknown][] = [
    ['shopify', shopifyOrder],
    ['shopify', shopifyAbroad],
    ['shopify', shopifyGraph],
    ['easypost', easyPostEvent],
    ['schema-org', schemaGraph],
    [
      'woocommerce',
      {
        id: 1,
        currency: 'USD',
        total: '9.00',
        line_items: [{ name: 'A', quantity: 1, subtotal: '9.00', total: '9.00' }],
        refunds: [{ id: 2, total: '-1.00' }],
        meta_data: [{ key: '_tracking_number', value: '1' }],
      },
    ],
  ];
  fc.assert(
    fc.property(
      fc.constantFrom(...bodies),
      fc.array(fc.nat(120), { maxLength: 12 }),
      fc.array(spoiled, { minLength: 1 }),
      fc.constantFrom(...DIALECTS),
      ([own, body], at, by, other) => {
        for (const dialect of [own, other]) assert.ok(read(dialect, spoil(body, at, by)).length > 0);
      },
    ),
    { numRuns: 3_000 },
  );
  for (const dialect of DIALECTS)
    for (const raw of ['', 'null', '[]', '{}', '"x"', '{', '<html>', '[[[[[[[[[[]]]]]]]]]]'])
      assert.equal(read(dialect, raw)[0]?.kind, 'ignored', raw);
});
