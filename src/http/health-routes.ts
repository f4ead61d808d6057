import type { FastifyInstance } from 'fastify';
import { isTellerlineError, limits } from '#base';
import { sql } from '#db';
import type { HttpParts } from './parts.ts';

/** What is not as it has to be, for whoever watches over the program. */
interface Unready {
  readonly status: string;
  /** Stable. */
  readonly code: string;
  readonly message?: string;
}

/**
 * `/livez`: this process answers, whatever else is down; restarting it helps only when it does not.
 * `/readyz`: it can serve. Its database takes writes, its keys can be had, its log is being signed, and it is
 * not about to end.
 */
export async function healthRoutes(server: FastifyInstance, { parts }: { parts: HttpParts }): Promise<void> {
  server.get('/livez', { schema: { hide: true } }, async () => ({ status: 'ok' }));
  server.get('/readyz', { schema: { hide: true } }, async (request, reply) => {
    const unready = stoppingNow(parts) ?? (await databaseDown(parts)) ?? (await keysGone(parts)) ?? logStill(parts);
    if (!unready) return { status: 'ok' };
    request.log.debug({ code: unready.code }, 'not ready');
    return reply.status(503).send(unready);
  });
}

function stoppingNow({ admission }: HttpParts): Unready | undefined {
  return admission.closed ? { status: 'this process ends', code: 'stopping' } : undefined;
}

async function databaseDown({ database, log }: HttpParts): Promise<Unready | undefined> {
  const down: Unready = { status: 'database does not take writes', code: 'database_read_only' };
  try {
    const [row] = await database.query<{ writable: boolean }>(
      sql`select not pg_is_in_recovery() and current_setting('transaction_read_only') = 'off' as writable`,
    );
    return row?.writable ? undefined : down;
  } catch (error) {
    log.warn({ err: error }, 'the database does not answer');
    return { ...down, code: 'database_unreachable' };
  }
}

async function keysGone({ vault, log }: HttpParts): Promise<Unready | undefined> {
  try {
    await vault.requireKeys();
    return undefined;
  } catch (error) {
    log.error({ err: error, alarm: 'keys_unreachable' }, 'the operator’s own root key cannot be had');
    return { status: 'the keys cannot be had', code: isTellerlineError(error) ? error.code : 'keys_unreachable' };
  }
}

function logStill({ proof }: HttpParts): Unready | undefined {
  const stopped = proof.sequencer.stopped();
  if (stopped) {
    const { code, message } = stopped;
    return { status: 'the proof log is not signed any more', code, message };
  }
  if (proof.sequencer.lateMs() <= limits.checkpointLateMsMax) return undefined;
  return { status: 'the newest checkpoint of the proof log is too old', code: 'checkpoint_late' };
}
