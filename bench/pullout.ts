/**
 * `node bench/pullout.ts [links] [runs]`: how long the withdrawal of a whole bank takes on this machine, on a
 * real PostgreSQL of its own with fsync on: until nothing is readable, until keys and root are gone, and
 * until everything is deleted, entered in the log, and said in every chat. Each link has its customer with
 * keys and a conversation, a consent, tokens, two accounts, eight records, and four messages.
 */
import { randomUUID } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLog, newId, systemClock, systemRandom } from '#base';
import type { AccountRef, BankId, ConsentId, CustomerId, LinkId, MessageId } from '#base';
import { grantConsent } from '#consent';
import { createCustomer } from '#customers';
import { hubMigrations, migrate, openDatabase, sql, startPostgres, type Transaction } from '#db';
import type { Change } from '#delivery';
import { transactionDraft } from '#linking';
import type { HttpParts } from '#http';
import { readConfig } from '../src/app/config.ts';
import { openKeyProvider } from '../src/app/keys.ts';
import { wire } from '../src/app/wire.ts';

const linksWanted = Number(process.argv[2] ?? 100_000);
const runs = Number(process.argv[3] ?? 1);
const log = createLog('error');
const bank = 'citi' as BankId;
const atOnce = 4;
const secondsOf = (ms: number): number => Math.round(ms / 100) / 10;

interface Measured {
  readonly unreadableSeconds: number;
  readonly keysGoneSeconds: number;
  readonly doneSeconds: number;
}

const measured: Measured[] = [];
for (let run = 0; run < runs; run += 1) measured.push(await measure());
const median = (of: (one: Measured) => number): number =>
  measured.map(of).toSorted((a, b) => a - b)[Math.floor(measured.length / 2)] ?? 0;
const result = {
  at: new Date().toISOString(),
  machine: `${cpus()[0]?.model ?? ''}, ${availableParallelism()} cores, load ${(loadavg()[0] ?? 0).toFixed(1)}`,
  node: process.version,
  links: linksWanted,
  recordsEach: 8,
  messagesEach: 4,
  runs: measured,
  median: {
    unreadableSeconds: median((one) => one.unreadableSeconds),
    keysGoneSeconds: median((one) => one.keysGoneSeconds),
    doneSeconds: median((one) => one.doneSeconds),
  },
};
mkdirSync(new URL('results/', import.meta.url), { recursive: true });
writeFileSync(new URL('results/pullout.json', import.meta.url), `${JSON.stringify(result, null, 2)}\n`);
console.log(JSON.stringify(result.median));

async function measure(): Promise<Measured> {
  const folder = mkdtempSync(join(tmpdir(), 'tellerline-bench-'));
  const server = await startPostgres({ directory: join(folder, 'data'), log, durable: true });
  try {
    const config = readConfig({ TELLERLINE_DATA: join(folder, 'data'), TELLERLINE_KEYS: join(folder, 'keys') });
    const database = openDatabase(server.url, { log });
    await migrate(database, { directory: hubMigrations, schema: 'public' });
    const provider = openKeyProvider(config, systemRandom);
    const options = { config, databaseUrl: server.url, log, clock: systemClock, sandboxUrl: () => '' };
    const parts = wire(options, { database, web: database, provider }, () => 'http://localhost');
    const filling = performance.now();
    await fill(parts, (work) => database.transaction(work));
    await database.execute(sql`analyze`);
    console.log(`${linksWanted.toLocaleString('en')} links made in ${secondsOf(performance.now() - filling)} s`);
    parts.proof.sequencer.start();
    const taken = await pullOut(parts);
    await parts.linking.jobs.stop();
    await parts.proof.sequencer.stop();
    const [left] = await database.query<{ keys: bigint; records: bigint; messages: bigint; ledger: bigint }>(sql`
      select (select count(*) from link_keys where wrapped_key is not null) as keys, (select count(*) from records) as records,
        (select count(*) from messages where link_id is not null) as messages, (select count(*) from ledger) as ledger`);
    console.log(
      `left: ${left?.keys} keys, ${left?.records} records, ${left?.messages} messages; ledger entries ${left?.ledger}`,
    );
    await database.close();
    return taken;
  } finally {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function pullOut(parts: HttpParts): Promise<Measured> {
  const began = performance.now();
  await parts.linking.withdrawals.withdraw(bank, 'operator');
  const unreadableSeconds = secondsOf(performance.now() - began);
  let keysGoneSeconds = 0;
  for (;;) {
    const now = await parts.linking.withdrawals.standing(bank);
    if (!keysGoneSeconds && now?.rootGoneAt) keysGoneSeconds = secondsOf(performance.now() - began);
    if (now?.step === 'done') break;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  const doneSeconds = secondsOf(performance.now() - began);
  console.log({ unreadableSeconds, keysGoneSeconds, doneSeconds });
  return { unreadableSeconds, keysGoneSeconds, doneSeconds };
}

type InTransaction = <Result>(work: (tx: Transaction) => Promise<Result>) => Promise<Result>;

async function fill(parts: HttpParts, transaction: InTransaction): Promise<void> {
  let made = 0;
  const worker = async (): Promise<void> => {
    while (made < linksWanted) {
      const some = Math.min(100, linksWanted - made);
      made += some;
      await transaction(async (tx) => {
        const links: Awaited<ReturnType<typeof makeLink>>[] = [];
        for (let n = 0; n < some; n += 1) links.push(await makeLink(tx, parts));
        const sealers = await parts.vault.linkSealers(
          tx,
          links.map((link) => link.linkId),
        );
        await finishLinks(tx, parts, links, sealers);
      });
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
}

async function makeLink(tx: Transaction, parts: HttpParts) {
  const customerId = newId<CustomerId>();
  const linkId = newId<LinkId>();
  await createCustomer(tx, { customerId, locale: 'en', timeZone: 'America/New_York' }, Date.now());
  await parts.vault.createCustomerKeys(tx, customerId);
  await parts.vault.createLinkKey(tx, { linkId, customerId, bankId: bank });
  const thread = await parts.delivery.createConversation(tx, customerId, Date.now());
  const consentId = newId<ConsentId>();
  await grantConsent(tx, {
    consentId,
    linkId,
    customerId,
    bankId: bank,
    purposes: ['balances', 'transactions'],
    grantedAt: new Date(),
    expiresAt: new Date(Date.now() + 300 * 86_400_000),
    sealedDocument: Buffer.alloc(3000, 1),
  });
  return { customerId, linkId, thread, accountRefs: [newId<AccountRef>(), newId<AccountRef>()] };
}

type Made = Awaited<ReturnType<typeof makeLink>>;

async function finishLinks(
  tx: Transaction,
  parts: HttpParts,
  links: readonly Made[],
  sealers: Awaited<ReturnType<HttpParts['vault']['linkSealers']>>,
): Promise<void> {
  const now = new Date();
  const sealed = links.map(({ linkId }) => sealers.get(linkId));
  const tokens = { access: 'a'.repeat(400), refresh: 'r'.repeat(100) };
  await tx.execute(sql`
    insert into links (link_id, customer_id, bank_id, state, grant_index, sealed_tokens, sealed_grant, card_message_id, subscribed, created_at)
    select link_id, customer_id, ${bank}, 'linked', grant_index, tokens, sealed_grant, link_id, true, ${now}
    from unnest(${links.map((link) => link.linkId)}::uuid[], ${links.map((link) => link.customerId)}::uuid[],
      ${links.map((link) => parts.vault.index('grant', link.linkId))}::bytea[],
      ${sealed.map((one) => one?.sealState('links.tokens', one.linkId, tokens))}::bytea[],
      ${sealed.map((one) => one?.sealState('links.grant', one.linkId, randomUUID()))}::bytea[])
      as u (link_id, customer_id, grant_index, tokens, sealed_grant)`);
  await insertAccounts(tx, parts, links, sealers);
  const drafts = links.flatMap(({ linkId, accountRefs: [accountRef = newId<AccountRef>()] }) =>
    Array.from({ length: 8 }, (_, n) => draftOf(parts, linkId, accountRef, n)),
  );
  const stored = await parts.vault.storeRecords(tx, sealers, drafts, 'history');
  const changes = links.flatMap(({ thread, linkId }, n): Change[] => {
    const head = { ...thread, entry: 'message', author: 'bank', atMs: Date.now() } as const;
    const shown = [0, 1].map((one): Change => {
      const record = stored[n * 8 + one];
      const draft = drafts[n * 8 + one];
      if (!record || !draft) throw new Error('a record was not stored');
      const body = {
        from: 'record',
        linkId,
        purpose: 'transactions',
        recordId: record.recordId,
        shown: draft.content,
      } as const;
      return { ...head, messageId: newId<MessageId>(), body };
    });
    const said = [0, 1].map((): Change => {
      const text = 'Citi: $2,318.42 available in checking 4417; $412.08 owed on card 2291.';
      const body = { from: 'link', linkId, purpose: 'balances', said: { content: { kind: 'text', text } } } as const;
      return { ...head, messageId: newId<MessageId>(), body };
    });
    return [...shown, ...said];
  });
  await parts.delivery.write(tx, changes, sealers);
}

async function insertAccounts(
  tx: Transaction,
  parts: HttpParts,
  links: readonly Made[],
  sealers: Awaited<ReturnType<HttpParts['vault']['linkSealers']>>,
): Promise<void> {
  const accounts = links.flatMap(({ linkId, accountRefs }) =>
    accountRefs.map((accountRef, ordinal) => {
      const index = parts.vault.index('account', accountRef);
      const detail = { accountId: accountRef, currency: 'USD', kind: 'checking', last4: '4417' };
      const sealed = sealers.get(linkId)?.sealState('accounts.detail', index.toString('hex'), detail);
      return { linkId, accountRef, ordinal, index, sealed };
    }),
  );
  await tx.execute(sql`insert into accounts (link_id, account_ref, account_index, ordinal, sealed)
    select * from unnest(${accounts.map((one) => one.linkId)}::uuid[], ${accounts.map((one) => one.accountRef)}::uuid[],
      ${accounts.map((one) => one.index)}::bytea[], ${accounts.map((one) => one.ordinal)}::integer[],
      ${accounts.map((one) => one.sealed)}::bytea[])`);
}

function draftOf(parts: HttpParts, linkId: LinkId, accountRef: AccountRef, n: number) {
  const occurredAt = new Date(Date.now() - n * 86_400_000).toISOString();
  const place = { bank, linkId, accountRef, account: { kind: 'checking', last4: '4417' } } as const;
  const purchase = {
    id: randomUUID(),
    status: 'posted',
    amount: '65.70',
    currency: 'USD',
    direction: 'debit',
    localDate: occurredAt.slice(0, 10),
    description: 'STROMAN & HUDSON WESTERVILLE OH',
    merchant: {
      name: 'Stroman & Hudson',
      category: '5541',
      address: { city: 'Westerville', region: 'OH', country: 'US' },
    },
  } as const;
  return transactionDraft(parts.vault, place, purchase, occurredAt, undefined);
}
