import type { Log } from '#base';
import { runningPostgres, startPostgres } from '#db';
import type { Config } from './config.ts';

/** The operator's own PostgreSQL, the embedded one that runs, or that one started for as long as the work takes. */
export async function withHubDatabase(config: Config, log: Log, work: (url: string) => Promise<void>): Promise<void> {
  const running = config.databaseUrl ?? runningPostgres(config.data);
  if (running !== undefined) return work(running);
  const postgres = await startPostgres({ directory: config.data, log });
  try {
    await work(postgres.url);
  } finally {
    await postgres.stop();
  }
}
