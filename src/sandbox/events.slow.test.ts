import assert from 'node:assert/strict';
import { createHmac, createPublicKey, verify } from 'node:crypto';
import { after, before, test } from 'node:test';
import type { JWK } from 'jose';
import { Webhook } from 'standardwebhooks';
import { bankEventSchema, type BankEvent } from '#contract';
import {
  linkCustomer,
  startTrial,
  usualConsent,
  type Linked,
  type ReceivedBatch,
  type Trial,
} from './stand-in-hub.fixture.ts';

let trial: Trial;
before(async () => {
  trial = await startTrial();
});
after(() => trial.close());

async function subscribe(bank: string, linked: Linked): Promise<void> {
  const { status } = await linked.fdx('POST', '/notification-subscriptions', {
    body: {
      type: 'CUSTOM',
      category: 'NEW_DATA',
      callbackUrl: `${trial.hub.url}/v1/banks/${bank}/events`,
      subscriber: { name: 'Tellerline', type: 'DATA_RECIPIENT' },
    },
  });
  assert.equal(status, 201);
}

function eventsIn(batches: readonly ReceivedBatch[]): BankEvent[] {
  return batches.flatMap(({ body }) =>
    (JSON.parse(body) as { events: unknown[] }).events.map((event) => bankEventSchema.parse(event)),
  );
}

const eventsAt = (bank: string): BankEvent[] => eventsIn(trial.hub.received.filter((batch) => batch.bank === bank));

function purchase(amount: string, more: object = {}): object {
  return {
    amount,
    merchant: {
      name: 'Larkspur Coffee',
      category: '5814',
      address: { city: 'Austin', region: 'TX', country: 'US' },
      location: { lat: 30.27, lon: -97.74 },
    },
    ...more,
  };
}

const buy = (bank: string, customer: string, purchases: object[], account?: string) =>
  trial.control('POST', `/${bank}/purchases`, { customer, purchases, ...(account && { account }) });

/** What Standard Webhooks signs. */
function signedContent({ headers, body }: Pick<ReceivedBatch, 'headers' | 'body'>): string {
  return [headers['webhook-id'], headers['webhook-timestamp'], body].join('.');
}

/** Checks a batch against the bank's published keys; answers how many signatures hold. */
async function goodSignatures(bank: string, { headers, body }: ReceivedBatch): Promise<number> {
  const { keys } = (await (await fetch(`${trial.sandbox.url}/${bank}/event-keys`)).json()) as { keys: JWK[] };
  const signed = Buffer.from(signedContent({ headers, body }));
  let good = 0;
  for (const signature of String(headers['webhook-signature']).split(' ')) {
    const [version, text = ''] = signature.split(',');
    assert.equal(version, 'v1a');
    for (const jwk of keys) {
      assert.equal(jwk.d, undefined);
      const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: jwk.x ?? '' }, format: 'jwk' });
      if (verify(null, signed, key, Buffer.from(text, 'base64'))) good += 1;
    }
  }
  return good;
}

test('a purchase on a subscribed account is pushed, signed, in the form of the contract', async () => {
  await subscribe('citi', await linkCustomer(trial, 'citi', 'customer-1'));
  const booked = await buy('citi', 'customer-1', [purchase('4.50', { id: 'coffee-1' })]);
  assert.deepEqual([booked.status, booked.body], [202, { accepted: 1, events: 1 }]);
  await trial.hub.until(() => eventsAt('citi').length >= 1);

  const [event] = eventsAt('citi');
  assert.equal(event?.type, 'transaction.authorized');
  assert.ok(event.type === 'transaction.authorized');
  const { transaction, balance, accountId } = event;
  assert.deepEqual(
    [transaction.id, transaction.amount, transaction.direction, transaction.status],
    ['coffee-1', '4.50', 'debit', 'authorized'],
  );
  assert.deepEqual(transaction.merchant?.location, { lat: 30.27, lon: -97.74 });
  const { body } = await trial.control('GET', '/citi/customers/customer-1');
  const card = (
    body as { accounts: { id: string; kind: string; last4: string; balance: Record<string, string> }[] }
  ).accounts.find(({ kind }) => kind === 'card');
  assert.equal(accountId, card?.id);
  assert.equal(transaction.cardLast4, card?.last4);
  assert.deepEqual([balance?.current, balance?.available], [card?.balance['current'], card?.balance['available']]);

  const [batch] = trial.hub.received;
  assert.ok(batch);
  assert.equal(await goodSignatures('citi', batch), 1);
  assert.match(String(batch.headers['webhook-id']), /^msg_/);
});

test('the signed content is that of Standard Webhooks', async () => {
  // The library signs with a shared secret; what is signed is laid out the same way.
  const [batch] = trial.hub.received;
  assert.ok(batch);
  const secret = Buffer.from('a secret of thirty-two bytes ....').toString('base64');
  const at = new Date(Number(batch.headers['webhook-timestamp']) * 1000);
  const signature = new Webhook(secret).sign(String(batch.headers['webhook-id']), at, batch.body);
  const expected = createHmac('sha256', Buffer.from(secret, 'base64')).update(signedContent(batch)).digest('base64');
  assert.equal(signature, `v1,${expected}`);
});

test('an account that nobody subscribed to is never pushed, nor one that the consent leaves out', async () => {
  await subscribe(
    'wells-fargo',
    await linkCustomer(trial, 'wells-fargo', 'customer-1', { choose: (row) => row.includes('Checking') }),
  );
  await linkCustomer(trial, 'wells-fargo', 'customer-2');
  assert.deepEqual((await buy('wells-fargo', 'customer-1', [purchase('9.00')])).body, { accepted: 1, events: 0 });
  assert.deepEqual((await buy('wells-fargo', 'customer-2', [purchase('9.00')])).body, { accepted: 1, events: 0 });
  assert.deepEqual((await buy('wells-fargo', 'customer-1', [purchase('8.00')], 'checking')).body, {
    accepted: 1,
    events: 1,
  });
  await trial.hub.until(() => eventsAt('wells-fargo').length >= 1);
  const told = eventsAt('wells-fargo').map((event) => ('transaction' in event ? event.transaction.amount : event.type));
  assert.deepEqual(told, ['8.00']);
});

test('a consent that opens balances alone hears of balances alone', async () => {
  const consentRequest = {
    ...usualConsent,
    resources: [{ resourceType: 'ACCOUNT', dataClusters: ['ACCOUNT_BASIC', 'ACCOUNT_DETAILED'] }],
  };
  await subscribe('us-bank', await linkCustomer(trial, 'us-bank', 'customer-3', { consentRequest }));
  await buy('us-bank', 'customer-3', [purchase('7.25')]);
  await trial.hub.until(() => eventsAt('us-bank').length >= 1);
  assert.deepEqual(
    eventsAt('us-bank').map(({ type }) => type),
    ['balance.changed'],
  );
});

test('a batch is sent again, the same to the byte, until it is taken; order is kept', async () => {
  await subscribe('jpmorgan-chase', await linkCustomer(trial, 'jpmorgan-chase', 'customer-1'));
  const before = trial.hub.received.length;
  trial.hub.answers.push(500, 503);
  const amounts = Array.from({ length: 40 }, (_, number) => `${number + 1}.00`);
  for (const amount of amounts) await buy('jpmorgan-chase', 'customer-1', [purchase(amount)]);
  const batches = (): ReceivedBatch[] => trial.hub.received.slice(before);
  const taken = (): ReceivedBatch[] => [
    ...new Map(batches().map((batch) => [batch.headers['webhook-id'], batch])).values(),
  ];
  await trial.hub.until(() => eventsIn(taken()).length >= amounts.length);

  const [first, second, third] = batches();
  assert.ok(first && second && third);
  assert.equal(new Set([first, second, third].map(({ headers }) => headers['webhook-id'])).size, 1);
  assert.equal(new Set([first, second, third].map(({ body }) => body)).size, 1);
  for (const batch of [first, second, third]) assert.equal(await goodSignatures('jpmorgan-chase', batch), 1);
  assert.deepEqual(
    eventsIn(taken()).map((event) => ('transaction' in event ? event.transaction.amount : '')),
    amounts,
  );
});

test('what was booked while the hub was away is sent after a restart', async () => {
  trial.hub.answers.push(500, 500);
  await buy('jpmorgan-chase', 'customer-1', [purchase('61.00', { id: 'before-restart' })]);
  const told = (status: number): ReceivedBatch | undefined =>
    trial.hub.received.find((batch) => batch.status === status && batch.body.includes('before-restart'));
  await trial.hub.until(() => told(500) !== undefined);
  await trial.restart();
  await trial.hub.until(() => told(202) !== undefined);
  assert.equal(told(500)?.headers['webhook-id'], told(202)?.headers['webhook-id']);
});

test('a body that the hub refuses for good is laid aside, and the next one goes out', async () => {
  await subscribe('citi', await linkCustomer(trial, 'citi', 'customer-6'));
  const seen = (status: number, id: string): number =>
    trial.hub.received.filter((batch) => batch.status === status && batch.body.includes(id)).length;
  trial.hub.answers.push(...Array.from({ length: 5 }, () => 422));
  await buy('citi', 'customer-6', [purchase('1.11', { id: 'refused-for-good' })]);
  await trial.hub.until(() => seen(422, 'refused-for-good') === 5);
  await buy('citi', 'customer-6', [purchase('2.22', { id: 'next-one' })]);
  await trial.hub.until(() => seen(202, 'next-one') === 1);
  assert.equal(seen(202, 'refused-for-good'), 0);
  const { body } = await trial.control('GET', '/citi/deliveries');
  assert.equal((body as { totals: { failed: number } }).totals.failed, 1);
});

test('during a rotation both keys sign, so either one is enough to check', async () => {
  await trial.control('POST', '/citi/rotate-keys');
  const before = trial.hub.received.length;
  await buy('citi', 'customer-1', [purchase('3.33')]);
  await trial.hub.until(() => trial.hub.received.length > before);
  const batch = trial.hub.received[before];
  assert.ok(batch);
  assert.equal(String(batch.headers['webhook-signature']).split(' ').length, 2);
  assert.equal(await goodSignatures('citi', batch), 2);
});

test('an authorized purchase is posted or reversed later, and told again', async () => {
  const before = eventsAt('citi').length;
  await buy('citi', 'customer-1', [purchase('20.00', { id: 'to-post' }), purchase('30.00', { id: 'to-reverse' })]);
  assert.deepEqual(
    (await trial.control('POST', '/citi/settle', { customer: 'customer-1', to: 'posted', ids: ['to-post'] })).body,
    { moved: 1 },
  );
  assert.deepEqual(
    (
      await trial.control('POST', '/citi/settle', {
        customer: 'customer-1',
        to: 'reversed',
        ids: ['to-reverse', 'to-post'],
      })
    ).body,
    { moved: 1 },
  );
  await trial.hub.until(() => eventsAt('citi').length >= before + 4);
  const told = eventsAt('citi')
    .slice(before)
    .map((event) => ('transaction' in event ? [event.type, event.transaction.id, event.transaction.status] : []));
  assert.deepEqual(told, [
    ['transaction.authorized', 'to-post', 'authorized'],
    ['transaction.authorized', 'to-reverse', 'authorized'],
    ['transaction.posted', 'to-post', 'posted'],
    ['transaction.reversed', 'to-reverse', 'reversed'],
  ]);
});

test('revoking at the bank tells the hub which grant, and nothing follows', async () => {
  const linked = await linkCustomer(trial, 'citi', 'customer-5');
  await subscribe('citi', linked);
  assert.equal((await trial.control('POST', `/citi/consents/${linked.grantId}/revoke`)).status, 204);
  const revoked = (): BankEvent[] =>
    eventsAt('citi').filter((event) => event.type === 'consent.revoked' && event.grantId === linked.grantId);
  await trial.hub.until(() => revoked().length > 0);
  assert.deepEqual((await buy('citi', 'customer-5', [purchase('5.00')])).body, { accepted: 1, events: 0 });
  assert.equal((await linked.fdx('GET', '/accounts')).status, 401);
});

test('a revocation that the hub asked for itself is not told back', async () => {
  const linked = await linkCustomer(trial, 'us-bank', 'customer-4');
  await subscribe('us-bank', linked);
  await linked.fdx('PUT', `/consents/${linked.grantId}/revocation`, {
    body: { reason: 'USER_ACTION', initiator: 'INDIVIDUAL' },
  });
  await buy('us-bank', 'customer-3', [purchase('6.00')]);
  const before = eventsAt('us-bank').length;
  await trial.hub.until(() => eventsAt('us-bank').length >= Math.max(before, 2));
  assert.equal(
    eventsAt('us-bank').some(({ type }) => type === 'consent.revoked'),
    false,
  );
});

test('an account linked twice is told of once', async () => {
  await subscribe('wells-fargo', await linkCustomer(trial, 'wells-fargo', 'customer-8'));
  await subscribe('wells-fargo', await linkCustomer(trial, 'wells-fargo', 'customer-8'));
  assert.deepEqual((await buy('wells-fargo', 'customer-8', [purchase('5.00')])).body, { accepted: 1, events: 1 });
});
