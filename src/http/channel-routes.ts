import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import * as z from 'zod';
import { limits, rateLimit, TellerlineError } from '#base';
import { problemSchema } from '#contract';
import type { Channel } from '#delivery';
import { boundArrival, noRoom, tooManyRefused } from './arriving-bodies.ts';
import type { HttpParts } from './parts.ts';

const params = z.object({ channel: z.string().max(32) });

/**
 * Where messengers tell what people did: `/channels/{channel}/webhook`. The signature is over the raw bytes and is
 * checked before anything is read; the body is stored, answered, and worked through afterwards.
 */
export async function channelRoutes(server: FastifyInstance, { parts }: { parts: HttpParts }): Promise<void> {
  const { receiving, clock } = parts;
  const refused = rateLimit(limits.refusedBodiesPerMinuteMax, clock);
  server.removeAllContentTypeParsers();
  server.addContentTypeParser(
    '*',
    { parseAs: 'buffer', bodyLimit: limits.channelBodyBytesMax },
    (_request, body, done) => done(null, body),
  );
  admitFew(server);

  server.withTypeProvider<ZodTypeProvider>().get(
    '/channels/:channel/webhook',
    {
      schema: {
        tags: ['messengers'],
        summary: 'A messenger asks whether this address is ours',
        description: 'Answers `hub.challenge` when `hub.verify_token` is the one that the operator set.',
        params,
        response: { 200: z.string(), '4xx': problemSchema },
      },
    },
    async (request, reply) => {
      const channel = named(request.params.channel);
      if (refused.isSpent(request.ip)) throw tooManyRefused();
      const challenge = channel.handshake(request.query as Readonly<Record<string, unknown>>);
      if (challenge === undefined) {
        refused.take(request.ip);
        throw new TellerlineError('handshake_refused', 403, 'The word that proves who asks is another one.');
      }
      // What is answered was sent by whoever asked: it must not be taken for a page.
      return reply.header('content-type', 'text/plain; charset=utf-8').send(challenge);
    },
  );

  server.withTypeProvider<ZodTypeProvider>().post(
    '/channels/:channel/webhook',
    {
      bodyLimit: limits.channelBodyBytesMax,
      schema: {
        tags: ['messengers'],
        summary: 'What people did at a messenger, signed by it',
        description:
          'Header `X-Hub-Signature-256` over the raw body. Answered when it is stored; nothing was done yet then.',
        params,
        response: { 200: z.object({}), '4xx': problemSchema, 503: problemSchema },
      },
    },
    async (request, reply) => {
      const channel = named(request.params.channel);
      const raw = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
      // Behind a proxy everybody may have one address: what is signed is never refused for what others sent.
      if (!channel.verify(raw, request.headers)) {
        if (!refused.take(request.ip)) throw tooManyRefused();
        throw new TellerlineError('signature_invalid', 401, 'The signature does not fit the body.');
      }
      await receiving.take(channel.channel, raw);
      return reply.send({});
    },
  );

  function named(name: string): Channel {
    const channel = receiving.channel(name);
    if (!channel) throw new TellerlineError('messenger_unknown', 404, 'There is no such messenger here.');
    return channel;
  }
}

/**
 * Bounds how many bodies arrive at once, of all and of one address, and for how long one may. Nothing of a body is
 * known yet, so a forger's counts like the messenger's own, but cannot take the places of all.
 */
function admitFew(server: FastifyInstance): void {
  let arriving = 0;
  const ofAddress = new Map<string, number>();
  server.addHook('onRequest', async (request, reply) => {
    const { ip } = request;
    const own = ofAddress.get(ip) ?? 0;
    if (arriving >= limits.channelBodiesArrivingMax || own >= limits.channelBodiesArrivingPerAddressMax)
      throw noRoom('messenger_bodies_full');
    arriving += 1;
    ofAddress.set(ip, own + 1);
    boundArrival(request, reply, () => {
      arriving -= 1;
      const left = (ofAddress.get(ip) ?? 1) - 1;
      if (left > 0) ofAddress.set(ip, left);
      else ofAddress.delete(ip);
    });
  });
}
