import { once } from 'node:events';
import type { BankId } from '#base';
import { openHubParts, type HubPlace } from './hub-parts.ts';
import { madeParsedEvent } from './made-events.ts';

// The straight line: the hub's own storing of events that are verified and parsed already, with the same
// statements, keys and leaves, in one process and from there to COMMIT. No HTTP, no sockets, no bank.

/** What it is told. */
export interface Ceiling extends HubPlace {
  readonly bank: string;
  readonly accounts: number;
  readonly batch: number;
  /** Batches under way at once. */
  readonly atOnce: number;
  readonly seconds: number;
}

/** What came of it. */
export interface Reached {
  readonly events: number;
  readonly seconds: number;
}

// Nobody else ends it when the bench is gone.
process.once('disconnect', () => process.exit());
const [told] = (await once(process, 'message')) as [Ceiling];
const hub = await openHubParts(told);
const began = performance.now();
let events = 0;
await Promise.all(Array.from({ length: told.atOnce }, storeOn));
const reached: Reached = { events, seconds: (performance.now() - began) / 1000 };
await hub.close();
process.send?.(reached, () => process.exit());

async function storeOn(): Promise<void> {
  while (performance.now() < began + told.seconds * 1000) {
    const account = (): number => Math.floor(Math.random() * told.accounts);
    await hub.store(
      told.bank as BankId,
      Array.from({ length: told.batch }, (_, index) => madeParsedEvent(account(), index)),
    );
    events += told.batch;
  }
}
