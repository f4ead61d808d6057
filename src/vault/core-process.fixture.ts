import { once } from 'node:events';
import {
  createLog,
  invariant,
  isTellerlineError,
  systemClock,
  systemRandom,
  type CustomerId,
  type LinkId,
} from '#base';
import { openDatabase, unscoped } from '#db';
import { taskActor } from './actor.ts';
import { fileKeyProvider } from './key-files.ts';
import { testProof } from './proof.fixture.ts';
import { createVault } from './vault.ts';

// A process that reads one link until it is refused, and then stays: its memory is searched from outside.

const [{ url, keys, linkId, customerId }] = (await once(process, 'message')) as [
  { url: string; keys: string; linkId: LinkId; customerId: CustomerId },
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
const request = {
  actor: taskActor('answer', customerId),
  purpose: 'transactions',
  linkId,
  fields: ['transaction'],
} as const;
const span = { kind: 'transaction', from: '2026-11-01', to: '2026-11-30' } as const;
let read = 0;

/** In a function of its own, so that nothing of what it opened is still in use when it has returned. */
async function readOnce(): Promise<boolean> {
  try {
    // A use that is refused has taken the key out as well.
    const refused = await vault.gate
      .records(
        { ...request, purpose: 'balances', fields: ['balance'], reason: 'question-answered' },
        { ...span, kind: 'balance' },
      )
      .catch((error: unknown) => isTellerlineError(error, 'purpose_not_consented'));
    invariant(refused === true || read > 0, 'a purpose that was not consented to is refused');
    const opened = await vault.gate.records({ ...request, reason: 'question-answered' }, span);
    read += opened.use((records) => records.length);
    // The link's sealers as well, as events and look-backs use them.
    await database.transaction(async (tx) => {
      (await vault.linkSealers(tx, [linkId])).get(linkId)?.sealRecord(Buffer.alloc(32), { kind: 'none' });
    });
    if (read % 50 === 0) process.send?.(read);
    return true;
  } catch (error) {
    if (!isTellerlineError(error, 'link_ended') && !isTellerlineError(error, 'purpose_not_consented')) throw error;
    return false;
  }
}

while (await readOnce());
process.send?.('refused');
await once(process, 'message');
globalThis.gc?.();
process.send?.('collected');
await once(process, 'message');
await database.close();
process.disconnect?.();
