import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Message } from '#contract';
import { BankSigner, purchaseOn } from './bank-signer.ts';
import { testHub, type TestHub } from './hub.ts';
import { until } from './until.ts';
import { cardsOf, Visitor } from './visitor.ts';

// From a signed order of the sandbox's shop and a signed event of a bank to one card in the chat.

let hub: TestHub;
before(async () => {
  hub = await testHub();
});
after(() => hub.close());

const shop = 'shop-northwind-books';

/** Connects the shop in the chat, and answers the code by which it knows the customer. */
async function connectShop(visitor: Visitor): Promise<string> {
  const face = (await visitor.me()).banks.find(({ id }) => id.startsWith('shop-'));
  const { continueTo } = await visitor.sign(face?.id ?? shop, ['receipts', 'shipping']);
  await visitor.open(continueTo);
  return until('the code', async () => {
    const words = (await visitor.conversation()).map(({ content }) => content.text).join('\n');
    return /\b[2-9A-Z]{4}-[2-9A-Z]{4}\b/.exec(words)?.[0];
  });
}

async function order(code: string): Promise<number> {
  const answer = await fetch(`${hub.sandboxUrl}/control/shop/orders`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ code }),
  });
  assert.equal(answer.status, 202);
  return ((await answer.json()) as { order: number }).order;
}

const cardMessage = (messages: readonly Message[], kind: 'receipt' | 'transaction') =>
  messages.find(({ content }) => content.kind === 'card' && content.card.card === kind);

test('an order and its purchase are one card, whatever comes of them later, and parted in a tap', async () => {
  const visitor = await Visitor.arrive(hub);
  await visitor.link('citi', 'customer-1');
  const code = await connectShop(visitor);
  const orderId = await order(code);
  const receipt = await until('the receipt', async () => cardsOf(await visitor.conversation(), 'receipt')[0]);
  assert.equal(receipt.purchase, undefined);

  const citi = await BankSigner.of(hub, 'citi');
  const purchase = purchaseOn(await citi.accountId('customer-1', 'card'));
  const transaction = { ...purchase.transaction, amount: receipt.total, description: 'SP NORTHWIND BOOKS 0412' };
  await citi.send([{ ...purchase, transaction }]);
  const paid = await until('the pair', async () =>
    cardsOf(await visitor.conversation(), 'receipt').find((one) => one.purchase !== undefined),
  );
  assert.equal(paid.purchase?.transaction.amount, receipt.total);
  const [bought] = cardsOf(await visitor.conversation(), 'transaction');
  assert.deepEqual(bought?.receipt?.lines, receipt.lines);

  await fetch(`${hub.sandboxUrl}/control/shop/orders/${orderId}/refund`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"cents":100}',
  });
  await until(
    'the refund',
    async () => cardsOf(await visitor.conversation(), 'transaction')[0]?.receipt?.refunded === '1.00',
  );

  const [button] = cardMessage(await visitor.conversation(), 'receipt')?.actions ?? [];
  assert.equal(button?.label, 'Not this purchase');
  assert.equal((await visitor.press('part-pair')).status, 200);
  const apart = await visitor.conversation();
  assert.equal(cardsOf(apart, 'receipt')[0]?.purchase, undefined);
  assert.equal(cardsOf(apart, 'transaction')[0]?.receipt, undefined);
  assert.equal(cardMessage(apart, 'receipt')?.actions, undefined);
  assert.equal((await visitor.call('POST', '/api/acts', { token: button.token })).status, 200, 'it parts nothing more');
});

test('when the shop is stopped the purchase stands without its receipt, and nobody else’s press parts anything', async () => {
  const [visitor, stranger] = [await Visitor.arrive(hub), await Visitor.arrive(hub)];
  await visitor.link('citi', 'customer-2');
  const code = await connectShop(visitor);
  await order(code);
  const receipt = await until('the receipt', async () => cardsOf(await visitor.conversation(), 'receipt')[0]);
  const citi = await BankSigner.of(hub, 'citi');
  const purchase = purchaseOn(await citi.accountId('customer-2', 'card'));
  await citi.send([
    { ...purchase, transaction: { ...purchase.transaction, amount: receipt.total, description: 'NORTHWIND BOOKS' } },
  ]);
  await until('the pair', async () => cardsOf(await visitor.conversation(), 'transaction')[0]?.receipt !== undefined);
  const [button] = cardMessage(await visitor.conversation(), 'receipt')?.actions ?? [];
  assert.equal((await stranger.call('POST', '/api/acts', { token: button?.token })).status, 403);
  assert.ok(cardsOf(await visitor.conversation(), 'receipt')[0]?.purchase);

  const link = (await visitor.me()).links.find(({ bank }) => bank.startsWith('shop-'));
  assert.ok(link);
  const stopped = await visitor.call('POST', `/api/links/${link.id}/stop`);
  assert.equal(stopped.status, 200, JSON.stringify(stopped.body));
  await until('the purchase alone', async () => {
    const messages = await visitor.conversation();
    return cardsOf(messages, 'receipt').length === 0 && cardsOf(messages, 'transaction')[0]?.receipt === undefined;
  });
});
