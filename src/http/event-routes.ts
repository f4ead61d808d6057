import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import * as z from 'zod';
import { isTellerlineError, limits, rateLimit, TellerlineError } from '#base';
import { batchAnswerSchema, problemSchema } from '#contract';
import type { HttpParts } from './parts.ts';

const header = (value: string | string[] | undefined): string | undefined => (Array.isArray(value) ? undefined : value);

/** Signed events from banks: `POST /v1/banks/{bank}/events`. The body is kept as raw bytes: the signature is over them. */
export async function eventRoutes(server: FastifyInstance, { parts }: { parts: HttpParts }): Promise<void> {
  const refused = rateLimit(limits.refusedBatchesPerMinuteMax, parts.clock);
  server.removeAllContentTypeParsers();
  server.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: limits.eventBodyBytesMax }, (_request, body, done) =>
    done(null, body),
  );

  server.withTypeProvider<ZodTypeProvider>().post(
    '/v1/banks/:bank/events',
    {
      bodyLimit: limits.eventBodyBytesMax,
      schema: {
        tags: ['events'],
        summary: 'A signed batch of events from a bank',
        description:
          'Body: `{"events": […]}`, each of the type `BankEvent`; at most 1,000 events and 1 MiB. Headers of Standard Webhooks: `webhook-id`, `webhook-timestamp`, `webhook-signature: v1a,…` (Ed25519 over `id.timestamp.body`). Answered after COMMIT.',
        params: z.object({ bank: z.string().max(64) }),
        response: { 202: batchAnswerSchema, '4xx': problemSchema },
      },
    },
    async (request, reply) => {
      const headers = {
        id: header(request.headers['webhook-id']),
        timestamp: header(request.headers['webhook-timestamp']),
        signature: header(request.headers['webhook-signature']),
      };
      const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
      if (refused.isSpent(request.ip)) throw tooManyRefused();
      try {
        return await reply.status(202).send(await parts.intake.bankBatch(request.params.bank, headers, body));
      } catch (error) {
        if (isTellerlineError(error) && error.status === 401) refused.take(request.ip);
        throw error;
      }
    },
  );
}

function tooManyRefused(): TellerlineError {
  return new TellerlineError(
    'too_many_refused',
    429,
    'Too many batches of this address were refused. Mend the signature and wait.',
    {
      retryAfterSeconds: 60,
    },
  );
}
