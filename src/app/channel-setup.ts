import type { Clock, Log } from '#base';
import { templatesKept } from '#channels/meta';
import { openDatabase, type Queryable } from '#db';
import type { ConfiguredChannel, SetUpDone, SetUpParts } from '#delivery';
import { readChannelsFile } from './channels-file.ts';
import type { Config } from './config.ts';
import { withHubDatabase } from './hub-database.ts';

/** What a command of the operator's is given. */
export interface SetupCommand {
  readonly config: Config;
  readonly log: Log;
  readonly clock: Clock;
  readonly say: (line: string) => void;
}

/** What was done about one thing, and at which messenger. */
export type SetUpReport = SetUpDone & { readonly channel: string };

/** Puts at each messenger what has to stand there before somebody writes, one after the other. */
export async function setUpChannels(
  channels: readonly ConfiguredChannel[],
  parts: SetUpParts,
): Promise<readonly SetUpReport[]> {
  const reports: SetUpReport[] = [];
  for (const { channel, setUp } of channels)
    for (const one of (await setUp?.(parts)) ?? []) reports.push({ channel, ...one });
  return reports;
}

/** `tellerline templates sync`. Answers whether everything is in step. */
export async function syncCommand({ config, log, clock, say }: SetupCommand): Promise<boolean> {
  const channels = channelsOf(config, say);
  if (!channels) return false;
  let isWell = true;
  await withDatabase(config, log, async (db) => {
    const all = await setUpChannels(channels, { database: db, publicUrl: addressOf(config), nowMs: clock.nowMs() });
    for (const { channel, account, what, done, status } of all)
      say(`${channel} ${account}  ${what}  ${done}: ${status}`);
    isWell = all.every(({ done }) => done !== 'failed');
  });
  return isWell;
}

/** `tellerline templates list`: how each stood when it was last heard of. */
export async function listCommand({ config, log, say }: SetupCommand): Promise<void> {
  await withDatabase(config, log, async (db) => {
    const kept = await templatesKept(db);
    if (kept.length === 0) say('No template was made yet. "tellerline templates sync" makes them.');
    for (const { channel, account, name, language, status } of kept)
      say(`${channel} ${account}  ${name} (${language})  ${status}`);
  });
}

const addressOf = ({ url, port }: Config): string => url ?? `http://localhost:${port}`;

function channelsOf(config: Config, say: (line: string) => void): readonly ConfiguredChannel[] | undefined {
  if (config.channels !== undefined) return readChannelsFile(config.channels);
  say('TELLERLINE_CHANNELS names no file. The templates of the sandbox’s stand-ins are made at every start.');
  return undefined;
}

async function withDatabase(config: Config, log: Log, work: (db: Queryable) => Promise<void>): Promise<void> {
  await withHubDatabase(config, log, async (url) => {
    const database = openDatabase(url, { log, connectionsMax: 2 });
    try {
      await work(database);
    } finally {
      await database.close();
    }
  });
}
