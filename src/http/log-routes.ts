import type { FastifyInstance, FastifyReply } from 'fastify';
import { advertisingPage } from './advertising-page.ts';
import { coveredReceipt } from './covered.ts';
import type { HttpParts } from './parts.ts';
import { notFound } from './problem.ts';
import { sessionOf } from './session-cookie.ts';

/**
 * The proof log for everybody, under `/log/`: `checkpoint`, `key`, and the tiles, as C2SP tlog-tiles names
 * them. Nothing there is of any person, so a page of any site may read it. What ties an entry to a person,
 * record and salt, is in the customer's own export at `/api/log-export` and in receipts.
 */
export async function logRoutes(server: FastifyInstance, { parts }: { parts: HttpParts }): Promise<void> {
  const { publication } = parts.proof;
  const open = (reply: FastifyReply, type: string, caching: string): FastifyReply =>
    reply
      .type(type)
      .header('cache-control', caching)
      .header('access-control-allow-origin', '*')
      .header('cross-origin-resource-policy', 'cross-origin');
  const text = 'text/plain; charset=utf-8';

  server.get('/log/checkpoint', { schema: { hide: true } }, async (_request, reply) => {
    const checkpoint = await publication.checkpoint();
    if (checkpoint === undefined) return reply.status(404).send(notFound);
    // Caches may hold it for as long as a checkpoint may lag anyway.
    return open(reply, text, 'public, max-age=1').send(checkpoint);
  });
  server.get('/log/key', { schema: { hide: true } }, async (_request, reply) =>
    open(reply, text, 'public, max-age=3600').send(publication.key()),
  );
  server.get('/log/advertising', { schema: { hide: true } }, async (request, reply) => {
    const counts = await parts.delivery.advertising.counts(parts.clock.nowMs());
    const page = advertisingPage(counts, parts.faces(), request.headers['accept-language']);
    void reply.header('vary', 'accept-language');
    return open(reply, 'text/html; charset=utf-8', 'public, max-age=60').send(page);
  });
  server.get('/log/advertising.json', { schema: { hide: true } }, async (_request, reply) => {
    const counts = await parts.delivery.advertising.counts(parts.clock.nowMs());
    return open(reply, 'application/json; charset=utf-8', 'public, max-age=60').send(counts);
  });
  server.get('/api/log-status', { schema: { hide: true } }, async (_request, reply) =>
    open(reply, 'application/json; charset=utf-8', 'no-store').send(await parts.proof.status()),
  );
  server.get('/api/log-export', { schema: { hide: true } }, async (request, reply) => {
    const { customerId } = await sessionOf(parts, request);
    const name = 'attachment; filename="tellerline-log-export.json"';
    const exported = await parts.vault.ledger.export(customerId);
    return reply.header('cache-control', 'no-store').header('content-disposition', name).send(exported);
  });
  server.get<{ Params: { id: string } }>('/api/receipts/:id', { schema: { hide: true } }, async (request, reply) => {
    // No session: it can be read when the account is gone, by whoever was given its unguessable id.
    const receipt = await coveredReceipt(parts, request.params.id);
    const name = 'attachment; filename="tellerline-receipt.json"';
    return reply.header('cache-control', 'no-store').header('content-disposition', name).send(receipt);
  });
  server.get<{ Params: { '*': string } }>('/log/tile/*', { schema: { hide: true } }, async (request, reply) => {
    const tile = await publication.tile(request.params['*']);
    // A tile that is not there yet may be there in a moment.
    if (tile === undefined) return reply.status(404).header('cache-control', 'no-store').send(notFound);
    return open(reply, 'application/octet-stream', 'public, max-age=31536000, immutable').send(tile);
  });
}
