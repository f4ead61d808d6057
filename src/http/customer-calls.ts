import type { FastifyInstance } from 'fastify';
import type { HttpParts } from './parts.ts';
import { requireOwnOrigin } from './session-cookie.ts';

/** What holds for every call that a customer's own pages make: changes come from our origin, answers are never stored. */
export function customerCalls(server: FastifyInstance, parts: HttpParts): void {
  server.addHook('onRequest', async (request) => {
    if (request.method !== 'GET') requireOwnOrigin(parts, request);
  });
  server.addHook('onSend', async (_request, reply) => {
    void reply.header('cache-control', 'no-store');
  });
}
