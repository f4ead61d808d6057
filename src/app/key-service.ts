import { existsSync, readFileSync } from 'node:fs';
import { systemClock, systemRandom, TellerlineError, type BankId } from '#base';
import { readReleases, returnKeys, runKeyService, withdrawKeys } from '#vault';

/** What `tellerline key-service run` is told. */
export interface KeyServiceChoices {
  readonly bank: string;
  readonly folder: string;
  readonly cert: string;
  readonly key: string;
  readonly clientCa: string;
  readonly host: string;
  readonly port: number;
  readonly withParent?: true;
}

type Say = (line: string) => void;

/**
 * Runs the service until a signal ends it.
 *
 * @throws TellerlineError `key_service_file`, and those of `runKeyService`
 */
export async function run(
  { bank, folder, cert, key, clientCa, host, port, withParent }: KeyServiceChoices,
  say: Say,
): Promise<void> {
  const service = await runKeyService({
    folder,
    bank: bank as BankId,
    host,
    port,
    tls: { cert: read(cert), key: read(key), clientCa: read(clientCa) },
    clock: systemClock,
    random: systemRandom,
    onRenewalFailed: () => say('The key-encrypting key could not be renewed. It is tried again tomorrow.'),
  });
  say(`The key service of ${bank} is at ${service.url}`);
  const stop = (): void => void service.close().then(() => process.exit());
  process.once('SIGINT', stop).once('SIGTERM', stop);
  if (withParent) process.stdin.once('end', stop).resume();
}

/** @throws TellerlineError `key_service_file` */
export async function withdraw(folder: string, say: Say): Promise<void> {
  requireFolder(folder);
  withdrawKeys(folder, systemRandom);
  say('Withdrawn. Nothing is released any more; what was released is forgotten within 30 seconds.');
}

/** @throws TellerlineError `key_service_file` */
export async function giveBack(folder: string, say: Say): Promise<void> {
  requireFolder(folder);
  returnKeys(folder);
  say('The withdrawal is taken back.');
}

/** @throws TellerlineError `key_service_file` */
export async function printReleases(folder: string, say: Say): Promise<void> {
  requireFolder(folder);
  for (const [day, roots] of Object.entries(readReleases(folder))) {
    for (const [generation, count] of Object.entries(roots)) say(`${day}  root ${generation}  released ${count} times`);
  }
}

function requireFolder(folder: string): void {
  if (existsSync(folder)) return;
  throw new TellerlineError('key_service_file', 500, `There is no folder ${folder}.`);
}

function read(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    throw new TellerlineError('key_service_file', 500, `The file ${path} cannot be read.`, {}, { cause: error });
  }
}
