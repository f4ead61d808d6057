import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Advertising } from '#contract';
import { sql } from '#db';
import { BankSigner, purchaseOn } from './bank-signer.ts';
import { testHub, type TestHub } from './hub.ts';
import { Visitor } from './visitor.ts';
import { until } from './until.ts';

// "This is advertising", on every message: counted once, by sender, for everybody to see, and of nobody.

let hub: TestHub;
before(async () => {
  hub = await testHub();
});
after(() => hub.close());

const counts = async (): Promise<Advertising> =>
  (await (await fetch(`${hub.url}/log/advertising.json`)).json()) as Advertising;
const countOf = async (sender: string) => (await counts()).counts.find((one) => one.sender === sender);
const mark = (visitor: Visitor, message: string, marked = true) =>
  visitor.call('PUT', `/api/messages/${message}/advertising`, { marked });

async function purchases(visitor: Visitor, customer: string, wanted: number): Promise<string[]> {
  const citi = await BankSigner.of(hub, 'citi');
  const accountId = await citi.accountId(customer, 'card');
  const { status } = await citi.send(Array.from({ length: wanted }, () => purchaseOn(accountId)));
  assert.equal(status, 202);
  return until('the purchases', async () => {
    const messages = await visitor.conversation();
    const ids = messages.filter(({ author }) => author === 'bank').map(({ id }) => id);
    return ids.length >= wanted ? ids : undefined;
  });
}

test('a message is counted once for a customer, however often it is said at once, and it can be taken back', async () => {
  const [ana, bea] = [await Visitor.arrive(hub), await Visitor.arrive(hub)];
  await ana.link('citi', 'customer-1');
  await bea.link('citi', 'customer-2');
  const messages = await purchases(ana, 'customer-1', 24);
  for (const message of messages.slice(0, 5)) assert.equal((await mark(ana, message)).status, 204);
  const [first = ''] = messages;
  const taps = await Promise.all(Array.from({ length: 100 }, () => mark(ana, first)));
  assert.deepEqual(new Set(taps.map(({ status }) => status)), new Set([204]));
  const counted = await countOf('citi');
  assert.equal(counted?.marked, 5);
  assert.ok((counted?.sent ?? 0) >= 24);

  assert.equal((await mark(ana, first, false)).status, 204);
  assert.equal((await countOf('citi'))?.marked, null, 'four are told as fewer than five');

  const foreign = await mark(bea, messages[1] ?? '');
  assert.deepEqual([foreign.status, foreign.body.code], [404, 'message_unknown']);
  const own = (await ana.conversation()).find(({ author }) => author === 'customer');
  if (own) assert.equal((await mark(ana, own.id)).status, 404);
  const rows = await hub.db.database.query<Record<string, unknown>>(sql`select * from advertising_marks`);
  assert.deepEqual(Object.keys(rows[0] ?? {}), ['mark_index', 'sender', 'month']);
  assert.equal(rows.length, 4);
});

test('the public page says it in both languages, without script', async () => {
  for (const [language, title] of [
    ['en', '“This is advertising”'],
    ['es', '«Esto es publicidad»'],
  ] as const) {
    const answer = await fetch(`${hub.url}/log/advertising`, { headers: { 'accept-language': language } });
    const page = await answer.text();
    assert.equal(answer.status, 200);
    assert.match(
      answer.headers.get('content-security-policy') ?? '',
      /script-src 'none'|default-src 'none'|script-src 'self'/,
    );
    assert.ok(page.includes(`<h1>${title}</h1>`));
    assert.ok(page.includes('Citi'));
    assert.doesNotMatch(page, /<script/);
  }
});
