import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { isTellerlineError, systemClock, systemRandom, type BankId } from '#base';
import { unscoped } from '#db';
import { makeAuthority, noCertificates } from '#test/certificates';
import { testDatabase, type TestDatabase } from '#test/database';
import { taskActor } from './actor.ts';
import type { SealedMessage } from './page.ts';
import { fileKeyProvider } from './key-files.ts';
import { withBankHolders } from './key-provider.ts';
import { runKeyService } from './key-service.ts';
import { keyServiceClient } from './key-service-client.ts';
import { plantLink, type PlantedLink } from './planted-link.fixture.ts';
import { testProof } from './proof.fixture.ts';
import { createVault, type Vault } from './vault.ts';

const november = { kind: 'transaction', from: '2026-11-01', to: '2026-11-30' } as const;

/** More than the pool has connections, as the reviewers of a real hub would read at once. */
const readsAtOnce = 60;

describe('a bank whose key service does not answer', { skip: noCertificates }, () => {
  const base = mkdtempSync(join(tmpdir(), 'tellerline-outage-'));
  let db: TestDatabase;
  /** Takes connections and never says a word, as a machine that hangs. */
  let silent: Server;
  let asked = 0;
  let citi: PlantedLink;
  let usBank: PlantedLink;
  let hub: () => Vault;

  before(async () => {
    db = await testDatabase();
    const authority = makeAuthority();
    const service = await runKeyService({
      folder: join(base, 'service'),
      bank: 'citi' as BankId,
      host: '127.0.0.1',
      port: 0,
      tls: { ...authority.server, clientCa: authority.ca },
      clock: systemClock,
      random: systemRandom,
    });
    // One that holds no lease, as a hub does 30 s after the service died.
    hub = () => {
      const access = { url: service.url, tls: { ...authority.client, ca: authority.ca } };
      return createVault({
        database: db.database,
        readers: unscoped(db.database),
        proof: testProof(db.database),
        provider: withBankHolders(
          fileKeyProvider(join(base, 'hub'), systemRandom),
          new Map([['citi', keyServiceClient(access)]]),
        ),
        clock: systemClock,
        random: systemRandom,
      });
    };
    const vault = hub();
    citi = await plantLink(db.database, vault, 'at the dead bank');
    usBank = await plantLink(db.database, vault, 'at the other', { customerId: citi.customerId, bank: 'us-bank' });
    await service.close();
    silent = createServer(() => void (asked += 1));
    await new Promise<void>((resolve) => {
      silent.listen(Number(new URL(service.url).port), '127.0.0.1', resolve);
    });
  });
  after(async () => {
    silent.close();
    await db.close();
    rmSync(base, { recursive: true });
  });

  const read = (vault: Vault, { linkId, customerId }: PlantedLink): Promise<unknown> => {
    const use = { purpose: 'transactions', linkId, fields: ['transaction'], reason: 'question-answered' } as const;
    return vault.gate.records({ ...use, actor: taskActor('answer', customerId) }, november);
  };
  const timed = async (work: () => Promise<unknown>): Promise<number> => {
    const from = performance.now();
    await work();
    return performance.now() - from;
  };

  test('holds up nobody of another bank, is asked once for all who wait, and not again for two seconds', async () => {
    const vault = hub();
    asked = 0;
    const refused = Array.from({ length: readsAtOnce }, () =>
      assert.rejects(read(vault, citi), (error) => isTellerlineError(error, 'key_service_unavailable')),
    );
    // By now each of them waits for the service.
    await new Promise((resolve) => setTimeout(resolve, 300));
    const others = await timed(() => Promise.all(Array.from({ length: 20 }, () => read(vault, usBank))));
    assert.ok(others < 2000, `the other bank was read in ${others} ms`);
    await Promise.all(refused);
    assert.equal(asked, 1);
    const again = await timed(() => assert.rejects(read(vault, citi)));
    assert.ok(again < 1000, `who comes after is answered in ${again} ms`);
    assert.equal(asked, 1);
  });

  test('is left out of a page of the conversation, and the rest of the page is there', async () => {
    const records = await db.database.query<{ linkId: string; recordId: string }>({
      text: 'select link_id as "linkId", record_id as "recordId" from records',
      values: [],
    });
    const messages = records.map(({ linkId, recordId }): SealedMessage => {
      const link = linkId === citi.linkId ? citi.linkId : usBank.linkId;
      const shows = { purpose: 'transactions', recordId: recordId as SealedMessage['recordId'], sealed: null } as const;
      return { messageId: linkId, linkId: link, also: [], epoch: null, ...shows };
    });
    assert.equal(messages.length, 2);
    const actor = taskActor('answer', citi.customerId);
    const page = await hub().gate.page(actor, messages);
    assert.deepEqual(
      page.use((opened) => [...opened.keys()]),
      [usBank.linkId],
    );
  });

  test('keeps no key from the act that ends the links: what is shut is named', async () => {
    const vault = hub();
    const { shut, opened } = await db.database.transaction(async (tx) => {
      const ending = await vault.endingLinkSealers(tx, [citi.linkId, usBank.linkId]);
      return { shut: [...ending.shut], opened: [...ending.sealers.keys()] };
    });
    assert.deepEqual([shut, opened], [[citi.linkId], [usBank.linkId]]);
    await assert.rejects(
      db.database.transaction((tx) => vault.linkSealers(tx, [citi.linkId])),
      (error) => isTellerlineError(error, 'key_service_unavailable'),
      'an event is refused, and so sent again',
    );
  });
});
