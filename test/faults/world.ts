import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  createLog,
  systemClock,
  systemRandom,
  type BankId,
  type Clock,
  type ConversationId,
  type CustomerId,
} from '#base';
import { openSession } from '#customers';
import { openDatabase, type Database } from '#db';
import { readConfig } from '../../src/app/config.ts';
import { openKeyProvider } from '../../src/app/keys.ts';
import { openPools } from '../../src/app/pools.ts';
import { startHub, wire, type Hub } from '../../src/app/wire.ts';
import { makeLinks } from '../many-links.ts';
import { HubProcess } from './hub-process.ts';

const log = createLog(process.env['TEST_LOG'] ?? 'silent');

/** The bank of these tests. */
export const bank = 'citi' as BankId;

/** Entries that a conversation has before the bank's first event. */
export const entriesBefore = 4;

/** A customer with one linked account and an open browser session. */
export interface WorldCustomer {
  readonly customerId: CustomerId;
  readonly conversationId: ConversationId;
  readonly linkId: string;
  /** The bank's own id of the account. */
  readonly accountId: string;
  /** The session cookie, as a browser sends it. */
  readonly cookie: string;
}

/** Customers in a database, and hubs that are started on it, killed and started again. */
export class World {
  readonly customers: readonly WorldCustomer[];
  /** What the bank signs with. */
  readonly bankKey: KeyObject;
  readonly #folder: string;
  readonly #env: Readonly<Record<string, string>>;
  readonly #hubs: HubProcess[] = [];

  private constructor(world: Pick<World, 'customers' | 'bankKey'>, folder: string, env: Record<string, string>) {
    this.customers = world.customers;
    this.bankKey = world.bankKey;
    this.#folder = folder;
    this.#env = env;
  }

  /** Makes customers in a database whose schema is there; `hubUrl` is how the hubs reach it, when it differs. */
  static async make(databaseUrl: string, customers: number, hubUrl = databaseUrl): Promise<World> {
    const folder = mkdtempSync(join(tmpdir(), 'tellerline-faults-'));
    const { publicKey, privateKey } = generateKeyPairSync('ed25519');
    const jwk = { ...publicKey.export({ format: 'jwk' }), use: 'sig' };
    const env = {
      DATABASE_URL: hubUrl,
      TELLERLINE_KEYS: join(folder, 'keys'),
      TELLERLINE_SANDBOX: 'off',
      TELLERLINE_BANKS: 'live',
      TELLERLINE_BANK_CITI_EVENT_KEYS: JSON.stringify({ keys: [jwk] }),
    };
    const made = await makeCustomers(databaseUrl, { ...env, TELLERLINE_DATA: join(folder, 'data') }, customers);
    return new World({ customers: made, bankKey: privateKey }, folder, env);
  }

  /** Starts a hub; several may share the database, each with a name of its own. */
  async hub(port: number, env: Readonly<Record<string, string>> = {}, name = 'data'): Promise<HubProcess> {
    const hub = await HubProcess.start({ data: join(this.#folder, name), port, env: { ...this.#env, ...env } });
    this.#hubs.push(hub);
    return hub;
  }

  /** Starts a hub within this process, whose clock the test owns; whoever starts it closes it. */
  async hubWithin(clock: Clock, port = 0): Promise<Hub> {
    const { DATABASE_URL: databaseUrl = '', ...env } = this.#env;
    const config = readConfig({
      ...env,
      TELLERLINE_DATA: join(this.#folder, 'within'),
      TELLERLINE_PORT: String(port),
      TELLERLINE_STAFF_PORT: '0',
    });
    return startHub({ config, databaseUrl, log, clock, sandboxUrl: () => '' });
  }

  async close(): Promise<void> {
    for (const hub of this.#hubs) {
      hub.signal('SIGCONT');
      await hub.kill();
    }
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

async function makeCustomers(
  databaseUrl: string,
  env: Record<string, string>,
  count: number,
): Promise<WorldCustomer[]> {
  const database = openDatabase(databaseUrl, { log, connectionsMax: 6 });
  const config = readConfig(env);
  const options = { config, databaseUrl, log, clock: systemClock, sandboxUrl: () => '' };
  const provider = openKeyProvider(config, systemRandom);
  const pools = await openPools(options, database, provider);
  try {
    const parts = wire(options, { ...pools, provider }, () => 'http://localhost');
    const links = await makeLinks(parts, (work) => database.transaction(work), bank, count);
    const cookies = await openSessions(database, links);
    return links.map(({ customerId, linkId, thread, accountRefs: [accountId = ''] }, n) => ({
      customerId,
      linkId,
      accountId,
      conversationId: thread.conversationId,
      cookie: `tellerline_session=${cookies[n]}`,
    }));
  } finally {
    await pools.close();
  }
}

async function openSessions(database: Database, customers: readonly { customerId: CustomerId }[]): Promise<string[]> {
  const browser = { browser: 'Chrome', system: 'Linux' } as const;
  return database.transaction(async (tx) => {
    const secrets: string[] = [];
    for (const { customerId } of customers)
      secrets.push((await openSession(tx, customerId, browser, systemRandom, Date.now())).secret);
    return secrets;
  });
}

/** A port that is free now, so that every start of a hub can have the same address. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as AddressInfo;
  await new Promise((closed) => server.close(closed));
  return port;
}
