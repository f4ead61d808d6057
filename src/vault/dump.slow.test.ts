import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import {
  createLog,
  isTellerlineError,
  newId,
  systemClock,
  systemRandom,
  type AccountRef,
  type BankId,
  type ConsentId,
  type CustomerId,
  type LinkId,
  type Random,
} from '#base';
import { grantConsent } from '#consent';
import { binariesIn, hubMigrations, migrate, openDatabase, sql, startPostgres, type Database, unscoped } from '#db';
import { taskActor } from './actor.ts';
import { fileKeyProvider } from './key-files.ts';
import { testProof } from './proof.fixture.ts';
import { createVault, type Vault } from './vault.ts';

const debian15 = '/usr/lib/postgresql/15/bin';
const missing = !existsSync(join(debian15, 'pg_dump')) && `PostgreSQL 15 is not installed in ${debian15}`;
const log = createLog('silent');
const bankId = 'citi' as BankId;
const planted = ['planted-merchant', 'planted-token', 'planted-words', '4417123456789113'];

describe('a dump and the write-ahead log of PostgreSQL 15', { skip: missing }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'tellerline-dump-'));
  /** Every secret of 32 bytes that was drawn: data keys, roots, key-encrypting keys. Nonces are shorter. */
  const secrets: Buffer[] = [];
  const recording: Random = {
    bytes: (count) => {
      const drawn = systemRandom.bytes(count);
      if (count === 32) secrets.push(Buffer.from(drawn));
      return drawn;
    },
  };
  let server: Awaited<ReturnType<typeof startPostgres>>;
  let database: Database;
  let vault: Vault;
  const ids = { linkId: newId<LinkId>(), customerId: newId<CustomerId>(), accountRef: newId<AccountRef>(), bankId };

  const vaultOver = (on: Database): Vault =>
    createVault({
      database: on,
      readers: unscoped(on),
      proof: testProof(on),
      provider: fileKeyProvider(join(folder, 'keys'), recording),
      clock: systemClock,
      random: recording,
    });

  before(async () => {
    server = await startPostgres({ directory: join(folder, 'data'), log, binaries: binariesIn(debian15) });
    database = openDatabase(server.url, { log, connectionsMax: 4 });
    await migrate(database, { directory: hubMigrations, schema: 'public' });
    vault = vaultOver(database);
    await plant();
  });
  after(async () => {
    await database.close();
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  async function plant(): Promise<void> {
    await database.transaction(async (tx) => {
      await vault.createCustomerKeys(tx, ids.customerId);
      await vault.createLinkKey(tx, ids);
      const ledger = await vault.customerSealer(tx, ids.customerId, 'ledger');
      await grantConsent(tx, {
        ...ids,
        consentId: newId<ConsentId>(),
        purposes: ['transactions'],
        grantedAt: new Date(),
        expiresAt: new Date(Date.now() + 86_400_000),
        sealedDocument: ledger.seal('consents.document', 'c', { name: 'planted-words' }),
      });
      const sealers = await vault.linkSealers(tx, [ids.linkId]);
      await vault.storeRecords(tx, sealers, [purchase()], 'event');
      const callId = newId<LinkId>();
      const [sealed] = await vault.sealForCalls(tx, bankId, [{ ...ids, callId, value: { token: 'planted-token' } }]);
      await tx.execute(sql`insert into revocations
        (revocation_id, link_id, customer_id, bank_id, sealed, created_at, next_try_at)
        values (${callId}, ${ids.linkId}, ${ids.customerId}, ${bankId}, ${sealed}, now(), now())`);
    });
  }

  function purchase(): Parameters<Vault['storeRecords']>[2][number] {
    return {
      linkId: ids.linkId,
      accountRef: ids.accountRef,
      subjectIndex: vault.index('transaction', '4417123456789113'),
      localDate: '2026-11-03',
      occurredAt: new Date('2026-11-03T12:00:00Z'),
      stage: 1,
      content: {
        kind: 'transaction',
        bank: 'citi',
        account: { kind: 'card', last4: '9113' },
        transaction: {
          id: '4417123456789113',
          status: 'authorized',
          amount: '65.70',
          currency: 'USD',
          direction: 'debit',
          occurredAt: '2026-11-03T12:00:00Z',
          localDate: '2026-11-03',
          description: 'planted-merchant',
        },
      },
    };
  }

  const reads = async (on: Vault): Promise<string[]> =>
    (
      await on.gate.records(
        {
          actor: taskActor('answer', ids.customerId),
          purpose: 'transactions',
          linkId: ids.linkId,
          fields: ['transaction'],
          reason: 'question',
        },
        { kind: 'transaction', from: '2026-11-01', to: '2026-11-30' },
      )
    ).use((records) =>
      records.map(({ content }) => (content.kind === 'transaction' ? (content.transaction.description ?? '') : '')),
    );

  const run = (program: string, args: readonly string[], input?: Buffer): Buffer => {
    const result = spawnSync(join(debian15, program), args, { input, maxBuffer: 256 * 1024 * 1024 });
    assert.equal(result.status, 0, result.stderr.toString());
    return result.stdout;
  };
  const dump = (): Buffer => run('pg_dump', ['--no-owner', '--no-privileges', server.url]);

  async function restore(text: Buffer, name: string): Promise<Database> {
    await database.execute({ text: `create database ${name}`, values: [] });
    const url = new URL(server.url);
    url.pathname = `/${name}`;
    run('psql', ['--quiet', '--set', 'ON_ERROR_STOP=1', url.href], text);
    return openDatabase(url.href, { log, connectionsMax: 2 });
  }

  /** What of these stands in some bytes: as it is, in hexadecimal as a dump writes it, or in base64. */
  function found(where: Buffer, what: readonly Buffer[]): string[] {
    return what.flatMap((one) =>
      [one, Buffer.from(one.toString('hex')), Buffer.from(one.toString('base64').slice(0, -4))]
        .filter((form) => where.includes(form))
        .map(() => one.toString('hex').slice(0, 8)),
    );
  }

  test('neither holds planted plaintext, a data key, a root or a key-encrypting key', async () => {
    assert.deepEqual(await reads(vault), ['planted-merchant'], 'it is there, or searching for it shows nothing');
    await vault.rotation.rotate();
    await vault.rotation.rotateKek();
    await database.execute(sql`insert into used_acts (message_id, used_at) values (${ids.linkId}, now())`);
    const wal = globSync(join(folder, 'data/postgres/pg_wal/*')).filter((path) => /[0-9A-F]{24}$/.test(path));
    const searched = { dump: dump(), wal: Buffer.concat(wal.map((path) => readFileSync(path))) };
    const marker = Buffer.from(ids.linkId.replaceAll('-', ''), 'hex');
    assert.ok(
      searched.dump.includes(ids.linkId) && searched.wal.includes(marker),
      'the search sees what is in the clear',
    );
    // Four data keys, two roots and their successors, two key-encrypting keys.
    assert.ok(secrets.length >= 10, String(secrets.length));
    const sought = [...planted.map((word) => Buffer.from(word)), ...secrets];
    assert.deepEqual(found(searched.dump, sought), []);
    assert.deepEqual(found(searched.wal, sought), []);
  });

  test('a dump from before a revocation opens until the roots are renewed, and then nothing of that link', async () => {
    const before = dump();
    await database.transaction(async (tx) => {
      await vault.eraseLink(tx, ids.linkId);
      await vault.eraseCustomer(tx, ids.customerId, { by: 'customer', keys: 0, records: 0, messages: 0 });
    });
    const within = await restore(before, 'within_the_window');
    assert.deepEqual(await reads(vaultOver(within)), ['planted-merchant']);
    await within.close();

    await vault.rotation.rotate();
    const later = await restore(before, 'after_the_window');
    const late = vaultOver(later);
    const gone = (error: unknown): boolean => isTellerlineError(error, 'root_gone');
    await assert.rejects(reads(late), gone);
    const [call] = await later.query<{ callId: string; sealed: Buffer }>(sql`
      select revocation_id as "callId", sealed from revocations`);
    assert.ok(call);
    await assert.rejects(late.openForCall({ callId: call.callId, linkId: ids.linkId }, call.sealed), gone);
    for (const use of ['conversation', 'ledger'] as const) {
      await assert.rejects(late.customerSealer(later, ids.customerId, use), gone);
    }
    await later.close();
  });
});
