import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLog, systemClock, type Clock, type Log } from '#base';
import type { Channel, ConfiguredChannel, Patience, Sender } from '#delivery';
import { createSandbox, type Sandbox, type SandboxOptions } from '#sandbox';
import { testDatabase, type TestDatabase } from '#test/database';
import { configureChannels } from '../src/app/channels-file.ts';
import { readConfig } from '../src/app/config.ts';
import { createMetrics, type Metrics } from '../src/app/metrics.ts';
import { logSigner, startHub, type Hub } from '../src/app/wire.ts';
import { witnessAt } from '../src/app/witnesses.ts';
import type { BeginHub } from './hub-process.fixture.ts';

/** The whole product on free ports: hub, sandbox and a database of their own. */
export interface TestHub {
  readonly url: string;
  readonly staffUrl: string;
  /** The hub's own, in this process, for what a customer has no page for. */
  readonly parts: Hub['parts'];
  readonly sandboxUrl: string;
  /** How the sandbox's Messenger and WhatsApp are set up. */
  readonly platforms: Sandbox['platforms'];
  /** How the sandbox's shop and carrier are set up. */
  readonly orderSenders: Sandbox['orderSenders'];
  readonly db: TestDatabase;
  /** Everything that was logged, as text. */
  readonly logged: () => string;
  /** Starts one more hub beside this one, on the same database and keys, as another process would be. */
  another(): Promise<{ readonly url: string; close(): Promise<void> }>;
  /** Ends the hub as a restart does and starts it anew on the same port and data. */
  restart(): Promise<void>;
  /** Ends the hub alone; database and sandbox go on, for hubs in processes of their own. */
  stop(): Promise<void>;
  /** Starts a hub over the same data in a process of its own; `port`: 0 for any, or that of the hub that was stopped. */
  process(port?: number): Promise<HubProcess>;
  close(): Promise<void>;
}

/** A hub in a process of its own, which a test may kill or pause. */
export interface HubProcess {
  readonly process: ChildProcess;
  /** Ends it, however it ends. */
  end(signal: NodeJS.Signals): Promise<void>;
}

async function startProcess(begin: BeginHub): Promise<HubProcess> {
  const child = fork(new URL('hub-process.fixture.ts', import.meta.url));
  const ended = once(child, 'exit');
  child.send(begin);
  // A process that ends instead says why on its standard error output, which is this test's.
  const first = await Promise.race([once(child, 'message'), ended.then(() => undefined)]);
  if (!first) throw new Error('the hub did not start');
  return {
    process: child,
    end: async (signal) => {
      child.kill(signal);
      await ended;
    },
  };
}

/** A log that is kept as text, with what counts its alarms. */
function keepLog(): { log: Log; metrics: Metrics; logged: () => string } {
  let lines = '';
  const write = (line: string): void => {
    lines += line;
    if (process.env['TEST_LOG']) process.stderr.write(line);
  };
  const metrics = createMetrics();
  return { log: createLog('debug', { write }, metrics.alarm), metrics, logged: () => lines };
}

/** What a hub is given of the sandbox, and the messengers of the test's own before those of the sandbox. */
function partsOf(
  { platforms, orderSenders, witness }: Sandbox,
  own: readonly ConfiguredChannel[],
  isWitnessAsked = false,
) {
  const asked = isWitnessAsked && witness;
  return {
    messengers: [...own, ...configureChannels({ ...platforms })],
    messengersOfSandbox: true,
    orderSenders,
    ...(asked && { sandboxWitness: witnessAt(asked.key, asked.address, false) }),
  };
}

/** What a test may have otherwise. */
interface TestHubOptions {
  readonly clock?: Clock;
  readonly settings?: Readonly<Record<string, string>>;
  /** The sandbox's witness is asked. */
  readonly witness?: true;
  /** The messengers besides the web. */
  readonly senders?: readonly Sender[];
  /** The messengers at which people write. */
  readonly channels?: readonly Channel[];
  /** The same, of kinds of the test's own, as they are set up. */
  readonly messengers?: readonly ConfiguredChannel[];
  /** How long is waited for the sandbox's Messenger and WhatsApp. */
  readonly patience?: Patience;
}

/** The sandbox of a test. A customer's year at a bank is made when somebody asks for it: few tests ask for a dozen. */
const sandboxFor = (options: Omit<SandboxOptions, 'port'>): Promise<Sandbox> =>
  createSandbox({ ...options, port: 0, seedCustomers: 0 });

const ownMessengers = ({ channels = [], messengers = [] }: TestHubOptions): ConfiguredChannel[] => [
  ...messengers,
  ...channels.map((one) => ({ channel: one.channel, create: () => one })),
];

/** Starts hub and sandbox for one test file; `settings` are environment variables of the hub. */
export async function testHub(options: TestHubOptions = {}): Promise<TestHub> {
  const db = await testDatabase();
  const folder = mkdtempSync(join(tmpdir(), 'tellerline-hub-'));
  const clock = options.clock ?? systemClock;
  const { log, metrics, logged } = keepLog();
  let url = '';
  const settingsOf = (port: number) => ({
    TELLERLINE_DATA: join(folder, 'data'),
    TELLERLINE_KEYS: join(folder, 'keys'),
    TELLERLINE_PORT: String(port),
    TELLERLINE_STAFF_PORT: '0',
    TELLERLINE_SANDBOX_PORT: '0',
    ...options.settings,
  });
  const configOf = (port: number) => readConfig(settingsOf(port));
  const witness = { folder: join(folder, 'witness'), logKey: logSigner(configOf(0)).text };
  const at = { hubUrl: () => url, staffUrl: () => hub.staffUrl };
  const sandbox = await sandboxFor({ databaseUrl: db.sandboxUrl, ...at, clock, log, witness });
  const own = { databaseUrl: db.url, log, clock, metrics };
  const start = (port: number) =>
    startHub({
      ...own,
      config: configOf(port),
      sandboxUrl: () => sandbox.url,
      ...(options.senders && { senders: options.senders }),
      ...(options.patience && { patience: options.patience }),
      ...partsOf(sandbox, ownMessengers(options), options.witness),
    });
  let hub = await start(0);
  let stopped = false;
  url = hub.url;
  const portOf = (): number => Number(new URL(url).port);
  return {
    url: hub.url,
    get staffUrl() {
      return hub.staffUrl;
    },
    get parts() {
      return hub.parts;
    },
    sandboxUrl: sandbox.url,
    platforms: sandbox.platforms,
    orderSenders: sandbox.orderSenders,
    db,
    logged,
    another: () => start(0),
    restart: async () => {
      await hub.close();
      hub = await start(portOf());
    },
    stop: async () => {
      stopped = true;
      await hub.close();
    },
    process: (port = portOf()) =>
      startProcess({
        settings: settingsOf(port),
        databaseUrl: db.url,
        sandboxUrl: sandbox.url,
        chatter: options.channels !== undefined,
      }),
    close: async () => {
      if (!stopped) await hub.close();
      await sandbox.close();
      await db.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
