import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import * as z from 'zod';
import { limits, TellerlineError } from '#base';
import {
  confirmationSchema,
  consoleSchema,
  problemSchema,
  referenceSchema,
  supportLinkSchema,
  withdrawalCountsSchema,
  withdrawalViewSchema,
  type BankFace,
  type Console,
} from '#contract';
import { bankOfCaller, operatorSessionRoutes, requireOperator } from './operator-session.ts';
import { requireOwnPage } from './origin.ts';
import type { HttpParts } from './parts.ts';

const bankParams = z.object({ bank: z.string().max(64) });
const referenceParams = z.object({ reference: referenceSchema });

/**
 * The console, on the staff's listener: pulling a bank out and letting it in again, in counts alone, and
 * stopping one link on its customer's word, by the reference that the customer reads out. All of it asks who calls:
 * what concerns a whole bank is the operator's, one link also its own bank's staff's. A page of another origin cannot.
 */
export async function consoleRoutes(server: FastifyInstance, { parts }: { parts: HttpParts }): Promise<void> {
  server.get('/console', async (_request, reply) =>
    reply.header('cache-control', 'no-store').sendFile('console.html', { cacheControl: false }),
  );
  operatorSessionRoutes(server, parts);
  linkRoutes(server, parts);
  await server.register(bankRoutes, { parts });
}

/** What is done to whole banks, by the operator alone. */
async function bankRoutes(server: FastifyInstance, { parts }: { parts: HttpParts }): Promise<void> {
  const { withdrawals } = parts.linking;
  const routes = server.withTypeProvider<ZodTypeProvider>();
  // The origin first, as everywhere: a page of another site learns nothing of who is signed in.
  server.addHook('onRequest', async (request) => {
    if (request.method !== 'GET') requireOwnPage(request);
    await requireOperator(parts, request);
  });

  routes.get('/api/console', { schema: { response: { 200: consoleSchema } } }, async (): Promise<Console> => {
    const banks = parts.faces().map(async (face) => ({ face, withdrawal: await withdrawals.standing(face.id) }));
    return { banks: await Promise.all(banks) };
  });
  routes.get(
    '/api/console/banks/:bank',
    { schema: { params: bankParams, response: { 200: withdrawalCountsSchema, '4xx': problemSchema } } },
    (request) => withdrawals.count(request.params.bank),
  );
  routes.post(
    '/api/console/banks/:bank/withdraw',
    {
      schema: {
        params: bankParams,
        body: confirmationSchema,
        response: { 200: withdrawalViewSchema, '4xx': problemSchema },
      },
    },
    async (request) => {
      requireName(faceOf(parts, request.params.bank), request.body.name);
      return withdrawals.withdraw(request.params.bank, 'operator');
    },
  );
  routes.post(
    '/api/console/banks/:bank/return',
    {
      schema: {
        params: bankParams,
        body: confirmationSchema,
        response: { 200: withdrawalViewSchema, '4xx': problemSchema },
      },
    },
    async (request) => {
      requireName(faceOf(parts, request.params.bank), request.body.name);
      return withdrawals.giveBack(request.params.bank, 'operator');
    },
  );
  server.get<{ Params: { bank: string } }>('/api/console/banks/:bank/receipt', async (request, reply) => {
    const receipt = await withdrawals.receipt(request.params.bank, parts.proof);
    return reply
      .header('cache-control', 'no-store')
      .header('content-disposition', `attachment; filename="receipt-${receipt.entries[0]?.record.id ?? ''}.json"`)
      .send(receipt);
  });
}

/** Stopping one link on its customer's word. */
function linkRoutes(server: FastifyInstance, parts: HttpParts): void {
  const routes = server.withTypeProvider<ZodTypeProvider>();
  // One budget for finding and stopping: whoever is over it is told to nobody but the operator.
  const group = { max: limits.referencesPerHourMax, timeWindow: '1 hour', groupId: 'references' };
  const onExceeded = (): void =>
    parts.log.error(
      { alarm: 'references_harvested' },
      'one address looks up more links than staff have customers on the line',
    );
  const config = { rateLimit: { ...group, onExceeded } };
  routes.get(
    '/api/console/links/:reference',
    { config, schema: { params: referenceParams, response: { 200: supportLinkSchema, '4xx': problemSchema } } },
    async (request) => parts.linking.byReference(request.params.reference, await bankOfCaller(parts, request)),
  );
  routes.post(
    '/api/console/links/:reference/stop',
    { config, schema: { params: referenceParams, response: { 204: z.null(), '4xx': problemSchema } } },
    async (request, reply) => {
      requireOwnPage(request);
      await parts.linking.stopByReference(request.params.reference, await bankOfCaller(parts, request));
      return reply.status(204).send(null);
    },
  );
}

/** @throws TellerlineError `bank_unknown` */
export function faceOf(parts: HttpParts, bank: string): BankFace {
  const face = parts.faces().find((one) => one.id === bank);
  if (face) return face;
  throw new TellerlineError('bank_unknown', 404, 'There is no such bank here.');
}

/** What cannot be undone is confirmed by the bank's name, typed. @throws TellerlineError `bank_name_differs` 422 */
export function requireName(face: BankFace, name: string): void {
  const plain = (text: string): string => text.normalize('NFKC').trim().toLowerCase();
  if (plain(name) === plain(face.name)) return;
  throw new TellerlineError(
    'bank_name_differs',
    422,
    `To confirm, write the bank’s name as it stands here: ${face.name}.`,
  );
}
