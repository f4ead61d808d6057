import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { outgoing, TellerlineError, type Clock, type Log } from '#base';
import { readWeights } from '#conversation';
import { ensureSandboxRole, hubMigrations, migrate, openDatabase, startPostgres } from '#db';
import type { Witness } from '#proof';
import { createSandbox, sandboxMigrations } from '#sandbox';
import { configureChannels, readChannelsFile, type ChannelSettings } from './channels-file.ts';
import type { Config } from './config.ts';
import type { Metrics } from './metrics.ts';
import type { OrderSenders } from '#intake';
import { readShopsFile } from './shops-file.ts';
import { options } from './options.ts';
import { startSandboxKeyService } from './sandbox-key-service.ts';
import { buildWeb } from './web.ts';
import { logSigner, startHub } from './wire.ts';
import { witnessAt } from './witnesses.ts';

/** What a start is given. */
export interface StartOptions {
  config: Config;
  log: Log;
  clock: Clock;
  /** Where the hub counts; the log's alarms are counted there as well. */
  metrics?: Metrics;
  /** Told what is being done, in a few words, for a person who waits. */
  say: (step: string) => void;
}

/** Where to go. */
export interface Addresses {
  url: string;
  staffUrl: string;
  /** Signs the operator in, once; what it carries stands in the fragment, which no listener and no proxy is sent. */
  operatorUrl: string;
  /** Undefined when the sandbox is off. */
  sandboxUrl: string | undefined;
  /** From the call to the hub's own word that it can serve. */
  readyMs: number;
}

/** All of Tellerline, starting or running. */
export interface Tellerline {
  /**
   * Fulfilled when the hub answers that it is ready. Rejected, when what had been started is stopped
   * again, with TellerlineError `port_in_use`, `not_ready`, `start_interrupted` or an error of the parts.
   */
  ready: Promise<Addresses>;
  /** Stops everything in the opposite order of the start, PostgreSQL last. During a start: ends it. */
  stop(): Promise<void>;
  /** For a process that ends now: leaves no PostgreSQL behind. Nothing committed is lost. */
  kill(): void;
}

/** Longest wait for the hub's own word that it can serve. */
const readyMsMax = 20_000;

/** What a start has begun so far and how it is ended, newest last. */
interface Begun {
  stops: (() => Promise<void>)[];
  kill: () => void;
  interrupted: boolean;
}

/**
 * Starts PostgreSQL (unless there is one of the operator's own), brings the schemas to their newest
 * version, builds the pages when they are stale, and starts the sandbox and the hub.
 */
export function startTellerline(start: StartOptions): Tellerline {
  const begun: Begun = { stops: [], kill: () => undefined, interrupted: false };
  // Begun after the caller has what it needs to stop it.
  const ready = Promise.resolve().then(() => startOrUndo(start, begun));
  let stopping: Promise<void> | undefined;
  return {
    ready,
    stop: () => {
      begun.interrupted = true;
      // A start that fails has stopped its parts itself, and whoever awaits `ready` learns why.
      stopping ??= ready.then(
        () => stopAll(begun, start.log),
        () => undefined,
      );
      return stopping;
    },
    kill: () => begun.kill(),
  };
}

async function startOrUndo(start: StartOptions, begun: Begun): Promise<Addresses> {
  const startedMs = start.clock.monotonicMs();
  try {
    const addresses = await begin(start, begun);
    return { ...addresses, readyMs: start.clock.monotonicMs() - startedMs };
  } catch (error) {
    await stopAll(begun, start.log);
    // Ctrl-C in a terminal reaches the programs that a start runs as well; their failing is then no error.
    throw begun.interrupted ? interruption() : explain(error, start.config);
  }
}

async function begin(start: StartOptions, begun: Begun): Promise<Omit<Addresses, 'readyMs'>> {
  const { config, log, clock, say } = start;
  const proceed = (): void => {
    if (begun.interrupted) throw interruption();
  };

  const web = buildWeb(say);
  // Awaited below; until then a failure must not count as one that nobody handles.
  web.catch(() => undefined);
  say(config.databaseUrl === undefined ? 'Starting PostgreSQL' : 'Connecting to PostgreSQL');
  const databaseUrl = config.databaseUrl ?? (await beginPostgres(start, begun));
  proceed();

  say('Bringing the database up to date');
  const sandboxDatabaseUrl = await migrateAll(databaseUrl, start);
  proceed();
  await web;
  proceed();

  say('Starting the services');
  readWeights();
  let url = '';
  let staffUrl = '';
  let sandboxUrl: string | undefined;
  let sandboxWitness: Witness | undefined;
  let sandboxPlatforms: ChannelSettings | undefined;
  let sandboxSenders: OrderSenders | undefined;
  if (sandboxDatabaseUrl !== undefined) {
    const sandbox = await createSandbox({
      databaseUrl: sandboxDatabaseUrl,
      port: config.sandboxPort,
      host: '127.0.0.1',
      hubUrl: () => url,
      staffUrl: () => staffUrl,
      clock,
      log: log.child({ part: 'sandbox' }),
      witness: { folder: join(config.keys, 'sandbox-witness'), logKey: logSigner(config).text },
    });
    begun.stops.push(() => sandbox.close());
    sandboxUrl = sandbox.url;
    sandboxPlatforms = { ...sandbox.platforms };
    sandboxSenders = sandbox.orderSenders;
    // Ours as well, so it is independent of nobody.
    sandboxWitness = sandbox.witness && witnessAt(sandbox.witness.key, sandbox.witness.address, false);
    proceed();
  }
  await beginKeyService(start, begun);
  proceed();
  const hub = await startHub({
    config,
    databaseUrl,
    log,
    clock,
    sandboxUrl: () => sandboxUrl ?? '',
    ...(sandboxWitness && { sandboxWitness }),
    ...messengersOf(config, sandboxPlatforms),
    ...sendersOf(config, sandboxSenders),
    ...(start.metrics && { metrics: start.metrics }),
  });
  begun.stops.push(() => hub.close());
  url = config.url ?? hub.url;
  staffUrl = config.staffUrl ?? hub.staffUrl;
  await untilReady(start, hub.url, proceed);
  const operatorUrl = `${staffUrl}/console#${hub.parts.operator.invite()}`;
  return { url, staffUrl: hub.staffUrl, operatorUrl, sandboxUrl };
}

/** The operator's own shops and carriers, or the sandbox's stand-ins. */
function sendersOf({ shops }: Config, ofSandbox: OrderSenders | undefined) {
  if (shops !== undefined) return { orderSenders: readShopsFile(shops) };
  return ofSandbox ? { orderSenders: ofSandbox } : {};
}

/** The operator's own messengers, or the sandbox's stand-ins. */
function messengersOf({ channels }: Config, ofSandbox: ChannelSettings | undefined) {
  if (channels !== undefined) return { messengers: readChannelsFile(channels) };
  return ofSandbox ? { messengers: configureChannels(ofSandbox), messengersOfSandbox: true } : {};
}

async function beginKeyService({ config }: StartOptions, begun: Begun): Promise<void> {
  if (!config.sandbox || config.sandboxKeyService === undefined) return;
  const service = await startSandboxKeyService(config.keys, config.sandboxKeyService);
  begun.stops.push(() => service.stop());
}

async function beginPostgres({ config, log }: StartOptions, begun: Begun): Promise<string> {
  const postgres = await startPostgres({ directory: config.data, log: log.child({ part: 'postgres' }) });
  begun.stops.push(() => postgres.stop());
  begun.kill = () => postgres.kill();
  return postgres.url;
}

/** @returns the sandbox's own way into the database, when the sandbox is on */
async function migrateAll(databaseUrl: string, { config, log }: StartOptions): Promise<string | undefined> {
  const hub = openDatabase(databaseUrl, { log, connectionsMax: 1 });
  try {
    await migrate(hub, { directory: hubMigrations, schema: 'public' });
    if (!config.sandbox) return undefined;
    const url = await ensureSandboxRole(hub, { url: databaseUrl });
    // With the sandbox's own role, so that its tables are its own.
    const sandbox = openDatabase(url, { log, connectionsMax: 1 });
    try {
      await migrate(sandbox, { directory: sandboxMigrations, schema: 'sandbox' });
    } finally {
      await sandbox.close();
    }
    return url;
  } finally {
    await hub.close();
  }
}

async function untilReady({ clock }: StartOptions, url: string, proceed: () => void): Promise<void> {
  const deadline = clock.monotonicMs() + readyMsMax;
  let said = 'nothing';
  while (clock.monotonicMs() < deadline) {
    proceed();
    const answer = await outgoing('self', [url])(`${url}/readyz`, {}).catch(() => undefined);
    if (answer?.status === 200) return;
    const text = await answer?.text();
    said = answer === undefined ? 'nothing' : `${answer.status} ${text}`;
    // Waiting does not help a log that may not go on.
    if (text?.includes('"log_')) break;
    await sleep(25);
  }
  throw new TellerlineError('not_ready', 503, `Tellerline did not become ready. GET ${url}/readyz answered ${said}.`);
}

function interruption(): TellerlineError {
  return new TellerlineError('start_interrupted', 503, 'The start was interrupted.');
}

/** A part that fails to stop does not keep the others from being stopped. */
async function stopAll({ stops }: Begun, log: Log): Promise<void> {
  for (const stop of stops.toReversed()) {
    try {
      await stop();
    } catch (error) {
      log.error({ err: error }, 'a part did not stop cleanly');
    }
  }
}

/** Says of the operating system's bare "EADDRINUSE" which setting to change. */
function explain(error: unknown, config: Config): unknown {
  const { code, port } = error as { code?: unknown; port?: unknown };
  if (code !== 'EADDRINUSE') return error;
  const taken = [
    [config.port, options.port.variable],
    [config.staffPort, options.staffPort.variable],
    [config.sandboxPort, options.sandboxPort.variable],
  ].find(([number]) => number === port);
  const variable = String(taken?.[1] ?? options.port.variable);
  return new TellerlineError(
    'port_in_use',
    500,
    `Port ${String(port)} is taken by another program. Stop that program, or choose another port with ${variable}.`,
    { variable },
    { cause: error },
  );
}
