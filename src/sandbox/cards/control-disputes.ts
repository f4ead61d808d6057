import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import * as z from 'zod';
import { bankDisputeSchema, problemSchema } from '#contract';
import type { Controls } from '../controls.ts';
import { keptDisputeSchema, moveDispute, readDispute } from './disputes.ts';

const params = z.object({ dispute: z.string() });
const unknown = { code: 'dispute_unknown', message: 'There is no such dispute.' };

/** Calls about disputes, as the bank's staff make them: what was given for one, and how it goes on. */
export function disputeRoutes({ context }: Controls): FastifyPluginAsyncZod {
  return async (scope) => {
    scope.get(
      '/control/disputes/:dispute',
      {
        schema: {
          summary:
            'A dispute as the bank keeps it, with all that its customer gave; of pictures what was found in them',
          params,
          response: { 200: keptDisputeSchema, '4xx': problemSchema },
        },
      },
      async (request, reply) =>
        (await readDispute(context.database, request.params.dispute)) ?? reply.code(404).send(unknown),
    );
    scope.post(
      '/control/disputes/:dispute',
      {
        schema: {
          summary: "Move a dispute on, as the bank's staff do",
          params,
          body: z.object({ state: bankDisputeSchema.shape.state }),
          response: { 204: z.undefined(), '4xx': problemSchema },
        },
      },
      async (request, reply) => {
        if (await moveDispute(context, request.params.dispute, request.body.state)) return reply.code(204).send();
        return reply.code(404).send(unknown);
      },
    );
  };
}
