import { createLog, systemClock, systemRandom, type BankId } from '#base';
import { openDatabase, type Database } from '#db';
import type { KeyProvider } from '#vault';
import { readConfig } from '../src/app/config.ts';
import { openKeyProvider } from '../src/app/keys.ts';
import { openPools } from '../src/app/pools.ts';
import { wire } from '../src/app/wire.ts';
import type { ParsedEvent } from '../src/intake/parse.ts';
import { createStore } from '../src/intake/store.ts';

/** A hub's parts without listeners, in this process. */
export interface HubParts {
  /** As the hub's own role. */
  readonly database: Database;
  readonly provider: KeyProvider;
  readonly parts: ReturnType<typeof wire>;
  /** The part of intake that comes after the parsing, until COMMIT. @throws Error when an event was not accepted */
  store(bank: BankId, events: readonly ParsedEvent[]): Promise<void>;
  close(): Promise<void>;
}

/** Where a hub's database and its folders are. */
export interface HubPlace {
  readonly databaseUrl: string;
  readonly data: string;
  readonly keys: string;
}

/** Opens a hub's parts over a database that is migrated already. */
export async function openHubParts({ databaseUrl, data, keys }: HubPlace): Promise<HubParts> {
  const config = readConfig({ TELLERLINE_DATA: data, TELLERLINE_KEYS: keys });
  const log = createLog('error');
  const options = { config, databaseUrl, log, clock: systemClock, sandboxUrl: () => '' };
  const database = openDatabase(databaseUrl, { log });
  const provider = openKeyProvider(config, systemRandom);
  const pools = await openPools(options, database, provider);
  const parts = wire(options, { ...pools, provider }, () => 'http://localhost');
  const store = createStore({
    ...parts,
    ...pools,
    alerts: parts.controls.alerts,
    disputes: parts.controls.disputes,
    replies: parts.desk.bankReplies,
    acts: { sign: () => '' },
    orderSenders: { shops: [], carriers: [] },
    eventKeys: () => Promise.resolve(undefined),
  });
  return {
    database,
    provider,
    parts,
    store: async (bank, events) => {
      const fates = await store(bank, events);
      const other = fates.find((fate) => fate !== 'accepted');
      if (other) throw new Error(`an event was not accepted: ${other}`);
    },
    close: () => pools.close(),
  };
}
