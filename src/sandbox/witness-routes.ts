import type { FastifyInstance } from 'fastify';
import type { SandboxWitness } from './witness.ts';

/** Larger than any request of the protocol: 63 hashes and a checkpoint with its signatures. */
const bodyBytesMax = 64 * 1024;

/** The stand-in witness under `/witness/`: `add-checkpoint` of C2SP tlog-witness, and its key. */
export function witnessRoutes(witness: SandboxWitness): (scope: FastifyInstance) => Promise<void> {
  return async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => done(null, body));
    scope.get('/witness/key', { schema: { hide: true } }, async (_request, reply) =>
      reply.type('text/plain; charset=utf-8').send(`${witness.key}\n`),
    );
    scope.post(
      '/witness/add-checkpoint',
      { bodyLimit: bodyBytesMax, schema: { hide: true } },
      async (request, reply) => {
        const asked = typeof request.body === 'string' ? request.body : '';
        const { status, type, body } = witness.addCheckpoint(asked);
        return reply.status(status).type(type).send(body);
      },
    );
  };
}
