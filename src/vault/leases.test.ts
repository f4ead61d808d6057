import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { newId, systemClock, systemRandom, type BankId, type CustomerId, type LinkId } from '#base';
import { unscoped } from '#db';
import { exportOf, parseVerifier, saltOf, verifyExport, type ProofLog } from '#proof';
import { makeAuthority, noCertificates } from '#test/certificates';
import { testDatabase, type TestDatabase } from '#test/database';
import { fileKeyProvider } from './key-files.ts';
import { withBankHolders } from './key-provider.ts';
import { runKeyService, type KeyService } from './key-service.ts';
import { keyServiceClient, releasesAt, type KeyServiceAccess } from './key-service-client.ts';
import { leasesOf, reconcile } from './leases.ts';
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
    const linkId = newId<LinkId>();
    const first = processOfHub();
    await db.database.transaction((tx) =>
      first.createLinkKey(tx, { linkId, customerId: newId<CustomerId>(), bankId: citi }),
    );
    for (const hub of [first, processOfHub(), processOfHub()]) {
      for (let use = 0; use < 5; use += 1) await db.database.transaction((tx) => hub.linkSealers(tx, [linkId]));
    }
    const leases = await leasesOf(db.database, citi);
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

    while ((await proof.sequencer.round()) !== 'idle') continue;
    const proofs = await proof.proofs(leases.map((lease) => lease.place));
    assert.ok(proofs);
    const entries = leases.map(({ record, saltKey }) => ({ record, salt: saltOf(saltKey, record.id) }));
    const exported = exportOf(proof.key, entries, proofs);
    const verdict = verifyExport(JSON.stringify(exported), parseVerifier(proof.key));
    assert.ok(verdict.holds && exported.entries.length === 3, 'the bank can check and count the leases itself');
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
