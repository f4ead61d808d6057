import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { newId, systemClock, systemRandom, type BankId, type CustomerId, type LinkId } from '#base';
import { sql, unscoped } from '#db';
import { parseVerifier, verifyExport, type ProofLog } from '#proof';
import { makeAuthority, noCertificates } from '#test/certificates';
import { testDatabase, type TestDatabase } from '#test/database';
import { fileKeyProvider } from './key-files.ts';
import { withBankHolders } from './key-provider.ts';
import { runKeyService, type KeyService } from './key-service.ts';
import { keyServiceClient, releasesAt, type KeyServiceAccess } from './key-service-client.ts';
import { provenLeases, reconcile } from './leases.ts';
import { testProof } from './proof.fixture.ts';
import { createVault, type Vault } from './vault.ts';

const citi = 'citi' as BankId;
const dayOf = (at: Date): string => at.toISOString().slice(0, 10);

describe('a bank that holds its own key', { skip: noCertificates }, () => {
  const base = mkdtempSync(join(tmpdir(), 'tellerline-leases-'));
  let db: TestDatabase;
  let proof: ProofLog;
  let service: KeyService;
  let access: KeyServiceAccess;

  before(async () => {
    db = await testDatabase();
    proof = testProof(db.database);
    const authority = makeAuthority();
    service = await runKeyService({
      folder: join(base, 'service'),
      bank: citi,
      host: '127.0.0.1',
      port: 0,
      tls: { ...authority.server, clientCa: authority.ca },
      clock: systemClock,
      random: systemRandom,
    });
    access = { url: service.url, tls: { ...authority.client, ca: authority.ca } };
  });
  after(async () => {
    await service.close();
    await db.close();
    rmSync(base, { recursive: true });
  });

  const linkId = newId<LinkId>();
  const signed = async (): Promise<void> => {
    while ((await proof.sequencer.round()) !== 'idle') continue;
  };

  /** A process of the hub: it leases the root for itself. */
  function processOfHub(): Vault {
    const files = fileKeyProvider(join(base, 'hub'), systemRandom);
    const provider = withBankHolders(files, new Map([[citi, keyServiceClient(access)]]));
    return createVault({
      database: db.database,
      readers: unscoped(db.database),
      provider,
      proof,
      clock: systemClock,
      random: systemRandom,
    });
  }

  test('every release that the hub asks for is in the log before, and one beside it is found', async () => {
    const first = processOfHub();
    await db.database.transaction((tx) =>
      first.createLinkKey(tx, { linkId, customerId: newId<CustomerId>(), bankId: citi }),
    );
    for (const hub of [first, processOfHub(), processOfHub()]) {
      for (let use = 0; use < 5; use += 1) await db.database.transaction((tx) => hub.linkSealers(tx, [linkId]));
    }
    await signed();
    const { leases, exported } = await provenLeases(db.database, proof, citi);
    assert.equal(leases.length, 3, 'one for each process, however often it is used');
    const explained = reconcile(await releasesAt(access, citi), leases);
    assert.deepEqual(
      explained.map(({ releases, unexplained }) => [releases, unexplained]),
      [[3, false]],
    );

    // Somebody with the hub's certificate takes the root without the gate.
    await keyServiceClient(access).leaseRoot(citi, 1);
    const [planted] = reconcile(await releasesAt(access, citi), leases);
    assert.deepEqual([planted?.releases, planted?.leases, planted?.unexplained], [4, 3, true]);

    const verdict = verifyExport(JSON.stringify(exported), parseVerifier(proof.key));
    assert.ok(verdict.holds && exported.entries.length === 3, 'the bank can check and count the leases itself');
  });

  test('a lease that stands in the table and not in the log explains nothing: it is named and nothing is counted', async () => {
    const counted = async (): Promise<number> => (await provenLeases(db.database, proof, citi)).leases.length;
    const rowOf = `select gen_random_uuid(), bank_id, generation, at, leaf_id, leaf_position, salt_key from root_leases limit 1`;
    const forgeries = [
      // In the place of a real one, in a leaf that there is not, and at an entry that its leaf has not.
      { text: `insert into root_leases ${rowOf}`, values: [] },
      { text: `insert into root_leases ${rowOf.replace('leaf_id,', 'leaf_id + 1000000,')}`, values: [] },
      { text: `insert into root_leases ${rowOf.replace('leaf_position', 'leaf_position + 9')}`, values: [] },
    ];
    for (const forgery of forgeries) {
      assert.equal(await counted(), 3);
      const rows = await db.database.query<{ id: string }>(sql`select lease_id as id from root_leases`);
      await db.database.execute(forgery);
      await assert.rejects(counted, { code: 'lease_not_in_log' }, forgery.text);
      await db.database.execute(
        sql`delete from root_leases where lease_id <> all(${rows.map(({ id }) => id)}::uuid[])`,
      );
    }
    await db.database.execute(sql`update root_leases set at = at - interval '1 day'`);
    await assert.rejects(counted, { code: 'lease_not_in_log' }, 'one that is moved to another day');
    await db.database.execute(sql`update root_leases set at = at + interval '1 day'`);
    assert.equal(await counted(), 3);
  });

  test('a lease that the log has not signed yet is no forgery', async () => {
    await db.database.transaction((tx) => processOfHub().linkSealers(tx, [linkId]));
    const proven = (): Promise<unknown> => provenLeases(db.database, proof, citi);
    await assert.rejects(proven, { code: 'log_not_ready' });
    await signed();
    await proven();
  });
});

test('a lease that was entered just before midnight explains a release just after it, and no other day', () => {
  const midnight = new Date('2026-11-21T00:00:00Z');
  const before = (ms: number): { at: Date } => ({ at: new Date(midnight.getTime() - ms) });
  const releases = { [dayOf(midnight)]: { '1': 1 } };
  const flagged = (leases: { at: Date }[]): boolean => reconcile(releases, leases).some((day) => day.unexplained);
  assert.equal(flagged([before(500)]), false);
  assert.equal(flagged([before(3_600_000)]), true);
  assert.equal(flagged([]), true);
});
