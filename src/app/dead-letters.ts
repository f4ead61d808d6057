import type { Log } from '#base';
import { hubMigrations, migrate, openDatabase, type Database } from '#db';
import { countDeadLetters, replayDeadLetters } from '#delivery';
import type { Config } from './config.ts';
import { withHubDatabase } from './hub-database.ts';

/** What the commands of dead letters work with. */
export interface DeadLettersCommand {
  readonly config: Config;
  readonly log: Log;
  readonly say: (line: string) => void;
}

/** `tellerline dead-letters list`: how many there are, by messenger and reason. What they say stays sealed. */
export async function listDeadLetters(command: DeadLettersCommand): Promise<void> {
  await withDatabase(command, async (database) => {
    const counts = await countDeadLetters(database);
    if (counts.length === 0) command.say('There are no dead letters.');
    for (const { channel, reason, letters, oldest } of counts)
      command.say(`${channel}  ${reason}  ${letters}  the oldest of ${oldest.toISOString().slice(0, 10)}`);
  });
}

/**
 * `tellerline dead-letters replay`: gives them back to be read again, as after an upgrade. A running hub takes them
 * up within a second; without one it is done at the next start. What was handled of them is known, and is not
 * done twice.
 */
export async function replay(command: DeadLettersCommand & { readonly channel?: string }): Promise<void> {
  await withDatabase(command, async (database) => {
    const letters = await replayDeadLetters(database, command.channel);
    command.say(
      letters === 0
        ? 'There are no dead letters.'
        : `${letters} ${letters === 1 ? 'is' : 'are'} read again. Whatever is not understood now either is listed again.`,
    );
  });
}

async function withDatabase(
  { config, log }: DeadLettersCommand,
  work: (database: Database) => Promise<void>,
): Promise<void> {
  await withHubDatabase(config, log, async (url) => {
    const database = openDatabase(url, { log, connectionsMax: 2 });
    try {
      await migrate(database, { directory: hubMigrations, schema: 'public' });
      await work(database);
    } finally {
      await database.close();
    }
  });
}
