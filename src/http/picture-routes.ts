import type { FastifyInstance, FastifyReply } from 'fastify';
import type { HttpParts } from './parts.ts';

/**
 * Pictures of cards, for messengers that show them by address: `GET /pictures/{token}`, good once. `HEAD`, by
 * which some look at an address beforehand, uses nothing up.
 */
export async function pictureRoutes(server: FastifyInstance, { parts }: { parts: HttpParts }): Promise<void> {
  const { pictures } = parts;
  const asPicture = (reply: FastifyReply): FastifyReply =>
    reply
      .type('image/png')
      .header('cache-control', 'no-store')
      .header('content-disposition', 'inline')
      // Whoever was given the address may show it.
      .header('cross-origin-resource-policy', 'cross-origin')
      .header('x-robots-tag', 'noindex');
  const schema = { hide: true };
  server.head<{ Params: { token: string } }>('/pictures/:token', { schema }, async (request, reply) => {
    void reply.header('cache-control', 'no-store');
    await pictures.look(request.params.token);
    return asPicture(reply).send();
  });
  server.get<{ Params: { token: string } }>(
    '/pictures/:token',
    { schema, exposeHeadRoute: false },
    async (request, reply) => {
      void reply.header('cache-control', 'no-store');
      const given = new AbortController();
      reply.raw.once('close', () => given.abort());
      const { png } = await pictures.open(request.params.token, given.signal);
      return asPicture(reply).send(png);
    },
  );
}
