import { once } from 'node:events';
import { writeSync } from 'node:fs';
import { createLog, systemClock, systemRandom, type CustomerId, type LinkId } from '#base';
import { openDatabase, unscoped } from '#db';
import { taskActor } from './actor.ts';
import { fileKeyProvider } from './key-files.ts';
import { testProof } from './proof.fixture.ts';
import { createVault } from './vault.ts';

// Opens through the gate until it is killed. What it has opened it says at once, on a pipe that outlives it.

const [{ url, keys, linkId, customerId, round }] = (await once(process, 'message')) as [
  { url: string; keys: string; linkId: LinkId; customerId: CustomerId; round: number },
];
const database = openDatabase(url, { log: createLog('silent'), connectionsMax: 4 });
const vault = createVault({
  database,
  readers: unscoped(database),
  proof: testProof(database),
  provider: fileKeyProvider(keys, systemRandom),
  clock: systemClock,
  random: systemRandom,
});
const span = { kind: 'transaction', from: '2026-11-01', to: '2026-11-30' } as const;
const use = { purpose: 'transactions', linkId, fields: ['transaction'] } as const;

async function openOn(worker: number): Promise<void> {
  for (let n = 0; ; n += 1) {
    const reason = `${round}-${worker}-${n}`;
    const opened = await vault.gate.records({ ...use, actor: taskActor('answer', customerId), reason }, span);
    if (opened.use((records) => records.length) === 1) writeSync(1, `${reason}\n`);
  }
}

await Promise.all([0, 1, 2, 3].map(openOn));
