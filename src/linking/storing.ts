import type { AttemptId } from '#base';
import type { LinkingParts } from './parts.ts';

/**
 * Runs `work` while no other process or message stores or ends this attempt's link; undefined: another one does just
 * now. Whoever ends in the middle gives its place back with its connection.
 */
export async function alone<Result>(
  { database, log }: Pick<LinkingParts, 'database' | 'log'>,
  attemptId: AttemptId,
  work: () => Promise<Result>,
): Promise<Result | undefined> {
  const client = await database.connect();
  // Without a listener a lost connection would end the process; the attempt's row is locked while it is stored.
  client.on('error', (error: unknown) => log.warn({ err: error }, 'the connection that holds a linking was lost'));
  try {
    const { rows } = await client.query<{ free: boolean }>(
      'select pg_try_advisory_lock(hashtextextended($1, 0)) as free',
      [`storing a link|${attemptId}`],
    );
    return rows[0]?.free ? await work() : undefined;
  } finally {
    // Ending the session gives the lock back, after an error too.
    await client.end();
  }
}
