import { systemRandom, TellerlineError, type Clock, type Log } from '#base';
import { hubMigrations, migrate, openDatabase, readArchive, writeArchive, type Database } from '#db';
import { beginLogAnew } from '#proof';
import type { Config } from './config.ts';
import { withHubDatabase } from './hub-database.ts';
import { ownPools } from './pools.ts';
import { openKeyProvider } from './keys.ts';
import { logName, wire } from './wire.ts';

interface Command {
  readonly config: Config;
  readonly log: Log;
  readonly clock: Clock;
  readonly say: (line: string) => void;
}

const number = new Intl.NumberFormat('en');

/** `tellerline backup`: writes the hub's database to a file, beside a running hub or without one. No key is in it. */
export async function backup({ config, log, clock, say, file }: Command & { readonly file: string }): Promise<void> {
  await withMigrated(config, log, async (database) => {
    const counts = await writeArchive(database, file, new Date(clock.nowMs()));
    const rows = Object.values(counts).reduce((all, count) => all + count, 0);
    say(`${number.format(rows)} rows of ${Object.keys(counts).length} tables are in ${file}.`);
    say('The keys are not: it opens with the key folder of today, and no longer than its root keys are there.');
  });
}

/**
 * `tellerline restore`: puts a backup into an empty database, ends again what was taken back since, and
 * begins a new log when the old one had gone further. Without a file it does the last two to a copy of the
 * database that was put in place by other means.
 *
 * @throws TellerlineError `backup_keys_gone`, and those of `readArchive` and `beginLogAnew`
 */
export async function restore({ config, log, clock, say, file }: Command & { readonly file?: string }): Promise<void> {
  await withMigrated(config, log, async (database, url) => {
    if (file !== undefined) {
      const { head, counts } = await readArchive(database, file);
      const rows = Object.values(counts).reduce((all, count) => all + count, 0);
      say(`${number.format(rows)} rows of ${head.at} are in the database.`);
    }
    const { statement, replayed } = await adopt({ config, log, clock, database, url });
    say(
      `Ended again: ${number.format(replayed.links)} links, ${number.format(replayed.narrowed)} purposes or accounts given up, ${number.format(replayed.accounts)} accounts, ${number.format(replayed.banks)} banks.`,
    );
    if (statement === undefined) return say('The log goes on where it was.');
    say('The log had gone further than this copy. A new one begins, with a key of its own. Publish this statement:');
    say(statement.trimEnd());
  });
}

/** Makes an older copy of the database the one to go on with. Until it has run a hub refuses to start on it. */
export async function adopt({
  config,
  log,
  clock,
  database,
  url,
}: Omit<Command, 'say'> & { readonly database: Database; readonly url: string }): Promise<{
  readonly statement: string | undefined;
  readonly replayed: Awaited<ReturnType<ReturnType<typeof wire>['linking']['replay']>>;
}> {
  const provider = openKeyProvider(config, systemRandom);
  const options = { config, databaseUrl: url, log, clock, sandboxUrl: () => '' };
  // Before anything else: the parts below read the log's key.
  const named = { directory: config.keys, name: logName(config), random: systemRandom, at: new Date(clock.nowMs()) };
  const statement = await beginLogAnew(database, named);
  const parts = wire(options, { ...ownPools(database), provider }, () => config.url ?? '');
  await requireRoots(parts);
  const replayed = await parts.linking.replay();
  await parts.linking.jobs.stop();
  return { statement, replayed };
}

/** @throws TellerlineError `backup_keys_gone` when a root that wraps the copy's keys was destroyed since */
async function requireRoots(parts: ReturnType<typeof wire>): Promise<void> {
  const gone = await parts.vault.rotation.gone();
  const ended = new Set(parts.linking.withdrawnSince());
  const lost = gone.filter((owner) => !ended.has(owner));
  if (lost.length === 0) return;
  throw new TellerlineError(
    'backup_keys_gone',
    409,
    `The root keys of that time are destroyed (${lost.join(', ')}): what they sealed opens no more. Put the key folder of that time in place, or let it be.`,
  );
}

async function withMigrated(
  config: Config,
  log: Log,
  work: (database: Database, url: string) => Promise<void>,
): Promise<void> {
  await withHubDatabase(config, log, async (url) => {
    const database = openDatabase(url, { log });
    try {
      await migrate(database, { directory: hubMigrations, schema: 'public' });
      await work(database, url);
    } finally {
      await database.close();
    }
  });
}
