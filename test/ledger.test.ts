import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import { WebSocket } from 'ws';
import type { DeletionReceipt, ServerFrame } from '#contract';
import { sql } from '#db';
import { verifyExport, type LogExport } from '#proof';
import { BankSigner } from './bank-signer.ts';
import { testHub, type TestHub } from './hub.ts';
import { cardsOf, Visitor } from './visitor.ts';
import { until } from './until.ts';

// What a customer reads of their own data: every change of a consent, every deletion, every delivery.

let hub: TestHub;
before(async () => {
  hub = await testHub();
});
after(() => hub.close());

type LogRecord = LogExport['entries'][number]['record'];

/** A customer's records, oldest first, once all of them are covered by a checkpoint. */
async function records(visitor: Visitor, type: string): Promise<LogRecord[]> {
  const exported = await until('every entry to be covered', async () => {
    const { body } = await visitor.call<LogExport>('GET', '/api/log-export');
    return body.waiting === 0 ? body : undefined;
  });
  const own = exported.entries.map(({ record }) => record).filter((record) => record.type === type);
  return own.toSorted((a, b) => String(a['at']).localeCompare(String(b['at'])));
}

const said = (record: LogRecord | undefined, ...fields: string[]): unknown[] => fields.map((field) => record?.[field]);

test('a consent’s whole life is in the ledger, with who caused each change and what it deleted', async () => {
  const visitor = await Visitor.arrive(hub);
  await visitor.link('us-bank', 'customer-2');
  await visitor.link('us-bank', 'customer-2');
  await visitor.link('us-bank', 'customer-2', ['balances'], (label) => !/savings/i.test(label));
  await visitor.ask('stop');
  await visitor.press('stop-link');
  const consents = await records(visitor, 'consent');
  assert.deepEqual(
    consents.map((record) => said(record, 'change', 'by', 'bank', 'accounts')),
    [
      ['granted', 'customer', 'us-bank', 3],
      ['renewed', 'customer', 'us-bank', 3],
      ['amended', 'customer', 'us-bank', 2],
      ['revoked', 'customer', 'us-bank', 2],
    ],
  );
  assert.deepEqual(consents.at(-1)?.['purposes'], ['balances']);
  assert.equal(new Set(consents.map((record) => record['link'])).size, 1);
  const deletions = await records(visitor, 'deletion');
  assert.deepEqual(
    deletions.map((record) => said(record, 'what', 'by', 'bank', 'keys')),
    [
      ['narrowed', 'customer', 'us-bank', 1],
      ['link', 'customer', 'us-bank', 1],
    ],
  );
  assert.ok(Number(deletions[0]?.['records']) > 100);
});

test('what the bank ends and what expires say so', async () => {
  const visitor = await Visitor.arrive(hub);
  await visitor.link('citi', 'customer-3');
  await visitor.link('wells-fargo', 'customer-3');
  await endAtBank(visitor, 'citi', 'customer-3');
  await hub.db.database.execute(sql`update consents set expires_at = now() - interval '1 minute'
    where bank_id = 'wells-fargo' and state = 'granted'`);
  await hub.restart();
  const ends = await until('both to end', async () => {
    const some = (await records(visitor, 'consent')).filter((record) => record['change'] !== 'granted');
    return some.length === 2 && some;
  });
  assert.deepEqual(
    ends.map((record) => said(record, 'bank', 'change', 'by')),
    [
      ['citi', 'revoked', 'bank'],
      ['wells-fargo', 'expired', 'expiry'],
    ],
  );
});

/** The bank itself ends the consent, on its own page. */
async function endAtBank(visitor: Visitor, bank: string, customer: string): Promise<void> {
  const consents = `${hub.sandboxUrl}/control/banks/${bank}/consents`;
  const listed = (await (await fetch(`${consents}?customer=${customer}`)).json()) as {
    consents: { id: string; status: string }[];
  };
  const active = listed.consents.find((one) => one.status === 'ACTIVE');
  assert.ok(active, JSON.stringify(listed));
  const ended = await fetch(`${consents}/${active.id}/revoke`, { method: 'POST' });
  assert.ok(ended.ok, String(ended.status));
  await until('the link to be gone', async () => !(await visitor.me()).links.some((link) => link.bank === bank));
}

test('a page and a batch that is handed on are one delivery each, and nobody connected is no delivery', async () => {
  const visitor = await Visitor.arrive(hub);
  await visitor.link('citi', 'customer-4');
  const bank = await BankSigner.of(hub, 'citi');
  const accountId = await bank.accountId('customer-4', 'card');
  const purchase = () => ({
    id: randomUUID(),
    type: 'transaction.authorized',
    occurredAt: '2026-11-20T14:14:00-05:00',
    accountId,
    transaction: {
      id: randomUUID(),
      status: 'authorized',
      amount: '12.34',
      currency: 'USD',
      direction: 'debit',
      localDate: '2026-11-20',
      description: 'A purchase',
    },
  });
  const deliveries = async (): Promise<LogRecord[]> => records(visitor, 'delivery');
  const first = (await deliveries()).length;
  assert.equal((await bank.send([purchase(), purchase()])).status, 202);
  assert.equal((await deliveries()).length, first);
  assert.equal(cardsOf(await visitor.conversation(), 'transaction').length, 2);
  const [page, ...more] = (await deliveries()).slice(first);
  assert.deepEqual(more, []);
  assert.deepEqual(said(page, 'channel', 'detail', 'reason'), ['web', 'full', 'conversation-shown']);

  const frames: ServerFrame[] = [];
  const cookie = `tellerline_session=${visitor.cookie('tellerline_session')}`;
  const socket = new WebSocket(`${hub.url.replace('http', 'ws')}/ws`, { headers: { origin: hub.url, cookie } });
  socket.on('message', (data: Buffer) => frames.push(JSON.parse(data.toString()) as ServerFrame));
  await new Promise((resolve) => socket.once('open', resolve));
  socket.send(JSON.stringify({ frame: 'resume', after: (await visitor.me()).lastSeq }));
  await until('the hello', async () => frames.some((frame) => frame.frame === 'hello'));
  const before = await deliveries();
  assert.equal((await bank.send([purchase(), purchase(), purchase()])).status, 202);
  await until('the cards', async () => frames.some((frame) => frame.frame === 'entries'));
  socket.close();
  const [handed, ...others] = (await deliveries()).slice(before.length);
  assert.deepEqual(others, []);
  assert.deepEqual(said(handed, 'channel', 'detail', 'reason', 'messages', 'identity'), [
    'web',
    'full',
    'handed-on',
    3,
    page?.['identity'],
  ]);
});

test('the chat leads to the receipt of a stop, the answer to that of an account, and both hold offline', async () => {
  const visitor = await Visitor.arrive(hub);
  await visitor.link('citi', 'customer-5');
  await visitor.link('wells-fargo', 'customer-5');
  await visitor.ask('stop citi');
  await visitor.press('stop-link');
  const stopped = cardsOf(await visitor.conversation(), 'consent').find((card) => card.state === 'revoked');
  await visitor.ask('delete my account');
  const { receipt } = ((await visitor.press('delete-account')).body as { receipt: DeletionReceipt }).receipt;
  const stranger = await Visitor.arrive(hub);
  for (const [address, what] of [
    [stopped?.ended?.receipt ?? '', 'link'],
    [receipt, 'account'],
  ] as const) {
    assert.match(address, /^\/api\/receipts\/[\w-]{43}$/);
    const held = await until('the receipt', async () => {
      const { status, body } = await stranger.call<LogExport & { code?: string }>('GET', address);
      if (status === 503) assert.equal(body.code, 'receipt_waiting');
      return status === 200 && body;
    });
    assert.deepEqual(said(held.entries[0]?.record, 'type', 'what', 'keys'), [
      'deletion',
      what,
      what === 'link' ? 1 : 3,
    ]);
    assert.equal(verifyExport(JSON.stringify(held), undefined).holds, true);
  }
  const unknown = await stranger.call('GET', `/api/receipts/${'A'.repeat(43)}`);
  assert.deepEqual([unknown.status, unknown.body.code], [404, 'receipt_unknown']);
});
