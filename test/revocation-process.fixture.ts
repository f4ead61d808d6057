import { once } from 'node:events';
import { createLog, isTellerlineError, systemClock, systemRandom, type CustomerId, type LinkId } from '#base';
import { endConsent } from '#consent';
import { openDatabase, unscoped } from '#db';
import { createProofLog, readLogKey } from '#proof';
import { createVault, fileKeyProvider, taskActor } from '#vault';

// One process of the history test: a reader that goes through the gate, or a revoker. Times are of the
// machine's own monotonic clock, which all its processes share.

/** What a process is told when it begins. */
export interface Begin {
  readonly role: 'reader' | 'revoker';
  readonly url: string;
  readonly keys: string;
  readonly links: readonly { readonly linkId: LinkId; readonly customerId: CustomerId }[];
  /** Of a reader: how many reads. */
  readonly reads: number;
}

/** What it has seen, as far as the rule needs it: times in nanoseconds, as text. */
export interface Seen {
  readonly reads: number;
  readonly opened: number;
  readonly refused: number;
  /**
   * By link's place. Of a reader: the latest beginning and the latest return of reads that succeeded; of a
   * revoker: the revocation's answer, twice.
   */
  readonly times: readonly (readonly [number, string, string])[];
}

const [begin] = (await once(process, 'message')) as [Begin];
const database = openDatabase(begin.url, { log: createLog('silent'), connectionsMax: 12 });
const proof = createProofLog({
  database,
  signer: readLogKey(begin.keys, 'log.example/log', systemRandom),
  log: createLog('silent'),
});
const provider = fileKeyProvider(begin.keys, systemRandom);
const vault = createVault({
  database,
  readers: unscoped(database),
  provider,
  proof,
  clock: systemClock,
  random: systemRandom,
});
const span = { kind: 'transaction', from: '2026-11-01', to: '2026-11-30' } as const;
const times = new Map<number, readonly [bigint, bigint]>();
const now = (): bigint => process.hrtime.bigint();
let [reads, opened, refused] = [0, 0, 0];
/** Of a reader: how far the revoker has come; of a revoker: how far it may go. As it was last told. */
let cursor = 0;
process.on('message', (at: number) => {
  cursor = at;
});

if (begin.role === 'revoker') await revokeAll();
else await Promise.all(Array.from({ length: 12 }, readOn));
if (begin.role === 'reader') process.send?.(reads);
const seen: Seen = {
  reads,
  opened,
  refused,
  times: [...times].map(([n, [first, last]]) => [n, String(first), String(last)]),
};
// Not before it is on its way: it is long.
await new Promise((sent) => process.send?.(seen, sent));
await database.close();
process.disconnect?.();

async function readOn(): Promise<void> {
  while (reads < begin.reads) {
    reads += 1;
    if (reads % 20 === 0) process.send?.(reads);
    // Around the place where links are being revoked, that is where the two meet.
    const near = cursor + Math.floor(Math.random() * 60) - 50;
    const n = ((near % begin.links.length) + begin.links.length) % begin.links.length;
    const { linkId, customerId } = begin.links[n] as Begin['links'][number];
    const request = { actor: taskActor('answer', customerId), purpose: 'transactions', linkId } as const;
    const began = now();
    try {
      await vault.gate.records({ ...request, fields: ['transaction'], reason: 'question-answered' }, span);
      opened += 1;
      const [latest] = times.get(n) ?? [0n];
      times.set(n, [began > latest ? began : latest, now()]);
    } catch (error) {
      if (!isTellerlineError(error, 'link_ended') && !isTellerlineError(error, 'purpose_not_consented')) throw error;
      refused += 1;
    }
  }
}

/** Waits until the parent lets this link go. */
async function allowed(n: number): Promise<void> {
  if (n < cursor) return;
  await once(process, 'message');
  await allowed(n);
}

async function revokeAll(): Promise<void> {
  for (const [n, { linkId }] of begin.links.entries()) {
    await allowed(n);
    await database.transaction(async (tx) => {
      await vault.lockKeys(tx, [linkId]);
      await endConsent(tx, linkId, 'customer', Date.now());
      await vault.eraseLink(tx, linkId);
    });
    const answered = now();
    times.set(n, [answered, answered]);
    process.send?.(n);
  }
}
