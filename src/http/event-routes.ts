import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import * as z from 'zod';
import { failPoint, invariant, isTellerlineError, limits, rateLimit, TellerlineError, type Clock } from '#base';
import { batchAnswerSchema, problemSchema, withdrawalViewSchema } from '#contract';
import type { WebhookHeaders } from '#intake';
import type { Ticket } from './admission.ts';
import { boundArrival } from './arriving-bodies.ts';
import type { HttpParts } from './parts.ts';

const header = (value: string | string[] | undefined): string | undefined => (Array.isArray(value) ? undefined : value);

/** Signed events from banks: `POST /v1/banks/{bank}/events`. The body is kept as raw bytes: the signature is over them. */
export async function eventRoutes(server: FastifyInstance, { parts }: { parts: HttpParts }): Promise<void> {
  const { clock, meter } = parts;
  const refused = rateLimit(limits.refusedBatchesPerMinuteMax, clock);
  const ticketOf = admitting(server, parts);
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
        response: { 202: batchAnswerSchema, '4xx': problemSchema, 503: problemSchema },
      },
    },
    async (request, reply) => {
      const answer = await signed(request, (headers, body) =>
        parts.intake.bankBatch(request.params.bank, headers, body),
      );
      // Of a batch that was new: what came before takes a shorter way.
      if (answer.accepted > 0 && answer.duplicates === 0)
        meter.reached('arrival', 'commit', clock.monotonicMs() - ticketOf(request).atMs);
      return reply.status(202).send(answer);
    },
  );

  notificationRoute(server, parts, signed);

  orderRoutes(server, parts, signed);

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
    const ticket = ticketOf(request);
    meter.step('receive', clock.monotonicMs() - ticket.atMs);
    try {
      const answer = await ticket.during(() => take(headers, body));
      failPoint('answer ready');
      return answer;
    } catch (error) {
      if (isTellerlineError(error) && error.status === 401) refused.take(request.ip);
      throw error;
    }
  }
}

/** How a signed request is taken: see `signed` above. */
type TakeSigned = <Answer>(
  request: FastifyRequest,
  take: (headers: WebhookHeaders, body: Buffer) => Promise<Answer>,
) => Promise<Answer>;

/** What a bank orders by its signature. */
function orderRoutes(server: FastifyInstance, parts: HttpParts, signed: TakeSigned): void {
  for (const { order, summary, description } of orders) {
    server.withTypeProvider<ZodTypeProvider>().post(
      `/v1/banks/:bank/${order}`,
      {
        bodyLimit: orderBytesMax,
        config: { isOrder: true },
        schema: {
          tags: ['events'],
          summary,
          description,
          params: z.object({ bank: z.string().max(64) }),
          response: { 200: withdrawalViewSchema, '4xx': problemSchema, 503: problemSchema },
        },
      },
      (request) =>
        signed(request, (headers, body) => parts.intake.bankOrder(order, request.params.bank, headers, body)),
    );
  }
}

/** FDX's own notifications: `POST /v1/banks/{bank}/notifications`. */
function notificationRoute(server: FastifyInstance, parts: HttpParts, signed: TakeSigned): void {
  server.withTypeProvider<ZodTypeProvider>().post(
    '/v1/banks/:bank/notifications',
    {
      bodyLimit: limits.eventBodyBytesMax,
      schema: {
        tags: ['events'],
        summary: 'A signed FDX notification: there is something to fetch',
        description:
          'Body: one FDX `Notification` of the category NEW_DATA, naming an account or a consent; signed as a batch of events is. Answered after COMMIT; what has happened is fetched from the bank then.',
        params: z.object({ bank: z.string().max(64) }),
        response: { 202: z.object({}), '4xx': problemSchema, 503: problemSchema },
      },
    },
    async (request, reply) => {
      await signed(request, (headers, body) => parts.intake.bankNotification(request.params.bank, headers, body));
      return reply.status(202).send({});
    },
  );
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

/** An order is a few words. */
const orderBytesMax = 4_096;

const isOrder = ({ routeOptions }: FastifyRequest): boolean => 'isOrder' in routeOptions.config;

/** A bank may pull out however full it is: its order waits behind no batch, and takes no room from one. */
const besideTheDoor = (clock: Clock): Ticket => ({
  atMs: clock.monotonicMs(),
  during: (work) => work(),
  answered: () => undefined,
});

/** Lets requests in before their bodies are read, so that what there is no room for costs nothing; answers the ticket of each. */
function admitting(
  server: FastifyInstance,
  { admission, clock, meter }: HttpParts,
): (request: FastifyRequest) => Ticket {
  const tickets = new WeakMap<FastifyRequest, Ticket>();
  server.addHook('onRequest', async (request, reply) => {
    const bytes = bytesSaid(request.headers['content-length']);
    const ticket = isOrder(request) ? besideTheDoor(clock) : admission.enter({ bytes, address: request.ip });
    tickets.set(request, ticket);
    boundArrival(request, reply, () => ticket.answered());
  });
  server.addHook('onError', async (_request, _reply, error) => {
    meter.refused('bank', isTellerlineError(error) ? error.code : 'other');
  });
  return (request) => {
    const ticket = tickets.get(request);
    invariant(ticket, 'nothing comes in that was not let in');
    return ticket;
  };
}

/** What a body says that it weighs; undefined when it does not say, or says what the limit of a body answers. */
function bytesSaid(header: string | undefined): number | undefined {
  const bytes = Number(header);
  return header !== undefined && bytes >= 0 && bytes <= limits.eventBodyBytesMax ? bytes : undefined;
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
