import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { isTellerlineError, newId, systemClock, systemRandom, type BankId, type CustomerId, type LinkId } from '#base';
import { unscoped } from '#db';
import { makeAuthority, noCertificates } from '#test/certificates';
import { testDatabase, type TestDatabase } from '#test/database';
import { fileKeyProvider } from './key-files.ts';
import { withBankHolders, type RootHolder } from './key-provider.ts';
import { readReleases, returnKeys, runKeyService, withdrawKeys, type KeyService } from './key-service.ts';
import { keyServiceClient } from './key-service-client.ts';
import { testProof } from './proof.fixture.ts';
import { createVault } from './vault.ts';

const citi = 'citi' as BankId;
const withCode = (code: string) => (error: unknown) => isTellerlineError(error, code);

describe('the key service of a bank', { skip: noCertificates }, () => {
  const base = mkdtempSync(join(tmpdir(), 'tellerline-service-'));
  const folder = join(base, 'service');
  const authority = makeAuthority();
  let service: KeyService;
  let client: RootHolder;

  before(async () => {
    const tls = { ...authority.server, clientCa: authority.ca };
    service = await runKeyService({
      folder,
      bank: citi,
      host: '127.0.0.1',
      port: 0,
      tls,
      clock: systemClock,
      random: systemRandom,
    });
    client = keyServiceClient({ url: service.url, tls: { ...authority.client, ca: authority.ca } });
  });
  after(async () => {
    await service.close();
    rmSync(base, { recursive: true });
  });

  const countOf = (generation: number): number =>
    Object.values(readReleases(folder)).reduce((sum, day) => sum + (day[generation] ?? 0), 0);

  test('roots are made, released and destroyed at the service, and each release is counted', async () => {
    await client.createRoot(citi, 1);
    const root = await client.leaseRoot(citi, 1);
    assert.equal(root.length, 32);
    assert.deepEqual(await client.leaseRoot(citi, 1), root);
    assert.equal(countOf(1), 2);
    await client.createRoot(citi, 2);
    await client.destroyRootsBefore(citi, 2);
    await assert.rejects(client.leaseRoot(citi, 1), withCode('root_gone'));
    assert.equal(countOf(1), 2, 'what was refused was not released');
  });

  test('nobody is let in without a certificate of the bank’s authority, and no other server is believed', async () => {
    const stranger = makeAuthority();
    const withoutAny = new Promise((resolve, reject) => {
      request(`${service.url}/v1/releases`, { ca: authority.ca, method: 'GET' }, resolve).on('error', reject).end();
    });
    await assert.rejects(withoutAny);
    const foreign = keyServiceClient({ url: service.url, tls: { ...stranger.client, ca: authority.ca } });
    await assert.rejects(foreign.leaseRoot(citi, 2), withCode('key_service_unavailable'));
    const deceived = keyServiceClient({ url: service.url, tls: { ...authority.client, ca: stranger.ca } });
    await assert.rejects(deceived.leaseRoot(citi, 2), withCode('key_service_unavailable'));
    assert.equal(countOf(2), 0);
  });

  test('an address that is none of the protocol’s is refused', async () => {
    const tls = { ...authority.client, ca: authority.ca };
    for (const [method, path] of [
      ['POST', '/v1/roots/1'],
      ['POST', '/v1/roots/0/release'],
      ['GET', '/v1/roots/2/release'],
      ['PUT', '/v1/roots/..%2fkek'],
      ['GET', '/'],
    ] as const) {
      const status = await new Promise((resolve, reject) => {
        request(new URL(path, service.url), { ...tls, method }, (response) => resolve(response.statusCode))
          .on('error', reject)
          .end();
      });
      assert.equal(status, 404, `${method} ${path}`);
    }
  });

  test('a withdrawal stops every release at once, and ends at the bank’s word', async () => {
    withdrawKeys(folder, systemRandom);
    await assert.rejects(client.leaseRoot(citi, 2), withCode('key_withdrawn'));
    await assert.rejects(client.createRoot(citi, 3), withCode('key_withdrawn'));
    returnKeys(folder);
    assert.equal((await client.leaseRoot(citi, 2)).length, 32);
  });

  test('a service that is not there is unavailable, and neither withdrawn nor gone', async () => {
    const nowhere = keyServiceClient({ url: 'https://127.0.0.1:1', tls: { ...authority.client, ca: authority.ca } });
    await assert.rejects(nowhere.leaseRoot(citi, 1), withCode('key_service_unavailable'));
  });

  test('after a withdrawal nothing of that bank is read 30 s later; the service counts one release a lease', async () => {
    const db: TestDatabase = await testDatabase();
    try {
      let nowMs = 0;
      const ours = fileKeyProvider(join(base, 'hub'), systemRandom);
      const vault = createVault({
        database: db.database,
        readers: unscoped(db.database),
        proof: testProof(db.database),
        provider: withBankHolders(ours, new Map([['citi', client]])),
        clock: { nowMs: () => Date.now(), monotonicMs: () => nowMs },
        random: systemRandom,
      });
      const linkId = newId<LinkId>();
      const reads = (): Promise<boolean> =>
        db.database.transaction(async (tx) => (await vault.linkSealers(tx, [linkId])).has(linkId));
      await client.createRoot(citi, 1);
      const released = countOf(1);
      await db.database.transaction((tx) =>
        vault.createLinkKey(tx, { linkId, customerId: newId<CustomerId>(), bankId: citi }),
      );
      for (let n = 0; n < 50; n += 1) assert.equal(await reads(), true);
      assert.equal(countOf(1) - released, 1);
      withdrawKeys(folder, systemRandom);
      nowMs = 29_999;
      assert.equal(await reads(), true);
      nowMs = 30_000;
      assert.equal(await reads(), false);
      returnKeys(folder);
      assert.equal(await reads(), false, 'a service that refused is asked again two seconds later');
      nowMs = 32_000;
      assert.equal(await reads(), true);
      assert.equal(countOf(1) - released, 2);
    } finally {
      await db.close();
    }
  });
});
