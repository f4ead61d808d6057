import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import * as z from 'zod';
import { TellerlineError, type AccountRef, type LinkId } from '#base';
import { customerActor } from '#vault';
import type { HttpParts } from './parts.ts';
import { sessionOf } from './session-cookie.ts';

/** What names a statement. @throws TellerlineError `statement_unknown` */
function readStatement(given: unknown): z.infer<typeof statement> {
  const read = statement.safeParse(given);
  if (read.success) return read.data;
  throw new TellerlineError('statement_unknown', 404, 'There is no such statement. Ask for the list again.');
}

const statement = z.object({ link: z.uuid(), account: z.uuid(), name: z.string().regex(/^[0-9a-f]{32}$/) });

/**
 * A statement as its bank has it, for the customer's own browser alone: nothing of it is kept here, in this browser's
 * memory of pages, or in the chat.
 */
export function statementRoutes(server: FastifyInstance, parts: HttpParts): void {
  server.withTypeProvider<ZodTypeProvider>().get(
    '/api/links/:link/statements/:account/:name',
    {
      config: { rateLimit: { max: 20, timeWindow: '1 minute' } },
      schema: {
        tags: ['messenger'],
        summary: 'A statement of a linked account as PDF, by the name that the chat gives it',
        params: z.object({ link: z.string().max(64), account: z.string().max(64), name: z.string().max(64) }),
      },
    },
    async (request, reply) => {
      const session = await sessionOf(parts, request);
      // Whose it is comes before how it is written: a stranger learns nothing of either.
      const { link, account, name } = readStatement(request.params);
      const actor = customerActor(session);
      const { pdf, to } = await parts.controls.statements.open(actor, link as LinkId, account as AccountRef, name);
      return reply
        .type('application/pdf')
        .header('cache-control', 'no-store')
        .header('content-disposition', `inline; filename="statement-${to}.pdf"`)
        .send(pdf);
    },
  );
}
