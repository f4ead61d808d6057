import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { createLog, newId, systemClock, systemRandom, type BankId, type LinkId, type MessageId } from '#base';
import { sql } from '#db';
import type { HttpParts } from '#http';
import { testDatabase, type TestDatabase } from '#test/database';
import { taskActor } from '#vault';
import { readConfig } from '../src/app/config.ts';
import { ownPools } from '../src/app/pools.ts';
import { openKeyProvider } from '../src/app/keys.ts';
import { wire } from '../src/app/wire.ts';
import { makeLinks, type MadeLink } from './many-links.ts';
import { until } from './until.ts';

// A narrowing puts a fresh key in the place of a link's: what it deleted opens in no older copy, what is left opens.

const folder = mkdtempSync(join(tmpdir(), 'tellerline-narrowing-'));
const bank = 'citi' as BankId;
const manner = { locale: 'en', timeZone: 'America/New_York' } as const;
let db: TestDatabase;
let parts: HttpParts;

before(async () => {
  db = await testDatabase();
  const config = readConfig({
    TELLERLINE_DATA: join(folder, 'data'),
    TELLERLINE_KEYS: join(folder, 'keys'),
    TELLERLINE_PORT: '0',
    TELLERLINE_STAFF_PORT: '0',
  });
  const log = createLog('silent');
  const options = { config, databaseUrl: db.url, log, clock: systemClock, sandboxUrl: () => '' };
  const provider = openKeyProvider(config, systemRandom);
  parts = wire(options, { ...ownPools(db.database), provider }, () => 'http://localhost');
  // The bank of these links is not there.
  await parts.linking.jobs.stop();
});
after(async () => {
  await db.close();
  rmSync(folder, { recursive: true });
});

/** A link with everything that is sealed under its key: also an answer from purchases, and a reading that goes on. */
async function wholeLink(): Promise<{ link: MadeLink; answer: MessageId }> {
  const [link] = await makeLinks(parts, db.database.transaction.bind(db.database), bank, 1);
  assert.ok(link);
  const { linkId, thread, accountRefs } = link;
  const answer = newId<MessageId>();
  await db.database.transaction(async (tx) => {
    const sealers = await parts.vault.linkSealers(tx, [linkId]);
    const said = { content: { kind: 'text', text: 'You spent $525.60.' } } as const;
    const body = { from: 'link', linkId, purpose: 'transactions', said } as const;
    const head = { ...thread, entry: 'message', author: 'bank', atMs: Date.now() } as const;
    await parts.delivery.write(tx, [{ ...head, messageId: answer, body }], sealers);
    const [account = ''] = accountRefs;
    const cursor = sealers.get(linkId)?.sealState('lookbacks.cursor', account, 'page 2');
    await tx.execute(sql`insert into lookbacks (link_id, account_ref, from_date, to_date, state, sealed_cursor)
      values (${linkId}, ${account}, '2026-01-01', '2026-11-01', 'reading', ${cursor})`);
  });
  return { link, answer };
}

/** An answer that was first of all read from another link of the customer's, and from this one besides. */
async function answerOfTwo({ linkId, customerId, thread }: MadeLink): Promise<void> {
  const other = newId<LinkId>();
  await db.database.transaction(async (tx) => {
    await parts.vault.createLinkKey(tx, { linkId: other, customerId, bankId: bank });
    await tx.execute(sql`insert into consents
      (consent_id, customer_id, link_id, bank_id, state, purposes, granted_at, expires_at, sealed_document)
      select gen_random_uuid(), customer_id, ${other}, bank_id, state, purposes, granted_at, expires_at, sealed_document
      from consents where link_id = ${linkId}`);
    const said = { content: { kind: 'text', text: 'Over two banks.' } } as const;
    const head = { ...thread, entry: 'message', author: 'tellerline', atMs: Date.now() } as const;
    const body = { from: 'link', linkId: other, also: [linkId], purpose: 'transactions', said } as const;
    const sealers = await parts.vault.linkSealers(tx, [linkId, other]);
    await parts.delivery.write(tx, [{ ...head, messageId: newId<MessageId>(), body }], sealers);
  });
}

/** Everything under a link's key, by the commitment to that key which stands in each, and the epochs beside it. */
async function sealedUnder({ linkId }: MadeLink): Promise<{ keys: string[]; values: number; epochs: number[] }> {
  const rows = await db.database.query<{ sealed: Buffer | null; epoch: number | null }>(sql`
    select sealed_tokens as sealed, null::integer as epoch from links where link_id = ${linkId}
    union all select sealed_grant, null from links where link_id = ${linkId}
    union all select sealed, null from accounts where link_id = ${linkId}
    union all select sealed_cursor, null from lookbacks where link_id = ${linkId}
    union all select sealed, epoch from records where link_id = ${linkId}
    union all select sealed, epoch from messages where link_id = ${linkId}
    union all select null, epoch from link_keys where link_id = ${linkId}`);
  const sealed = rows.flatMap((row) => row.sealed ?? []);
  const epochs = rows.flatMap((row) => row.epoch ?? []);
  const keys = sealed.map((one) => one.subarray(1, 33).toString('hex'));
  return { keys: [...new Set(keys)], values: sealed.length, epochs: [...new Set(epochs)] };
}

const texts = async ({ customerId, thread }: MadeLink): Promise<string[]> => {
  const span = { after: 0, limit: 100 } as const;
  const { entries } = await parts.delivery.page(taskActor('answer', customerId), thread, span, manner);
  return entries.flatMap((entry) => (entry.entry === 'removal' ? [] : entry.message.content.text));
};

test('after a narrowing nothing of a link is under the key of before, and everything that is left opens', async () => {
  const { link, answer } = await wholeLink();
  const { linkId, customerId, thread, accountRefs } = link;
  const before = await sealedUnder(link);
  // Tokens, grant, two accounts, a cursor, eight purchases, two balances said and one answer.
  assert.deepEqual([before.keys.length, before.values, before.epochs], [1, 16, [1]]);
  await parts.linking.narrowFor(customerId, linkId, { purposes: ['balances'], accounts: [] });
  const after = await sealedUnder(link);
  // Without the two balances, and with the card that says so.
  assert.deepEqual([after.keys.length, after.values, after.epochs], [1, 15, [2]]);
  assert.notDeepEqual(after.keys, before.keys);
  assert.equal((await texts(link)).filter((text) => text === 'You spent $525.60.').length, 1);
  const opened = await parts.delivery.openMessage(taskActor('answer', customerId), thread, answer);
  assert.equal(opened?.body.from, 'link');
  const [view] = await parts.linking.links(customerId);
  assert.deepEqual(view?.accountRefs, accountRefs);
  const use = { purpose: 'transactions', linkId, fields: ['transaction'], reason: 'question-answered' } as const;
  const selection = { kind: 'transaction', from: '2000-01-01', to: '2100-01-01' } as const;
  const records = await parts.vault.gate.records({ ...use, actor: taskActor('answer', customerId) }, selection);
  assert.equal(
    records.use((some) => some.length),
    8,
  );
  await db.database.transaction(async (tx) => {
    const sealer = (await parts.vault.linkSealers(tx, [linkId])).get(linkId);
    const [row] = await tx.query<{ cursor: Buffer; grant: Buffer }>(sql`
      select sealed_cursor as cursor, sealed_grant as grant from lookbacks join links using (link_id) where link_id = ${linkId}`);
    assert.ok(sealer && row);
    const cursor = sealer.openState<string>('lookbacks.cursor', accountRefs[0] ?? '', row.cursor);
    assert.equal(
      cursor.use((value) => value),
      'page 2',
    );
    assert.match(
      sealer.openState<string>('links.grant', linkId, row.grant).use((value) => value),
      /^[\w-]{36}$/,
    );
  });
});

test('whoever has read what is sealed and waits for the key while it is renewed reads again and does not fail', async () => {
  const { link, answer } = await wholeLink();
  const { linkId, customerId, thread, accountRefs } = link;
  const actor = taskActor('answer', customerId);
  await answerOfTwo(link);
  assert.ok((await texts(link)).includes('Over two banks.'));
  const waiting = async (count: number): Promise<true | undefined> => {
    const rows = await db.database.query(sql`select from pg_stat_activity
      where datname = current_database() and wait_event_type = 'Lock'`);
    return rows.length === count || undefined;
  };
  let reading: Promise<unknown>[] = [];
  let narrowing: Promise<unknown> = Promise.resolve();
  // The narrowing has the key and waits here for the conversation; the readers have read, and wait for the key.
  await db.database.transaction(async (tx) => {
    await tx.execute(sql`select from conversations where conversation_id = ${thread.conversationId} for update`);
    narrowing = parts.linking.narrowFor(customerId, linkId, { purposes: ['balances'], accounts: [] });
    await until('the narrowing to hold the key', () => waiting(1));
    const indexes = accountRefs.map((ref) => parts.linking.accountIndex(bank, ref));
    reading = [
      texts(link),
      parts.delivery.openMessage(actor, thread, answer),
      parts.linking.held(customerId),
      db.database.transaction((other) => parts.linking.routes(other, indexes)),
      // The newest message alone, which is the one of two banks.
      parts.delivery.page(actor, thread, { before: 1_000_000, limit: 1 }, manner),
    ];
    await until('the readers to wait', () => waiting(1 + reading.length));
  });
  const [said, opened, held, routed] = (await Promise.all(reading)) as [
    string[],
    Awaited<ReturnType<HttpParts['delivery']['openMessage']>>,
    Awaited<ReturnType<HttpParts['linking']['held']>>,
    Awaited<ReturnType<HttpParts['linking']['routes']>>,
  ];
  await narrowing;
  assert.ok(said.includes('You spent $525.60.') && !said.some((text) => text.startsWith('Citi: $2,318.42')));
  assert.equal(opened?.body.from, 'link');
  assert.ok(!said.includes('Over two banks.'), 'it lay under the key of before, and is gone');
  assert.equal(held.accounts.length, 2);
  assert.deepEqual(
    routed.routes.map(({ purposes }) => [...purposes]),
    [['transactions'], ['transactions']],
  );
});
