import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import * as z from 'zod';
import {
  bankHoldSchema,
  cardActionSchema,
  cardLimitSchema,
  cardStateSchema,
  holdAnswerSchema,
  merchantSchema,
  problemSchema,
} from '#contract';
import { accountsOfCustomer } from '../accounts.ts';
import { bankById } from '../banks.ts';
import { now } from '../context.ts';
import { bankParams, customer, type Controls } from '../controls.ts';
import { ensureCustomer, readCustomerId } from '../customers.ts';
import { actOnCard } from './card-actions.ts';
import { CONTROL_FAULTS } from './card-faults.ts';
import { cardsOf, toldCard } from './cards.ts';
import { disputeRoutes } from './control-disputes.ts';
import { answerInApp, holdPurchase } from './suspecting.ts';

const cardSchema = z.object({
  cardId: z.string(),
  last4: z.string(),
  state: cardStateSchema,
  online: z.boolean(),
  abroad: z.boolean(),
  limit: cardLimitSchema.optional(),
});

/** Calls about cards: how they stand, what the bank itself does to them, and what its card controls suffer from. */
export function cardRoutes(controls: Controls): FastifyPluginAsyncZod {
  return async (scope) => {
    await scope.register(standingRoute(controls));
    await scope.register(actionRoute(controls));
    await scope.register(faultRoute(controls));
    await scope.register(disputeRoutes(controls));
    await scope.register(holdRoute(controls));
    await scope.register(answerRoute(controls));
  };
}

function standingRoute({ context }: Controls): FastifyPluginAsyncZod {
  return async (scope) => {
    scope.get(
      '/control/banks/:bank/cards',
      {
        schema: {
          summary: 'How the cards of a customer stand',
          params: bankParams,
          querystring: z.object({ customer }),
          response: { 200: z.object({ cards: z.array(cardSchema) }), '4xx': problemSchema },
        },
      },
      async (request) => {
        const bank = bankById(request.params.bank);
        const customerId = readCustomerId(request.query.customer);
        await ensureCustomer(context, bank, customerId);
        const accounts = await accountsOfCustomer(context.database, bank.id, customerId);
        return { cards: (await cardsOf(context, accounts)).map(toldCard) };
      },
    );
  };
}

function actionRoute({ context }: Controls): FastifyPluginAsyncZod {
  return async (scope) => {
    scope.post(
      '/control/banks/:bank/cards/:card/actions',
      {
        schema: {
          summary: 'Do something to a card at the bank, as its staff or its own app do; subscribers are told',
          params: bankParams.extend({ card: z.string() }),
          body: z.object({ customer, action: cardActionSchema, limit: cardLimitSchema.optional() }),
          response: { 200: z.object({ result: z.string(), reason: z.string().optional() }), '4xx': problemSchema },
        },
      },
      async (request) => {
        const bank = bankById(request.params.bank);
        const { customer: username, action, limit } = request.body;
        const accounts = await accountsOfCustomer(context.database, bank.id, readCustomerId(username));
        const wish = { cardId: request.params.card, action, limit, requestedAt: now(context).toISOString() };
        const { result, reason } = await context.database.transaction((tx) => actOnCard(context, tx, accounts, wish));
        return { result, ...(reason && { reason }) };
      },
    );
  };
}

function faultRoute({ controlFaults }: Controls): FastifyPluginAsyncZod {
  return async (scope) => {
    scope.post(
      '/control/banks/:bank/control-fault',
      {
        schema: {
          summary: "Let a bank's card controls, or those of one customer, suffer a fault until it is set to none",
          description:
            'refuses: says no. late: says that it is at it, and does it after seconds (10). never-done: says so for ever. ' +
            'error-before, error-after: 500, without and with having done it. reset-before, reset-after: the connection ends instead. ' +
            'slow: does it and answers after seconds. contradicts: says that it did what it did not.',
          params: bankParams,
          body: z.object({
            customer: customer.optional(),
            kind: z.enum(CONTROL_FAULTS),
            seconds: z.int().min(0).max(3600).optional(),
          }),
          response: { 204: z.undefined(), '4xx': problemSchema },
        },
      },
      async (request, reply) => {
        const { customer: username, kind, seconds } = request.body;
        const customerId = username === undefined ? undefined : readCustomerId(username);
        controlFaults.set(bankById(request.params.bank).id, customerId, kind, seconds);
        return reply.code(204).send();
      },
    );
  };
}

function holdRoute({ context }: Controls): FastifyPluginAsyncZod {
  return async (scope) => {
    scope.post(
      '/control/banks/:bank/holds',
      {
        schema: {
          summary: 'Hold a purchase that looks wrong, and ask its customer; subscribers are told',
          params: bankParams,
          body: z.object({
            customer,
            account: z.enum(['card', 'checking']).optional(),
            amount: z.string().describe('A magnitude, such as "1284.00"'),
            merchant: merchantSchema,
            online: z.boolean().optional(),
            reasons: z.array(z.string().min(1).max(60)).max(10).optional(),
            answerSeconds: z.int().min(0).max(604_800).optional().describe('Half an hour, if not said'),
            otherwise: z.enum(['release', 'decline']).optional(),
          }),
          response: { 202: z.object({ caseId: z.string(), events: z.int() }), '4xx': problemSchema },
        },
      },
      async (request, reply) => {
        const { customer: username, account = 'card', ...suspicion } = request.body;
        const bank = bankById(request.params.bank);
        return reply.code(202).send(await holdPurchase(context, bank, readCustomerId(username), account, suspicion));
      },
    );
  };
}

function answerRoute({ context }: Controls): FastifyPluginAsyncZod {
  return async (scope) => {
    scope.post(
      '/control/holds/:case/answer',
      {
        schema: {
          summary: "Answer a hold in the bank's own app",
          params: z.object({ case: z.string() }),
          body: z.object({ answer: holdAnswerSchema }),
          response: { 200: bankHoldSchema, '4xx': problemSchema },
        },
      },
      async (request, reply) => {
        const hold = await answerInApp(context, request.params.case, request.body.answer);
        return hold ?? reply.code(404).send({ code: 'hold_unknown', message: 'There is no such case.' });
      },
    );
  };
}
