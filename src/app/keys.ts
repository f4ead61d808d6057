import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { systemRandom, TellerlineError, type BankId, type Clock, type Log, type Random } from '#base';
import { hubMigrations, migrate, openDatabase } from '#db';
import {
  keyRotation,
  fileKeyProvider,
  keyServiceClient,
  withBankHolders,
  type KeyProvider,
  type KeyServiceAccess,
  type RootHolder,
} from '#vault';
import type { Config } from './config.ts';
import { withHubDatabase } from './hub-database.ts';

/**
 * Who holds the keys, as the settings and the key folder say: files of the operator's, and for some banks
 * their own key service. A bank whose certificates lie here and whose service is not named is refused:
 * its keys would otherwise be looked for, and made, at the wrong holder.
 *
 * @throws TellerlineError `key_service_unnamed`, `key_service_certificate`, `key_file_open_to_others`, `key_file_damaged`
 */
export function openKeyProvider(config: Config, random: Random): KeyProvider {
  const holders = [...keyServicesOf(config)].map(([bank, access]): [string, RootHolder] => [
    bank,
    keyServiceClient(access),
  ]);
  return withBankHolders(fileKeyProvider(config.keys, random), new Map(holders));
}

/** How the key service of each bank that has one is reached. @throws TellerlineError `key_service_unnamed`, `key_service_certificate` */
export function keyServicesOf(config: Config): Map<string, KeyServiceAccess> {
  const services = join(config.keys, 'services');
  const certified = existsSync(services) ? readdirSync(services) : [];
  const banks = new Set([...Object.keys(config.keyServices), ...certified]);
  return new Map(
    [...banks].map((bank): [string, KeyServiceAccess] => {
      const folder = join(services, bank);
      const url = config.keyServices[bank] ?? sandboxServiceUrl(folder);
      if (url === undefined) {
        throw new TellerlineError(
          'key_service_unnamed',
          500,
          `The folder ${folder} says that ${bank} holds its own key, and TELLERLINE_KEY_SERVICES does not say where.`,
        );
      }
      return [bank, { url, tls: readCertificates(folder) }];
    }),
  );
}

/** Where the sandbox has put a bank's key service at its last start. */
function sandboxServiceUrl(folder: string): string | undefined {
  const file = join(folder, 'url');
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
}

function readCertificates(folder: string): { cert: Buffer; key: Buffer; ca: Buffer } {
  const read = (name: string): Buffer => {
    try {
      return readFileSync(join(folder, name));
    } catch (error) {
      throw new TellerlineError(
        'key_service_certificate',
        500,
        `The file ${join(folder, name)} cannot be read. A bank in TELLERLINE_KEY_SERVICES needs client.crt, client.key and ca.crt there.`,
        {},
        { cause: error },
      );
    }
  };
  return { cert: read('client.crt'), key: read('client.key'), ca: read('ca.crt') };
}

interface RotateOptions {
  readonly config: Config;
  readonly log: Log;
  readonly clock: Clock;
  /** One bank's root alone. */
  readonly bank?: string;
  /** The key-encrypting key instead of the roots. */
  readonly kek?: true;
  readonly say: (line: string) => void;
}

/**
 * `tellerline keys rotate`: renews keys of a hub that runs or stands still.
 *
 * @throws TellerlineError `keys_rotate_what` (both a bank and the key-encrypting key), and those of `KeyRotation`
 */
export async function rotateKeys({ config, log, clock, bank, kek, say }: RotateOptions): Promise<void> {
  if (kek && bank !== undefined) {
    throw new TellerlineError('keys_rotate_what', 400, 'Say either --bank or --kek: they are different keys.');
  }
  await withHubDatabase(config, log, async (url) => {
    const database = openDatabase(url, { log, connectionsMax: 2 });
    try {
      await migrate(database, { directory: hubMigrations, schema: 'public' });
      const provider = openKeyProvider(config, systemRandom);
      const rotation = keyRotation({ database, provider, clock, random: systemRandom });
      if (kek) {
        await rotation.rotateKek();
        say('The key-encrypting key is new. A copy of the key folder from before opens no root any more.');
        return;
      }
      const rotated = await rotation.rotate(bank as BankId | undefined);
      if (rotated.length === 0) say('There is no root key yet: nobody has opened a conversation.');
      for (const { owner, generation, rewrapped } of rotated) {
        say(`${owner}: root ${generation} in use, ${rewrapped} keys rewrapped, the roots before it destroyed.`);
      }
    } finally {
      await database.close();
    }
  });
}
