import { randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createLog, systemClock, systemRandom, type BankId } from '#base';
import { openDatabase } from '#db';
import { readConfig } from '../src/app/config.ts';
import { openKeyProvider } from '../src/app/keys.ts';
import { openPools } from '../src/app/pools.ts';
import { wire } from '../src/app/wire.ts';
import type { ParsedEvent } from '../src/intake/parse.ts';
import { storeBatch } from '../src/intake/store.ts';
import { accountIdOf } from './account-ids.ts';

// The straight line: the hub's own storing of events that are verified and parsed already, with the same
// statements, keys and leaves, in one process and from there to COMMIT. No HTTP, no sockets, no bank.

/** What it is told. */
export interface Ceiling {
  readonly databaseUrl: string;
  readonly data: string;
  readonly keys: string;
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

const [told] = (await once(process, 'message')) as [Ceiling];
const store = await openStore(told.bank as BankId);
const until = performance.now() + told.seconds * 1000;
const began = performance.now();
let events = 0;
await Promise.all(Array.from({ length: told.atOnce }, storeOn));
const reached: Reached = { events, seconds: (performance.now() - began) / 1000 };
process.send?.(reached, () => process.exit());

async function storeOn(): Promise<void> {
  while (performance.now() < until) {
    await store(Array.from({ length: told.batch }, (_, index) => parsedEvent(index)));
    events += told.batch;
  }
}

/** The part of intake that comes after the parsing, on a hub's parts without listeners. */
async function openStore(bank: BankId): Promise<(parsed: readonly ParsedEvent[]) => Promise<unknown>> {
  const config = readConfig({ TELLERLINE_DATA: told.data, TELLERLINE_KEYS: told.keys });
  const log = createLog('error');
  const options = { config, databaseUrl: told.databaseUrl, log, clock: systemClock, sandboxUrl: () => '' };
  const database = openDatabase(told.databaseUrl, { log });
  const provider = openKeyProvider(config, systemRandom);
  const pools = await openPools(options, database, provider);
  const parts = wire(options, { ...pools, provider }, () => 'http://localhost');
  const intakeParts = { ...parts, ...pools, eventKeys: () => Promise.resolve(undefined) };
  return (parsed) => storeBatch(intakeParts, bank, parsed);
}

function parsedEvent(index: number): ParsedEvent {
  const id = randomUUID();
  const occurredAt = new Date().toISOString();
  return {
    index,
    contentHash: randomBytes(32),
    event: {
      id,
      type: 'transaction.authorized',
      occurredAt,
      accountId: accountIdOf(Math.floor(Math.random() * told.accounts)),
      transaction: {
        id: `t${id}`,
        status: 'authorized',
        amount: '65.70',
        currency: 'USD',
        direction: 'debit',
        localDate: occurredAt.slice(0, 10),
        description: 'STROMAN & HUDSON WESTERVILLE OH',
        merchant: {
          name: 'Stroman & Hudson',
          category: '5541',
          address: { city: 'Westerville', region: 'OH', country: 'US' },
        },
      },
    },
  };
}
