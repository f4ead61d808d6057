import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import * as z from 'zod';
import type { AccountRef, LinkId } from '#base';
import { customerActor } from '#vault';
import type { HttpParts } from './parts.ts';
import { sessionOf } from './session-cookie.ts';

/**
 * A statement as its bank has it, for the customer's own browser alone: nothing of it is kept here, in this browser's
 * memory of pages, or in the chat.
 */
export function statementRoutes(server: FastifyInstance, parts: HttpParts): void {
  server.withTypeProvider<ZodTypeProvider>().get(
    '/api/links/:link/statements/:account/:to',
    {
      config: { rateLimit: { max: 20, timeWindow: '1 minute' } },
      schema: {
        tags: ['messenger'],
        summary: 'A statement of a linked account as PDF, by the day on which it ends',
        params: z.object({ link: z.uuid(), account: z.uuid(), to: z.iso.date() }),
      },
    },
    async (request, reply) => {
      const session = await sessionOf(parts, request);
      const { link, account, to } = request.params;
      const actor = customerActor(session);
      const pdf = await parts.controls.statements.open(actor, link as LinkId, account as AccountRef, to);
      return reply
        .type('application/pdf')
        .header('cache-control', 'no-store')
        .header('content-disposition', `inline; filename="statement-${to}.pdf"`)
        .send(pdf);
    },
  );
}
