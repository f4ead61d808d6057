import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import * as z from 'zod';
import {
  cardActionRequestSchema,
  disputeRequestSchema,
  evidenceRequestSchema,
  holdAnswerRequestSchema,
} from '#contract';
import { accountsOfConsent } from '../accounts.ts';
import { FdxError } from '../fdx-errors.ts';
import { guarded, prepareFdxScope, type Access, type ResourceServer } from '../resource-server.ts';
import { takeAction, findAnswer, type ControlRequest } from './control-actions.ts';
import { cardsOf, toldCard } from './cards.ts';
import { findDispute } from './disputes.ts';
import { findHold } from './holds.ts';

/** The card-control API of one bank (docs/card-control-api.md), below its base address. */
export function cardControlRoutes(server: ResourceServer) {
  const { context } = server;
  const accountsOf = (access: Access) => accountsOfConsent(context.database, access.consent.consent_id);
  return async (scope: FastifyInstance): Promise<void> => {
    prepareFdxScope(scope, server);
    readRoutes(scope, server, accountsOf);
    writeRoutes(scope, server);
  };
}

type AccountsOf = (access: Access) => ReturnType<typeof accountsOfConsent>;

function readRoutes(scope: FastifyInstance, server: ResourceServer, accountsOf: AccountsOf): void {
  const { context } = server;
  const get = (path: string, answer: (access: Access, id: string) => Promise<unknown>): void => {
    scope.get(
      path,
      guarded(server, async (access, request) => {
        const found = await answer(access, (request.params as { id?: string }).id ?? '');
        if (!found) throw new FdxError('noSuchSubject', 'there is none of this name');
        return found;
      }),
    );
  };
  get('/cards', async (access) => {
    access.need('CARD_CONTROL');
    return { cards: (await cardsOf(context, await accountsOf(access))).map(toldCard) };
  });
  get('/cards/:id', async (access, id) => {
    access.need('CARD_CONTROL');
    const card = (await cardsOf(context, await accountsOf(access))).find((one) => one.card_id === id);
    return card && toldCard(card);
  });
  get('/holds/:id', async (access, id) => {
    access.need('HOLD_ANSWERS');
    return findHold(context, context.database, await accountsOf(access), id);
  });
  get('/disputes/:id', async (access, id) => {
    access.need('CARD_CONTROL');
    return findDispute(context.database, await accountsOf(access), id);
  });
  scope.get(
    '/actions/:id',
    guarded(server, async (access, request) => {
      access.need('CARD_CONTROL', 'HOLD_ANSWERS');
      const answer = await findAnswer(server, access.consent, keyIn((request.params as { id: string }).id));
      if (!answer) throw new FdxError('noSuchAction', 'nothing was asked under this key');
      return answer;
    }),
  );
}

function writeRoutes(scope: FastifyInstance, server: ResourceServer): void {
  const write = <Body extends z.ZodType>(
    method: 'POST' | 'PUT',
    url: string,
    needs: 'CARD_CONTROL' | 'HOLD_ANSWERS',
    schema: Body,
    requestOf: (body: z.output<Body>, id: string) => ControlRequest,
  ): void => {
    scope.route({
      method,
      url,
      bodyLimit: 4 * 1024 * 1024,
      handler: guarded(server, async (access, request, reply) => {
        access.need(needs);
        const key = keyIn(request.headers['idempotency-key']);
        const asked = requestOf(bodyOf(schema, request), (request.params as { id?: string }).id ?? '');
        const taken = await takeAction(server, access.consent, key, asked);
        if (taken === 'reset') return cutOff(request, reply);
        return reply.code(taken.result === 'pending' ? 202 : 200).send(taken);
      }),
    });
  };
  write('POST', '/cards/:id/actions', 'CARD_CONTROL', cardActionRequestSchema, (body, cardId) => ({
    kind: 'card',
    cardId,
    ...body,
  }));
  write('PUT', '/holds/:id/answer', 'HOLD_ANSWERS', holdAnswerRequestSchema, (body, caseId) => ({
    kind: 'hold',
    caseId,
    ...body,
  }));
  write('POST', '/disputes', 'CARD_CONTROL', disputeRequestSchema, (body) => ({ kind: 'dispute', ...body }));
  write('POST', '/disputes/:id/evidence', 'CARD_CONTROL', evidenceRequestSchema, (body, disputeId) => ({
    kind: 'evidence',
    disputeId,
    ...body,
  }));
}

function keyIn(given: unknown): string {
  const key = z.uuid().safeParse(given).data;
  if (key === undefined) throw new FdxError('headerMissing', 'Idempotency-Key is required, a UUID');
  return key;
}

function bodyOf<Body extends z.ZodType>(schema: Body, { body }: FastifyRequest): z.output<Body> {
  const read = schema.safeParse(body);
  if (read.success) return read.data;
  throw new FdxError('bodyInvalid', `${read.error.issues[0]?.path.join('.') ?? 'the body'} is not readable`);
}

/** The connection ends without an answer. */
function cutOff(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  reply.hijack();
  request.raw.socket.destroy();
  return reply;
}
