import type { FastifyInstance } from 'fastify';
import { sql } from '#db';
import type { HttpParts } from './parts.ts';

/** `/livez`: this process answers. `/readyz`: it can serve, its database takes writes, its log is being signed. */
export async function healthRoutes(server: FastifyInstance, { parts }: { parts: HttpParts }): Promise<void> {
  server.get('/livez', { schema: { hide: true } }, async () => ({ status: 'ok' }));
  server.get('/readyz', { schema: { hide: true } }, async (request, reply) => {
    try {
      const [row] = await parts.database.query<{ writable: boolean }>(
        sql`select not pg_is_in_recovery() and current_setting('transaction_read_only') = 'off' as writable`,
      );
      const stopped = parts.proof.sequencer.stopped();
      if (row?.writable && stopped) {
        const { code, message } = stopped;
        return await reply.status(503).send({ status: 'the proof log is not signed any more', code, message });
      }
      if (row?.writable) return { status: 'ok' };
    } catch (error) {
      request.log.warn({ err: error }, 'the database does not answer');
    }
    return reply.status(503).send({ status: 'database does not take writes' });
  });
}
