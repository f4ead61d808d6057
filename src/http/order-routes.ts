import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import * as z from 'zod';
import { isTellerlineError, limits, rateLimit } from '#base';
import { batchAnswerSchema, problemSchema, type BatchAnswer } from '#contract';
import { boundArrival, noRoom, tooManyRefused } from './arriving-bodies.ts';
import type { HttpParts } from './parts.ts';

const params = z.object({ sender: z.string().max(64) });

interface Door {
  readonly path: string;
  readonly summary: string;
  readonly description: string;
  readonly take: (parts: HttpParts, sender: string, request: FastifyRequest, raw: Buffer) => Promise<BatchAnswer>;
}

const doors: readonly Door[] = [
  {
    path: '/v1/shops/:sender/events',
    summary: 'A signed batch of events from a shop',
    description:
      'Body: `{"events": […]}`, each of the type `ShopEvent`. Headers of Standard Webhooks, signed by `v1` (HMAC) or `v1a` (Ed25519). Answered after COMMIT.',
    take: ({ intake }, sender, { headers }, raw) => intake.orders.shop('events', sender, headers, raw),
  },
  {
    path: '/v1/shops/:sender/shopify',
    summary: 'A webhook of Shopify: orders, refunds, fulfilments',
    description: 'Header `X-Shopify-Hmac-Sha256` over the raw body. Answered after COMMIT.',
    take: ({ intake }, sender, { headers }, raw) => intake.orders.shop('shopify', sender, headers, raw),
  },
  {
    path: '/v1/shops/:sender/woocommerce',
    summary: 'A webhook of WooCommerce: orders and refunds',
    description: 'Header `X-WC-Webhook-Signature` over the raw body. Answered after COMMIT.',
    take: ({ intake }, sender, { headers }, raw) => intake.orders.shop('woocommerce', sender, headers, raw),
  },
  {
    path: '/v1/carriers/:sender/events',
    summary: 'A signed batch of events from a carrier',
    description:
      'Body: `{"events": […]}`, each of the type `CarrierEvent`. Headers of Standard Webhooks, as shops sign. Answered after COMMIT.',
    take: ({ intake }, sender, { headers }, raw) => intake.orders.carrier('events', sender, headers, raw),
  },
  {
    path: '/v1/carriers/:sender/easypost',
    summary: 'A webhook of EasyPost: trackers',
    description: 'Header `X-Hmac-Signature` over the raw body. Answered after COMMIT.',
    take: ({ intake }, sender, { headers }, raw) => intake.orders.carrier('easypost', sender, headers, raw),
  },
];

/** Where shops and carriers send. The body is kept as raw bytes: each signature is over them. */
export async function orderRoutes(server: FastifyInstance, { parts }: { parts: HttpParts }): Promise<void> {
  const refused = rateLimit(limits.refusedBatchesPerMinuteMax, parts.clock);
  server.removeAllContentTypeParsers();
  server.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: limits.eventBodyBytesMax }, (_request, body, done) =>
    done(null, body),
  );
  admitFew(server);
  for (const { path, summary, description, take } of doors) {
    server.withTypeProvider<ZodTypeProvider>().post(
      path,
      {
        bodyLimit: limits.eventBodyBytesMax,
        schema: {
          tags: ['orders'],
          summary,
          description,
          params,
          response: { 202: batchAnswerSchema, '4xx': problemSchema, 503: problemSchema },
        },
      },
      async (request, reply) => {
        const raw = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
        try {
          return await reply.status(202).send(await take(parts, request.params.sender, request, raw));
        } catch (error) {
          // Counted when it is refused alone: what is signed is never held up by what others send from one address.
          const isUnsigned = isTellerlineError(error) && error.status === 401;
          if (isUnsigned && !refused.take(request.ip)) throw tooManyRefused();
          throw error;
        }
      },
    );
  }
}

/** Bounds how many bodies arrive at once, and for how long one may. */
function admitFew(server: FastifyInstance): void {
  let arriving = 0;
  server.addHook('onRequest', async (request, reply) => {
    if (arriving >= limits.orderBodiesArrivingMax) throw noRoom('orders_full');
    arriving += 1;
    boundArrival(request, reply, () => {
      arriving -= 1;
    });
  });
}
