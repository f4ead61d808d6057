import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import * as z from 'zod';
import { failPoint, isTellerlineError, limits, rateLimit, TellerlineError } from '#base';
import { batchAnswerSchema, problemSchema, withdrawalViewSchema } from '#contract';
import type { WebhookHeaders } from '#intake';
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
    async (request, reply) =>
      reply
        .status(202)
        .send(await signed(request, (headers, body) => parts.intake.bankBatch(request.params.bank, headers, body))),
  );

  for (const { order, summary, description } of orders) {
    server.withTypeProvider<ZodTypeProvider>().post(
      `/v1/banks/:bank/${order}`,
      {
        schema: {
          tags: ['events'],
          summary,
          description,
          params: z.object({ bank: z.string().max(64) }),
          response: { 200: withdrawalViewSchema, '4xx': problemSchema },
        },
      },
      (request) =>
        signed(request, (headers, body) => parts.intake.bankOrder(order, request.params.bank, headers, body)),
    );
  }

  /** Hands on headers and raw bytes; an address whose signatures are refused again and again waits. */
  async function signed<Answer>(
    request: FastifyRequest,
    take: (headers: WebhookHeaders, body: Buffer) => Promise<Answer>,
  ): Promise<Answer> {
    const headers = {
      id: header(request.headers['webhook-id']),
      timestamp: header(request.headers['webhook-timestamp']),
      signature: header(request.headers['webhook-signature']),
    };
    const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
    if (refused.isSpent(request.ip)) throw tooManyRefused();
    try {
      const answer = await take(headers, body);
      failPoint('answer ready');
      return answer;
    } catch (error) {
      if (isTellerlineError(error) && error.status === 401) refused.take(request.ip);
      throw error;
    }
  }
}

/** What a bank orders by its signature, as its events are signed. */
const orders = [
  {
    order: 'withdraw',
    summary: 'The bank pulls out: every link to it ends',
    description:
      'Body: `{"withdraw": "<bank>"}`, signed as a batch of events is. When it is answered nothing of the bank can be read any more and no link to it is made; the answer says how far the rest has come, and so does the same call again. The same `webhook-id` is carried out once.',
  },
  {
    order: 'return',
    summary: 'The bank may be linked again',
    description: 'Body: `{"return": "<bank>"}`, signed as a batch of events is. What was deleted stays deleted.',
  },
] as const;

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
