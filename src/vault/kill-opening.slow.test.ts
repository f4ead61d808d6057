import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { systemClock, systemRandom } from '#base';
import { unscoped } from '#db';
import { testDatabase } from '#test/database';
import { times } from '#test/whole';
import { fileKeyProvider } from './key-files.ts';
import { plantLink } from './planted-link.fixture.ts';
import { testProof } from './proof.fixture.ts';
import { createVault } from './vault.ts';

const kills = times(60, 20);

test('a process killed between entering and opening has opened nothing that is not in the log', async (t) => {
  const db = await testDatabase();
  const folder = mkdtempSync(join(tmpdir(), 'tellerline-kill-opening-'));
  try {
    const { database } = db;
    const proof = testProof(database);
    const provider = fileKeyProvider(folder, systemRandom);
    const parts = { database, readers: unscoped(database), proof, provider };
    const vault = createVault({ ...parts, clock: systemClock, random: systemRandom });
    const { linkId, customerId } = await plantLink(database, vault, 'coffee');
    const opened: string[] = [];
    for (let round = 0; round < kills; round += 1) {
      const child = fork(new URL('kill-process.fixture.ts', import.meta.url), {
        stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
      });
      let said = '';
      child.stdout?.on('data', (chunk: Buffer) => (said += chunk.toString()));
      child.send({ url: db.url, keys: folder, linkId, customerId, round });
      if (child.stdout) await once(child.stdout, 'data');
      await sleep(Math.random() * 40);
      child.kill('SIGKILL');
      await once(child, 'close');
      opened.push(...said.split('\n').filter((line) => /^\d+-\d+-\d+$/.test(line)));
    }
    await proof.sequencer.start();
    await sleep(1_500);
    await proof.sequencer.stop();
    const exported = await vault.ledger.export(customerId);
    assert.equal(exported.waiting, 0);
    const entered = new Set(exported.entries.map(({ record }) => String(record['reason'])));
    const unseen = opened.filter((reason) => !entered.has(reason));
    t.diagnostic(
      `${kills} kills, ${opened.length} openings, ${entered.size} entered uses (${entered.size - opened.length} never opened): ${unseen.length} opened without an entry`,
    );
    assert.ok(opened.length > kills && entered.size > opened.length, 'some were killed in between');
    assert.deepEqual(unseen, []);
  } finally {
    await db.close();
    rmSync(folder, { recursive: true, force: true });
  }
});
