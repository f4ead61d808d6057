/** Bodies in the form of each platform's own documentation, made here. */

const usd = (amount: string) => ({
  shop_money: { amount, currency_code: 'USD' },
  presentment_money: { amount, currency_code: 'USD' },
});
/** The shop sells in dollars, the customer paid in euros. */
const both = (shop: string, paid: string) => ({
  shop_money: { amount: shop, currency_code: 'USD' },
  presentment_money: { amount: paid, currency_code: 'EUR' },
});

/** Two lines of 199.00, 20.00 off, 10.00 shipping: 388.00. */
export const shopifyOrder = {
  id: 4_820_982_911,
  admin_graphql_api_id: 'gid://shopify/Order/4820982911',
  name: '#1047',
  order_number: 1047,
  created_at: '2026-11-20T10:15:00-05:00',
  processed_at: '2026-11-20T10:14:58-05:00',
  updated_at: '2026-11-20T10:15:02-05:00',
  cancelled_at: null,
  closed_at: null,
  test: true,
  currency: 'USD',
  presentment_currency: 'USD',
  financial_status: 'paid',
  fulfillment_status: null,
  taxes_included: false,
  total_line_items_price: '398.00',
  total_discounts: '20.00',
  total_discounts_set: usd('20.00'),
  total_shipping_price_set: usd('10.00'),
  subtotal_price: '378.00',
  total_tax: '0.00',
  total_tip_received: '0.00',
  total_price: '388.00',
  total_price_set: usd('388.00'),
  current_total_price: '388.00',
  note_attributes: [{ name: 'tellerline', value: 'K7M2-QP94' }],
  line_items: [
    {
      id: 1,
      title: 'Field camera',
      variant_title: 'Black',
      name: 'Field camera - Black',
      quantity: 1,
      price: '199.00',
      price_set: usd('199.00'),
      discount_allocations: [],
    },
    {
      id: 2,
      title: 'Travel tripod',
      variant_title: null,
      name: null,
      quantity: 1,
      price: '199.00',
      price_set: usd('199.00'),
    },
  ],
  shipping_lines: [{ title: 'Standard', price: '10.00', price_set: usd('10.00') }],
  fulfillments: [],
  refunds: [],
  customer: null,
  billing_address: null,
};

/** Paid in euros at a shop that counts in dollars, tax within the prices, sent in two parcels, a part given back. */
export const shopifyAbroad = {
  ...shopifyOrder,
  id: '4820982912',
  name: '#1048',
  presentment_currency: 'EUR',
  financial_status: 'partially_refunded',
  taxes_included: true,
  total_discounts: '0.00',
  total_discounts_set: both('0.00', '0.00'),
  total_shipping_price_set: both('5.00', '4.50'),
  total_tax: '16.67',
  total_tax_set: both('16.67', '15.00'),
  total_price: '105.00',
  total_price_set: both('105.00', '94.50'),
  line_items: [
    { id: 1, title: 'Lamp', name: 'Lamp', quantity: '2', price: '50.00', price_set: both('50.00', '45.00') },
  ],
  shipping_lines: [{ price: '5.00', price_set: both('5.00', '4.50') }],
  fulfillments: [
    {
      id: 71,
      order_id: 4_820_982_912,
      status: 'success',
      tracking_company: 'UPS',
      tracking_number: '1Z5R89390357567127',
      tracking_numbers: ['1Z5R89390357567127', '1Z879E930346834440'],
      shipment_status: 'in_transit',
      updated_at: '2026-11-21T09:00:00Z',
      line_items: [{ name: 'Lamp' }],
    },
    { id: 72, status: 'cancelled', tracking_number: '1Z410E7W0392751591' },
  ],
  refunds: [
    {
      id: 9,
      created_at: '2026-11-22T09:00:00Z',
      transactions: [{ kind: 'refund', status: 'success', amount: '45.00', currency: 'EUR' }],
      refund_line_items: [],
    },
    {
      id: 9,
      created_at: '2026-11-22T09:00:00Z',
      transactions: [{ kind: 'refund', status: 'success', amount: '45.00', currency: 'EUR' }],
      refund_line_items: [],
    },
  ],
};

/** The same order as Shopify's GraphQL tells it. */
export const shopifyGraph = {
  data: {
    order: {
      id: 'gid://shopify/Order/4820982911',
      name: '#1047',
      createdAt: '2026-11-20T15:15:00Z',
      currencyCode: 'USD',
      presentmentCurrencyCode: 'USD',
      displayFinancialStatus: 'PAID',
      totalPriceSet: { shopMoney: { amount: '30.0', currencyCode: 'USD' } },
      totalTaxSet: { shopMoney: { amount: '2.5', currencyCode: 'USD' } },
      totalShippingPriceSet: { shopMoney: { amount: '0.0', currencyCode: 'USD' } },
      lineItems: {
        edges: [
          {
            node: {
              title: 'Mug',
              quantity: 2,
              originalUnitPriceSet: { shopMoney: { amount: '13.75', currencyCode: 'USD' } },
            },
          },
        ],
      },
      fulfillments: [
        {
          id: 'gid://shopify/Fulfillment/5',
          status: 'SUCCESS',
          displayStatus: 'OUT_FOR_DELIVERY',
          trackingInfo: [{ company: 'USPS', number: '9405803699300124287899' }],
        },
      ],
    },
  },
};

/** A tracker whose scans came out of order and doubled, held by customs. */
export const easyPostEvent = {
  object: 'Event',
  id: 'evt_a1',
  description: 'tracker.updated',
  mode: 'production',
  result: {
    object: 'Tracker',
    id: 'trk_1',
    tracking_code: 'RB123456785GB',
    status: 'in_transit',
    status_detail: 'held',
    carrier: 'RoyalMail',
    est_delivery_date: '2026-11-25T00:00:00Z',
    signed_by: null,
    updated_at: '2026-11-22T08:00:00Z',
    tracking_details: [
      {
        message: 'Held by customs',
        status: 'in_transit',
        status_detail: 'held',
        datetime: '2026-11-22T07:00:00Z',
        tracking_location: { city: 'NEWARK', state: 'NJ', country: 'US' },
      },
      {
        message: 'Accepted at post office',
        status: 'in_transit',
        status_detail: 'unknown',
        datetime: '2026-11-20T09:00:00Z',
        tracking_location: null,
      },
      {
        message: 'Accepted at post office',
        status: 'in_transit',
        status_detail: 'unknown',
        datetime: '2026-11-20T09:00:00Z',
        tracking_location: null,
      },
      {
        message: 'Left the country',
        status: 'in_transit',
        status_detail: '',
        datetime: '2026-11-21T01:00:00Z',
        tracking_location: { city: 'LONDON', state: '', country: 'GB' },
      },
    ],
  },
};

/** An order with its parcel, each referring to the other. */
export const schemaGraph = {
  '@context': 'http://schema.org',
  '@graph': [
    {
      '@type': ['Order'],
      '@id': '#o1',
      orderNumber: 'A-1',
      orderDate: '2026-11-20',
      orderStatus: 'http://schema.org/OrderInTransit',
      seller: { '@type': 'Organization', name: 'Caf&eacute; del Sol' },
      acceptedOffer: [
        {
          '@type': 'Offer',
          itemOffered: { '@type': 'Product', name: 'Coffee, 1 kg' },
          price: '18,50',
          priceCurrency: 'EUR',
          eligibleQuantity: { '@type': 'QuantitativeValue', value: '2' },
        },
      ],
      discount: '2,00',
      price: '35,00',
      priceCurrency: 'EUR',
      orderDelivery: { '@id': '#p1' },
    },
    {
      '@type': 'https://schema.org/ParcelDelivery',
      '@id': '#p1',
      trackingNumber: 'RB123456785ES',
      provider: 'Correos',
      partOfOrder: { '@id': '#o1' },
      expectedArrivalUntil: '2026-11-24T18:00:00+01:00',
      deliveryStatus: { '@type': 'DeliveryEvent', name: 'En reparto' },
    },
  ],
};

/** A mail with an invoice in it. */
export const invoiceHtml = `<!doctype html><title>Invoice</title>
<script type="application/ld+json">
{"@context":"https://schema.org/","@type":"Invoice","accountId":"acct-1234","provider":"City Water",
 "paymentStatus":"https://schema.org/PaymentDue","totalPaymentDue":{"@type":"PriceSpecification","price":70.50,"priceCurrency":"USD"},
 "referencesOrder":[{"@type":"Order","orderNumber":"77","orderDate":"2026-10-01","orderedItem":[
   {"@type":"OrderItem","orderQuantity":1,"orderedItem":{"@type":"Product","name":"Water"}},{"@type":"Service","name":"Inspection"}]}]}
</script>`;
